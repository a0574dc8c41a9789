"""What the agent asks about itself: whether the promises are still being kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.agreement.terms import shipped
from agent.model import (
    Basis,
    Fact,
    Incident,
    Kind,
    Ladder,
    Obligation,
    ObligationState,
    Owing,
    Party,
    Recovery,
    SealedFact,
    State,
)
from agent.rules import chain, self_audit

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def an_incident(number: str = "INC-1", **changes: Any) -> Incident:
    incident = Incident(
        number=number,
        kind=Kind.FAULT,
        key="fault:checkout",
        state=State.OPEN,
        grade=1,
        is_provisional=True,
        functions=("checkout",),
        rules=("R4",),
        started_at=ago(hours=1),
        detected_at=ago(hours=1),
        opened_at=ago(hours=1),
        graded_at=ago(hours=1),
    )
    return replace(incident, **changes)


def a_ladder(next_at: datetime | None = NOW) -> Ladder:
    return Ladder("INC-1", Party.PROVIDER, ago(hours=1), timedelta(minutes=15), next_at=next_at)


# ---------------------------------------------------------------------------------------------- deliveries


def test_what_is_due_for_a_moment_is_well() -> None:
    due = {1: ago(seconds=119), 2: ago(seconds=299), 3: ago(seconds=899)}

    assert self_audit.deliveries(due, NOW) == ""  # type: ignore[arg-type]
    assert self_audit.deliveries({}, NOW) == ""


@pytest.mark.parametrize(("grade", "waited"), [(1, 121), (2, 301), (3, 901)])
def test_a_delivery_that_nobody_fetches_is_found(grade: Any, waited: int) -> None:
    told = self_audit.deliveries({grade: ago(seconds=waited)}, NOW)

    assert told == f"a delivery of grade {grade} has been due for {waited} s"


# ---------------------------------------------------------------------------------------------- timers


def timers(*incidents: Incident, ladders: tuple[Ladder, ...] = (), owed: tuple[Obligation, ...] = ()) -> str:
    return self_audit.timers(incidents, ladders, owed, Recovery(), NOW)


def test_a_timer_ahead_or_just_due_is_well() -> None:
    assert timers(an_incident(wake_at=NOW + timedelta(hours=1)), an_incident(wake_at=ago(seconds=30))) == ""


def test_a_timer_that_was_slept_through_is_found() -> None:
    assert timers(an_incident(wake_at=ago(seconds=31))) == "INC-1 was to be looked at 31 s ago"


def test_an_incident_that_nothing_but_people_can_move_needs_no_timer() -> None:
    answered = an_incident()
    waiting = an_incident(state=State.VERIFYING, cleared_at=ago(hours=1))
    over = an_incident(state=State.RECOVERED)

    assert timers(answered, waiting, over, ladders=(a_ladder(None),)) == ""


def test_an_incident_that_asks_for_an_answer_needs_a_timer() -> None:
    assert timers(an_incident(), ladders=(a_ladder(),)) == "INC-1 asks for an answer and has no next timer"
    assert timers(an_incident(state=State.RECOVERED), ladders=(a_ladder(),)) == ""


def test_an_incident_that_settles_needs_a_timer() -> None:
    settling = an_incident(state=State.VERIFYING, cleared_at=ago(minutes=14))

    assert timers(settling) == "INC-1 is being verified and has no next timer"


def test_a_few_are_named_and_the_rest_counted() -> None:
    late = [an_incident(f"INC-{number}", wake_at=ago(seconds=40)) for number in range(1, 6)]

    assert timers(*late).endswith("INC-3 was to be looked at 40 s ago, and 2 more")


def owed(state: ObligationState, due_at: datetime) -> Obligation:
    return Obligation(
        id="first_notice-INC-1",
        name="first_notice",
        ob="OB-303",
        clauses=("4.1(c)",),
        basis=Basis.DEFAULT,
        is_target=True,
        debtor=Owing.PROVIDER,
        creditor=Owing.CUSTOMER,
        incident="INC-1",
        report="",
        about="",
        grade=1,
        state=state,
        started_at=ago(hours=1),
        on_file_at=ago(hours=1),
        limit="15m",
        due_at=due_at,
    )


def test_a_duty_of_which_nobody_was_reminded_in_time_is_found() -> None:
    told = "people were to be reminded of first_notice-INC-1 31 s ago"
    late = replace(owed(ObligationState.OVERDUE, ago(hours=3)), mark_at=ago(seconds=31))

    assert timers(owed=(late,)) == told
    assert timers(owed=(replace(late, mark_at=ago(seconds=30)),)) == ""
    assert timers(owed=(replace(late, state=ObligationState.MET),)) == ""


def test_a_duty_that_fell_due_and_still_runs_is_found() -> None:
    told = "first_notice-INC-1 fell due 31 s ago and still runs"

    assert timers(owed=(owed(ObligationState.RUNNING, ago(seconds=31)),)) == told
    assert timers(owed=(owed(ObligationState.RUNNING, ago(seconds=30)),)) == ""
    assert timers(owed=(owed(ObligationState.OVERDUE, ago(hours=3)),)) == ""


def test_what_the_agent_measures_itself_has_a_few_minutes_more() -> None:
    """OB-801, OB-203: the last readings of a period are on file three minutes after it."""
    measured = self_audit.measured(shipped().values())
    month = replace(owed(ObligationState.RUNNING, ago(minutes=6)), name="availability", id="availability-2026-11")

    assert measured == {"availability", "watch_own_use"}
    assert self_audit.timers((), (), (month,), Recovery(), NOW, measured) == ""
    late = replace(month, due_at=ago(minutes=7))
    assert self_audit.timers((), (), (late,), Recovery(), NOW, measured) == (
        "availability-2026-11 fell due 420 s ago and still runs"
    )


# ---------------------------------------------------------------------------------------------- probes


def test_a_probe_that_has_stopped_looking_is_found() -> None:
    assert self_audit.probes({"shop": (95.0, 95.0), "disk": (0.0, 60.0)}) == ""
    assert self_audit.probes({"shop": (96.0, 95.0), "disk": (0.0, 60.0)}) == "shop has not looked for 96 s"


# ---------------------------------------------------------------------------------------------- evidence


def facts(*incidents: str) -> list[SealedFact]:
    """A fact for each, in the order of writing."""
    heads: dict[str, SealedFact] = {}
    written: list[SealedFact] = []
    for number, incident in enumerate(incidents):
        head = heads.get(incident)
        prev_hash = head.hash if head else chain.genesis(incident)
        fact = Fact(incident, NOW, "noted", "agent", {"n": number})
        heads[incident] = chain.seal(fact, head.seq + 1 if head else 1, prev_hash, b"salt")
        written.append(heads[incident])
    return written


def test_chains_that_hold_are_well_from_their_start_and_from_their_middle() -> None:
    written = facts("INC-1", "", "INC-1", "INC-2", "")

    assert self_audit.chain_tail(written, None, True) == ""
    assert self_audit.chain_tail(written[2:], written[1], False) == ""
    assert self_audit.chain_tail(written, written[3], True) == ""
    assert self_audit.chain_tail([], None, True) == ""


def test_a_fact_that_was_changed_moved_or_left_out_is_found() -> None:
    written = facts("INC-1", "", "INC-1", "INC-1", "")
    changed = replace(written[2], fact=replace(written[2].fact, by="lee"))
    relinked = replace(written[3], prev_hash=written[0].hash)

    fault = "the chain of INC-1 does not hold at fact "
    assert self_audit.chain_tail([written[0], changed, *written[3:]], None, True) == fault + "2"
    assert self_audit.chain_tail([*written[:2], *written[3:]], None, True) == fault + "3"
    assert self_audit.chain_tail([*written[:3], relinked], None, True) == fault + "3"
    assert (
        self_audit.chain_tail([replace(written[1], salt=b"x")], None, False)
        == "the chain of what belongs to no incident does not hold at fact 1"
    )


def test_a_tail_that_was_cut_or_written_anew_is_found() -> None:
    """The chain itself cannot show it; what was seen a moment ago can."""
    written = facts("INC-1", "INC-1", "")
    other = chain.seal(Fact("INC-1", NOW, "other", "agent", {}), 2, written[0].hash, b"salt")

    told = "fact 2 of INC-1 is not the one that was written"
    assert self_audit.chain_tail(written[:1], written[1], True) == told
    assert self_audit.chain_tail([written[0], other], written[1], True) == told
    assert self_audit.chain_tail([], written[2], True) == "fact 1 of no incident is not the one that was written"
