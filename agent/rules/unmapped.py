"""Alerts that no row of `signals:` matches: the row that would, and when new ones are told."""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo

TOLD_FROM = time(9)
TOLD_FOR = timedelta(hours=9)
"""New names are told at nine o'clock; where nobody was there then, until the evening."""

_BY_SEVERITY = {"critical": "degraded"}
_FUNCTION_LABELS = ("function", "service")


def row(name: str, labels: Mapping[str, str]) -> str:
    """The row that would match this alert: one line of YAML, its function and state a guess."""
    function = next((labels[label] for label in _FUNCTION_LABELS if labels.get(label)), "system")
    state = _BY_SEVERITY.get(str(labels.get("severity", "")).lower(), "at_risk")
    matcher = f"alertname={json.dumps(name, ensure_ascii=False)}"
    quoted = "'" + matcher.replace("'", "''") + "'"
    return f"{{match: [{quoted}], function: {json.dumps(function, ensure_ascii=False)}, state: {state}}}"


def day_of(now: datetime, zone: tzinfo) -> datetime:
    """The nine o'clock that was last."""
    today = now.astimezone(zone).date()
    at = datetime.combine(today, TOLD_FROM, zone)
    return at if at <= now else datetime.combine(today - timedelta(days=1), TOLD_FROM, zone)


def next_day(now: datetime, zone: tzinfo) -> datetime:
    """The nine o'clock that comes next."""
    return datetime.combine(day_of(now, zone).date() + timedelta(days=1), TOLD_FROM, zone)


def is_due(now: datetime, told_at: datetime | None, zone: tzinfo) -> bool:
    """Whether names that are new may be told now: once a day, never at night."""
    day = day_of(now, zone)
    return now < day + TOLD_FOR and (told_at is None or told_at < day)
