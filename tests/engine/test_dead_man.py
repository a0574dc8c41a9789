"""The outgoing sign of life: good only after a self-audit that passed, and never a burden to the agent."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.clock import ManualClock
from agent.config.settings import DeadMan
from agent.engine.dead_man import DeadManPinger, NotTaken, Signal, address, send
from agent.model import Secret
from agent.ports import Health
from tests.support.sinks import Sink, body_drip, close, hang, listening, reply

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
WELL = Health(True, True, audited_at=START)
ILL = Health(True, False, ("deliveries: a delivery of grade 1 has been due for 130 s",), audited_at=START)
URL = "https://hc.example/ping/hush"


class Outside:
    """The service, what it was sent, and the agent's health."""

    def __init__(self, *urls: str, every: timedelta = timedelta(minutes=1)) -> None:
        self.clock = ManualClock(START)
        self.health = WELL
        self.dead_man: DeadMan | None = DeadMan(every, tuple(map(Secret, urls or (URL,))))
        self.taken: list[tuple[int, Signal, str]] = []
        self.refuse: Callable[[Signal], Exception | None] = lambda signal: None
        self.jobs: list[Callable[[], None]] | None = None
        self.pinger = DeadManPinger(
            lambda: cast("Any", SimpleNamespace(dead_man=self.dead_man)),
            lambda: self.health,
            self.clock,
            lambda job: job() if self.jobs is None else self.jobs.append(job),
            self._send,
        )

    def _send(self, url: str, signal: Signal, reason: str) -> None:
        if fault := self.refuse(signal):
            raise fault
        self.taken.append((int((self.clock.now() - START).total_seconds()), signal, reason))

    def live(self, seconds: int) -> list[tuple[int, str]]:
        """What was taken in that time: when and which."""
        before = len(self.taken)
        for _ in range(seconds):
            self.pinger.tick(self.clock.now())
            self.clock.advance(timedelta(seconds=1))
        return [(at, signal) for at, signal, _ in self.taken[before:]]


def test_it_is_pinged_as_often_as_the_file_says() -> None:
    outside = Outside()

    assert outside.live(150) == [(0, "good"), (60, "good"), (120, "good")]


def test_before_the_first_self_audit_only_the_start_is_told() -> None:
    outside = Outside()
    outside.health = Health(True, True)

    assert outside.live(120) == [(0, "start")]


def test_while_the_self_audit_fails_that_is_said_with_the_reason_instead() -> None:
    outside = Outside()
    outside.live(30)
    outside.health = ILL

    assert outside.live(90) == [(45, "fail"), (105, "fail")]
    assert outside.taken[-1][2] == "deliveries: a delivery of grade 1 has been due for 130 s"


def test_once_it_passes_again_that_is_said_at_once() -> None:
    outside = Outside(every=timedelta(hours=1))
    outside.live(10)
    outside.health = ILL
    outside.live(60)
    outside.health = WELL

    assert outside.live(60) == [(70, "good")]


def test_a_moments_weakness_is_no_alarm() -> None:
    outside = Outside()
    outside.live(50)
    outside.health = ILL
    outside.live(12)
    outside.health = WELL

    assert outside.live(60) == [(62, "good")]


def test_a_ping_that_was_not_taken_is_tried_again_soon() -> None:
    outside = Outside()
    outside.refuse = lambda signal: NotTaken("connection refused") if outside.clock.now() < START_12 else None

    assert outside.live(61) == [(15, "good"), (60, "good")]


START_12 = START + timedelta(seconds=12)


def test_a_good_ping_is_not_tried_again_once_it_is_no_longer_true() -> None:
    outside = Outside(every=timedelta(hours=1))
    outside.refuse = lambda signal: NotTaken("connection refused") if signal is Signal.GOOD else None
    outside.live(3)
    outside.health = ILL
    outside.refuse = lambda signal: None

    assert outside.live(60) == [(18, "fail")]


def test_an_address_that_knows_neither_start_nor_fail_hears_what_it_knows() -> None:
    outside = Outside()
    outside.refuse = lambda signal: None if signal is Signal.GOOD else NotTaken("it answered HTTP 404", is_final=True)
    outside.health = Health(True, True)
    outside.live(5)
    outside.health = WELL

    assert outside.live(10) == [(5, "good")]


def test_a_broken_address_is_told_of_once_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    outside = Outside()
    outside.refuse = lambda signal: NotTaken("connection refused")
    with caplog.at_level(logging.INFO):
        outside.live(300)
        outside.refuse = lambda signal: None
        outside.live(120)

    assert [each.getMessage() for each in caplog.records] == [
        "dead man's switch took no ping",
        "dead man's switch takes pings again",
    ]
    assert [cast("Any", each).fields["address"] for each in caplog.records] == ["dead_man.urls[0]"] * 2


def test_whatever_goes_wrong_costs_no_more_than_the_ping() -> None:
    outside = Outside()
    outside.refuse = lambda signal: ValueError("nobody thought of that: https://hc.example/ping/hush")
    outside.live(70)
    outside.refuse = lambda signal: None

    assert outside.live(60) == [(120, "good")]


def test_an_address_that_hangs_has_one_ping_under_way() -> None:
    outside = Outside()
    outside.jobs = []

    outside.live(600)

    assert len(outside.jobs) == 1


def test_each_address_is_on_its_own() -> None:
    outside = Outside("https://a.example/x", "https://b.example/y")

    assert outside.live(30) == [(0, "good"), (0, "good")]


def test_a_reload_takes_effect_at_once() -> None:
    outside = Outside(every=timedelta(hours=1))
    outside.live(10)
    outside.dead_man = None
    assert outside.live(10) == []

    outside.dead_man = DeadMan(timedelta(seconds=30), (Secret("https://other.example"),))

    assert outside.live(40) == [(20, "good"), (50, "good")]


@pytest.mark.parametrize(
    ("url", "signal", "expected"),
    [
        ("https://hc.example/ping/x", Signal.GOOD, "https://hc.example/ping/x"),
        ("https://hc.example/ping/x", Signal.FAIL, "https://hc.example/ping/x/fail"),
        ("https://hc.example/ping/x/", Signal.START, "https://hc.example/ping/x/start"),
        ("https://hc.example/key/slug?create=1", Signal.FAIL, "https://hc.example/key/slug/fail?create=1"),
    ],
)
def test_start_and_fail_stand_where_healthchecks_has_them(url: str, signal: Signal, expected: str) -> None:
    assert address(url, signal) == expected


# ---------------------------------------------------------------------------------------------- over the wire


def ping(sink: Sink, health: Health = WELL) -> list[tuple[str, str, bytes]]:
    """What one real sink sees of a minute."""
    outside = Outside(f"http://{sink.place}/ping/hush")
    outside.health = health
    outside.pinger = DeadManPinger(
        lambda: cast("Any", SimpleNamespace(dead_man=outside.dead_man)),
        lambda: outside.health,
        outside.clock,
        lambda job: job(),
    )
    outside.live(20)
    return [(seen.method, seen.path, seen.body) for seen in sink.seen]


def test_a_good_ping_is_a_plain_get_and_a_failure_a_post_with_its_reason() -> None:
    with listening(Sink()) as sink:
        assert ping(sink) == [("GET", "/ping/hush", b"")]
    with listening(Sink()) as sink:
        assert ping(sink, ILL) == [
            ("GET", "/ping/hush/start", b""),
            ("POST", "/ping/hush/fail", b"deliveries: a delivery of grade 1 has been due for 130 s"),
        ]


def test_where_no_post_is_taken_the_failure_is_a_get() -> None:
    with listening(Sink()) as sink:
        sink.answer(reply(200), reply(405), reply(200))

        assert [method for method, _, _ in ping(sink, ILL)] == ["GET", "POST", "GET"]


def test_an_answer_that_is_no_answer_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    with listening(Sink()) as sink:
        sink.answer(close, reply(503), reply(200))
        with caplog.at_level(logging.INFO):
            seen = ping(sink)

    assert len(seen) == 3
    assert "hush" not in caplog.text
    assert [cast("Any", each).fields.get("fault") for each in caplog.records if each.name.startswith("agent")] == [
        "the connection was closed before the answer was complete",
        None,
    ]


def test_a_service_that_drips_is_taken_at_its_status() -> None:
    with listening(Sink()) as sink:
        sink.answer(body_drip)

        send(f"http://{sink.place}/x", Signal.GOOD, "", within_s=0.3)

    assert len(sink.seen) == 1


def test_a_service_that_says_nothing_is_given_up_in_time() -> None:
    with listening(Sink()) as sink:
        sink.answer(hang)

        with pytest.raises(NotTaken, match=r"no answer within 0\.3 s"):
            send(f"http://{sink.place}/hush", Signal.GOOD, "", within_s=0.3)
