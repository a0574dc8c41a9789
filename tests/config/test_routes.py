"""Who is told: the file's own routes, then the defaults."""

from datetime import timedelta

from agent.model import Kind, Party, Route, Step
from tests.config.reading import SMALLEST, about, errors_of, settings_of, warnings_of

PEOPLE = """agreement: {system: Payment platform, functions: {checkout: {}, ledger: {}}}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}, li: {role: coordinator, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""


def own_routes(routes: str) -> list[Route]:
    found = settings_of(f"{PEOPLE}routes:\n{routes}\n").routes
    return [route for route in found if not route.name.startswith("default")]


def test_the_default_routes_are_those_of_the_agreement() -> None:
    found = [(r.party, r.name, r.grades, r.kinds, r.to, r.hours, r.digest) for r in settings_of(SMALLEST).routes]

    half_an_hour = timedelta(minutes=30)
    assert found == [
        (party, *rest)
        for party in (Party.PROVIDER, Party.CUSTOMER)
        for rest in (
            ("default grade 1", (1,), (), ("everyone",), "", None),
            ("default security grade 2", (2,), (Kind.SECURITY,), ("on_call", "coordinator", "security"), "", None),
            ("default security grade 3", (3,), (Kind.SECURITY,), ("coordinator", "security"), "", None),
            ("default grade 2", (2,), (), ("on_call", "coordinator"), "", None),
            ("default grade 3", (3,), (), ("coordinator",), "work", half_an_hour),
        )
    ]


def test_the_files_own_routes_go_before_the_defaults() -> None:
    found = settings_of(PEOPLE + "routes: [{party: customer, grade: 1, to: [principal]}]\n").routes

    assert [route.name for route in found[:2]] == ["routes[0]", "default grade 1"]


def test_a_route_is_read_whole() -> None:
    route = own_routes(
        """  - party: provider
    grade: [1, 2]
    kind: fault
    function: [checkout]
    hours: off
    to: [member, li, everyone, on_call]
    hold: 1m
    digest: 30m
    escalate: [{after: 5m, to: [coordinator]}, {after: 50%, to: lee}]
    continue: true"""
    )[0]

    assert route == Route(
        party=Party.PROVIDER,
        to=("member", "li", "everyone", "on_call"),
        grades=(1, 2),
        kinds=(Kind.FAULT,),
        functions=("checkout",),
        hours="off",
        hold=timedelta(minutes=1),
        digest=timedelta(minutes=30),
        escalate=(Step(("coordinator",), after=timedelta(minutes=5)), Step(("lee",), share=0.5)),
        then=True,
        name="routes[0]",
    )


def test_a_hold_that_is_not_written_is_the_partys_default_and_0s_is_none() -> None:
    unsaid, said = own_routes(
        "  - {party: customer, grade: 2, to: [principal]}\n  - {party: customer, grade: 3, to: [principal], hold: 0s}"
    )

    assert (unsaid.hold, unsaid.escalate) == (None, None)
    assert said.hold == timedelta()


def test_a_route_that_earlier_ones_take_between_them_is_never_reached() -> None:
    found = errors_of(
        PEOPLE
        + """routes:
  - {party: provider, grade: [1, 2], to: [principal]}
  - {party: provider, function: checkout, to: [principal]}
  - {party: provider, function: [ledger, system], to: [principal]}
  - {party: provider, grade: 3, function: [checkout, ledger], to: [coordinator]}
  - {party: provider, grade: 3, to: [coordinator]}
"""
    )

    assert found == [
        "9: routes[3]: is never reached: routes[1] and routes[2] before it took everything; move this one up, or let "
        "the earlier one `continue: true`"
    ]


def test_continue_leaves_later_routes_reachable() -> None:
    found = own_routes(
        "  - {party: provider, to: [principal], continue: true}\n  - {party: provider, grade: 2, to: [li]}"
    )

    assert [route.name for route in found] == ["routes[0]", "routes[1]"]


def test_the_other_partys_routes_take_nothing_away() -> None:
    found = own_routes("  - {party: provider, to: [principal]}\n  - {party: customer, to: [principal]}")

    assert len(found) == 2


def test_a_route_that_leaves_a_principal_out_of_grade_1_is_warned_about() -> None:
    text = PEOPLE + "routes:\n  - {party: provider, grade: [1, 2], to: [coordinator]}\n"

    assert about(warnings_of(text), "routes") == [
        "6: routes[0].to: leaves lee (principal) out of grade 1 (3.3(a)): add principal"
    ]


def test_a_principal_told_by_name_role_everyone_or_an_earlier_route_is_not_left_out() -> None:
    text = (
        PEOPLE
        + """routes:
  - {party: provider, kind: fault, grade: 1, to: [lee]}
  - {party: provider, kind: security, grade: 1, to: [everyone]}
  - {party: provider, to: [principal], continue: true}
  - {party: provider, grade: 1, to: [li]}
  - {party: provider, grade: [2, 3], to: [li]}
"""
    )

    assert about(warnings_of(text), "routes") == []


def test_a_ladder_for_grade_3_alone_is_warned_about() -> None:
    ladder = "escalate: [{after: 5m, to: [principal]}]"
    found = warnings_of(
        f"{PEOPLE}routes:\n  - {{party: provider, grade: 3, to: [li], {ladder}}}\n"
        f"  - {{party: provider, grade: [2, 3], to: [li], {ladder}}}\n"
    )

    assert about(found, "escalate") == [
        "6: routes[0].escalate: calls nobody: grade 3 has no ladder; it is for grades 1 and 2"
    ]


def test_a_digest_of_grades_that_never_wait_is_warned_about() -> None:
    text = SMALLEST + "routes:\n  - {party: provider, grade: [1, 2], to: everyone, digest: 30m}\n"

    assert [said for said in warnings_of(text) if "digest" in said] == [
        "7: routes[0].digest: gathers nothing: grades 1 and 2 never wait; it is for grade 3"
    ]


def test_a_digest_is_cut_to_a_quarter_of_the_first_notices_limit() -> None:
    text = SMALLEST + "routes:\n  - {party: provider, grade: 3, to: everyone, digest: 8h}\n"

    assert [said for said in warnings_of(text) if "digest" in said] == [
        "7: routes[0].digest: is cut to 1h: a quarter of first_notice at grade 3 (OB-303)"
    ]
