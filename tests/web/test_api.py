"""The API under /api/v1: shapes, acts, faults as problem+json."""

import re
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from agent.errors import StoreUnavailable, TooBusy
from agent.model import Change
from tests.web.running import FILE, Running, firing

RFC3339_Z = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def test_an_incident_has_the_promised_shape(agent: Running) -> None:
    number = agent.opened().number

    shown = agent.ask("GET", f"/api/v1/incidents/{number}").json

    assert (shown["number"], shown["grade"], shown["provisional"], shown["kind"]) == (number, 2, True, "fault")
    assert (shown["state"], shown["phase"], shown["functions"], shown["drill"]) == (
        "open",
        "assessment",
        ["checkout"],
        False,
    )
    assert shown["acknowledged"] == {"provider": None, "customer": None}
    assert shown["signals_total"] == 1
    assert shown["signals"][0]["labels"] == {"alertname": "CheckoutDown"}
    assert shown["agreement"] == {"version": 1, "hash": agent.settings.agreement.hash, "in_force": True}
    assert shown["recovered_at"] is None
    assert all(RFC3339_Z.fullmatch(shown[name]) for name in ("started_at", "detected_at", "opened_at"))


def test_incidents_are_listed_newest_first_page_by_page(agent: Running) -> None:
    first, second = agent.opened("CheckoutDown").number, agent.opened("LedgerDown").number

    page = agent.ask("GET", "/api/v1/incidents?limit=1").json
    rest = agent.ask("GET", f"/api/v1/incidents?limit=1&cursor={page['next']}").json

    assert [each["number"] for each in page["items"]] == [second]
    assert [each["number"] for each in rest["items"]] == [first]
    assert rest["next"] is None


def test_incidents_are_picked_by_state(agent: Running) -> None:
    gone, kept = agent.opened("CheckoutDown").number, agent.opened("LedgerDown").number
    agent.post_json(f"/api/v1/incidents/{gone}/void", {"by": "lee", "reason": "test of the monitor"})

    void = agent.ask("GET", "/api/v1/incidents?state=void").json["items"]
    both = agent.ask("GET", "/api/v1/incidents?state=void&state=open").json["items"]

    assert [(each["number"], each["reason"]) for each in void] == [(gone, "test of the monitor")]
    assert {each["number"] for each in both} == {gone, kept}


def test_the_timeline_is_the_chain_of_facts(agent: Running) -> None:
    number = agent.opened().number

    facts = agent.ask("GET", f"/api/v1/incidents/{number}/timeline").json["items"]

    assert "incident_opened" in [each["kind"] for each in facts]
    assert [each["prev_hash"] for each in facts[1:]] == [each["hash"] for each in facts[:-1]]
    assert [each["seq"] for each in facts] == sorted(each["seq"] for each in facts)


def test_notices_say_who_was_told_and_why_but_never_where(agent: Running) -> None:
    number = agent.opened().number

    reply = agent.ask("GET", f"/api/v1/incidents/{number}/notices")

    provider = next(each for each in reply.json["items"] if each["party"] == "provider")
    assert {who["contact"] for who in provider["recipients"]} == {"lee", "chen"} or provider["recipients"]
    assert all(who["why"] for who in provider["recipients"])
    assert [each["endpoint"].split("/")[0] for each in provider["deliveries"]]
    for secret in ("log://", "+1-555-0100", "lee@provider.example", "token0000"):
        assert secret not in reply.text


def test_no_page_of_the_api_shows_phones_mail_addresses_or_endpoints(agent: Running) -> None:
    number = agent.opened().number
    paths = ("/incidents", f"/incidents/{number}", f"/incidents/{number}/timeline", "/probes", "/signals/unmapped")

    shown = "".join(agent.ask("GET", f"/api/v1{path}").text for path in paths)

    assert not any(secret in shown for secret in ("log://", "555-0100", "555-0102", "lee@provider", "token0000"))


def test_an_acknowledgement_is_made_once_and_repeated_quietly(agent: Running) -> None:
    number = agent.opened().number
    path = f"/api/v1/incidents/{number}/acknowledgements"

    first = agent.post_json(path, {"contact": "lee"})
    again = agent.post_json(path, {"contact": "lee"})

    assert (first.status, again.status) == (201, 200)
    assert (first.json["party"], first.json["repeated"], again.json["repeated"]) == ("provider", False, True)
    assert first.json["at"] == again.json["at"]
    shown = agent.ask("GET", f"/api/v1/incidents/{number}").json["acknowledged"]
    assert shown == {"provider": {"contact": "lee", "at": first.json["at"], "means": "api"}, "customer": None}


def test_an_acknowledgement_without_tokens_is_recorded_as_unauthenticated(agent: Running) -> None:
    number = agent.opened().number

    agent.post_json(f"/api/v1/incidents/{number}/acknowledgements", {"contact": "lee", "means": "phone"})

    said = agent.store.acknowledgements(number)[0]
    assert (said.means, said.recorded_by, said.address) == ("phone", "unauthenticated", "127.0.0.1")


def test_what_is_said_with_an_acknowledgement_is_on_record(agent: Running) -> None:
    number = agent.opened().number
    said = {"contact": "lee", "progress": "restarting the pool", "next_update_at": "2026-11-23T12:00:00+08:00"}

    agent.post_json(f"/api/v1/incidents/{number}/acknowledgements", said)

    facts = [sealed.fact for sealed in agent.store.timeline(number) if sealed.fact.kind == "acknowledged"]
    assert facts[0].detail["progress"] == "restarting the pool"
    assert facts[0].detail["next_update_at"] == "2026-11-23T04:00:00+00:00"


def test_a_time_without_a_zone_is_refused(agent: Running) -> None:
    number = agent.opened().number
    said = {"contact": "lee", "next_update_at": "2026-11-23T12:00:00"}

    reply = agent.post_json(f"/api/v1/incidents/{number}/acknowledgements", said)

    assert (reply.status, reply.json["errors"][0]["at"]) == (422, "body.next_update_at")


def test_who_is_unknown_cannot_act(agent: Running) -> None:
    number = agent.opened().number

    replies = [
        agent.post_json(f"/api/v1/incidents/{number}/acknowledgements", {"contact": "nobody"}),
        agent.post_json(f"/api/v1/incidents/{number}/void", {"by": "nobody", "reason": "x"}),
    ]

    assert [reply.status for reply in replies] == [422, 422]
    assert "'nobody' is no contact of the agreement: chen, lee, wang" in replies[0].json["detail"]


def test_acts_of_the_other_party_are_refused(agent: Running) -> None:
    number = agent.opened().number

    verification = agent.post_json(f"/api/v1/incidents/{number}/verification", {"by": "wang", "note": "works"})
    closing = agent.post_json(f"/api/v1/incidents/{number}/close", {"by": "wang"})

    assert (verification.status, verification.json["clause"]) == (403, "3.4(d)")
    assert closing.status == 403
    assert verification.headers["content-type"] == "application/problem+json"


def test_illegal_steps_are_refused_and_name_the_clause(agent: Running) -> None:
    number = agent.opened().number

    closing = agent.post_json(f"/api/v1/incidents/{number}/close", {"by": "lee"})
    verification = agent.post_json(f"/api/v1/incidents/{number}/verification", {"by": "lee"})
    lowering = agent.post_json(f"/api/v1/incidents/{number}/grade", {"by": "lee", "grade": 3})

    assert [reply.status for reply in (closing, verification, lowering)] == [409, 409, 409]
    assert verification.json["clause"] == "3.4(d)"
    assert lowering.json["detail"] == "lowering a grade needs a reason"


def test_a_grade_is_set_by_a_person(agent: Running) -> None:
    number = agent.opened().number

    reply = agent.post_json(f"/api/v1/incidents/{number}/grade", {"by": "lee", "grade": 1, "reason": "all shops"})

    assert (reply.status, reply.json["grade"], reply.json["provisional"]) == (200, 1, False)


def test_what_is_not_there_is_404(agent: Running) -> None:
    paths = ("/api/v1/incidents/INC-20260101-001", "/api/v1/incidents/INC-1/timeline", "/api/v1/incidents/x/notices")

    replies = [agent.ask("GET", path) for path in paths]
    act = agent.post_json("/api/v1/incidents/INC-1/void", {"by": "lee", "reason": "x"})

    assert {reply.status for reply in (*replies, act)} == {404}
    assert {reply.headers["content-type"] for reply in replies} == {"application/problem+json"}


def test_unknown_paths_and_methods_are_problems_and_never_redirects(agent: Running) -> None:
    slashed = agent.ask("GET", "/api/v1/incidents/")
    deleted = agent.ask("DELETE", "/api/v1/incidents")

    assert (slashed.status, deleted.status) == (404, 405)
    assert {slashed.headers["content-type"], deleted.headers["content-type"]} == {"application/problem+json"}


def test_what_does_not_fit_the_shapes_is_named_and_not_repeated(agent: Running) -> None:
    number = agent.opened().number

    wrong = [
        agent.post_json(f"/api/v1/incidents/{number}/grade", {"by": "lee", "grade": 7}),
        agent.post_json(f"/api/v1/incidents/{number}/void", {"by": "lee", "reason": "s\ud800cret"}),
        agent.post_json(f"/api/v1/incidents/{number}/acknowledgements", {"contact": "lee", "typo": "s\ud800cret"}),
        agent.ask("POST", f"/api/v1/incidents/{number}/void", b"{nonsense", {"content-type": "application/json"}),
        agent.ask("GET", "/api/v1/incidents?limit=501"),
        agent.ask("GET", "/api/v1/incidents?state=lost"),
    ]

    assert [reply.status for reply in wrong] == [422] * 6
    assert wrong[0].json["errors"][0]["at"] == "body.grade"
    assert all("cret" not in reply.text for reply in wrong)


def test_a_foreign_cursor_is_refused(agent: Running) -> None:
    reply = agent.ask("GET", "/api/v1/incidents?cursor=elsewhere")

    assert reply.status == 400
    assert "is no cursor" in reply.json["detail"]


def test_bodies_are_short(agent: Running) -> None:
    number = agent.opened().number

    reply = agent.post_json(f"/api/v1/incidents/{number}/void", {"by": "lee", "reason": "x" * 70_000})

    assert reply.status == 413


def test_nul_is_cleaned_from_what_people_write(agent: Running) -> None:
    number = agent.opened().number

    reply = agent.post_json(f"/api/v1/incidents/{number}/void", {"by": "lee", "reason": "te\x00st"})

    assert reply.json["reason"] == "test"


def test_a_store_that_cannot_be_reached_is_503_with_retry_after(agent: Running) -> None:
    number = agent.opened().number

    def refused(work: Any) -> Future[Any]:
        answer: Future[Any] = Future()
        answer.set_exception(StoreUnavailable("the disk is full"))
        return answer

    def busy(work: Any) -> Future[Any]:
        raise TooBusy("too many requests are waiting")

    replies = []
    for submit in (refused, busy):
        agent.submit = submit
        replies.append(agent.post_json(f"/api/v1/incidents/{number}/void", {"by": "lee", "reason": "x"}))

    assert [reply.status for reply in replies] == [503, 503]
    assert [reply.headers["retry-after"] for reply in replies] == ["5", "5"]
    assert replies[0].json["detail"] == "the disk is full"


def test_probes_never_read_are_unknown(agent: Running) -> None:
    items = agent.ask("GET", "/api/v1/probes").json["items"]

    assert [(each["name"], each["kind"], each["function"], each["result"]) for each in items] == [
        ("backup", "heartbeat", "system", "unknown"),
        ("shop", "tcp_connect", "checkout", "unknown"),
    ]


def test_unmapped_signals_are_listed(agent: Running) -> None:
    agent.webhook({"alerts": [firing("DiskFull", instance="a"), firing("DiskFull", instance="b")]})

    items = agent.ask("GET", "/api/v1/signals/unmapped").json["items"]

    assert [(each["alertname"], each["count"]) for each in items] == [("DiskFull", 2)]
    assert items[0]["labels"]["instance"] == "b"


def test_a_reload_answers_what_is_in_force_now(agent: Running) -> None:
    agent.path.write_text(FILE.replace("Payment platform", "Payment platform 2"))

    reply = agent.post_json("/api/v1/reload", {})

    assert reply.status == 200
    assert reply.json["agreement"]["system"] == "Payment platform 2"
    assert reply.json["agreement"]["hash"] == agent.settings.agreement.hash
    assert isinstance(reply.json["warnings"], list)


def test_a_reload_with_faults_names_them_and_changes_nothing(agent: Running) -> None:
    before = agent.settings
    agent.path.write_text(FILE.replace("tcp_connect", "tcp_conect"))

    reply = agent.post_json("/api/v1/reload", {})

    assert reply.status == 422
    assert reply.json["faults"][0]["line"] == 23
    assert "tcp_connect" in reply.json["faults"][0]["message"]
    assert agent.settings is before


def test_the_openapi_document_describes_it(agent: Running) -> None:
    document = agent.ask("GET", "/api/openapi.json").json

    assert "/api/v1/incidents/{number}/acknowledgements" in document["paths"]
    assert document["info"]["title"] == "Tocsin"


def test_what_the_recovery_waits_for_is_in_the_shape(agent: Running) -> None:
    number = agent.opened().number

    shown = agent.ask("GET", f"/api/v1/incidents/{number}").json

    [wait] = shown["waits_for"]
    assert (wait["what"], wait["count"], wait["result"], wait["until"]) == ("signals", 1, None, None)
    assert wait["name"].startswith("row:CheckoutDown-")
    assert RFC3339_Z.fullmatch(wait["since"])
    assert shown["without"] == []


def test_a_probe_that_is_not_waited_for_cannot_be_left_out(agent: Running) -> None:
    path = f"/api/v1/incidents/{agent.opened().number}/verification"

    noteless = agent.post_json(path, {"by": "lee", "without": ["shop"]})
    unknown = agent.post_json(path, {"by": "lee", "note": "by hand", "without": ["till"]})

    assert (noteless.status, noteless.json["clause"]) == (409, "3.4(d)")
    assert "a note is needed" in noteless.json["detail"]
    assert (unknown.status, unknown.json["clause"]) == (409, "3.4(d)")
    assert "does not wait for 'till'" in unknown.json["detail"]


def test_after_a_reopening_nobody_has_acknowledged(agent: Running) -> None:
    number = agent.opened().number
    agent.post_json(f"/api/v1/incidents/{number}/acknowledgements", {"contact": "lee"})
    acknowledged = agent.ask("GET", f"/api/v1/incidents/{number}").json["acknowledged"]["provider"]
    incident = agent.store.incident(number)
    assert incident is not None
    agent.store.commit(Change(incidents={number: replace(incident, acknowledged_provider="")}))

    shown = agent.ask("GET", f"/api/v1/incidents/{number}").json

    assert acknowledged["contact"] == "lee"
    assert RFC3339_Z.fullmatch(acknowledged["at"])
    assert shown["acknowledged"] == {"provider": None, "customer": None}
