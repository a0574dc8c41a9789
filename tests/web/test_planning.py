"""Maintenance, quiet for a while and trials through the API."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.config.settings import Token
from agent.model import Party, Secret
from tests.web.running import FILE, Running, bearer, firing, running

PROVIDER, CUSTOMER = Party.PROVIDER, Party.CUSTOMER
MAINTENANCE = "/api/v1/maintenance"
UPGRADE = {"what": "database upgrade", "by": "chen", "functions": ["checkout"], "lasting": "90m"}


def announced(agent: Running, **other: Any) -> Any:
    answer = agent.post_json(MAINTENANCE, {**UPGRADE, **other})
    assert answer.status == 201, answer.text
    return answer.json


def in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


# --- maintenance
def test_a_window_is_announced_and_listed(agent: Running) -> None:
    done = announced(agent)

    [listed] = agent.ask("GET", MAINTENANCE).json["items"]
    assert listed == done["window"]
    assert {name: listed[name] for name in ("source", "what", "functions", "state", "by", "short_notice")} == {
        "source": "person",
        "what": "database upgrade",
        "functions": ["checkout"],
        "state": "open",
        "by": "chen",
        "short_notice": True,
    }
    assert [(each["contact"], each["party"]) for each in done["told"]] == [("chen", "provider"), ("wang", "customer")]
    assert "【维护】" in done["told"][1]["subject"]


def test_a_fault_in_a_window_waits_and_opens_when_that_is_ended(agent: Running) -> None:
    window = announced(agent)["window"]["id"]
    agent.webhook(captured_firing())
    assert agent.ask("GET", "/api/v1/incidents").json["items"] == []
    assert agent.ask("GET", MAINTENANCE).json["items"][0]["waiting"] == 1

    done = agent.post_json(f"{MAINTENANCE}/{window}/end", {"by": "lee", "reason": "done early"}).json

    [number] = done["opened"]
    assert agent.ask("GET", f"/api/v1/incidents/{number}").json["state"] == "open"
    assert (done["window"]["state"], done["window"]["ended_by"]) == ("over", "lee")


def test_the_same_announcement_again_is_no_second_window(agent: Running) -> None:
    ends_at = in_hours(2)
    first = agent.post_json(MAINTENANCE, {**UPGRADE, "lasting": None, "ends_at": ends_at})

    again = agent.post_json(MAINTENANCE, {**UPGRADE, "lasting": None, "ends_at": ends_at})

    assert (first.status, again.status, again.json["repeated"]) == (201, 200, True)
    assert again.json["window"]["id"] == first.json["window"]["id"]
    assert len(agent.ask("GET", MAINTENANCE).json["items"]) == 1


def test_a_dry_run_says_what_would_be_told_and_does_nothing(agent: Running) -> None:
    answer = agent.post_json(MAINTENANCE, {**UPGRADE, "dry_run": True})

    assert (answer.status, answer.json["dry_run"], len(answer.json["told"])) == (200, True, 2)
    assert agent.ask("GET", MAINTENANCE).json["items"] == []
    assert list(agent.store.timeline("")) == []


def test_a_dry_run_of_an_early_end_names_what_it_would_open(agent: Running) -> None:
    window = announced(agent)["window"]["id"]
    agent.webhook(captured_firing())

    done = agent.post_json(f"{MAINTENANCE}/{window}/end", {"by": "lee", "dry_run": True}).json

    assert len(done["opened"]) == 1
    assert {each["type"] for each in done["told"]} == {"maintenance", "opening"}
    assert agent.ask("GET", "/api/v1/incidents").json["items"] == []


def test_a_longer_window_ends_so_much_later(agent: Running) -> None:
    window = announced(agent)["window"]

    longer = agent.post_json(f"{MAINTENANCE}/{window['id']}/extension", {"by": "chen", "longer": "30m"}).json["window"]

    ends = [datetime.fromisoformat(each["ends_at"]) for each in (window, longer)]
    assert ends[1] - ends[0] == timedelta(minutes=30)


def test_what_is_over_is_listed_where_it_is_asked_for(agent: Running) -> None:
    window = announced(agent, starts_at=in_hours(80), lasting="1h")["window"]
    assert (window["state"], window["short_notice"]) == ("ahead", False)

    agent.post_json(f"{MAINTENANCE}/{window['id']}/end", {"by": "chen"})

    assert agent.ask("GET", MAINTENANCE).json["items"] == []
    [over] = agent.ask("GET", f"{MAINTENANCE}?over=true").json["items"]
    assert (over["state"], over["ends_at"]) == ("called_off", window["ends_at"])


def test_windows_of_the_file_stand_beside_them(tmp_path: Path) -> None:
    every = 'maintenance:\n  - {what: weekly restart, functions: [ledger], every: "00:00", for: 24h}\n'

    with running(tmp_path, FILE + every) as agent:
        [listed] = agent.ask("GET", MAINTENANCE).json["items"]

    assert (listed["id"], listed["source"], listed["state"], listed["by"]) == ("routes.yaml[0]", "file", "open", None)


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"by": "wang"}, 403, "belongs to the customer"),
        ({"by": "nobody"}, 422, "is no contact of the agreement"),
        ({"functions": ["chekout"]}, 404, "did you mean checkout?"),
        ({"functions": [], "probes": ["shpo"]}, 404, "did you mean shop?"),
        ({"functions": []}, 409, "name at least one"),
        ({"what": " "}, 409, "say what is done"),
        ({"lasting": "15d"}, 409, "lasts 14 days at most"),
        ({"lasting": "90"}, 422, "90"),
        ({"lasting": None}, 422, "say either ends_at or lasting"),
        ({"lasting": None, "ends_at": "2026-12-06T02:00:00"}, 422, "ends_at"),
        ({"lasting": None, "ends_at": "2020-12-06T02:00:00Z"}, 409, "ends after it begins"),
        ({"starts_at": "2090-12-06T02:00:00Z"}, 409, "begins within a year"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    agent: Running, changed: dict[str, Any], status: int, said: str
) -> None:
    answer = agent.post_json(MAINTENANCE, {**UPGRADE, **changed})

    assert (answer.status, said in answer.text) == (status, True), answer.text
    assert agent.ask("GET", MAINTENANCE).json["items"] == []


def test_a_window_of_the_file_is_changed_there(agent: Running) -> None:
    answer = agent.post_json(f"{MAINTENANCE}/routes.yaml%5B0%5D/end", {"by": "lee"})

    assert (answer.status, "tocsin maintenance list" in answer.json["detail"]) == (404, True)


def test_a_probe_in_maintenance_says_until_when(agent: Running) -> None:
    window = announced(agent)["window"]

    probes = {each["name"]: each["maintenance_until"] for each in agent.ask("GET", "/api/v1/probes").json["items"]}

    assert probes == {"shop": window["ends_at"], "backup": None}


# --- quiet for a while
def test_a_rest_is_shown_with_its_incident(agent: Running) -> None:
    number = agent.opened().number

    done = agent.post_json(
        f"/api/v1/incidents/{number}/snooze", {"contact": "wang", "lasting": "30m", "reason": "on it"}
    )

    assert (done.status, done.json["party"], done.json["contact"]) == (200, "customer", None)
    assert agent.ask("GET", f"/api/v1/incidents/{number}").json["snoozes"] == [done.json]


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"lasting": "3h"}, 409, "2 h at most"),
        ({"lasting": "0s"}, 404, "no reminders of"),
        ({"contact": "nobody"}, 422, "is no contact"),
    ],
)
def test_a_rest_has_bounds(agent: Running, changed: dict[str, str], status: int, said: str) -> None:
    number = agent.opened().number

    answer = agent.post_json(f"/api/v1/incidents/{number}/snooze", {"contact": "lee", "lasting": "30m", **changed})

    assert (answer.status, said in answer.text) == (status, True), answer.text


# --- trials
def test_a_dry_trial_shows_who_would_read_what_and_when(agent: Running) -> None:
    tried = agent.post_json("/api/v1/trials", {"function": "checkout", "state": "down", "dry_run": True}).json

    assert (tried["outcome"], tried["grade"], tried["rules"], tried["incident"]) == ("opened", 2, ["R0", "R4"], None)
    told = {each["contact"]: each for each in tried["told"]}
    assert (told["wang"]["held"], told["chen"]["held"]) == (True, False)
    assert told["wang"]["subject"].startswith("【二级·暂定】Checkout全部不可用")
    assert [each["party"] for each in tried["ladders"]] == ["provider", "customer"]
    assert tried["lifts"][0]["grade"] == 1
    assert tried["sent"] == []
    assert agent.ask("GET", "/api/v1/incidents").json["items"] == []
    assert list(agent.store.timeline("")) == []


def test_a_trial_goes_to_the_provider_alone_and_is_marked(agent: Running) -> None:
    tried = agent.post_json("/api/v1/trials", {"function": "checkout", "state": "down", "by": "lee"}).json

    assert {each["contact"] for each in tried["sent"]} <= {"lee", "chen"}
    assert all(each["subject"].startswith("[TRIAL] [GRADE 2") for each in tried["sent"])
    assert [sealed.fact.kind for sealed in agent.store.timeline("")][-1] == "trial_sent"
    assert agent.ask("GET", "/api/v1/incidents").json["items"] == []


def test_nobody_is_tried_while_people_are_at_work(agent: Running) -> None:
    agent.opened()

    answer = agent.post_json("/api/v1/trials", {"function": "ledger", "state": "down"})

    assert (answer.status, "a trial now would be in the way" in answer.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"function": "chekout", "state": "down"}, 404),
        ({"function": "checkout", "state": "broken"}, 422),
        ({"function": "checkout", "state": "down", "by": "wang"}, 403),
    ],
)
def test_a_trial_of_what_is_not_agreed_is_refused(agent: Running, body: dict[str, str], status: int) -> None:
    assert agent.post_json("/api/v1/trials", body).status == status


# --- the customer's copy
@pytest.fixture
def both(tmp_path: Path) -> Iterator[Running]:
    """An agent that knows a token of each party."""
    unannounced = 'maintenance:\n  - {what: nightly restart, functions: [ledger], every: "00:00", for: 24h}\n'
    rights = frozenset({"read", "act", "intake"})
    with running(tmp_path, FILE + unannounced) as agent:
        tokens = [
            Token(name, rights, Secret(name), party=party) for name, party in (("desk", PROVIDER), ("shop", CUSTOMER))
        ]
        agent.configure(tokens=tuple(tokens))
        yield agent


def test_the_customer_reads_the_windows_that_it_was_told_of(both: Running) -> None:
    window = {**UPGRADE, "probes": ["shop"]}
    both.post_json(MAINTENANCE, window, bearer("desk"))

    own = both.ask("GET", MAINTENANCE, headers=bearer("shop")).json["items"]
    other = both.ask("GET", MAINTENANCE, headers=bearer("desk")).json["items"]

    assert [(each["what"], each["probes"]) for each in own] == [("database upgrade", [])]
    assert {each["what"] for each in other} == {"database upgrade", "nightly restart"}


def test_the_customers_token_lets_only_its_own_side_rest(both: Running) -> None:
    number = both.post_json("/webhooks/alertmanager", captured_firing(), bearer("desk")).json["incidents"][0]
    both.post_json(f"/api/v1/incidents/{number}/grade", {"by": "lee", "grade": 2}, bearer("desk"))

    def rested(contact: str) -> int:
        act = {"contact": contact, "lasting": "30m"}
        return both.post_json(f"/api/v1/incidents/{number}/snooze", act, bearer("shop")).status

    assert (rested("wang"), rested("lee")) == (200, 403)


def captured_firing() -> dict[str, Any]:
    return {"alerts": [firing("CheckoutDown")]}
