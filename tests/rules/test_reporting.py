"""What a report must hold, and what it says: times, items, attachments, grades, persons (3.2(b), (c))."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import Refused
from agent.model import Contact, Kind, Party, Report, Role
from agent.rules import reporting

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
