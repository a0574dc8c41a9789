"""What an outside alert says about the system: R0, R1 and the first half of R5 (agreement.md 4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import SYSTEM, Agreement, Condition, Criticality, Function, Kind, Matcher, Row, Share, Signal
from agent.rules.classify import UNMATCHED, classify, key_of, name_of, times

T0 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ANY = (Matcher("alertname", "=~", ".*"),)

NOTHING_AGREED = Agreement("shop", functions={SYSTEM: Function(SYSTEM, "shop", Criticality.CORE)})
AGREED = Agreement(
    "shop",
    functions={
        SYSTEM: Function(SYSTEM, "shop", Criticality.IMPORTANT),
        "checkout": Function("checkout", "Checkout", Criticality.CORE),
        "reports": Function("reports", "Reports", Criticality.AUXILIARY),
    },
)
ROWS = (
    Row(ANY, function="checkout", condition=Condition.DOWN, held=timedelta(minutes=2), tell_at_risk=True),
    Row(ANY, function="{label.service}", condition_from="{label.tocsin_state}"),
    Row(ANY, heartbeat=timedelta(minutes=5)),
    Row(ANY, function="checkout", condition=Condition.DEGRADED, share=Share("instance", 12)),
    Row(ANY, function="reports", grade=2),
    Row(ANY, function="checkout", condition=Condition.SUSPECTED),
    Row(ANY, function="checkout"),
    Row(ANY, function="checkout", condition_from="{label.tocsin_state}", grade=3),
)


def test_a_row_says_function_and_state():
    found = classify({"alertname": "CheckoutDown", "severity": "info"}, ROWS, 0, AGREED)

    assert found.outcome == ""
    assert found.row is ROWS[0]
    assert found.line is not None
    assert (found.line.id, found.line.function, found.line.condition) == (
        f"row:{name_of(ROWS[0])}",
        "checkout",
        Condition.DOWN,
    )
    assert (found.line.kind, found.line.is_mapped, found.line.rules) == (Kind.FAULT, True, ("R0", "R1"))
    assert (found.line.severity, found.line.tell_at_risk) == ("", True)


def test_a_row_keeps_its_name_wherever_it_stands_and_whatever_the_customer_reads_of_it():
    row = Row((Matcher("alertname", "=", "CheckoutDown"),), function="checkout", condition=Condition.DOWN)

    assert name_of(row) == "CheckoutDown-f993a1"
    assert name_of(replace(row, says={"en": "No payments"}, held=timedelta(minutes=2))) == name_of(row)


@pytest.mark.parametrize(
    "other",
    [
        {"function": "reports"},
        {"condition": Condition.DEGRADED},
        {"grade": 2},
        {"share": Share("instance", 12)},
        {"match": (Matcher("alertname", "=~", "CheckoutDown"),)},
    ],
)
def test_a_row_that_says_something_else_is_another_row(other: dict[str, Any]):
    row = Row((Matcher("alertname", "=", "CheckoutDown"),), function="checkout", condition=Condition.DOWN)

    assert name_of(replace(row, **other)) != name_of(row)


def test_a_rows_name_holds_nothing_that_a_line_of_evidence_is_parted_by():
    row = Row((Matcher("job", "=~", "a/b c.*"), Matcher("severity", "=", "critical")))

    assert name_of(row).rpartition("-")[0] == "a_b_c._"


def test_a_row_says_what_its_scope_is_a_share_of():
    line = classify({}, ROWS, 3, AGREED).line

    assert line is not None
    assert (line.share_of, line.total) == ("instance", 12)


def test_a_row_with_a_grade_needs_no_state():
    found = classify({}, ROWS, 4, AGREED)

    assert found.outcome == ""
    assert found.line is not None
    assert (found.line.given, found.line.condition, found.line.kind) == (2, None, Kind.FAULT)


def test_a_row_with_a_certainty_makes_it_a_matter_of_security():
    line = classify({}, ROWS, 5, AGREED).line

    assert line is not None
    assert line.kind is Kind.SECURITY


def test_an_alert_rule_may_say_function_and_state_itself():
    line = classify({"service": "reports", "tocsin_state": " Down "}, ROWS, 1, AGREED).line

    assert line is not None
    assert (line.id, line.function, line.condition) == (
        f"row:{name_of(ROWS[1])}/reports/down",
        "reports",
        Condition.DOWN,
    )
    assert line.is_mapped


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        (
            {"service": "billing", "tocsin_state": "down"},
            "signals[1]: function {label.service} is 'billing': not agreed",
        ),
        ({"tocsin_state": "down"}, "signals[1]: function {label.service} is '': not agreed"),
    ],
)
def test_a_row_whose_template_names_no_agreed_function_counts_as_no_row_and_says_why(labels, why):
    found = classify(labels, ROWS, 1, AGREED)

    assert (found.line, found.outcome, found.row, found.why) == (None, "out_of_scope", None, why)


def test_a_state_that_is_no_word_of_the_agreement_lets_severity_speak_and_says_why():
    found = classify({"service": "checkout", "tocsin_state": "dead", "severity": "critical"}, ROWS, 1, AGREED)

    assert found.why == "signals[1]: state {label.tocsin_state} is 'dead': not a state"
    assert found.line is not None
    assert (found.line.id, found.line.condition) == (
        f"row:{name_of(ROWS[1])}/checkout/degraded/critical",
        Condition.DEGRADED,
    )
    assert (found.line.is_mapped, found.line.rules) == (True, ("R0", "R1", "R5"))


def test_a_row_without_a_state_lets_severity_speak():
    line = classify({"severity": "warning"}, ROWS, 6, AGREED).line

    assert line is not None
    assert (line.id, line.condition) == (f"row:{name_of(ROWS[6])}/checkout/at_risk/warning", Condition.AT_RISK)


def test_a_row_without_a_state_is_alert_only_at_severity_info():
    found = classify({"severity": "info"}, ROWS, 6, AGREED)

    assert found.outcome == "alert_only"
    assert found.line is not None
    assert found.line.id == f"row:{name_of(ROWS[6])}/checkout/info"


def test_a_grade_stands_where_the_state_cannot_be_read():
    found = classify({"tocsin_state": "dead"}, ROWS, 7, AGREED)

    assert found.outcome == ""
    assert found.line is not None
    assert (found.line.id, found.line.given, found.line.condition) == (f"row:{name_of(ROWS[7])}/checkout", 3, None)


def test_a_heartbeat_is_no_evidence():
    found = classify({"alertname": "Watchdog"}, ROWS, 2, AGREED)

    assert (found.line, found.outcome, found.row) == (None, "heartbeat", ROWS[2])


@pytest.mark.parametrize("labels", [{"function": "checkout"}, {"service": "checkout"}])
def test_without_a_row_a_label_may_name_the_agreed_function(labels):
    line = classify({"alertname": "Slow", **labels}, ROWS, UNMATCHED, AGREED).line

    assert line is not None
    assert (line.id, line.function, line.is_mapped) == ("alert:Slow/checkout", "checkout", True)


def test_the_label_that_names_an_agreed_function_is_taken_where_the_other_names_none():
    line = classify({"function": "handler", "service": "reports"}, ROWS, UNMATCHED, AGREED).line

    assert line is not None
    assert line.function == "reports"


@pytest.mark.parametrize("labels", [{}, {"service": "billing"}, {"service": "system"}])
def test_where_functions_are_agreed_an_alert_of_none_of_them_is_out_of_scope(labels):
    """1.1: kept and counted, not notified."""
    found = classify({"alertname": "DiskFull", **labels}, ROWS, UNMATCHED, AGREED)

    assert (found.line, found.outcome) == (None, "out_of_scope")


def test_where_no_functions_are_agreed_an_unmatched_alert_belongs_to_the_system_but_stays_unmapped():
    """Unmapped alerts never reach the customer."""
    line = classify({"alertname": "DiskFull"}, ROWS, UNMATCHED, NOTHING_AGREED).line

    assert line is not None
    assert (line.id, line.function, line.is_mapped) == ("alert:DiskFull", SYSTEM, False)


@pytest.mark.parametrize(
    ("severity", "condition", "outcome"),
    [
        ("critical", Condition.DEGRADED, ""),
        ("Critical", Condition.DEGRADED, ""),
        ("warning", Condition.AT_RISK, ""),
        ("none", Condition.AT_RISK, ""),
        ("", Condition.AT_RISK, ""),
        ("page", Condition.AT_RISK, ""),
        ("info", None, "alert_only"),
    ],
)
def test_severity_speaks_only_for_alerts_that_no_row_matched(severity, condition, outcome):
    """R5: critical -> degraded, warning or none -> at_risk, info -> alert_only."""
    found = classify({"alertname": "DiskFull", "severity": severity}, ROWS, UNMATCHED, NOTHING_AGREED)

    assert found.outcome == outcome
    assert found.line is not None
    assert (found.line.condition, found.line.rules) == (condition, ("R0", "R1", "R5"))


# -------------------------------------------------------------------------------------------------------------- times


def signal(start: float = 0, arrives: float = 5, detected: float | None = None) -> Signal:
    def at(minutes: float) -> datetime:
        return T0 + timedelta(minutes=minutes)

    detected_at = None if detected is None else at(detected)
    return Signal("alertmanager", "f00d", True, {}, {}, at(start), at(arrives), detected_at=detected_at)


def test_a_fault_is_older_than_its_rule_fired_by_what_the_rule_held():
    assert times(signal(start=0, arrives=5), ROWS[0]) == (T0 - timedelta(minutes=2), T0)


def test_without_a_row_a_fault_is_detected_when_it_started():
    assert times(signal(start=0, arrives=5), None) == (T0, T0)


def test_nothing_fires_after_its_arrival():
    arrival = T0 + timedelta(minutes=1)

    assert times(signal(start=5, arrives=1), ROWS[0]) == (arrival - timedelta(minutes=2), arrival)
    assert times(signal(start=9, arrives=1), None) == (arrival, arrival)
    assert times(signal(start=0, arrives=1, detected=9), None) == (T0, arrival)


def test_a_signal_that_knows_when_it_was_detected_is_believed():
    assert times(signal(start=0, arrives=5, detected=3), ROWS[0]) == (T0, T0 + timedelta(minutes=3))


# ------------------------------------------------------------------------------------------------- what always holds

LABELS = st.fixed_dictionaries(
    {},
    optional={
        "alertname": st.sampled_from(["A", "B"]),
        "severity": st.sampled_from(["critical", "info", "none", ""]),
        "service": st.sampled_from(["checkout", "reports", "billing", "system"]),
        "function": st.sampled_from(["checkout", "nothing"]),
        "tocsin_state": st.sampled_from(["down", "degraded", "dead", "attempt"]),
        "instance": st.sampled_from(["a", "b"]),
    },
)


@given(LABELS, LABELS, st.integers(UNMATCHED, len(ROWS) - 1), st.sampled_from([AGREED, NOTHING_AGREED]))
def test_equal_keys_have_equal_answers(one, other, index, agreement):
    if key_of(one, ROWS, index) == key_of(other, ROWS, index):
        assert classify(one, ROWS, index, agreement) == classify(other, ROWS, index, agreement)


@given(LABELS, LABELS, st.integers(UNMATCHED, len(ROWS) - 1), st.sampled_from([AGREED, NOTHING_AGREED]))
def test_equal_line_ids_are_equal_lines(one, other, index, agreement):
    line, line_2 = classify(one, ROWS, index, agreement).line, classify(other, ROWS, index, agreement).line

    if line is not None and line_2 is not None and line.id == line_2.id:
        assert line == line_2


def test_an_alert_that_no_row_matched_is_told_apart_by_name_severity_and_function():
    one = {"alertname": "A", "severity": "critical", "function": "checkout", "service": "shop", "instance": "a"}

    assert key_of(one, ROWS, UNMATCHED) == (-1, "A", "critical", "checkout", "shop")
    assert key_of(one | {"instance": "b"}, ROWS, UNMATCHED) == key_of(one, ROWS, UNMATCHED)


def test_a_row_with_a_template_is_told_apart_by_what_fills_it():
    one = {"alertname": "A", "service": "reports", "tocsin_state": "down"}

    assert key_of(one, ROWS, 1)[:3] == (1, "reports", "down")
    assert key_of(one | {"tocsin_state": "degraded"}, ROWS, 1) != key_of(one, ROWS, 1)


def test_a_row_that_says_it_all_has_one_key_for_all_its_alerts():
    assert key_of({"alertname": "A", "instance": "a"}, ROWS, 0) == key_of({"alertname": "B"}, ROWS, 0) == (0,)
    assert key_of({"alertname": "Watchdog"}, ROWS, 2) == (2,)
