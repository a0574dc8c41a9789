"""Which phases of a response have their record, and where an incident stands (1.4, 3.4)."""

from dataclasses import replace

import pytest

from agent.model import EntryKind, Phase, State
from agent.rules import phases
from tests.rules.saying import INCIDENT, RECOVERED_AT, entry, record

OPEN = replace(INCIDENT, state=State.OPEN, recovered_at=None)
BEFORE, AFTER = 30, 90  # minutes; it recovered after 60


def test_a_response_begins_with_the_assessment_and_ends_with_the_review() -> None:
    """3.4(a)-(e), in their order."""
    assert phases.missing((), OPEN) == ("assessment", "containment", "eradication", "recovery", "review")
    assert [phases.CLAUSES[phase] for phase in Phase] == ["3.4(a)", "3.4(b)", "3.4(c)", "3.4(d)", "3.4(e)"]


def test_a_phase_may_be_recorded_before_the_one_ahead_of_it() -> None:
    """3.4: they overlap; the incident stands at the first that has no record."""
    contained = [record(Phase.CONTAINMENT, 10)]

    assert phases.missing(contained, OPEN) == ("assessment", "eradication", "recovery", "review")
    assert phases.current(contained, OPEN) is Phase.ASSESSMENT
    assert phases.current([*contained, record(Phase.ASSESSMENT, 20)], OPEN) is Phase.ERADICATION


def test_the_last_record_of_a_phase_is_the_one_that_counts() -> None:
    first, second = record(Phase.CONTAINMENT, 10), record(Phase.CONTAINMENT, 20)

    assert phases.records([first, second], OPEN) == {Phase.CONTAINMENT: second}


def test_what_else_is_put_on_file_is_no_record_of_a_phase() -> None:
    assert phases.records([entry(EntryKind.UPDATE), entry(EntryKind.CAUSE)], INCIDENT) == {}


@pytest.mark.parametrize("state", [State.OPEN, State.VERIFYING])
def test_a_recovery_that_is_only_said_is_no_recovery(state: State) -> None:
    """3.4(d), fact 8: the gate makes its record; words do not."""
    said = [record(Phase.RECOVERY, 55)]

    assert Phase.RECOVERY in phases.missing(said, replace(OPEN, state=state))


@pytest.mark.parametrize("state", [State.RECOVERED, State.CLOSED])
def test_the_gate_makes_the_record_of_the_recovery(state: State) -> None:
    """3.4(d)."""
    assert Phase.RECOVERY not in phases.missing((), replace(INCIDENT, state=state))


def test_a_review_from_before_the_recovery_counts_no_more() -> None:
    """3.4(e): the review follows the recovery; after a reopening it is held again."""
    held = record(Phase.REVIEW, BEFORE)

    assert phases.records([held], INCIDENT) == {}
    assert phases.records([held], OPEN) == {}


def test_a_review_counts_from_the_moment_of_the_recovery_on() -> None:
    at_once, later = record(Phase.REVIEW, 60), record(Phase.REVIEW, AFTER)

    assert at_once.on_file_at == RECOVERED_AT
    assert phases.records([at_once], INCIDENT) == {Phase.REVIEW: at_once}
    assert phases.records([later], INCIDENT) == {Phase.REVIEW: later}


def test_an_incident_that_has_every_record_stands_at_its_review() -> None:
    whole = [record(phase, AFTER) for phase in Phase]

    assert phases.missing(whole, INCIDENT) == ()
    assert phases.current(whole, INCIDENT) is Phase.REVIEW


def test_neither_assessment_nor_recovery_can_be_skipped() -> None:
    """OB-502, fact 8: a person confirms the grade, and the gate is passed."""
    assert sorted(phases.NEVER_SKIPPED) == ["assessment", "recovery"]
