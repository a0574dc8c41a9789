"""Limits of duties: by the calendar, in working time, to a period's end, as a cadence."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.model import Calendar, Limit, Span
from agent.rules.clocks import after
from agent.rules.limits import limit, said, span

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", Span(fixed=timedelta(seconds=90))),
        ("3d", Span(fixed=timedelta(days=3))),
        ("2w", Span(days=14)),
        ("6mo", Span(months=6)),
        ("1y", Span(months=12)),
        ("2wd", Span(working_days=2)),
        ("4wh", Span(working=timedelta(hours=4))),
    ],
)
def test_a_span_keeps_what_has_no_fixed_length(text: str, length: Span) -> None:
    assert span(text) == length


@pytest.mark.parametrize("text", ["3", "", "soon", "9999y", "-1d", "5 wd"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        span(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1mo", "2026-01-31T12:00", "2026-02-28T12:00"),
        ("6mo", "2026-08-31T12:00", "2027-02-28T12:00"),
        ("1y", "2024-02-29T12:00", "2025-02-28T12:00"),
        ("1w", "2026-03-25T12:00", "2026-04-01T12:00"),
        ("90m", "2026-03-25T12:00", "2026-03-25T13:30"),
    ],
)
def test_weeks_months_and_years_follow_the_calendar(text: str, start: str, end: str) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=BERLIN)

    assert after(span(text), begun, Calendar(BERLIN, ((),) * 7)) == datetime.fromisoformat(end).replace(tzinfo=BERLIN)


def test_a_span_is_never_longer_than_its_longest() -> None:
    assert span("3y").longest == timedelta(days=1098)
    assert span("6mo").longest == timedelta(days=186)
    assert span("4wh").longest == timedelta(hours=4)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("15m", Limit(Span(fixed=timedelta(minutes=15)))),
        ("5wd", Limit(Span(working_days=5))),
        ("month_end", Limit(period_end="month_end")),
        ("before 72h", Limit(Span(fixed=timedelta(hours=72)), is_before=True)),
        (
            "30m until 2h then 60m",
            Limit(
                Span(fixed=timedelta(minutes=30)),
                until=timedelta(hours=2),
                later=Span(fixed=timedelta(minutes=60)),
            ),
        ),
    ],
)
def test_a_limit_is_a_span_a_period_a_lead_or_a_cadence(text: str, meant: Limit) -> None:
    assert limit(text) == meant


@pytest.mark.parametrize("text", ["week_end", "before", "30m until 2h", "30m then 60m", "30 until 2h then 60m", "15"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        limit(text)


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("15m", "15分钟"),
        ("4wh", "4个工作小时"),
        ("2wd", "2个工作日"),
        ("6mo", "6个月"),
        ("1h30m", "1小时30分钟"),
        ("month_end", "月末"),
        ("before 72h", "提前72小时"),
        ("30m until 2h then 60m", "2小时内每30分钟，其后每60分钟"),
    ],
)
def test_a_limit_reads_in_chinese(text: str, chinese: str) -> None:
    assert said(text, "zh") == chinese
    assert said(text, "en") == text
