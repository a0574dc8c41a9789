"""Reports through the API: filed, refused, supplemented, acknowledged, listed, attachments kept (3.2(b), (c))."""

import base64
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from agent.model import Change, Link, Party
from tests.web.running import FILE, Running, running

REPORTS = "/api/v1/reports"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)
WHOLE: dict[str, Any] = {
    "reporter": "wang",
    "symptom": "tills show a blank page",
    "scope": "all shops",
    "measures": "none so far",
    "functions": ["checkout"],
}


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def filed(agent: Running, **other: Any) -> Any:
    answer = agent.post_json(REPORTS, {**WHOLE, "occurred_at": ago(3), **other})
    assert answer.status == 201, answer.text
    return answer.json


def attached(content: bytes = PICTURE, name: str = "till.png", media_type: str = "image/png") -> dict[str, str]:
    return {"name": name, "media_type": media_type, "content": base64.b64encode(content).decode()}


def test_a_report_is_filed_with_its_number_incident_and_limit(agent: Running) -> None:
    """3.2(b), (c): 201 once it is on disk."""
    done = filed(agent)

    received, due = (datetime.fromisoformat(done[name]) for name in ("received_at", "acknowledge_due_at"))
    assert done["number"].startswith("REP-")
    assert agent.ask("GET", f"/api/v1/incidents/{done['incident']}").json["grade"] == 2
    assert due - received == timedelta(minutes=15)
    assert (done["missing"], done["repeated"], done["party"]) == ([], False, "customer")


def test_the_very_same_report_again_is_200_with_the_same_number(agent: Running) -> None:
    """3.2(b): the first answer was lost on its way."""
    occurred_at = ago(3)
    first = filed(agent, occurred_at=occurred_at)

    again = agent.post_json(REPORTS, {**WHOLE, "occurred_at": occurred_at})

    assert (again.status, again.json["number"], again.json["repeated"]) == (200, first["number"], True)


def test_one_report_is_shown_with_its_clocks(agent: Running) -> None:
    """3.2(c), OB-301, OB-204: what it started is found with it."""
    done = filed(agent, suggested_grade=3)

    shown = agent.ask("GET", f"{REPORTS}/{done['number']}").json
    [listed] = agent.ask("GET", f"{REPORTS}?incident={done['incident']}").json["items"]
    assert shown == listed
    assert {each["ob"]: each["state"] for each in shown["obligations"]} == {"OB-301": "running", "OB-204": "met"}
    assert (shown["symptom"], shown["suggested_grade"], shown["acknowledged_by"]) == (WHOLE["symptom"], 3, None)


def test_lists_go_on_by_a_cursor(agent: Running) -> None:
    numbers = [filed(agent, symptom=f"shop {count}")["number"] for count in range(3)]

    first = agent.ask("GET", f"{REPORTS}?limit=2").json
    rest = agent.ask("GET", f"{REPORTS}?limit=2&cursor={first['next']}").json

    assert [each["number"] for each in first["items"] + rest["items"]] == numbers[::-1]
    assert rest["next"] is None


def test_what_cannot_be_is_refused_and_nothing_is_on_file(agent: Running) -> None:
    """3.2(b): unknown people and functions 422, times without a zone 422, times ahead 409 with the clause."""
    answers = {
        "reporter": agent.post_json(REPORTS, {**WHOLE, "reporter": "nobody"}),
        "function": agent.post_json(REPORTS, {**WHOLE, "functions": ["chekout"]}),
        "naive": agent.post_json(REPORTS, {**WHOLE, "occurred_at": "2026-11-23T03:00:00"}),
        "ahead": agent.post_json(REPORTS, {**WHOLE, "occurred_at": ago(-30)}),
        "field": agent.post_json(REPORTS, {**WHOLE, "urgent": True}),
        "base64": agent.post_json(REPORTS, {**WHOLE, "attachments": [{**attached(), "content": "%%"}]}),
        "sort": agent.post_json(REPORTS, {**WHOLE, "attachments": [attached(b"<p>", "a.html", "text/html")]}),
        "empty": agent.post_json(REPORTS, {**WHOLE, "attachments": [attached(b"")]}),
    }

    assert {name: answer.status for name, answer in answers.items()} == {
        "reporter": 422,
        "function": 422,
        "naive": 422,
        "ahead": 409,
        "field": 422,
        "base64": 422,
        "sort": 409,
        "empty": 409,
    }
    assert "did you mean checkout" in answers["function"].text
    assert "timezone" in answers["naive"].text
    assert answers["ahead"].json["clause"] == answers["sort"].json["clause"] == "3.2(b)"
    assert agent.ask("GET", REPORTS).json["items"] == []


def test_what_is_attached_is_kept_by_its_hash_and_comes_back_as_a_download(agent: Running) -> None:
    """3.2(b): evidence is as it was sent, and never runs in a browser."""
    done = filed(agent, attachments=[attached(name="C:\\shots\\till 收银.png")])

    [named] = agent.ask("GET", f"{REPORTS}/{done['number']}").json["attachments"]
    got = agent.ask("GET", f"{REPORTS}/{done['number']}/attachments/{named['sha256']}")
    assert named == {
        "name": "till 收银.png",
        "media_type": "image/png",
        "size": len(PICTURE),
        "sha256": sha256(PICTURE).hexdigest(),
    }
    assert (got.status, got.body, got.headers["content-type"]) == (200, PICTURE, "image/png")
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert agent.ask("GET", f"{REPORTS}/{done['number']}/attachments/{'0' * 64}").status == 404


def test_attachments_go_beyond_what_people_write_and_have_their_limits(agent: Running) -> None:
    """3.2(b): 10 files, 5 MiB each; more is refused with what is taken."""
    filed(agent, attachments=[attached(bytes(1024 * 1024), "log.txt", "text/plain")])

    many = agent.post_json(REPORTS, {**WHOLE, "attachments": [attached()] * 11})
    large = agent.post_json(REPORTS, {**WHOLE, "attachments": [attached(bytes(5 * 1024 * 1024 + 1))]})
    larger = agent.post_json(REPORTS, {**WHOLE, "attachments": [attached(bytes(5_900_000))]})
    huge = agent.post_json(REPORTS, {**WHOLE, "attachments": [attached(bytes(5 * 1024 * 1024))] * 2})

    assert (many.status, large.status, larger.status, huge.status) == (422, 409, 409, 413)
    assert larger.json["detail"] == "till.png has 5.7 MiB, at most 5 MiB are taken: send a part, or a picture of it"
    assert larger.json["clause"] == "3.2(b)"


def test_it_is_supplemented_and_acknowledged(agent: Running) -> None:
    """3.2(b), (c), OB-205: the acknowledgement says how it goes and when the next update comes."""
    number = agent.post_json(REPORTS, {"reporter": "wang", "symptom": "blank"}).json["number"]

    more = agent.post_json(f"{REPORTS}/{number}/supplement", {"by": "wang", "scope": "all", "measures": "none",
                                                              "occurred_at": ago(9)})  # fmt: skip
    bare = agent.post_json(f"{REPORTS}/{number}/acknowledgements", {"contact": "chen"})
    full = {"contact": "chen", "progress": "looking", "next_update_at": ago(-30)}
    done = agent.post_json(f"{REPORTS}/{number}/acknowledgements", full)
    again = agent.post_json(f"{REPORTS}/{number}/acknowledgements", full)

    assert (more.status, more.json["missing"]) == (200, [])
    assert (bare.status, bare.json["clause"]) == (409, "3.2(c)")
    assert (done.status, done.json["reports"]) == (201, [number])
    assert again.status == 200
    shown = agent.ask("GET", f"{REPORTS}/{number}").json
    assert shown["acknowledged_by"] == "chen"
    assert {each["ob"]: each["state"] for each in shown["obligations"]} == dict.fromkeys(
        ("OB-205", "OB-301", "OB-204"), "met"
    )


TOKENS = """
server:
  tokens:
    us: {may: [read, act], secret: ours}
    them: {may: [read, act], secret: theirs, party: customer}
"""


def test_the_customer_sees_its_own_reports_and_reports_for_nobody_else(tmp_path: Any) -> None:
    """2.1, notices.md, “Two readers”: each party acts by its own people and sees its own."""
    ours, theirs = ({"authorization": f"Bearer {secret}"} for secret in ("ours", "theirs"))
    with running(tmp_path, FILE + TOKENS) as agent:
        own = agent.post_json(REPORTS, WHOLE, theirs).json["number"]
        other = agent.post_json(REPORTS, {**WHOLE, "reporter": "lee", "functions": ["ledger"]}, ours).json["number"]

        listed = agent.ask("GET", REPORTS, headers=theirs).json["items"]
        assert [each["number"] for each in listed] == [own]
        assert agent.ask("GET", f"{REPORTS}/{other}", headers=theirs).status == 404
        assert agent.post_json(REPORTS, {**WHOLE, "reporter": "lee"}, theirs).status == 403
        assert agent.post_json(f"{REPORTS}/{own}/acknowledgements", {"contact": "lee"}, theirs).status == 403
        facts = agent.ask("GET", f"/api/v1/incidents/{listed[0]['incident']}/timeline", headers=theirs).json["items"]
        [said] = [each["detail"]["said"] for each in facts if each["kind"] == "report_received"]
        assert said["symptom"] == WHOLE["symptom"]


def test_the_link_of_a_notice_acknowledges_a_report_with_progress_and_the_next_update(agent: Running) -> None:
    """3.2(c): the page asks for both; without them nothing is acknowledged and the page says what is missing."""
    done = filed(agent)
    agent.store.commit(Change(links=[Link("forChen", done["incident"], Party.PROVIDER, "chen", datetime.now(UTC))]))

    shown = agent.ask("GET", "/a/forChen").text
    bare = agent.ask("POST", "/a/forChen")
    form = b"progress=%E5%B7%B2%E7%99%BB%E5%BD%95&next_in=30"
    full = agent.ask("POST", "/a/forChen", form, {"content-type": "application/x-www-form-urlencoded"})

    assert done["number"] in shown
    assert "tills show a blank page" in shown
    assert (bare.status, "Please say how it goes" in bare.text) == (422, True)
    assert full.status == 200
    report = agent.store.report(done["number"])
    assert report is not None
    assert report.acknowledged_by == "chen"
    said = [
        each.fact.detail for each in agent.store.timeline(done["incident"]) if each.fact.kind == "report_acknowledged"
    ]
    assert said[0]["progress"] == "已登录"
    assert "<textarea" not in full.text
