"""The process killed ten times under load: what was answered is on file, what was decided is told, hardly twice."""

import json
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.model import DeliveryState
from agent.notify import Post
from tests.support.daemon import Daemon
from tests.support.sinks import Letterbox, Sink, listening, mail_server
from tests.support.soak import TIMES
from tests.support.world import World, alert

KILLS = 10 * TIMES
PER_LIFE = 4
"""New functions that fail in each life of the process: so many incidents open while it is being killed."""

SENDERS = 3


def file(web: int, mail: int) -> str:
    functions = "\n".join(f"    f{number}: {{criticality: core}}" for number in range((KILLS + 1) * PER_LIFE))
    return f"""
agreement:
  system: Payment platform
  functions:
{functions}
parties:
  provider:
    contacts:
      lee: {{role: [principal], reach: ["json://127.0.0.1:{web}/lee"]}}
      chen: {{role: [coordinator, member], reach: ["json://127.0.0.1:{web}/chen", "log://"]}}
  customer:
    contacts:
      wang: {{role: [principal], reach: ["mailto://127.0.0.1:{mail}?from=er@provider.example&to=wang@customer.example"]}}
signals:
  - {{match: ['alertname="Down"'], function: "{{label.service}}", grade: 1}}
"""


class Sender(threading.Thread):
    """Posts one body after the other, each until it is answered with 200, as Alertmanager does."""

    def __init__(self, number: int, life: "Life") -> None:
        super().__init__(daemon=True)
        self.answered: list[str] = []
        self.unexpected: list[str] = []
        self._number = number
        self._life = life

    def run(self) -> None:
        for count in range(1_000_000):
            names = [f"{self._number}-{count}-{part}" for part in range(3)]
            if not self._insist(names):
                return
            self.answered += names

    def _insist(self, names: list[str]) -> bool:
        now = datetime.now(UTC)
        body = json.dumps({"groupKey": "g", "alerts": [self._alert(name, now) for name in names]})
        while not self._life.is_over.is_set():
            status = self._post(body)
            if status == 200:
                time.sleep(0.01)
                return True
            if status not in (0, 503):
                self.unexpected.append(f"{status} to {body[:100]}")
            time.sleep(0.02)
        return False

    def _alert(self, name: str, now: datetime) -> dict[str, Any]:
        function = self._life.number * PER_LIFE + random.randrange(PER_LIFE)
        return alert("Down", "firing", now, service=f"f{function}", instance=name)

    def _post(self, body: str) -> int:
        """The answer's status, 0 for none."""
        try:
            connection = HTTPConnection("127.0.0.1", self._life.port, timeout=10)
            try:
                connection.request("POST", "/webhooks/alertmanager", body, {"content-type": "application/json"})
                return connection.getresponse().status
            finally:
                connection.close()
        except (OSError, HTTPException):
            return 0


class Life:
    """Which process is alive now, and where it listens."""

    def __init__(self) -> None:
        self.number = 0
        self.port = 9
        self.is_over = threading.Event()


class Aftermath(World):
    """The agent once more, on what is left, with the real post: so much later that every lease has ended."""

    def begin(self) -> None:
        self.notebook = Post()  # type: ignore[assignment]
        super().begin()


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening(Sink()) as found:
        yield found


@pytest.mark.timeout(120 * TIMES)
def test_killed_ten_times_under_load(tmp_path: Path, sink: Sink, letterbox: Letterbox) -> None:
    with mail_server(letterbox) as mail:
        text = file(sink.port, mail)
        (tmp_path / "routes.yaml").write_text(text)

        senders = live_and_die(tmp_path)
        last_died_at = datetime.now(UTC)
        world = Aftermath(tmp_path, text, start=last_died_at + timedelta(seconds=31))
        world.advance("2 min")

        assert [sender.unexpected for sender in senders] == [[]] * SENDERS
        check_alerts(world, {name for sender in senders for name in sender.answered})
        check_deliveries(world, arrived(sink, letterbox), last_died_at)
        assert world.store.integrity() == []  # type: ignore[attr-defined]
        world.end()


def live_and_die(folder: Path) -> list[Sender]:
    """So many lives of the process, each ended without warning in the middle of its work."""
    life = Life()
    senders = [Sender(number, life) for number in range(SENDERS)]
    dice = random.Random(4)
    for sender in senders:
        sender.start()
    for number in range(KILLS):
        life.number = number
        with Daemon(folder) as daemon:
            life.port = urlsplit(daemon.url).port or 0
            before = sum(len(sender.answered) for sender in senders)
            while sum(len(sender.answered) for sender in senders) < before + 10:
                time.sleep(0.01)
            time.sleep(dice.uniform(0.0, 0.5))
            daemon.signal(signal.SIGKILL)
    life.is_over.set()
    for sender in senders:
        sender.join(30)
    return senders


def check_alerts(world: World, answered: set[str]) -> None:
    on_file = {episode.labels["instance"] for episode in world.store.marks(world.clock.now())}
    assert len(answered) >= KILLS * 10
    assert answered <= on_file
    incidents = world.incidents()
    assert len({each.key for each in incidents}) == len(incidents) >= KILLS


def check_deliveries(world: World, arrived: Counter[tuple[str, str]], last_died_at: datetime) -> None:
    """Each at least once and none thrice; per kill a contact hears at most one thing twice.

    What was made after the last kill is no matter of kills: in a long soak ladders climb meanwhile.
    """
    told: Counter[str] = Counter()
    twice: Counter[str] = Counter()
    for incident in world.incidents():
        for row in world.store.deliveries_for(incident.number):
            if row.made_at > last_died_at:
                continue
            assert row.state is DeliveryState.ACCEPTED
            if row.endpoint == "chen/2":  # log://
                continue
            copies = arrived[row.contact, plain(row.text)]
            assert 1 <= copies <= min(row.attempt, 2)
            told[row.contact] += 1
            twice[row.contact] += copies - 1
    assert min(told.values()) >= KILLS
    assert max(twice.values()) <= KILLS


def arrived(sink: Sink, letterbox: Letterbox) -> Counter[tuple[str, str]]:
    """(contact, text) of everything that came in."""
    found: Counter[tuple[str, str]] = Counter()
    for seen in sink.seen:
        with suppress(ValueError):  # cut off in the middle by a kill
            found[seen.path.strip("/"), plain(json.loads(seen.body)["message"])] += 1
    for mail in letterbox.mails:
        text = mail.get_body(("plain",))
        assert text is not None
        found["wang", plain(text.get_content())] += 1
    return found


def plain(text: str) -> str:
    """Mails are wrapped anew."""
    return " ".join(text.split())
