"""The life of an incident, and which one a signal belongs to (agreement.md 4, "Joining" and "Recovery gate")."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import IllegalStep
from agent.model import Condition, Criticality, Function, Incident, Kind, Line, State
from agent.rules.incidents import (
    NEXT,
    Event,
    Joining,
    choose,
    closes_itself_at,
    diagram,
    joins,
    key,
    merged,
    step,
)

T0 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FUNCTIONS = {
    "checkout": Function("checkout", "Checkout", Criticality.CORE, ("ledger", "cart")),
    "ledger": Function("ledger", "Ledger", Criticality.CORE, ("database", "gone")),
    "database": Function("database", "Database", Criticality.CORE, ("ledger",)),
    "cart": Function("cart", "Cart", Criticality.IMPORTANT),
    "reports": Function("reports", "Reports", Criticality.AUXILIARY),
}


def an_incident(number: str = "INC-1", *functions: str, **changes: object) -> Incident:
    functions = functions or ("checkout",)
    incident = Incident(
        number=number,
        kind=Kind.FAULT,
        key=key(Kind.FAULT, functions[0], is_mapped=True),
        state=State.OPEN,
        grade=2,
        is_provisional=True,
        functions=functions,
        rules=("R4",),
        started_at=T0,
        detected_at=T0,
        opened_at=T0,
        graded_at=T0,
    )
    return replace(incident, **changes)  # type: ignore[arg-type]


def a_line(function: str = "checkout", kind: Kind = Kind.FAULT, is_mapped: bool = True) -> Line:
    return Line(f"row:{function}", function, kind, Condition.DOWN, is_mapped=is_mapped)


# ------------------------------------------------------------------------------------------------- the state table


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        ("open", "clear", "verifying"),
        ("open", "split", "recovered"),
        ("open", "void", "void"),
        ("verifying", "relapse", "open"),
        ("verifying", "verified", "recovered"),
        ("verifying", "void", "void"),
        ("recovered", "reopen", "open"),
        ("recovered", "close", "closed"),
        ("recovered", "void", "void"),
    ],
)
def test_a_step_of_the_table_leads_where_it_says(state, event, after):
    assert step(State(state), Event(event)) is State(after)


def test_every_other_step_is_refused():
    legal = {(state, event) for state, events in NEXT.items() for event in events}
    illegal = {(state, event) for state in State for event in Event} - legal

    assert len(legal) == 9
    for state, event in illegal:
        with pytest.raises(IllegalStep):
            step(state, event)


def test_a_refused_step_names_those_that_are_allowed():
    with pytest.raises(IllegalStep) as refused:
        step(State.OPEN, Event.CLOSE)

    assert str(refused.value) == (
        "an incident that is open has no step close; allowed: clear (to verifying), void (to void)"
    )


@pytest.mark.parametrize(
    ("state", "event", "clause"), [("open", "close", "3.4(e)"), ("closed", "void", "3.2(a)"), ("closed", "reopen", "")]
)
def test_a_refused_step_of_a_person_names_its_clause(state, event, clause):
    with pytest.raises(IllegalStep) as refused:
        step(State(state), Event(event))

    assert refused.value.clause == clause


def test_a_step_out_of_an_ended_incident_says_that_it_has_ended():
    with pytest.raises(IllegalStep, match="allowed: nothing: it has ended"):
        step(State.CLOSED, Event.REOPEN)


def test_the_diagram_shows_the_table():
    assert diagram() == (
        "stateDiagram-v2\n"
        "    [*] --> open\n"
        "    open --> verifying: clear\n"
        "    open --> recovered: split\n"
        "    open --> void: void\n"
        "    verifying --> open: relapse\n"
        "    verifying --> recovered: verified\n"
        "    verifying --> void: void\n"
        "    recovered --> open: reopen\n"
        "    recovered --> closed: close\n"
        "    recovered --> void: void\n"
        "    closed --> [*]\n"
        "    void --> [*]\n"
    )


# ------------------------------------------------------------------------------------------------------- joining


def test_the_open_key_is_kind_and_first_function():
    assert key(Kind.FAULT, "checkout", is_mapped=True) == "fault:checkout"


def test_unmapped_alerts_have_a_key_of_their_own():
    assert key(Kind.FAULT, "system", is_mapped=False) == "fault:system:unmapped"


@pytest.mark.parametrize("state", [State.OPEN, State.VERIFYING])
def test_a_signal_joins_any_open_or_verifying_incident_of_its_function(state):
    incident = an_incident("INC-1", "ledger", "checkout", state=state)

    assert joins(a_line("checkout"), T0 + 30 * DAY, incident, FUNCTIONS) is Joining.JOINED_SAME


@pytest.mark.parametrize("state", [State.RECOVERED, State.CLOSED, State.VOID])
def test_a_signal_does_not_join_what_has_ended(state):
    assert joins(a_line(), T0, an_incident(state=state), FUNCTIONS) is None


@pytest.mark.parametrize(
    ("function", "of"),
    [
        ("ledger", "checkout"),  # it depends on this one
        ("checkout", "ledger"),  # this one depends on it
        ("database", "checkout"),  # through the ledger
    ],
)
def test_a_dependent_function_joins_where_the_starts_lie_within_ten_minutes(function, of):
    incident = an_incident("INC-1", of)

    assert joins(a_line(function), T0 + 10 * MINUTE, incident, FUNCTIONS) is Joining.JOINED_DEPENDENT
    assert joins(a_line(function), T0 - 10 * MINUTE, incident, FUNCTIONS) is Joining.JOINED_DEPENDENT
    assert joins(a_line(function), T0 + 10 * MINUTE + timedelta(seconds=1), incident, FUNCTIONS) is None


def test_functions_that_depend_on_the_same_one_do_not_join():
    assert joins(a_line("cart"), T0, an_incident("INC-1", "ledger"), FUNCTIONS) is None


def test_a_function_that_is_agreed_no_longer_joins_only_its_own():
    assert joins(a_line("gone"), T0, an_incident("INC-1", "reports"), FUNCTIONS) is None


def test_security_and_fault_are_never_merged():
    assert joins(a_line(kind=Kind.SECURITY), T0, an_incident(), FUNCTIONS) is None


def test_unmapped_alerts_never_join_what_the_customer_reads():
    assert joins(a_line(is_mapped=False), T0, an_incident(), FUNCTIONS) is None
    assert joins(a_line(), T0, an_incident(is_mapped=False), FUNCTIONS) is None


# ------------------------------------------------------------------------------------------------------ choosing


def test_what_fits_nowhere_is_new():
    assert choose(a_line("reports"), T0, [an_incident()], FUNCTIONS, T0) == (None, Joining.NEW)


def test_the_same_function_goes_before_a_dependent_one():
    same = an_incident("INC-2", "ledger", started_at=T0 + MINUTE)

    assert choose(a_line("ledger"), T0, [an_incident(), same], FUNCTIONS, T0) == (same, Joining.JOINED_SAME)


def test_the_incident_that_the_function_opened_goes_before_one_that_it_joined():
    own = an_incident("INC-2", "ledger", started_at=T0 + MINUTE)
    other = an_incident("INC-1", "checkout", "ledger")

    assert choose(a_line("ledger"), T0, [other, own], FUNCTIONS, T0) == (own, Joining.JOINED_SAME)


def test_a_dependent_function_joins_the_older_of_two():
    older = an_incident("INC-2", "checkout", started_at=T0 - MINUTE)
    newer = an_incident("INC-1", "database")

    assert choose(a_line("ledger"), T0, [newer, older], FUNCTIONS, T0) == (older, Joining.JOINED_DEPENDENT)


def recovered(number: str = "INC-1", *functions: str, state: State = State.RECOVERED) -> Incident:
    return an_incident(number, *functions, state=state, recovered_at=T0)


def test_within_24_hours_of_recovery_the_incident_is_reopened():
    incident = recovered()

    assert choose(a_line(), T0, [incident], FUNCTIONS, T0 + DAY) == (incident, Joining.REOPENED)


def test_after_24_hours_it_is_a_new_incident_and_a_recurrence():
    incident = recovered()

    assert choose(a_line(), T0, [incident], FUNCTIONS, T0 + DAY + MINUTE) == (incident, Joining.RECURRENCE)
    assert choose(a_line(), T0, [incident], FUNCTIONS, T0 + 7 * DAY) == (incident, Joining.RECURRENCE)


def test_after_seven_days_it_is_no_recurrence_any_more():
    assert choose(a_line(), T0, [recovered()], FUNCTIONS, T0 + 7 * DAY + MINUTE) == (None, Joining.NEW)


def test_a_closed_incident_is_never_reopened():
    incident = recovered(state=State.CLOSED)

    assert choose(a_line(), T0, [incident], FUNCTIONS, T0 + HOUR) == (incident, Joining.RECURRENCE)


@pytest.mark.parametrize(
    "incident",
    [
        an_incident(state=State.VOID, recovered_at=T0),
        an_incident(state=State.CLOSED),
        recovered("INC-1", "ledger"),
        replace(recovered(), kind=Kind.SECURITY),
        replace(recovered(), is_mapped=False),
    ],
)
def test_only_a_recovered_incident_of_this_kind_and_function_comes_back(incident):
    assert choose(a_line(), T0, [incident], FUNCTIONS, T0 + HOUR) == (None, Joining.NEW)


def test_the_latest_recovery_counts():
    older = replace(recovered("INC-1"), recovered_at=T0 - HOUR)
    newer = recovered("INC-2")

    assert choose(a_line(), T0, [newer, older], FUNCTIONS, T0 + HOUR) == (newer, Joining.REOPENED)


def test_an_incident_whose_key_is_taken_meanwhile_is_not_reopened():
    """Two open incidents of one key cannot be: the database forbids it."""
    over = recovered("INC-1", "checkout", "ledger")
    taker = an_incident("INC-2", "checkout", started_at=T0 + HOUR)

    assert choose(a_line("ledger"), T0 + 2 * HOUR, [over, taker], FUNCTIONS, T0 + 2 * HOUR) == (
        over,
        Joining.RECURRENCE,
    )


NAMES = st.sampled_from(sorted(FUNCTIONS))
INCIDENTS = st.lists(
    st.builds(
        lambda first, others, state, started, ended, mapped, number: an_incident(
            f"INC-{number}",
            first,
            *(other for other in others if other != first),
            state=state,
            started_at=T0 + started * MINUTE,
            recovered_at=T0 + ended * HOUR if state in (State.RECOVERED, State.CLOSED) else None,
            is_mapped=mapped,
            key=key(Kind.FAULT, first, is_mapped=mapped),
        ),
        NAMES,
        st.sets(NAMES, max_size=2).map(sorted),
        st.sampled_from(State),
        st.integers(-20, 20),
        st.integers(-200, 0),
        st.booleans(),
        st.integers(1, 999),
    ),
    max_size=6,
    unique_by=(lambda incident: incident.number, lambda incident: (incident.key, incident.state)),
)


@given(INCIDENTS, NAMES, st.booleans(), st.randoms(use_true_random=False))
def test_the_choice_does_not_hang_on_the_order_in_which_incidents_are_known(known, function, mapped, chance):
    shuffled = list(known)
    chance.shuffle(shuffled)

    assert choose(a_line(function, is_mapped=mapped), T0, known, FUNCTIONS, T0) == choose(
        a_line(function, is_mapped=mapped), T0, shuffled, FUNCTIONS, T0
    )


@given(INCIDENTS, NAMES, st.booleans())
def test_there_is_never_a_second_open_incident_of_a_key(known, function, mapped):
    found, how = choose(a_line(function, is_mapped=mapped), T0, known, FUNCTIONS, T0)

    taken = {incident.key for incident in known if incident.state in (State.OPEN, State.VERIFYING)}
    if how in (Joining.NEW, Joining.RECURRENCE):
        assert key(Kind.FAULT, function, is_mapped=mapped) not in taken
    if how is Joining.REOPENED:
        assert found is not None
        assert found.key not in taken


# ------------------------------------------------------------------------------------------------ merging, closing


def test_a_merged_incident_has_the_earliest_start_and_every_function_once():
    incident = an_incident()

    joined = merged(incident, a_line("ledger"), T0 - MINUTE, T0 - MINUTE)

    assert (joined.functions, joined.started_at, joined.detected_at) == (
        ("checkout", "ledger"),
        T0 - MINUTE,
        T0 - MINUTE,
    )
    assert merged(joined, a_line("ledger"), T0, T0) == joined


def test_grade_3_closes_itself_24_hours_after_recovery():
    incident = replace(recovered(), grade=3)

    assert closes_itself_at(incident) == T0 + DAY
    assert closes_itself_at(incident) == T0 + DAY


@pytest.mark.parametrize("grade", [1, 2])
def test_grades_1_and_2_never_close_themselves(grade):
    assert closes_itself_at(replace(recovered(), grade=grade)) is None


def test_what_has_not_recovered_does_not_close_itself():
    assert closes_itself_at(an_incident(grade=3)) is None
    assert closes_itself_at(an_incident(grade=3, state=State.RECOVERED)) is None
