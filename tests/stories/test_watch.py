"""The watch on the other party's side, lived: a real agent killed and started, real mail and a real web hook."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.daemon import Daemon
from tests.support.sinks import Letterbox, Sink, listening, mail_server, reply

FILE = """
agreement: {system: Payment platform}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""


class Watcher(Daemon):
    command = ("watch",)

    def __enter__(self) -> "Watcher":
        self.wait_for("watching")
        return self


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Letterbox, Sink]]:
    """Where the provider gets mail and the customer a web hook, as the watch's variables say."""
    letterbox = Letterbox()
    with mail_server(letterbox) as port, listening(Sink()) as sink:
        (tmp_path / "provider.url").write_text(
            f"mailto://127.0.0.1:{port}/lee@provider.example?from=w@customer.example"
        )
        monkeypatch.setenv("HOOK", f"json://{sink.place}/hush")
        monkeypatch.setenv("TOCSIN_WATCH_PROVIDER", "${file:provider.url}")
        monkeypatch.setenv("TOCSIN_WATCH_CUSTOMER", "${env:HOOK}")
        monkeypatch.setenv("TOCSIN_WATCH_AFTER", "2s")
        monkeypatch.setenv("TOCSIN_WATCH_EVERY", "1s")
        monkeypatch.setenv("TOCSIN_WATCH_SYSTEM", "Payment platform")
        monkeypatch.setenv("TOCSIN_WATCH_STATE", str(tmp_path / "state/watch.json"))
        yield letterbox, sink


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "routes.yaml").write_text(FILE)
    return tmp_path


def soon(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def waiting(folder: Path) -> dict[str, int]:
    """Who has not had the newest letter yet, as the watch has it on file."""
    left: dict[str, int] = json.loads((folder / "state/watch.json").read_text())["post"]["left"]
    return left


def titles(sink: Sink) -> list[str]:
    return [json.loads(seen.body)["title"].partition(" since")[0] for seen in sink.seen]


def test_both_parties_hear_that_the_agent_was_killed_and_that_it_is_back_and_no_restart_repeats_it(
    folder: Path, post: tuple[Letterbox, Sink]
) -> None:
    letterbox, sink = post
    with Daemon(folder) as agent:
        url, port = agent.url, urlsplit(agent.url).port
        with Watcher(folder, url) as watcher:
            watcher.wait_for("agent looked at", seen="well")
            agent.signal(signal.SIGKILL)
            assert soon(lambda: bool(letterbox.mails and sink.seen))
            assert soon(lambda: not waiting(folder)), "a watch killed before it has written who was told tells twice"
            watcher.signal(signal.SIGKILL)

    with Watcher(folder, url) as watcher:
        time.sleep(3)
        told_by_then = (len(letterbox.mails), titles(sink))
        with Daemon(folder, "--listen", f"127.0.0.1:{port}"):
            assert soon(lambda: len(letterbox.mails) == 2 and len(sink.seen) == 2)
        watcher.signal(signal.SIGTERM)
        code, written = watcher.end()
        log = json.dumps(watcher.lines)

    assert told_by_then == (1, ["[WATCH] Tocsin gives no answer"])
    assert titles(sink)[1] == "[WATCH, over] Tocsin answers well again"
    assert "Before: Tocsin gives no answer" in letterbox.mails[1].get_content()
    assert (code, written) == (0, "")
    assert "hush" not in log


def test_another_program_at_the_address_is_told_as_such(folder: Path, post: tuple[Letterbox, Sink]) -> None:
    letterbox, sink = post
    with listening(Sink()) as other:
        other.answer(reply(200, b"<html>It works!</html>"))
        with Watcher(folder, f"http://{other.place}"):
            assert soon(lambda: bool(letterbox.mails and sink.seen))

    assert "Seen: HTTP 200, not as Tocsin answers" in letterbox.mails[0].get_content()
    assert titles(sink) == ["[WATCH] Something else answers for Tocsin"]


def test_who_leads_is_taken_from_a_routes_file(
    folder: Path, post: tuple[Letterbox, Sink], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, sink = post
    (folder / "theirs.yaml").write_text(
        FILE.replace(
            'wang: {role: principal, reach: ["log://"]}', f'wang: {{role: principal, reach: ["json://{sink.place}/w"]}}'
        )
    )
    for name in ("TOCSIN_WATCH_PROVIDER", "TOCSIN_WATCH_CUSTOMER", "TOCSIN_WATCH_SYSTEM"):
        monkeypatch.delenv(name)
    with Watcher(folder, "http://127.0.0.1:9", "--routes", "theirs.yaml") as watcher:
        written = watcher.wait_for("notice written")
        assert soon(lambda: bool(sink.seen))

    assert written["endpoint"] == "lee/1"
    assert "\nPayment platform | http://127.0.0.1:9 | seen from " in json.loads(sink.seen[0].body)["message"]
