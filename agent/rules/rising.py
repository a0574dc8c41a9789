"""When a fault that stays in grade 3 rises by its age: in working hours, 2 h after a warning, held by a reasoned word.

agreement.md 3, "Time": nobody is called at night for what could wait a day, and nobody is called unwarned.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.model import Calendar
from agent.rules.workdays import next_working

WARNED_BEFORE = timedelta(hours=2)

HELD_FOR = timedelta(hours=24)
"""How long a reasoned “not worse” holds the rise, from when it was said."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes next. One of them is None: it is warned of first, and rises afterwards."""

    warns_at: datetime | None
    rises_at: datetime | None


def of_grade_3(
    since: datetime,
    after: timedelta,
    calendar: Calendar | None,
    *,
    not_worse_at: datetime | None = None,
    warned_at: datetime | None = None,
) -> Ahead:
    """Of a fault in grade 3 `since` then, which may stay so for `after`. An earlier rise's warning counts for none."""
    due_at = since + after
    if not_worse_at is not None:
        due_at = max(due_at, not_worse_at + HELD_FOR)
    warns_at = next_working(max(due_at - WARNED_BEFORE, since), calendar)
    if warned_at is None or warned_at < warns_at:
        return Ahead(warns_at, None)
    return Ahead(None, next_working(max(due_at, warned_at + WARNED_BEFORE), calendar))
