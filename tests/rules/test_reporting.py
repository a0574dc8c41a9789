"""What a report must hold, and what it says: times, items, attachments, grades, persons (3.2(b), (c))."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import Refused
from agent.model import Contact, Evidence, Kind, Line, Party, Report, Role
from agent.rules import reporting
from tests.rules.test_happenings import INCIDENT

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
REPORT = Report("REP-20261123-001", "INC-20261123-001", Party.CUSTOMER, "wang", NOW, NOW, NOW, "blank", "all", "none")

minutes = st.integers(-3000, 3000).map(lambda count: NOW + timedelta(minutes=count))


@given(st.none() | minutes, st.none() | minutes, st.none() | minutes)
def test_whatever_is_said_the_times_come_in_their_order_or_are_refused(
    occurred: datetime | None, discovered: datetime | None, called: datetime | None
) -> None:
    try:
        when = reporting.times(occurred, discovered, called, NOW)
    except Refused:
        return

    assert when.occurred_at <= when.discovered_at <= when.received_at <= NOW


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("occurred", "discovered", "called", "times"),
    [
        (None, None, None, (NOW, NOW, NOW)),
        (ago(30), None, None, (ago(30), ago(30), NOW)),
        (None, ago(20), None, (ago(20), ago(20), NOW)),
        (ago(30), ago(20), ago(10), (ago(30), ago(20), ago(10))),
    ],
)
def test_a_time_that_is_not_said_is_the_next_one_that_is(
    occurred: datetime | None, discovered: datetime | None, called: datetime | None, times: tuple[datetime, ...]
) -> None:
    """Facts 5 and 15: discovered as it occurred, and arrived when the call was."""
    assert reporting.times(occurred, discovered, called, NOW) == reporting.Times(*times)


@pytest.mark.parametrize(
    ("occurred", "discovered", "called", "fault"),
    [
        (
            ago(-5),
            None,
            None,
            "occurred_at 2026-11-23T03:05:00Z lies ahead: it is 2026-11-23T03:00:00Z now. "
            "Say when it was, with its time zone",
        ),
        (
            None,
            ago(5),
            ago(20),
            "discovered_at 2026-11-23T02:55:00Z is later than the call, 2026-11-23T02:40:00Z: one of them is wrong",
        ),
        (
            ago(10),
            ago(30),
            None,
            "discovered_at 2026-11-23T02:30:00Z is before occurred_at 2026-11-23T02:50:00Z: one of them is wrong",
        ),
    ],
    ids=["ahead", "after the call", "discovered before it occurred"],
)
def test_times_that_cannot_be_are_refused_and_named(
    occurred: datetime | None, discovered: datetime | None, called: datetime | None, fault: str
) -> None:
    with pytest.raises(Refused) as refused:
        reporting.times(occurred, discovered, called, NOW)

    assert (str(refused.value), refused.value.clause) == (fault, "3.2(b)")


def test_a_clock_that_is_a_little_ahead_is_forgiven() -> None:
    when = reporting.times(NOW + timedelta(seconds=40), None, None, NOW)

    assert when == reporting.Times(NOW, NOW, NOW)


def test_silence_is_missing_and_none_so_far_is_an_answer() -> None:
    bare = replace(REPORT, symptom="", scope="  ", measures="none so far")

    assert reporting.missing(bare, has_time=False) == ("time", "symptom", "scope")


@pytest.mark.parametrize(
    ("roles", "kind", "suggested", "joined", "expected"),
    [
        ((Role.MEMBER,), Kind.FAULT, None, False, 2),
        ((Role.MEMBER,), Kind.OTHER, None, False, 3),
        ((Role.MEMBER,), Kind.FAULT, None, True, None),
        ((Role.MEMBER,), Kind.FAULT, 1, False, 2),
        ((Role.MEMBER,), Kind.FAULT, 3, False, 3),
        ((Role.PRINCIPAL,), Kind.FAULT, 1, False, 1),
        ((Role.COORDINATOR,), Kind.SECURITY, 1, True, 1),
        ((Role.SECURITY, Role.MEMBER), Kind.SECURITY, 1, False, 1),
        ((Role.OBSERVER,), Kind.FAULT, 1, True, 2),
    ],
)
def test_the_grade_that_a_report_calls_for(
    roles: tuple[Role, ...], kind: Kind, suggested: int | None, joined: bool, expected: int | None
) -> None:
    """3.1, section 4: a grade 1 is executed at once for those who may declare it."""
    reporter = Contact("wang", Party.CUSTOMER, "Wang", roles)
    report = replace(REPORT, kind=kind, suggested_grade=suggested, joined=joined)

    assert reporting.given(report, reporter) == expected


def test_what_it_says_stands_beside_what_monitors_see() -> None:
    wang = Contact("wang", Party.CUSTOMER, "Wang", (Role.PRINCIPAL,))
    plain = replace(REPORT, functions=("checkout", "stock"), occurred_at=ago(30), received_at=ago(2))
    declared = replace(plain, number="REP-20261123-002", functions=(), suggested_grade=1)

    found = reporting.evidence_of([plain, declared], {"wang": wang})

    assert found == (
        Evidence(
            Line("report:REP-20261123-001", "checkout", Kind.FAULT, None, given=2, rules=("R0",)),
            *(1, 0, ago(30), ago(2)),
        ),
        Evidence(
            Line("report:REP-20261123-002", "system", Kind.FAULT, None, given=1, severity="declared", rules=("R0",)),
            *(1, 0, ago(30), ago(2)),
        ),
    )


def test_a_report_that_joins_and_names_no_grade_adds_nothing_to_it() -> None:
    assert reporting.evidence_of([replace(REPORT, joined=True)], {}) == ()


def test_what_an_unknown_person_reports_declares_no_grade_1() -> None:
    """Section 4, "Own fault first": it is paged, and waits for a person."""
    report = replace(REPORT, suggested_grade=1)

    assert reporting.is_proposal(report, None)
    assert reporting.given(report, None) == 2


# ------------------------------------------------------------------------------------------ what it asks of recovery

JOINED = replace(REPORT, number="REP-20261123-002", joined=True)


def test_what_a_report_opened_no_monitor_can_clear() -> None:
    """3.4(d): until a person has verified; what joined says nothing that monitors do not see."""
    assert reporting.openers(INCIDENT, [REPORT, JOINED]) == (REPORT,)
    assert reporting.holds_open(INCIDENT, [REPORT, JOINED])
    assert not reporting.holds_open(INCIDENT, [JOINED])
    assert not reporting.holds_open(replace(INCIDENT, verified_by="chen"), [REPORT])


def test_the_gate_asks_for_a_person_where_a_report_opened_it_or_came_while_it_was_verified() -> None:
    clearing = replace(INCIDENT, cleared_at=ago(5))

    assert reporting.needs_person(INCIDENT, [REPORT])
    assert reporting.needs_person(clearing, [replace(JOINED, received_at=ago(5))])
    assert not reporting.needs_person(clearing, [replace(JOINED, received_at=ago(6))])
    assert not reporting.needs_person(INCIDENT, [JOINED])


def test_a_late_report_of_what_has_recovered_since_opens_nothing() -> None:
    over = replace(INCIDENT, started_at=ago(60), recovered_at=ago(20))

    assert reporting.is_of_the_past(replace(REPORT, occurred_at=ago(60)), over)
    assert reporting.is_of_the_past(replace(REPORT, occurred_at=ago(20)), over)
    assert not reporting.is_of_the_past(replace(REPORT, occurred_at=ago(61)), over)
    assert not reporting.is_of_the_past(replace(REPORT, occurred_at=ago(19)), over)
    assert not reporting.is_of_the_past(replace(REPORT, occurred_at=ago(30)), replace(over, recovered_at=None))


def test_those_that_nobody_acknowledged_wait_the_oldest_first() -> None:
    """3.2(c), fact 6: each has its own clock."""
    later, known = replace(REPORT, received_at=ago(-3)), replace(JOINED, acknowledged_at=NOW)
    third = replace(REPORT, number="REP-20261123-003")

    assert reporting.pending([later, known, third]) == (third, later)


def test_a_report_has_a_number_of_its_own_sort() -> None:
    assert reporting.number("20261123", 7) == "REP-20261123-007"
    assert reporting.is_number("REP-20261123-007")
    assert not reporting.is_number("INC-20261123-007")


# -------------------------------------------------------------------------------------------------- its attachments


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("till.png", "till.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\shots\\a.png", "a.png"),
        ("..", "attachment"),
        ("", "attachment"),
        ("a\x00\r\nb\u202e.txt", "ab.txt"),
        ('a"b<c>.txt', "abc.txt"),
        ("收银台.png", "收银台.png"),
    ],
)
def test_the_name_of_an_attachment_is_a_name_alone(name: str, kept: str) -> None:
    assert reporting.file_name(name) == kept


@given(st.text(max_size=400))
def test_no_name_is_long_nor_leads_anywhere(name: str) -> None:
    kept = reporting.file_name(name)

    assert 0 < len(kept) <= reporting.LONGEST_NAME
    assert not set(kept) & set('/\\"\r\n\x00')


def test_attachments_are_refused_by_count_size_and_sort() -> None:
    png = ("a.png", "image/png", 10)

    reporting.check_files([png] * 10)
    for files, already in (
        ([png] * 11, 0),
        ([png], 10),
        ([("a.html", "text/html", 9)], 0),
        ([("a", "image/png", 0)], 0),
        ([("a", "image/png", reporting.LARGEST_FILE + 1)], 0),
    ):
        with pytest.raises(Refused):
            reporting.check_files(files, already)


def test_the_same_words_without_a_time_are_the_same_report_for_ten_minutes() -> None:
    first = replace(REPORT, missing=("time",))

    assert reporting.is_same(replace(first, received_at=NOW + timedelta(minutes=9)), first)
    assert not reporting.is_same(replace(first, received_at=NOW + timedelta(minutes=11)), first)
    assert not reporting.is_same(replace(REPORT, scope="one shop"), REPORT)
    assert not reporting.is_same(replace(REPORT, occurred_at=NOW - timedelta(minutes=1)), REPORT)
    assert not reporting.is_same(replace(REPORT, reporter="zhao"), REPORT)
