"""Each party's own copy of the API, and who may speak for whom."""

from hashlib import sha256
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi.routing import APIRoute

from agent.config.settings import Token
from agent.model import Party, Secret
from agent.ports import Health
from agent.web.api import models, parties
from agent.web.api.app import build
from agent.web.api.joint import JointShape
from agent.web.api.report_shapes import FiledShape, ReportShape
from agent.web.api.roster import RosterShape
from agent.web.api.statutes import DraftShape
from agent.web.office import Office
from tests.web.running import FILE, Reply, Running, bearer, firing, running

CHECKOUT = {"instance": "host-17", "region": "east"}
OPENING = FILE.replace(
    "says: {en: The payment page does not open, zh: 支付页打不开}",
    "says: {en: The payment page does not open, zh: 支付页打不开}, public_labels: [region]",
)


def token(name: str, party: Party, contact: str = "") -> Token:
    secret = Secret("sha256:" + sha256(name.encode()).hexdigest())
    return Token(name, frozenset({"read", "act", "intake"}), secret, is_hashed=True, party=party, contact=contact)


@pytest.fixture
def agent(tmp_path: Any) -> Any:
    with running(tmp_path, OPENING) as started:
        started.configure(
            tokens=(
                token("desk", Party.PROVIDER),
                token("shop", Party.CUSTOMER),
                token("lees", Party.PROVIDER, "lee"),
                token("wangs", Party.CUSTOMER, "wang"),
            )
        )
        yield started


def get(agent: Running, who: str, path: str) -> Reply:
    return agent.ask("GET", f"/api/v1{path}", headers=bearer(who))


def post(agent: Running, who: str, path: str, content: Any) -> Reply:
    return agent.post_json(f"/api/v1{path}", content, bearer(who))


def opened(agent: Running, name: str = "CheckoutDown") -> str:
    """An incident that the customer has not heard of yet: its first notice is held."""
    reply = agent.post_json("/webhooks/alertmanager", {"alerts": [firing(name, **CHECKOUT)]}, bearer("desk"))
    number: str = reply.json["incidents"][0]
    return number


def told(agent: Running) -> str:
    """An incident that both parties were told of."""
    number = opened(agent)
    assert post(agent, "desk", f"/incidents/{number}/grade", {"by": "lee", "grade": 1}).status == 200
    return number


# --------------------------------------------------------------------------------------------------- what is shown


def test_the_customer_sees_no_label_but_those_that_are_opened_by_name(agent: Running) -> None:
    number = told(agent)

    own, other = (get(agent, who, f"/incidents/{number}").json for who in ("shop", "desk"))

    assert other["signals"][0]["labels"] == {"alertname": "CheckoutDown", **CHECKOUT}
    assert own["signals"][0]["labels"] == {"region": "east"}
    assert (own["signals"][0]["fingerprint"], own["rules"], own["waits_for"]) == ("", [], [])
    assert other["rules"]
    assert (own["number"], own["grade"], own["functions"], own["signals_total"]) == (number, 1, ["checkout"], 1)


def test_nothing_technical_stands_on_any_page_of_the_customer(agent: Running) -> None:
    number = told(agent)
    paths = ("/incidents", *(f"/incidents/{number}{part}" for part in ("", "/timeline", "/notices")), "/probes")

    replies = [get(agent, "shop", path) for path in paths]

    assert [reply.status for reply in replies] == [200] * len(paths)
    shown = "".join(reply.text for reply in replies)
    assert not [word for word in ("CheckoutDown", "host-17", "R4", "row:", "log://", "lee/1") if word in shown]


def test_what_is_held_back_from_the_customer_is_not_there_for_its_tokens(agent: Running) -> None:
    number, heard = opened(agent, "LedgerDown"), told(agent)

    listed = get(agent, "shop", "/incidents").json["items"]
    replies = [get(agent, "shop", f"/incidents/{number}{part}") for part in ("", "/timeline", "/notices")]
    act = post(agent, "shop", f"/incidents/{number}/acknowledgements", {"contact": "wang"})

    assert [each["number"] for each in listed] == [heard]
    assert [reply.status for reply in (*replies, act)] == [404] * 4
    assert get(agent, "desk", f"/incidents/{number}").status == 200


def test_an_unmapped_alert_never_reaches_the_customers_tokens(agent: Running) -> None:
    agent.post_json("/webhooks/alertmanager", {"alerts": [firing("DiskFull", **CHECKOUT)]}, bearer("desk"))

    own, other = (get(agent, who, "/signals/unmapped") for who in ("shop", "desk"))

    assert (own.status, [each["alertname"] for each in other.json["items"]]) == (403, ["DiskFull"])
    assert get(agent, "shop", "/incidents").json["items"] == []


def test_the_chain_holds_for_whoever_sees_part_of_its_details(agent: Running) -> None:
    number = told(agent)

    own, other = (get(agent, who, f"/incidents/{number}/timeline").json["items"] for who in ("shop", "desk"))

    assert [each["hash"] for each in own] == [each["hash"] for each in other]
    assert not any(each["withheld"] for each in other)
    opening = next(each for each in own if each["kind"] == "incident_opened")
    assert (opening["withheld"], opening["detail"]["grade"]) == (True, 2)
    assert {"rules", "inputs"} & set(opening["detail"]) == set()
    released = [each["detail"] for each in own if each["kind"] == "notice_released"]
    assert {} in released  # the provider's
    assert {each["party"] for each in released if each} == {"customer"}


def test_each_party_reads_its_own_notices(agent: Running) -> None:
    number = told(agent)

    own, both = (get(agent, who, f"/incidents/{number}/notices").json["items"] for who in ("shop", "desk"))

    assert {each["party"] for each in own} == {"customer"}
    assert {each["party"] for each in both} == {"customer", "provider"}


def test_what_a_probe_measured_and_why_it_failed_are_the_providers(agent: Running) -> None:
    shown = get(agent, "shop", "/probes").json["items"]

    assert {each["name"] for each in shown} == {"shop", "backup"}
    assert all((each["values"], each["error"]) == ({}, "") for each in shown)


@pytest.mark.parametrize("path", ["/metrics", "/probe?target=shop"])
def test_the_agents_own_figures_are_the_providers(agent: Running, path: str) -> None:
    refused, answered = (agent.ask("GET", path, headers=bearer(who)) for who in ("shop", "desk"))

    assert (refused.status, answered.status) == (403, 200)
    assert "the token shop is the customer's" in refused.text


def test_why_the_agent_is_not_well_is_the_providers_to_know(agent: Running) -> None:
    agent.health = Health(is_alive=True, is_ready=False, reasons=("store: the disk is full",))

    assert "reasons" not in agent.ask("GET", "/readyz", headers=bearer("shop")).json
    assert "reasons" in agent.ask("GET", "/readyz", headers=bearer("desk")).json


def test_the_customers_machines_may_bring_alerts_and_pings(agent: Running) -> None:
    """OB-203: its own probes, under its own token."""
    assert agent.post_json("/webhooks/alertmanager", {"alerts": [firing()]}, bearer("shop")).status == 200


# ------------------------------------------------------------------------------------------------ closed by default


def test_every_route_of_the_api_shows_each_party_its_own_copy() -> None:
    api = build(cast("Office", SimpleNamespace(store=None)))

    included = [each.original_router for each in api.routes if hasattr(each, "original_router")]
    routes = [route for router in included for route in router.routes if isinstance(route, APIRoute)]

    assert len(routes) > 10
    assert [route.path for route in routes if not isinstance(route, parties.PartyRoute)] == []


def test_a_shape_that_nobody_decided_on_is_not_the_customers(agent: Running) -> None:
    before = len(agent.store.newest_facts(100))

    replies = [
        post(
            agent, "shop", "/maintenance", {"what": "upgrade", "by": "wang", "lasting": "1h", "functions": ["ledger"]}
        ),
        post(agent, "shop", "/trials", {"function": "ledger", "state": "down"}),
        post(agent, "shop", "/reload", {}),
    ]

    assert [reply.status for reply in replies] == [403] * 3
    assert len(agent.store.newest_facts(100)) == before


DECIDED: dict[type, tuple[str, str]] = {
    models.IncidentShape: (
        "number grade provisional kind state phase functions drill flapping started_at detected_at opened_at "
        "recovered_at closed_at acknowledged verified_by recurrence_of reason signals_total agreement regulatory "
        "labels",
        "rules without waits_for signals snoozes",
    ),
    models.SignalShape: (
        "firing function condition started_at received_at ended_at is_end_presumed",
        "source fingerprint labels muted",
    ),
    models.FactShape: ("seq at kind by prev_hash hash", "detail withheld"),
    models.NoticeShape: (
        "id seq type party grade at due_at state asks answer_by trial proof recipients",
        "deliveries",
    ),
    models.ProbeShape: ("name kind function result since last_run_at duration_s maintenance_until", "values error"),
    models.AcknowledgementShape: ("incident contact party at repeated reports", ""),
    DraftShape: ("incident overlay language owed_by level lacks text", ""),
    JointShape: ("in_force proposed rejected differences stated repeated", ""),
    RosterShape: ("party name complete missing month tested waits_for on_call", "contacts"),
    FiledShape: ("number incident party received_at acknowledge_due_at missing repeated", ""),
    ReportShape: (
        "number incident party reporter received_at occurred_at discovered_at symptom scope measures functions kind "
        "suggested_grade missing joined means recorded_by acknowledged_by acknowledged_at attachments",
        "obligations",
    ),
}
"""Shape -> what the customer sees of it as it is, and what is changed or taken out on the way."""


@pytest.mark.parametrize("shape", DECIDED, ids=lambda shape: str(shape.__name__))
def test_of_every_field_somebody_decided_whether_the_customer_sees_it(shape: type) -> None:
    """A new field belongs into DECIDED, and where it is technical into agent/web/api/parties.py."""
    open_, changed = DECIDED[shape]

    assert set(cast("Any", shape).model_fields) == {*open_.split(), *changed.split()}


# ------------------------------------------------------------------------------------------------- who acts for whom


def test_the_customers_token_acts_for_the_customer_alone(agent: Running) -> None:
    number = told(agent)

    own = post(agent, "shop", f"/incidents/{number}/acknowledgements", {"contact": "wang"})
    other = post(agent, "shop", f"/incidents/{number}/acknowledgements", {"contact": "lee"})

    assert (own.status, own.json["party"]) == (201, "customer")
    assert (other.status, other.json["clause"]) == (403, "4.2(c)")
    assert other.json["detail"] == "lee belongs to the provider; the token shop speaks for the customer"
    assert get(agent, "desk", f"/incidents/{number}").json["acknowledged"]["provider"] is None


@pytest.mark.parametrize(
    ("act", "content", "clause"),
    [
        ("verification", {"by": "lee"}, "3.4(d)"),
        ("void", {"by": "lee", "reason": "test"}, "3.2(a)"),
        ("close", {"by": "lee"}, "3.4(e)"),
        ("grade", {"by": "lee", "grade": 3, "reason": "not so bad"}, "3.1"),
    ],
)
def test_no_act_of_the_provider_is_brought_by_a_token_of_the_customer(
    agent: Running, act: str, content: dict[str, Any], clause: str
) -> None:
    number = told(agent)
    before = get(agent, "desk", f"/incidents/{number}").json

    reply = post(agent, "shop", f"/incidents/{number}/{act}", content)

    assert (reply.status, reply.json["clause"]) == (403, clause)
    assert get(agent, "desk", f"/incidents/{number}").json == before


def test_the_providers_desk_records_what_the_customer_says_by_phone(agent: Running) -> None:
    number = told(agent)

    reply = post(agent, "desk", f"/incidents/{number}/acknowledgements", {"contact": "wang", "means": "phone"})

    assert (reply.status, reply.json["party"]) == (201, "customer")
    assert agent.store.acknowledgements(number)[0].recorded_by == "desk"


def test_an_act_brought_with_a_persons_own_token_is_recorded_as_that_persons(agent: Running) -> None:
    number = told(agent)

    post(agent, "wangs", f"/incidents/{number}/acknowledgements", {"contact": "wang"})
    post(agent, "lees", f"/incidents/{number}/acknowledgements", {"contact": "chen", "means": "phone"})

    recorded = {each.contact: each.recorded_by for each in agent.store.acknowledgements(number)}
    assert recorded == {"wang": "wang", "chen": "lee"}
