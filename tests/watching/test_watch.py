"""The watch: who is told what, by which channel, in whose language; and what a restart does not forget."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.clock import ManualClock
from agent.model import Endpoint, Manner, Message, Outcome, Party, Secret, Verdict
from agent.watching.addressees import Addressee
from agent.watching.judging import Look, Seen, Terms
from agent.watching.watch import Watch
from agent.watching.wording import Place

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PLACE = Place("Payment platform", "https://respond.example", "shop-host")


def addressee(key: str, party: Party, language: str = "en") -> Addressee:
    return Addressee(key, party, language, Endpoint(key, "json", Manner.PERSONAL, Secret(f"json://{key}.example")))


LEE, WANG = addressee("lee", Party.PROVIDER), addressee("wang", Party.CUSTOMER, "zh")


class Room:
    """A watch, the agent as it looks, and what the two were sent."""

    def __init__(self, folder: Path, *, reference: str = "", to: tuple[Addressee, ...] = (LEE, WANG)) -> None:
        self.folder = folder
        self.clock = ManualClock(START)
        self.seen = Look(Seen.WELL)
        self.sent: list[tuple[int, str, Message]] = []
        self.answers: dict[str, Callable[[], Outcome]] = {}
        self.reference = reference
        self.to = to
        self.begin()

    def begin(self) -> None:
        """Also after a kill: nothing is said to the old one."""
        self.watch = Watch(
            PLACE,
            self.to,
            lambda: self.seen,
            self,
            self.clock,
            self.folder / "watch.json",
            terms=Terms(),
            every=timedelta(seconds=30),
            reference=lambda: self.reference,
        )

    def send(self, endpoint: Endpoint, message: Message, deadline_s: float) -> Outcome:
        answer = self.answers.get(endpoint.id)
        outcome = answer() if answer else Outcome(Verdict.ACCEPTED)
        if outcome.verdict is Verdict.ACCEPTED:
            minutes = int((self.clock.now() - START).total_seconds() // 60)
            self.sent.append((minutes, endpoint.id, message))
        return outcome

    def live(self, minutes: float) -> list[tuple[int, str, str]]:
        """What was sent in that time: minute, to whom, first line."""
        before = len(self.sent)
        due = self.clock.now()
        for _ in range(int(minutes * 60)):
            now = self.clock.now()
            if now >= due:
                due = self.watch.look(now)
            self.watch.tell(now)
            self.clock.advance(timedelta(seconds=1))
        return sorted((at, to, message.subject) for at, to, message in self.sent[before:])

    def texts(self, to: str) -> list[str]:
        return [message.text for _, who, message in self.sent if who == to]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("TZ", "UTC")
    return Room(tmp_path)


def test_both_parties_hear_of_the_silence_and_of_its_end_each_in_their_language(room: Room) -> None:
    room.live(2)
    room.seen = Look(Seen.SILENT, "connection refused")

    silent = room.live(10)
    room.seen = Look(Seen.WELL)
    back = room.live(5)

    assert silent == [
        (7, "lee", "[WATCH] Tocsin gives no answer since 03:02"),
        (7, "wang", "【监视】Tocsin无应答，03:02起"),
    ]
    assert back == [
        (13, "lee", "[WATCH, over] Tocsin answers well again since 03:12"),
        (13, "wang", "【监视·已恢复】Tocsin恢复应答，03:12起"),
    ]


def test_the_message_says_what_was_seen_from_where_and_what_to_do(room: Room) -> None:
    room.live(2)
    room.reference = "reached"
    room.seen = Look(Seen.SILENT, "connection refused")
    room.live(6)

    [provider] = room.texts("lee")
    [customer] = room.texts("wang")

    assert provider == (
        "[WATCH] Tocsin gives no answer since 03:02\n"
        "Payment platform | https://respond.example | seen from shop-host\n"
        "Since: 2026-11-23 03:02:00 +0000, 5 min ago\n"
        "Seen: connection refused\n"
        "Last well: 2026-11-23 03:01:30 +0000\n"
        "This watch reaches its reference: its own network works.\n"
        "While this lasts, the system may be unwatched and no notice may go out.\n"
        "You: look at the agent, start it again, and watch the system yourselves until then.\n"
        "Both parties are told. No finding of liability."
    )
    assert customer == (
        "【监视】Tocsin无应答，03:02起\n"
        "Payment platform｜https://respond.example｜于shop-host所见\n"
        "始于：2026-11-23 03:02:00 +0000，已5分钟\n"
        "最近一次正常：2026-11-23 03:01:30 +0000\n"
        "本监视端可达参考目标：自身网络正常。\n"
        "在此期间，系统可能无人监测，通知可能无法发出。\n"
        "请贵方：留意自身使用情况，发现故障请电话告知服务方。\n"
        "双方均已通知。不作责任认定。"
    )


def test_a_channel_that_did_not_take_it_is_tried_again_and_costs_the_other_nothing(room: Room) -> None:
    room.seen = Look(Seen.SILENT)
    room.answers["lee"] = lambda: Outcome(Verdict.RETRY, "HTTP 503")
    room.live(7)
    del room.answers["lee"]

    later = room.live(3)

    assert [to for _, to, _ in room.sent] == ["wang", "lee"]
    assert [(at, to) for at, to, _ in later] == [(8, "lee")]


def test_a_channel_that_raises_costs_only_its_own_letter(room: Room) -> None:
    def fail() -> Outcome:
        raise ValueError("json://lee.example/hush")

    room.seen = Look(Seen.SILENT)
    room.answers["lee"] = fail

    assert [to for _, to, _ in room.live(10)] == ["wang"]


def test_a_channel_that_refuses_for_good_is_let_be_until_the_next_letter(room: Room) -> None:
    tries: list[datetime] = []

    def refuse() -> Outcome:
        tries.append(room.clock.now())
        return Outcome(Verdict.REJECTED, "HTTP 403")

    room.seen = Look(Seen.SILENT)
    room.answers["lee"] = refuse

    room.live(30)
    before = len(tries)
    room.live(20)

    assert (before, len(tries)) == (3, 6)


def test_what_is_newer_takes_the_place_of_what_could_not_be_sent(room: Room) -> None:
    """Who never heard of the silence hears of all of it at its end."""
    room.seen = Look(Seen.SILENT)
    room.answers["lee"] = lambda: Outcome(Verdict.NOT_SENT, "no route")
    room.live(10)
    room.seen = Look(Seen.WELL)
    del room.answers["lee"]

    room.live(5)

    [told] = room.texts("lee")
    assert "Before: Tocsin gives no answer, 2026-11-23 03:00:00 +0000 to 2026-11-23 03:10:00 +0000, 10 min." in told


def test_a_restart_neither_forgets_nor_repeats_what_was_told(room: Room) -> None:
    room.seen = Look(Seen.SILENT)
    room.live(6)
    room.begin()

    again = room.live(10)
    room.begin()
    room.seen = Look(Seen.WELL)

    assert again == []
    assert [to for _, to, _ in room.live(5)] == ["lee", "wang"]


def test_a_restart_goes_on_with_those_who_have_not_been_reached(room: Room) -> None:
    room.seen = Look(Seen.SILENT)
    room.answers["lee"] = lambda: Outcome(Verdict.NOT_SENT, "no route")
    room.live(6)
    del room.answers["lee"]
    room.begin()

    assert [to for _, to, _ in room.live(1)] == ["lee"]


def test_the_count_of_five_minutes_goes_on_over_a_restart(room: Room) -> None:
    room.seen = Look(Seen.SILENT)
    room.live(3)
    room.begin()

    assert [at for at, _, _ in room.live(4)] == [5, 5]


def test_who_is_no_longer_named_is_no_longer_told(room: Room) -> None:
    room.seen = Look(Seen.SILENT)
    room.answers["lee"] = lambda: Outcome(Verdict.NOT_SENT, "no route")
    room.live(6)
    room.answers.clear()
    room.to = (WANG,)
    room.begin()

    assert room.live(5) == []


def test_the_memory_holds_no_address(room: Room) -> None:
    room.seen = Look(Seen.SILENT)
    room.answers["lee"] = lambda: Outcome(Verdict.NOT_SENT, "no route")
    room.live(6)

    text = (room.folder / "watch.json").read_text()

    assert json.loads(text)["post"]["left"] == {"lee": 4}
    assert "json://" not in text


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 1, "url": "https://respond.example"}'])
def test_a_damaged_memory_is_told_and_the_watch_goes_on(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "watch.json").write_text(text)

    room = Room(tmp_path)
    room.seen = Look(Seen.SILENT)

    assert len(room.live(6)) == 2
    assert [each.getMessage() for each in caplog.records].count(
        "memory lost: what was told before may be told again"
    ) == 1


def test_the_memory_of_another_agent_is_not_taken_for_this_one(room: Room) -> None:
    room.seen = Look(Seen.SILENT)
    room.live(6)
    file = room.folder / "watch.json"
    file.write_text(file.read_text().replace("respond.example", "other.example"))
    room.begin()

    assert [at for at, _, _ in room.live(6)] == [11, 11]


def test_a_memory_that_cannot_be_written_costs_nobody_the_letter(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = Room(tmp_path)
    (tmp_path / "watch.json.new").mkdir()
    room.seen = Look(Seen.SILENT)

    assert len(room.live(6)) == 2
    assert [each.getMessage() for each in caplog.records].count(
        "memory not written: a restart would forget what was told"
    ) == 1


def test_the_service_manager_is_told_what_is_seen(room: Room) -> None:
    assert not room.watch.health().is_ready
    room.seen = Look(Seen.SILENT, "connection refused")
    room.live(6)

    assert room.watch.health().reasons == ("https://respond.example: silent (connection refused), told silent",)
