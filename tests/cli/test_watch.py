"""`tocsin watch`: what it asks of its command line, one look, and a marked message to everybody."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import FILE, Run
from tests.support.api import Api
from tests.support.sinks import Sink, listening, reply

NOBODY = "http://127.0.0.1:9"
BOTH = ("--provider", "log://", "--customer", "log://theirs")


@pytest.fixture
def hook() -> Iterator[Sink]:
    with listening(Sink()) as sink:
        yield sink


def test_one_look_says_what_is_seen_and_tells_nobody(tocsin: Run, api: Api) -> None:
    api.answers["GET /healthz"] = api.answers["GET /readyz"] = (200, {"status": "ok"})

    well = tocsin("watch", api.url, "--once")
    silent = tocsin("watch", NOBODY, "--once", "--json")

    assert (well.exit_code, well.stdout) == (0, f"{api.url}: well\n")
    assert silent.exit_code == 1
    assert json.loads(silent.stdout) == {"agent": NOBODY, "seen": "silent", "detail": "connection refused"}


def test_a_trial_goes_to_everybody_marked(tocsin: Run, hook: Sink) -> None:
    told = tocsin("watch", NOBODY, "--provider", f"json://{hook.place}/a", "--customer", "log://", "--try")

    assert told.exit_code == 0, told.stdout
    assert told.stdout.splitlines() == [
        f"{NOBODY}: silent: connection refused",
        "provider/1: accepted: 127.0.0.1 answered 200",
        "customer/1: accepted: written to the log",
    ]
    assert json.loads(hook.seen[0].body)["title"] == "[TEST] The watch over Tocsin reaches you by this channel"


def test_a_trial_that_a_channel_does_not_take_is_exit_code_1(tocsin: Run, hook: Sink) -> None:
    hook.answer(reply(403))

    told = tocsin("watch", NOBODY, "--provider", f"json://{hook.place}/a", "--customer", "log://", "--try")

    assert told.exit_code == 1
    assert "provider/1: rejected" in told.stdout


def test_what_the_variables_say_holds(tocsin: Run, hook: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", f"json://{hook.place}/a")
    monkeypatch.setenv("TOCSIN_WATCH_URL", NOBODY)
    monkeypatch.setenv("TOCSIN_WATCH_PROVIDER", "${env:HOOK} log://")
    monkeypatch.setenv("TOCSIN_WATCH_CUSTOMER", "log://")
    monkeypatch.setenv("TOCSIN_WATCH_LANGUAGE", "zh")

    told = tocsin("watch", "--try")

    assert told.exit_code == 0, told.stdout + told.stderr
    assert addressed(told.stdout) == ["provider/1", "provider/2", "customer/1"]
    assert json.loads(hook.seen[0].body)["title"].startswith("【测试】")


def test_who_leads_is_taken_from_a_routes_file_and_a_channel_that_lacks_its_secret_is_told(
    tocsin: Run, file: Path
) -> None:
    file.write_text(FILE.replace('reach: ["log://", "log://second"]', 'reach: ["${env:NOT_HERE}", "log://second"]'))

    told = tocsin("watch", NOBODY, "--routes", "routes.yaml", "--try")

    assert addressed(told.stdout) == ["lee/1", "chen/2", "wang/1"]
    assert "tocsin: chen/1 cannot be built here: a secret it needs is not on this machine" in told.stderr


def addressed(told: str) -> list[str]:
    return [line.partition(":")[0] for line in told.splitlines()[1:]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("respond.example.com", *BOTH), "write https://host or http://host:port"),
        (("ftp://host", *BOTH), "write https://host or http://host:port"),
        (("https://lee:hush@host", *BOTH), "write https://host or http://host:port"),
        ((NOBODY, *BOTH, "--every", "10"), "10 has no unit"),
        ((NOBODY, *BOTH, "--every", "4m"), "look at least twice within --after"),
        ((NOBODY, *BOTH, "--after", "10ms"), "shorter than a second"),
        ((NOBODY, *BOTH, "--reference", "192.0.2.1"), "is no HOST:PORT"),
        ((NOBODY, *BOTH, "--key", "routes.yaml"), "belongs to --cert"),
        ((NOBODY, *BOTH, "--ca", "gone.pem"), "does not exist"),
        (BOTH, "Missing argument 'URL'"),
    ],
)
def test_wrong_usage_is_said(tocsin: Run, file: Path, words: tuple[str, ...], said: str) -> None:
    told = tocsin("watch", *words)

    assert told.exit_code == 2
    assert said in told.stderr
    assert "hush" not in told.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--provider", "log://"), "nobody of the customer would be told"),
        (("--provider", "log://", "--customer", "mailtoo://x:hush@y"), "customer/1: mailtoo:// is no Apprise schema"),
        (("--provider", "${credential:x}", "--customer", "log://"), "no $CREDENTIALS_DIRECTORY here"),
        (("--provider", "${x}", "--customer", "log://"), "${x} is no reference"),
    ],
)
def test_an_address_that_tells_nobody_is_refused_at_the_start(tocsin: Run, words: tuple[str, ...], said: str) -> None:
    told = tocsin("watch", NOBODY, *words)

    assert told.exit_code == 1
    assert said in told.stderr
    assert "hush" not in told.stderr
