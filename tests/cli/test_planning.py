"""`tocsin maintenance`, `snooze` and `try`: what they ask the agent, and what they print."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cli.conftest import Run
from tests.support.api import Api
from tests.support.daemon import Daemon

WINDOW: dict[str, Any] = {
    "id": "MW-20261206-001",
    "source": "person",
    "what": "database upgrade",
    "functions": ["checkout"],
    "probes": ["ledger-db"],
    "state": "open",
    "starts_at": "2026-12-06T02:00:00Z",
    "ends_at": "2026-12-06T03:30:00Z",
    "announced_at": "2026-12-01T02:00:00Z",
    "short_notice": False,
    "by": "lee",
    "ended_by": None,
    "waiting": 2,
}
TOLD: dict[str, Any] = {
    "contact": "wang",
    "party": "customer",
    "type": "maintenance",
    "why": "maintenance: role coordinator",
    "at": "2026-12-01T02:00:00Z",
    "held": False,
    "trial": False,
    "channels": ["wang/1", "room"],
    "subject": "[MAINTENANCE] Checkout: 02:00 to 03:30",
    "text": "[MAINTENANCE] Checkout: 02:00 to 03:30\nWork: database upgrade",
}
DONE: dict[str, Any] = {
    "window": WINDOW,
    "dry_run": False,
    "repeated": False,
    "live": [],
    "opened": [],
    "told": [TOLD],
}
ONE = "/maintenance/MW-20261206-001"
ADD = ("maintenance", "add", "checkout", "--probe", "ledger-db", "--what", "database upgrade", "--by", "lee")


# --- maintenance
def test_a_window_is_announced_with_what_when_and_by_whom(tocsin: Run, api: Api) -> None:
    api.answers["POST /maintenance"] = (201, DONE)

    told = tocsin(*ADD, "--from", "2026-12-06 02:00", "--for", "90m", "--url", api.url)

    assert api.asked[0].body == {
        "what": "database upgrade",
        "by": "lee",
        "functions": ["checkout"],
        "probes": ["ledger-db"],
        "dry_run": False,
        "starts_at": "2026-12-06T02:00:00+00:00",
        "lasting": "90m",
    }
    assert told.stdout == (
        "MW-20261206-001 announced: checkout, ledger-db, 12-06 02:00 to 12-06 03:30\n"
        "note: 2 signals in it fire now\n"
        "told: wang (customer)\n"
    )


def test_its_end_may_be_a_time_with_an_offset_of_its_own(tocsin: Run, api: Api) -> None:
    api.answers["POST /maintenance"] = (201, DONE)

    tocsin(*ADD, "--until", "2026-12-06T11:30+08:00", "--url", api.url)

    assert api.asked[0].body["ends_at"] == "2026-12-06T03:30:00+00:00"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say when it ends: either --for 90m or --until TIME"),
        (("--for", "90m", "--until", "2026-12-06 03:30"), "say when it ends"),
        (("--until", "tomorrow"), "'tomorrow' is no time"),
        (("--from", "2026-12-06", "--for", "1h"), "is no time"),
    ],
)
def test_a_window_without_its_times_is_wrong_usage(tocsin: Run, api: Api, words: tuple[str, ...], said: str) -> None:
    told = tocsin(*ADD, *words, "--url", api.url)

    assert (told.exit_code, said in told.stderr, api.asked) == (2, True, [])


def test_a_dry_run_reads_out_what_would_be_told(tocsin: Run, api: Api) -> None:
    short = {**WINDOW, "short_notice": True, "waiting": 0}
    api.answers["POST /maintenance"] = (200, {**DONE, "window": short, "dry_run": True, "live": ["INC-20261206-001"]})

    told = tocsin(*ADD, "--for", "90m", "--dry-run", "--url", api.url)

    assert api.asked[0].body["dry_run"] is True
    assert told.stdout.splitlines() == [
        "it would be announced: checkout, ledger-db, 12-06 02:00 to 12-06 03:30",
        "note: announced less than 72 h before: those minutes count in the availability",
        "note: INC-20261206-001 was there before and goes on being told",
        "",
        "customer: maintenance, at once",
        "  wang by wang/1, room: maintenance: role coordinator",
        "    [MAINTENANCE] Checkout: 02:00 to 03:30",
        "    Work: database upgrade",
    ]


def test_a_repeated_announcement_is_said_to_be_one(tocsin: Run, api: Api) -> None:
    api.answers["POST /maintenance"] = (200, {**DONE, "repeated": True, "told": []})

    told = tocsin(*ADD, "--for", "90m", "--url", api.url)

    assert told.stdout.startswith("MW-20261206-001 was announced already: ")


@pytest.mark.parametrize("written", ["MW-20261206-001", "mw-20261206-001", "20261206-001"])
def test_a_window_is_extended_by_so_much(tocsin: Run, api: Api, written: str) -> None:
    api.answers[f"POST {ONE}/extension"] = (200, DONE)

    told = tocsin("maintenance", "extend", written, "--for", "30m", "--by", "lee", "--reason", "slow", "--url", api.url)

    assert api.asked[0].body == {"by": "lee", "reason": "slow", "dry_run": False, "longer": "30m"}
    assert told.stdout.startswith("MW-20261206-001 extended: ")


def test_an_early_end_names_what_it_opens(tocsin: Run, api: Api) -> None:
    over = {**WINDOW, "state": "over", "waiting": 0}
    api.answers[f"POST {ONE}/end"] = (200, {**DONE, "window": over, "opened": ["INC-20261206-001"]})

    told = tocsin("maintenance", "end", "MW-20261206-001", "--by", "lee", "--url", api.url)

    assert told.stdout.splitlines()[:2] == [
        "MW-20261206-001 ended: checkout, ledger-db, 12-06 02:00 to 12-06 03:30",
        "note: what still fires is an incident now: INC-20261206-001",
    ]


def test_one_that_had_not_begun_is_called_off(tocsin: Run, api: Api) -> None:
    off = {**WINDOW, "state": "called_off", "waiting": 0}
    api.answers[f"POST {ONE}/end"] = (200, {**DONE, "window": off})

    told = tocsin("maintenance", "end", "MW-20261206-001", "--by", "lee", "--url", api.url)

    assert told.stdout.startswith("MW-20261206-001 called off: ")


def test_a_window_of_the_file_is_named_as_the_list_names_it(tocsin: Run, api: Api) -> None:
    told = tocsin("maintenance", "end", "routes.yaml[0]", "--by", "lee", "--url", api.url)

    assert (told.exit_code, api.asked[0].path) == (5, "/maintenance/routes.yaml%5B0%5D/end")


def test_windows_come_one_per_line_for_scripts(tocsin: Run, api: Api) -> None:
    file = {**WINDOW, "id": "routes.yaml[0]", "source": "file", "state": "ahead", "by": None, "waiting": 0}
    api.answers["GET /maintenance"] = (200, {"items": [WINDOW, file], "next": None})

    told = tocsin("maintenance", "list", "--over", "--url", api.url)

    assert api.asked[0].query == {"over": ["true"]}
    times = "12-06 02:00\t12-06 03:30\tcheckout, ledger-db\tdatabase upgrade"
    assert told.stdout.splitlines() == [
        f"MW-20261206-001\topen\t{times}\tlee\t2",
        f"routes.yaml[0]\tahead\t{times}\t\t",
    ]


def test_a_list_of_incidents_says_what_maintenance_hides(tocsin: Run, api: Api) -> None:
    api.answers["GET /incidents"] = (200, {"items": [], "next": None})
    api.answers["GET /maintenance"] = (200, {"items": [WINDOW, {**WINDOW, "state": "ahead"}], "next": None})

    told = tocsin("incidents", "--url", api.url)

    assert told.stderr == (
        "no incidents\n"
        "maintenance MW-20261206-001 of checkout, ledger-db until 12-06 03:30: 2 signals wait for its end\n"
    )


def test_a_probe_in_maintenance_is_shown_as_such(tocsin: Run, api: Api) -> None:
    probe = {"name": "shop", "kind": "tcp_connect", "function": "checkout", "result": "bad", "error": "refused"}
    api.answers["GET /probes"] = (
        200,
        {"items": [{**probe, "maintenance_until": "2026-12-06T03:30:00Z"}], "next": None},
    )

    told = tocsin("probes", "--url", api.url)

    assert told.stdout.endswith("\tin maintenance until 12-06 03:30; refused\n")


# --- snooze
RESTS: dict[str, Any] = {
    "incident": "INC-20261123-001",
    "party": "provider",
    "contact": None,
    "by": "lee",
    "until": "2026-11-23T03:40:00Z",
    "reason": "on the train",
}


def test_reminders_rest_for_ones_own_side(tocsin: Run, api: Api) -> None:
    api.answers["POST /incidents/INC-20261123-001/snooze"] = (200, RESTS)

    told = tocsin("snooze", "20261123-001", "30m", "--as", "lee", "--reason", "on the train", "--url", api.url)

    assert api.asked[0].body == {"contact": "lee", "lasting": "30m", "only_me": False, "reason": "on the train"}
    assert told.stdout == "reminders of INC-20261123-001 to the provider rest until 11-23 03:40\n"


def test_or_for_oneself_alone(tocsin: Run, api: Api) -> None:
    api.answers["POST /incidents/INC-20261123-001/snooze"] = (200, {**RESTS, "contact": "lee"})

    told = tocsin("snooze", "INC-20261123-001", "30m", "--as", "lee", "--me", "--url", api.url)

    assert api.asked[0].body["only_me"] is True
    assert told.stdout == "reminders of INC-20261123-001 to lee rest until 11-23 03:40\n"


def test_a_rest_may_be_ended(tocsin: Run, api: Api) -> None:
    api.answers["POST /incidents/INC-20261123-001/snooze"] = (200, RESTS)

    told = tocsin("snooze", "INC-20261123-001", "--end", "--as", "lee", "--url", api.url)

    assert api.asked[0].body["lasting"] == "0s"
    assert told.stdout == "reminders of INC-20261123-001 to the provider go on\n"


@pytest.mark.parametrize("words", [(), ("30m", "--end")])
def test_either_a_length_or_its_end(tocsin: Run, api: Api, words: tuple[str, ...]) -> None:
    told = tocsin("snooze", "INC-20261123-001", *words, "--as", "lee", "--url", api.url)

    assert (told.exit_code, "say for how long" in told.stderr, api.asked) == (2, True, [])


def test_longer_than_the_grade_allows_is_refused(tocsin: Run, api: Api) -> None:
    refusal = {
        "title": "refused",
        "detail": "in grade 1 reminders rest for 30 min at most: ask again then",
        "status": 409,
    }
    api.answers["POST /incidents/INC-20261123-001/snooze"] = (409, refusal)

    told = tocsin("snooze", "INC-20261123-001", "2h", "--as", "lee", "--url", api.url)

    assert (told.exit_code, "30 min at most" in told.stderr) == (4, True)


# --- try
TRIED: dict[str, Any] = {
    "outcome": "opened",
    "function": "checkout",
    "state": "down",
    "at": "2026-11-23T03:00:00Z",
    "grade": 2,
    "provisional": True,
    "kind": "fault",
    "rules": ["R0", "R4"],
    "incident": None,
    "until": None,
    "lifts": [{"at": "2026-11-23T03:05:00Z", "grade": 1, "needs_second_evidence": True}],
    "told": [
        {**TOLD, "type": "opening", "held": True, "at": "2026-11-23T03:05:00Z", "text": "[GRADE 2] Checkout down"},
    ],
    "ladders": [
        {
            "party": "provider",
            "answer_by": "2026-11-23T03:30:00Z",
            "rungs": [{"at": "2026-11-23T03:06:00Z", "name": "20 %", "to": ["next person"]}],
        }
    ],
    "dry_run": True,
    "sent": [],
}


def test_a_trial_reads_out_grade_people_and_words(tocsin: Run, api: Api) -> None:
    api.answers["POST /trials"] = (200, TRIED)

    told = tocsin("try", "checkout", "down", "--dry-run", "--url", api.url)

    assert api.asked[0].body == {"function": "checkout", "state": "down", "by": None, "dry_run": True}
    assert told.stdout.splitlines() == [
        "checkout down: grade 2, provisional",
        "rules     R0, R4",
        "then      grade 1 after 5m, given second evidence (R7)",
        "",
        "customer: opening, held until 11-23 03:05:00",
        "  wang by wang/1, room: maintenance: role coordinator",
        "    [GRADE 2] Checkout down",
        "",
        "provider: until somebody acknowledges",
        "  called: 11-23 03:06:00 next person; then over again",
        "",
        "sent      nothing: a dry run",
    ]


def test_what_was_sent_is_said(tocsin: Run, api: Api) -> None:
    sent = [{**TOLD, "contact": "lee", "party": "provider", "trial": True}]
    api.answers["POST /trials"] = (200, {**TRIED, "dry_run": False, "sent": sent})

    told = tocsin("try", "checkout", "down", "--by", "lee", "--url", api.url)

    assert api.asked[0].body["by"] == "lee"
    assert told.stdout.endswith("sent      marked trials to lee (provider)\n")


@pytest.mark.parametrize(
    ("changed", "first"),
    [
        ({"outcome": "maintenance", "until": "2026-11-23T04:00:00Z"}, "in maintenance until 11-23 04:00"),
        ({"outcome": "alert_only"}, "alert only, on record; no incident, nobody is told"),
        ({"outcome": "joined", "incident": "INC-20261123-001"}, "it joins INC-20261123-001, grade 2"),
    ],
)
def test_where_nothing_opens_it_says_why(tocsin: Run, api: Api, changed: dict[str, str], first: str) -> None:
    nothing = {"grade": 2 if "incident" in changed else None, "told": [], "ladders": [], "lifts": [], "rules": []}
    api.answers["POST /trials"] = (200, {**TRIED, **nothing, **changed})

    told = tocsin("try", "checkout", "down", "--dry-run", "--url", api.url)

    assert first in told.stdout.splitlines()[0]


def test_json_is_what_the_agent_said(tocsin: Run, api: Api) -> None:
    api.answers["POST /trials"] = (200, TRIED)

    told = tocsin("try", "checkout", "down", "--dry-run", "--json", "--url", api.url)

    assert json.loads(told.stdout) == TRIED


def test_a_state_that_is_none_is_wrong_usage(tocsin: Run, api: Api) -> None:
    told = tocsin("try", "checkout", "broken", "--url", api.url)

    assert (told.exit_code, api.asked) == (2, [])


# --- against the whole agent
def test_a_window_of_a_running_agent_hides_its_faults_and_is_a_figure(tocsin: Run, folder: Path, file: Path) -> None:
    firing = {"status": "firing", "labels": {"alertname": "CheckoutDown"}, "startsAt": "2026-11-23T03:16:27Z"}
    with Daemon(folder) as daemon:
        added = tocsin("maintenance", "add", "checkout", "--for", "2h", "--what", "release", "--by", "lee",
                       "--json", "--url", daemon.url)  # fmt: skip
        requests.post(f"{daemon.url}/webhooks/alertmanager", json={"alerts": [firing]}, timeout=10)
        tried = tocsin("try", "ledger", "down", "--by", "lee", "--json", "--url", daemon.url)

        hidden = tocsin("incidents", "--json", "--url", daemon.url)
        figures = requests.get(f"{daemon.url}/metrics", timeout=10).text

        ended = tocsin("maintenance", "end", json.loads(added.stdout)["window"]["id"], "--by", "lee", "--json",
                       "--url", daemon.url)  # fmt: skip

    assert json.loads(hidden.stdout)["items"] == []
    assert "tocsin_maintenance_windows_open 1.0" in figures
    assert 'tocsin_availability_ratio{function="checkout"} NaN' in figures
    assert "tocsin_availability_target_ratio 0.999" in figures
    assert 'tocsin_availability_coverage_ratio{function=""} 0.0' in figures
    assert "tocsin_maintenance_signals_waiting 1.0" in figures
    assert len(json.loads(ended.stdout)["opened"]) == 1
    assert {each["contact"] for each in json.loads(tried.stdout)["sent"]} == {"chen"}
