"""Asking Alertmanager: how often, what its answer is read as, and that no answer says nothing."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent import metrics
from agent.clock import ManualClock
from agent.engine.reconciler import NoAnswer, Reconciler
from agent.engine.works import Polled
from tests.support.sinks import Sink, listening, reply

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
URL = "http://alertmanager.example"


def alert(fingerprint: str, state: str = "active", **by: list[str]) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint,
        "labels": {"alertname": fingerprint},
        "status": {"state": state, "silencedBy": [], "inhibitedBy": [], **by},
        "receivers": [{"name": "tocsin"}],
    }


class Asked:
    """An Alertmanager's answers, and what the desk was given."""

    def __init__(self, *alerts: dict[str, Any], up_for: timedelta = timedelta(hours=1), url: str = URL) -> None:
        self.clock = ManualClock(START)
        self.url = url
        self.answers: dict[str, Callable[[], bytes]] = {
            "/api/v2/status": lambda: json.dumps({"uptime": (START - up_for).isoformat()}).encode(),
            "/api/v2/alerts": lambda: json.dumps(alerts).encode(),
        }
        self.asked: list[str] = []
        self.given: list[Polled] = []
        self.jobs: list[Callable[[], None]] = []
        self.reconciler = Reconciler(
            lambda: cast("Any", SimpleNamespace(alertmanager_url=self.url)),
            self._submit,
            self.clock,
            lambda job: job(),
            self._fetch,
        )

    def tick(self) -> datetime:
        return self.reconciler.tick(self.clock.now())

    def _fetch(self, url: str) -> bytes:
        path = url.removeprefix(URL).partition("?")[0]
        self.asked.append(path)
        return self.answers[path]()

    def _submit(self, work: Any) -> "Future[Any]":
        self.given.append(work)
        return Future()


def test_it_asks_every_half_minute_however_often_it_is_turned() -> None:
    asked = Asked()

    for _ in range(60):
        asked.tick()
        asked.clock.advance(timedelta(seconds=1))

    assert [given.asked_at for given in asked.given] == [START, START + timedelta(seconds=30)]


def test_a_clock_that_was_set_back_does_not_stop_it() -> None:
    asked = Asked()
    asked.tick()
    asked.clock.jump(-timedelta(hours=1))

    asked.tick()

    assert len(asked.given) == 2


def test_the_answer_says_what_fires_and_what_is_muted() -> None:
    asked = Asked(
        alert("a"),
        alert("b", "suppressed", silencedBy=["0b1f"]),
        alert("c", "suppressed", inhibitedBy=["a"]),
        alert("d", "suppressed", silencedBy=["0b1f"], inhibitedBy=["a"]),
        alert("e", "unprocessed"),
    )

    asked.tick()

    [polled] = asked.given
    assert polled.muted == {"a": "", "b": "silenced", "c": "inhibited", "d": "silenced", "e": ""}
    assert (polled.asked_at, polled.is_complete) == (START, True)
    assert {name: json.loads(labels) for name, labels in polled.labels.items()}["e"] == {"alertname": "e"}


@pytest.mark.parametrize(("up_for", "is_complete"), [(-60, False), (0, False), (599, False), (600, True)])
def test_so_soon_after_its_start_it_may_lack_what_fires(up_for: int, is_complete: bool) -> None:
    asked = Asked(up_for=timedelta(seconds=up_for))

    asked.tick()

    assert [given.is_complete for given in asked.given] == [is_complete]


@pytest.mark.parametrize("path", ["/api/v2/status", "/api/v2/alerts"])
@pytest.mark.parametrize("said", [b"", b"{}", b"null", b"[{}]", b'{"uptime": "2026-11-23T00:00:00"}', b"\xff", None])
def test_no_good_answer_is_no_poll_and_the_next_one_is(path: str, said: bytes | None) -> None:
    asked = Asked()
    good = asked.answers[path]

    def answer() -> bytes:
        if said is None:
            raise NoAnswer("refused")
        return said

    asked.answers[path] = answer
    failed = metrics.REGISTRY.get_sample_value("tocsin_alertmanager_polls_total", {"outcome": "failed"}) or 0
    asked.tick()
    during = list(asked.given)
    asked.answers[path] = good
    asked.clock.advance(timedelta(seconds=30))
    asked.tick()

    assert (during, len(asked.given)) == ([], 1)
    assert metrics.REGISTRY.get_sample_value("tocsin_alertmanager_polls_total", {"outcome": "failed"}) == failed + 1


def test_without_an_address_nobody_is_asked() -> None:
    asked = Asked(url="")

    asked.tick()

    assert asked.asked == []


def test_what_is_still_asked_is_not_asked_again() -> None:
    asked = Asked()
    asked.reconciler._lend = asked.jobs.append

    asked.tick()
    asked.clock.advance(timedelta(seconds=30))
    asked.tick()
    waiting = len(asked.jobs)
    asked.jobs.pop()()
    asked.clock.advance(timedelta(seconds=30))
    asked.tick()

    assert (waiting, len(asked.jobs)) == (1, 1)


def test_a_server_that_refuses_redirects_or_is_not_there_is_no_answer() -> None:
    from agent.engine.reconciler import _get

    for status in (204, 301, 404, 503):
        with listening(Sink(answers=[reply(status)])) as sink, pytest.raises(NoAnswer, match=f"answered {status}"):
            _get(f"http://{sink.place}/api/v2/status")
    with pytest.raises(NoAnswer, match="did not answer"):
        _get("http://127.0.0.1:9/api/v2/status")
