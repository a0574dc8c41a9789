"""Windows of maintenance as they stand now: those of the file beside those that people announced."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from agent.model import Maintenance, Window
from agent.rules import maintenance, windows
from agent.web.api import planned
from agent.web.office import Office

OVER_SHOWN = timedelta(days=30)
"""So long what is over is listed where it is asked for."""

Waiting = Sequence[tuple[str, str, int]]
"""(line, function, signals) that began in a window and have no incident."""


def standing(office: Office, *, over: bool = False) -> list[planned.MaintenanceShape]:
    """All windows by their begin; `over`: also those that ended lately."""
    now = office.clock.now()
    waiting = office.store.lines_in_maintenance()
    announced = office.store.maintenance(now - OVER_SHOWN if over else now)
    shown = [announced_one(each, office, waiting) for each in announced if over or maintenance.is_live(each, now)]
    for index, each in enumerate(office.settings().maintenance):
        shown += _of_file(f"{office.settings().path.name}[{index}]", each, office, waiting)
    return sorted(shown, key=lambda each: (each.starts_at, each.id))


def announced_one(each: Maintenance, office: Office, waiting: Waiting = ()) -> planned.MaintenanceShape:
    state = _state(each, office.clock.now())
    return planned.MaintenanceShape(
        id=each.id,
        source="person",
        what=each.what,
        functions=list(each.functions),
        probes=list(each.probes),
        state=state,
        starts_at=each.starts_at,
        ends_at=each.ends_at if state is planned.Standing.CALLED_OFF else maintenance.over_at(each),
        announced_at=each.announced_at,
        short_notice=maintenance.is_short_notice(each),
        by=each.by,
        ended_by=each.ended_by or None,
        waiting=_waiting(maintenance.as_window(each), office, waiting),
    )


def maintained(office: Office) -> Callable[[str, str], datetime | None]:
    """(probe, function) -> the end of the maintenance that the probe stands in now."""
    now, settings = office.clock.now(), office.settings()
    zone = settings.agreement.zone
    every = (*settings.maintenance, *map(maintenance.as_window, office.store.maintenance(now)))

    def until(probe: str, function: str) -> datetime | None:
        window = windows.covering(every, function, probe, now, zone)
        return windows.end_of(window, now, zone) if window else None

    return until


def _state(each: Maintenance, now: datetime) -> planned.Standing:
    if each.ended_at is not None and each.ended_at < each.starts_at:
        return planned.Standing.CALLED_OFF
    if not maintenance.is_live(each, now):
        return planned.Standing.OVER
    return planned.Standing.OPEN if maintenance.is_under_way(each, now) else planned.Standing.AHEAD


def _of_file(id_: str, each: Window, office: Office, waiting: Waiting) -> Iterator[planned.MaintenanceShape]:
    """This or the next occurrence; nothing where none is to come."""
    now = office.clock.now()
    found = windows.occurrence(each, now, office.settings().agreement.zone)
    if found is None:
        return
    starts_at, ends_at = found
    yield planned.MaintenanceShape(
        id=id_,
        source="file",
        what=each.what,
        functions=list(each.functions),
        probes=list(each.probes),
        state=planned.Standing.OPEN if starts_at <= now else planned.Standing.AHEAD,
        starts_at=starts_at,
        ends_at=ends_at,
        announced_at=each.announced_at,
        short_notice=each.announced_at is None or starts_at - each.announced_at < maintenance.LEAD,
        by=None,
        ended_by=None,
        waiting=_waiting(each, office, waiting),
    )


def _waiting(window: Window, office: Office, lines: Waiting) -> int:
    return maintenance.waiting((window,), lines, office.clock.now(), office.settings().agreement.zone)
