"""/register: lines are put down and moved on, and each party sees its own copy (4.3(c), 2.2(e), 2.3(e))."""

from typing import Any

from tests.web.running import Running
from tests.web.test_parties import agent as agent  # noqa: PLC0414
from tests.web.test_parties import get, opened, post, told


def put(agent: Running, who: str, kind: str, by: str, text: str, **more: Any) -> dict[str, Any]:
    reply = post(agent, who, "/register", {"kind": kind, "by": by, "text": text, **more})
    assert reply.status == 201, reply.text
    item: dict[str, Any] = reply.json
    return item


def test_an_improvement_goes_from_its_owner_to_who_verifies_it(agent: Running) -> None:
    """OB-512, 4.3(c)"""
    number = told(agent)

    item = put(agent, "desk", "improvement", "lee", "alert on the pool", due="2099-12-24", incident=number)
    path = f"/register/{item['id']}"
    done = post(agent, "desk", f"{path}/done", {"by": "lee", "text": "deployed"}).json
    own = post(agent, "desk", f"{path}/verify", {"by": "lee"})
    verified = post(agent, "shop", f"{path}/verify", {"by": "wang", "text": "seen"}).json
    again = post(agent, "shop", f"{path}/verify", {"by": "wang"})

    assert (item["state"], item["owner"], item["incident"]) == ("open", "lee", number)
    assert (done["state"], done["outcome"]) == ("done", "deployed")
    assert (own.status, own.json["clause"]) == (409, "4.3(c)")
    assert (verified["state"], verified["verified_by"]) == ("verified", "wang")
    assert (again.status, again.json["repeated"]) == (200, True)
    assert get(agent, "shop", path).json == verified
    said = get(agent, "shop", f"/incidents/{number}/timeline").json["items"]
    [agreed] = [each for each in said if each["kind"] == "improvement_agreed"]
    assert agreed["detail"]["text"] == "alert on the pool"


def test_lists_are_narrowed_and_paged(agent: Running) -> None:
    """2.2(e), 4.1(e)"""
    put(agent, "desk", "maintenance", "chen", "patched", what="hardening")
    hole = put(agent, "desk", "vulnerability", "chen", "openssl", what="critical")
    put(agent, "desk", "improvement", "lee", "alert on the pool")

    first = get(agent, "desk", "/register?limit=2").json
    rest = get(agent, "desk", f"/register?limit=2&cursor={first['next']}").json

    assert [each["kind"] for each in first["items"] + rest["items"]] == ["improvement", "vulnerability", "maintenance"]
    assert [each["id"] for each in get(agent, "desk", "/register?open=true&owner=chen").json["items"]] == [hole["id"]]
    assert get(agent, "desk", "/register?kind=attestation").json["items"] == []
    assert get(agent, "desk", "/register?kind=nothing").status == 422


def test_the_customer_sees_its_own_and_what_is_shared_with_it(agent: Running) -> None:
    """4.3(c): neither the provider's own matters nor those of incidents that it has not heard of."""
    number = opened(agent)
    own = put(agent, "desk", "improvement", "lee", "rotate the pager", internal=True)
    unheard = put(agent, "desk", "improvement", "lee", "alert on the pool", incident=number)
    shared = put(agent, "desk", "improvement", "lee", "second region")
    stated = put(agent, "shop", "attestation", "wang", "all trained", what="training")

    assert [each["id"] for each in get(agent, "shop", "/register").json["items"]] == [stated["id"], shared["id"]]
    for item in (own, unheard):
        assert get(agent, "shop", f"/register/{item['id']}").status == 404
        assert post(agent, "shop", f"/register/{item['id']}/verify", {"by": "wang"}).status == 404
    about = {"kind": "improvement", "by": "wang", "text": "call us first", "incident": number}
    assert post(agent, "shop", "/register", about).status == 404


def test_nobody_acts_for_the_other_party(agent: Running) -> None:
    """2.3(e), 4.2(e): a refusal names the clause and changes nothing."""
    as_lee = post(agent, "shop", "/register", {"kind": "maintenance", "by": "lee", "text": "x", "what": "hardening"})
    wrong = post(agent, "desk", "/register", {"kind": "attestation", "by": "lee", "text": "x", "what": "training"})
    nobody = post(agent, "desk", "/register", {"kind": "improvement", "by": "nobody", "text": "x"})
    no_owner = post(agent, "desk", "/register", {"kind": "improvement", "by": "lee", "owner": "nobody", "text": "x"})

    assert (as_lee.status, as_lee.json["clause"]) == (403, "2.1")
    assert (wrong.status, wrong.json["clause"]) == (403, "2.3(e)")
    assert (nobody.status, no_owner.status) == (422, 422)
    assert get(agent, "desk", "/register").json["items"] == []
    assert get(agent, "desk", "/register/IMP-1").status == 404
    assert post(agent, "desk", "/register/IMP-1/done", {"by": "lee"}).status == 404
    assert post(agent, "desk", "/register/IMP-1/burn", {"by": "lee"}).status == 422
