"""Who is on call at a moment, and until when that stays so."""

from datetime import datetime

from agent.model import Rota


def on_call(rota: Rota | None, at: datetime) -> tuple[str, ...]:
    """The contacts whose shifts hold `at`, each once, by the begin of their shift; nobody in a gap or without a rota.

    Of shifts that overlap all are on call: a handover that both have in their calendars loses nobody.
    """
    if rota is None:
        return ()
    held = (shift.contact for shift in rota.shifts if shift.begins_at <= at < shift.ends_at)
    return tuple(dict.fromkeys(held))


def changes_at(rota: Rota | None, at: datetime) -> datetime | None:
    """When somebody next goes on or off call; None: not as far as the rota was read."""
    if rota is None:
        return None
    moments = (moment for shift in rota.shifts for moment in (shift.begins_at, shift.ends_at) if moment > at)
    return min(moments, default=None)


def first_gap(rota: Rota, at: datetime, until: datetime) -> tuple[datetime, datetime] | None:
    """The first stretch from `at` on, before `until`, in which nobody is on call."""
    covered = at
    for shift in sorted(rota.shifts, key=lambda shift: shift.begins_at):
        if shift.ends_at <= covered:
            continue
        if shift.begins_at > covered:
            return (covered, min(shift.begins_at, until)) if covered < until else None
        covered = shift.ends_at
        if covered >= until:
            return None
    return (covered, until) if covered < until else None
