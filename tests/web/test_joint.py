"""/terms/proposed, /terms/accept, /terms/reject: the agreement as both parties stand to it (fact 14)."""

from dataclasses import replace

from agent.engine.joint import Compare
from tests.web.running import Running
from tests.web.test_parties import agent as agent  # noqa: PLC0414
from tests.web.test_parties import get, opened, post


def propose(agent: Running) -> None:
    """A version 2 waits."""
    agent.submit(Compare()).result(5)
    head, mark = agent.settings.part.split('"system"', 1)
    agent.settings = replace(agent.settings, part=f'{head}"system"{mark}'.replace('platform"', 'platform","version":2'))
    agent.submit(Compare()).result(5)


def test_both_parties_see_what_waits_and_for_whom(agent: Running) -> None:
    """Fact 14: the diff is shown to both parties."""
    propose(agent)

    mine, theirs = (get(agent, who, "/terms/proposed").json for who in ("desk", "shop"))

    assert mine == theirs
    assert (mine["in_force"]["version"], mine["proposed"]["version"]) == (1, 2)
    assert mine["proposed"]["waits_for"] == ["provider", "customer"]
    assert mine["differences"] == [{"key": "agreement.version", "was": "", "now": "2"}]


def test_each_principal_accepts_for_their_party(agent: Running) -> None:
    """Fact 14: in force when both principals accept."""
    propose(agent)

    first = post(agent, "desk", "/terms/accept", {"by": "lee"})
    again = post(agent, "desk", "/terms/accept", {"by": "lee"})
    second = post(agent, "wangs", "/terms/accept", {"by": "wang", "hash": first.json["proposed"]["hash"]})

    assert (first.status, again.status, second.status) == (201, 200, 201)
    assert first.json["proposed"]["waits_for"] == ["customer"]
    assert (second.json["in_force"]["version"], second.json["proposed"]) == (2, None)
    assert (second.json["in_force"]["provider"], second.json["in_force"]["customer"]) == ("lee", "wang")


def test_a_refusal_names_its_clause_and_changes_nothing(agent: Running) -> None:
    propose(agent)

    replies = [
        post(agent, "desk", "/terms/accept", {"by": "chen"}),
        post(agent, "shop", "/terms/accept", {"by": "lee"}),
        post(agent, "desk", "/terms/accept", {"by": "lee", "hash": "0000"}),
        post(agent, "desk", "/terms/reject", {"by": "lee", "reason": " "}),
        post(agent, "desk", "/terms/accept", {"by": "nobody"}),
    ]

    assert [reply.status for reply in replies] == [409, 403, 409, 409, 422]
    assert replies[0].json["clause"] == "fact 14"
    assert get(agent, "desk", "/terms/proposed").json["proposed"]["waits_for"] == ["provider", "customer"]


def test_a_rejection_is_shown_with_its_reason(agent: Running) -> None:
    propose(agent)

    reply = post(agent, "shop", "/terms/reject", {"by": "wang", "reason": "not agreed"})

    assert reply.status == 200
    found = get(agent, "desk", "/terms/proposed").json
    assert found["proposed"] is None
    assert (found["rejected"]["ended_by"], found["rejected"]["reason"]) == ("wang", "not agreed")
    assert post(agent, "shop", "/terms/reject", {"by": "wang", "reason": "again"}).status == 409


def test_an_incident_shows_whether_its_agreement_still_is_in_force(agent: Running) -> None:
    """Rule 7."""
    number = opened(agent)
    propose(agent)
    for who, contact in (("desk", "lee"), ("shop", "wang")):
        assert post(agent, who, "/terms/accept", {"by": contact}).status == 201
    hash_ = agent.store.standing_parts()[0].hash
    agent.settings = replace(agent.settings, agreement=replace(agent.settings.agreement, version=2, hash=hash_))

    shown = get(agent, "desk", f"/incidents/{number}").json["agreement"]

    assert (shown["version"], shown["in_force"]) == (1, False)


def test_a_reload_says_what_waits(agent: Running) -> None:
    propose(agent)
    agent.configure(tokens=())

    reply = agent.post_json("/api/v1/reload", {})

    assert (reply.json["proposed"], reply.json["waits_for"]) == (2, ["provider", "customer"])
