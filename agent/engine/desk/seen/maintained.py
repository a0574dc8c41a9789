"""What stands in a window of maintenance now (R2): those of the file, and those that people announced."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from agent.engine.desk.known import Open
from agent.engine.desk.turn import Turn
from agent.model import Incident, Kind, Line, Maintenance, Window
from agent.rules import maintenance, windows


def all_windows(turn: Turn) -> tuple[Window, ...]:
    """Of the file and of people; those that ended lately are among them."""
    announced = turn.known.maintenance
    if not announced:  # asked of every new alert
        return turn.settings.maintenance
    return (*turn.settings.maintenance, *map(maintenance.as_window, announced.values()))


def is_suppressed(turn: Turn, line: Line) -> bool:
    """Whether a window covers the line (R2); security is never suppressed."""
    return line.kind is not Kind.SECURITY and covering(turn, line) is not None


def covering(turn: Turn, line: Line) -> Window | None:
    """The window that the line stands in now; of several the one that ends last."""
    known = all_windows(turn)
    zone = turn.settings.agreement.zone
    return windows.covering(known, line.function, maintenance.probe_of(line.id), turn.now, zone) if known else None


def counts_from(turn: Turn, line: Line, at: datetime) -> datetime:
    """When what began at `at` begins to count: planned work is no fault before its window's end."""
    known = all_windows(turn)
    if not known or line.kind is Kind.SECURITY:
        return at
    zone = turn.settings.agreement.zone
    return maintenance.counts_from(known, line.function, maintenance.probe_of(line.id), at, turn.now, zone)


def waiting(turn: Turn, window: Maintenance) -> int:
    """How many signals fire in this window now and wait for its end."""
    return _firing(turn, window, turn.now) if maintenance.is_under_way(window, turn.now) else 0


def outlasting(turn: Turn, window: Maintenance) -> int:
    """How many signals that waited for the end of this window fire still, now that it is over."""
    return _firing(turn, window, window.ends_at - timedelta(microseconds=1))


def _firing(turn: Turn, window: Maintenance, at: datetime) -> int:
    covers, zone = (maintenance.as_window(window),), turn.settings.agreement.zone
    firing = [opened for tally in turn.known.loose.values() for opened in tally.lines.values()]
    lines = [
        (each.line.id, each.line.function, len(each.keys)) for each in firing if each.line.kind is not Kind.SECURITY
    ]
    return maintenance.waiting(covers, lines, at, zone)


def counted(turn: Turn, line: Line, started_at: datetime, detected_at: datetime) -> tuple[datetime, datetime]:
    """When it began and was detected, as far as that counts."""
    counted_at = counts_from(turn, line, started_at)
    return (counted_at, max(detected_at, counted_at)) if counted_at > started_at else (started_at, detected_at)


def let_count(turn: Turn, opened: Open) -> datetime | None:
    """Let what outlived its window count from that end; when it began in truth, None where it was in no window."""
    began_at = opened.started_at
    opened.started_at, opened.detected_at = counted(turn, opened.line, began_at, opened.detected_at)
    return began_at if opened.started_at > began_at else None


def tell_outlived(turn: Turn, incident: Incident, outlived: Iterable[tuple[Line, datetime | None]]) -> None:
    """The minutes say why the incident begins later than its signals did."""
    for line, began_at in outlived:
        if began_at is not None:
            until = counts_from(turn, line, began_at)
            turn.fact(
                incident.number,
                "maintenance_outlived",
                line=line.id,
                since=began_at.isoformat(),
                until=until.isoformat(),
            )
