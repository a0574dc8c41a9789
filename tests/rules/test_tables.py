"""The shipped grade table as data (agreement.md 4)."""

from datetime import timedelta

from agent.agreement.tables import grade_table
from agent.model import Cell, Condition, Criticality, Rise


def test_every_class_and_state_has_cells_down_to_any_scope():
    table = grade_table()

    for criticality in Criticality:
        assert set(table.base[criticality]) == {Condition.DOWN, Condition.DEGRADED, Condition.AT_RISK}
        for cells in table.base[criticality].values():
            scopes = [cell.scope for cell in cells]
            assert scopes == sorted(scopes, reverse=True)
            assert scopes[-1] == 0.0


def test_every_certainty_of_a_security_event_has_its_grade():
    assert grade_table().security == {
        Condition.DATA_BREACH: 1,
        Condition.CONFIRMED: 1,
        Condition.SUSPECTED: 2,
        Condition.ATTEMPT: None,
    }


def test_time_lifts_grade_3_after_a_day_and_grade_2_after_eight_hours():
    assert grade_table().lifts == {3: timedelta(hours=24), 2: timedelta(hours=8)}


def test_the_agreement_sets_its_own_scopes_and_outage_time():
    table = grade_table(scope_1=0.3, scope_2=0.1, total_outage_to_1_after=timedelta(minutes=2))

    assert (table.scope_1, table.scope_2, table.total_outage_to_1_after) == (0.3, 0.1, timedelta(minutes=2))
    assert table.base[Criticality.CORE][Condition.DOWN] == (
        Cell(0.3, 2, Rise(timedelta(minutes=2), 1, needs_second_evidence=True)),
        Cell(0.1, 2),
        Cell(0.0, 3),
    )
