"""`tocsin confirm`, `tocsin dispute`, and how acts on behalf are typed and read out (fact 15)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agent import clock
from agent.cli import owed
from tests.cli.conftest import Run
from tests.cli.test_live import INCIDENT, ONE
from tests.cli.test_show import fact
from tests.support.api import Api

STATED: dict[str, Any] = {
    "id": "S1",
    "incident": "INC-20261123-001",
    "kind": "acknowledged",
    "about": None,
    "party": "customer",
    "by": "wang",
    "at": "2026-11-23T03:05:00Z",
    "on_file_at": "2026-11-23T03:09:00Z",
    "means": "phone",
    "recorded_by": "chen",
    "said": {},
    "asked": "customer",
    "state": "waiting",
    "asked_at": "2026-11-23T03:09:00Z",
    "due_at": "2026-11-24T18:00:00Z",
    "answered_by": None,
    "answered_at": None,
    "answer": None,
    "repeated": False,
}
GIVEN: dict[str, Any] = {
    "contact": "wang",
    "party": "customer",
    "at": "2026-11-23T03:05:00Z",
    "on_file_at": "2026-11-23T03:09:00Z",
    "means": "phone",
    "recorded_by": "chen",
    "address": "192.0.2.7",
    "up_to": 2,
    "statement": "S1",
    "state": "waiting",
}


def scripted(api: Api, stated: dict[str, Any], *facts: dict[str, Any]) -> None:
    said = {"party": "customer", "means": "phone", "recorded_by": "chen", "statement": "INC-20261123-001/S1"}
    timeline = [fact(1, "23T03:05:00", "acknowledged", "wang", **said), *facts]
    api.answers[f"GET {ONE}"] = (200, INCIDENT)
    api.answers["GET /obligations"] = (200, {"items": [], "next": None})
    for name, items in (("acknowledgements", [GIVEN]), ("statements", [stated]), ("timeline", timeline)):
        api.answers[f"GET {ONE}/{name}"] = (200, {"items": items, "next": None})


# ------------------------------------------------------------------------------------------------------ read out


def test_what_was_recorded_on_behalf_reads_stated_by(tocsin: Run, api: Api) -> None:
    """Fact 15: until it is confirmed."""
    scripted(api, STATED)

    told = tocsin("show", "INC-20261123-001", "--url", api.url).stdout

    assert (
        "  wang (customer), 2026-11-23 03:05:00, by phone, recorded by chen, from 192.0.2.7, notices up to no. 2, S1"
        in (told.splitlines())
    )
    assert (
        "  S1  stated by wang (customer), 2026-11-23 03:05:00 by phone, recorded by chen: acknowledged; the customer"
        " may confirm or correct it until 2026-11-24 18:00:00"
    ) in told.splitlines()
    assert (
        "  03:05:00  Stated by wang (recorded by chen): wang acknowledged for the customer by phone."
        in told.splitlines()
    )


@pytest.mark.parametrize(
    ("kind", "en", "zh"),
    [
        (
            "confirmed",
            "wang acknowledged for the customer by phone. (Recorded by chen, confirmed by zhao.)",
            "wang代表乙方确认（电话）。（chen登记，zhao已确认）",
        ),
        (
            "disputed",
            "DISPUTED by zhao, stated by wang (recorded by chen): wang acknowledged for the customer by phone.",
            "【有异议】zhao不认可；据称（wang陈述，chen登记）：wang代表乙方确认（电话）。",
        ),
        (
            "unanswered",
            "Stated by wang (recorded by chen; the other party gave no answer): wang acknowledged for the customer by"
            " phone.",
            "据称（wang陈述，chen登记，对方未答复）：wang代表乙方确认（电话）。",
        ),
    ],
)
def test_it_reads_as_it_stands(tocsin: Run, api: Api, kind: str, en: str, zh: str) -> None:
    """Fact 15: confirmed, marked as disputed, or without an answer."""
    about = {"about": "INC-20261123-001/S1", "party": "customer", "text": "no"}
    answered = {"state": kind, "answered_by": "zhao", "answered_at": "2026-11-23T08:00:00Z", "answer": "no"}
    scripted(api, STATED | answered, fact(2, "23T08:00:00", f"statement_{kind}", "zhao", **about))

    english, chinese = (
        tocsin("show", "INC-20261123-001", "--lang", lang, "--url", api.url).stdout for lang in ("en", "zh")
    )

    assert f"  03:05:00  {en}" in english.splitlines()
    assert f"  03:05:00  {zh}" in chinese.splitlines()


# --------------------------------------------------------------------------------------------------------- typed


def test_an_act_is_typed_for_somebody_after_a_call(tocsin: Run, api: Api) -> None:
    """Fact 15: --as who acted, --by who types, --called-at when it was said."""
    api.answers[f"POST {ONE}/updates"] = (201, {"id": f"{ONE}/1", "at": "2026-11-23T03:05:00Z"})

    tocsin(
        "update", "INC-20261123-001", "--as", "wang", "--by", "chen", "--called-at", "10m", "--text", "pays cash",
        "--url", api.url,
    )  # fmt: skip

    [asked] = api.asked
    ago = clock.now() - datetime.fromisoformat(asked.body.pop("called_at"))
    assert asked.body == {"by": "wang", "recorded_by": "chen", "means": "phone", "text": "pays cash"}
    assert timedelta(minutes=9) < ago < timedelta(minutes=12)


def test_who_acts_in_person_types_no_more_than_their_name(tocsin: Run, api: Api) -> None:
    api.answers[f"POST {ONE}/updates"] = (201, {"id": f"{ONE}/1", "at": "2026-11-23T03:05:00Z"})

    tocsin("update", "INC-20261123-001", "--by", "lee", "--text", "pool restarted", "--url", api.url)

    assert [asked.body for asked in api.asked] == [{"by": "lee", "means": "cli", "text": "pool restarted"}]


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (
            ("ack", "INC-20261123-001", "--as", "wang", "--by", "chen", "--means", "phone"),
            f"{ONE}/acknowledgements",
            {"contact": "wang", "recorded_by": "chen", "means": "phone"},
        ),
        (
            ("close", "INC-20261123-001", "--as", "lee", "--by", "chen", "--note", "done"),
            f"{ONE}/close",
            {"by": "lee", "recorded_by": "chen", "note": "done"},
        ),
        (
            ("confirm", "INC-20261123-001", "S1", "--as", "wang"),
            f"{ONE}/statements/S1/confirmation",
            {"by": "wang", "means": "cli"},
        ),
        (
            ("dispute", "20261123-001", "INC-20261123-001/S1", "--as", "wang", "--because", "no call"),
            f"{ONE}/statements/S1/dispute",
            {"by": "wang", "text": "no call", "means": "cli"},
        ),
    ],
)
def test_commands_are_told_as_the_contract_says(
    tocsin: Run, api: Api, words: tuple[str, ...], path: str, body: dict[str, Any]
) -> None:
    api.answers[f"POST {path}"] = (201, STATED | INCIDENT | {"reports": [], "contact": "wang", "kind": "acknowledged"})

    told = tocsin(*words, "--url", api.url)

    assert told.exit_code == 0, told.output
    assert [(asked.path, asked.body) for asked in api.asked] == [(path, body)]


def test_a_refusal_is_told_with_its_clause(tocsin: Run, api: Api) -> None:
    """Fact 15: exit code 4, as for whatever the agreement refuses."""
    refused = {"title": "refused", "detail": "S1 is confirmed already", "clause": "fact 15", "status": 409}
    api.answers[f"POST {ONE}/statements/S1/confirmation"] = (409, refused)

    told = tocsin("confirm", "INC-20261123-001", "S1", "--as", "wang", "--url", api.url)

    assert told.exit_code == 4
    assert "S1 is confirmed already" in told.stderr
    assert "fact 15" in told.stderr


def test_a_duty_that_rests_on_what_is_disputed_reads_so() -> None:
    """Fact 15: it stays met, and is marked."""
    met: dict[str, Any] = {
        "name": "acknowledge_notice", "ob": "OB-306", "clauses": ["4.2(c)"], "debtor": "customer", "state": "met",
        "target": False, "limit": "1h", "about": "1", "started_at": "2026-11-23T03:00:00Z",
        "duty": {"en": "acknowledge"},
        "due_at": "2026-11-23T04:00:00Z", "discharged_at": "2026-11-23T03:05:00Z", "discharged_by": "wang",
        "incident": "INC-20261123-001", "disputed": True,
    }  # fmt: skip

    [english], [chinese] = (list(owed.lines([met], language)) for language in ("en", "zh"))

    assert english.endswith("met in 5 min (wang), DISPUTED")
    assert chinese.endswith("【有异议】")
