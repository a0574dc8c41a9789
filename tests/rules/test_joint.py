"""Fact 14: what becomes of a changed agreement part, who may accept it, and what differs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.model import AgreementPart, Contact, PartState, Party, Role
from agent.rules import joint
from agent.rules.joint import Difference, Standing

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def text(**head: object) -> str:
    return joint.canonical({"agreement": {"system": "Shop", **head}, "routes": []})


def part(number: int, written: str, state: PartState) -> AgreementPart:
    return AgreementPart(number, 1, joint.hash_of(written), written, state, NOW)


OLD, NEW = text(version=1), text(version=2)
FORCE = part(1, OLD, PartState.IN_FORCE)
WAITS = part(2, NEW, PartState.PROPOSED)


def outcome(stands: Standing, file: str) -> tuple[str, list[tuple[int, PartState]]]:
    found = joint.compared(stands, joint.wanted(file), NOW)
    return found.outcome, [(each.number, each.state) for each in found.parts]


@pytest.mark.parametrize(
    ("stands", "file", "expected"),
    [
        (Standing(), OLD, ("first", [(1, PartState.IN_FORCE)])),
        (Standing(FORCE, None, FORCE), OLD, ("same", [])),
        (Standing(FORCE, None, FORCE), NEW, ("proposed", [(2, PartState.PROPOSED)])),
        (Standing(FORCE, WAITS, WAITS), NEW, ("waiting", [])),
        (Standing(FORCE, WAITS, WAITS), OLD, ("withdrawn", [(2, PartState.WITHDRAWN)])),
        (
            Standing(FORCE, WAITS, WAITS),
            text(version=3),
            ("proposed", [(2, PartState.SUPERSEDED), (3, PartState.PROPOSED)]),
        ),
        (Standing(FORCE, None, replace(WAITS, state=PartState.REJECTED)), NEW, ("rejected", [])),
    ],
)
def test_the_file_is_compared_with_what_stands(stands: Standing, file: str, expected: object) -> None:
    assert outcome(stands, file) == expected


def test_what_follows_a_trial_is_in_force_at_once() -> None:
    """Nobody has signed a trial."""
    trial = part(1, text(status="trial"), PartState.IN_FORCE)

    assert outcome(Standing(trial, None, trial), NEW) == ("trial", [(1, PartState.PAST), (2, PartState.IN_FORCE)])


def test_going_back_to_a_trial_is_a_joint_act() -> None:
    """Else one party alone could let every duty rest."""
    assert outcome(Standing(FORCE, None, FORCE), text(status="trial"))[0] == "proposed"


def test_a_first_part_that_says_who_adopted_it_is_signed_by_them() -> None:
    file = joint.wanted(text(adopted={"provider": "lee", "customer": "wang", "at": "2026-01-01", "terms": "all"}))

    [first] = joint.compared(Standing(), file, NOW).parts

    assert (first.provider, first.customer, first.waits_for) == ("lee", "wang", ())


def test_both_parties_bring_it_into_force() -> None:
    half = joint.accepted(WAITS, Party.CUSTOMER, "wang", NOW)
    whole = joint.accepted(half, Party.PROVIDER, "lee", NOW)

    assert half.waits_for == (Party.PROVIDER,)
    assert whole.is_signed
    assert [each.state for each in joint.entered(Standing(FORCE, WAITS, WAITS), whole, NOW)] == ["past", "in_force"]


def test_the_first_part_of_all_takes_nobodys_place() -> None:
    signed = replace(WAITS, provider="lee", customer="wang")

    [new] = joint.entered(Standing(None, WAITS, WAITS), signed, NOW)

    assert (new.state, new.in_force_at) == ("in_force", NOW)


def test_one_principal_rejects_it_with_a_reason_that_is_kept() -> None:
    gone = joint.rejected(WAITS, "wang", "five minutes are too short", NOW)

    assert (gone.state, gone.ended_at) == ("rejected", NOW)
    assert (gone.ended_by, gone.reason) == ("wang", "five minutes are too short")
    assert gone.waits_for == WAITS.waits_for


def test_what_is_on_file_says_what_is_in_force_what_waits_and_what_is_newest() -> None:
    past, gone = part(1, OLD, PartState.PAST), part(4, NEW, PartState.REJECTED)
    force, waits = part(2, OLD, PartState.IN_FORCE), part(3, NEW, PartState.PROPOSED)

    assert joint.standing([past, force, waits]) == Standing(force, waits, waits)
    assert joint.standing([gone, past, force]) == Standing(force, None, gone)
    assert joint.standing([]) == Standing(None, None, None)


def test_a_principal_or_their_deputy_signs() -> None:
    lee = Contact("lee", Party.PROVIDER, "Lee", (Role.PRINCIPAL,), deputy="chen")
    chen = Contact("chen", Party.PROVIDER, "Chen", (Role.MEMBER,), deputy="yu")
    yu = Contact("yu", Party.PROVIDER, "Yu", (Role.COORDINATOR,))
    contacts = {each.id: each for each in (lee, chen, yu)}

    assert [joint.may_sign(each, contacts) for each in (lee, chen, yu)] == [True, True, False]


def test_differences_name_each_place() -> None:
    was = joint.canonical(
        {
            "agreement": {
                "functions": {"checkout": {"criticality": "core"}},
                "terms": {"first_notice": {"limit": {"1": "10m"}}},
            },
            "routes": [{"party": "customer", "to": ["principal"]}],
        }
    )
    now = joint.canonical(
        {
            "agreement": {
                "functions": {"checkout": {"criticality": "core"}, "search": {}},
                "terms": {"first_notice": {"limit": {"1": "5m"}}},
            },
            "routes": [{"party": "customer", "to": ["principal", "member"]}],
        }
    )

    assert joint.differences(was, now) == (
        Difference("agreement.functions.search", "", "{}"),
        Difference("agreement.terms.first_notice.limit.1", "10m", "5m"),
        Difference("routes[0].to", "principal", "principal, member"),
    )
    assert joint.differences(was, was) == ()


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({"deemed": True}, {"deemed": False}, ("deemed", "true", "false")),
        ({"days": [True, 2]}, {"days": []}, ("days", "true, 2", "[]")),
        ({"expires": "2027-01-01"}, {"expires": None}, ("expires", "2027-01-01", "–")),
        ({"terms": {"assess": 30}}, {"terms": {"assess": {}}}, ("terms.assess", "30", "{}")),
    ],
)
def test_a_difference_reads_as_the_file_does(
    was: dict[str, object], now: dict[str, object], expected: tuple[str, str, str]
) -> None:
    key, before, after = expected

    assert joint.differences(text(head=was), text(head=now)) == (Difference(f"agreement.head.{key}", before, after),)


def test_what_says_nothing_at_its_top_is_no_difference() -> None:
    assert joint.differences(joint.canonical({"agreement": {}, "routes": []}), joint.canonical({})) == ()


def signed(written: str) -> AgreementPart:
    return replace(part(1, written, PartState.IN_FORCE), provider="lee", customer="wang")


def on_paper(*terms: str, **head: object) -> str:
    return text(adopted={"provider": "lee", "customer": "wang", "at": "2026-01-01", "terms": list(terms)}, **head)


def test_what_both_accept_adopts_the_annexes_that_it_holds() -> None:
    """OB-105, 3.1; OB-106, 1.6"""
    held = text(grades={"scope": {"1": "60%"}}, availability={"target": "99.9%"})

    assert joint.adopted(signed(held)) == ("grades", "availability")
    assert joint.adopted(part(1, held, PartState.IN_FORCE)) == ()
    assert joint.adopted(signed(OLD)) == ()


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (("all",), ("grades", "availability")),
        (("adopt_grade_table",), ("grades",)),
        (("adopt_availability", "assess"), ("availability",)),
        (("assess",), ()),
    ],
)
def test_what_the_file_says_was_adopted_is_adopted_without_the_annex_too(
    terms: tuple[str, ...], expected: object
) -> None:
    """OB-105, 3.1; OB-106, 1.6: fact 2, `adopted` is the adoption of the shipped table and level."""
    [first] = joint.compared(Standing(), joint.wanted(on_paper(*terms)), NOW).parts

    assert joint.adopted(first) == expected


def test_who_adopted_some_duties_has_not_signed_the_rest() -> None:
    """OB-105, 3.1: else the annexes that the part holds could never be accepted."""
    file = joint.wanted(on_paper("assess", grades={"scope": {"1": "60%"}}))

    [first] = joint.compared(Standing(), file, NOW).parts

    assert first.waits_for == (Party.PROVIDER, Party.CUSTOMER)
    assert joint.adopted(first) == ()


def test_all_may_be_written_as_a_word() -> None:
    word = text(adopted={"provider": "lee", "customer": "wang", "at": "2026-01-01", "terms": "all"})

    assert joint.wanted(word).is_signed
