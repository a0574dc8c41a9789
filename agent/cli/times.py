"""Times and durations as options say them."""

from datetime import datetime, timedelta, tzinfo

import click

from agent import clock
from agent.model import Agreement
from agent.rules.workdays import is_working


def duration(_: click.Context, __: click.Parameter, text: str) -> timedelta:
    """`10m`, as the file would write it.

    Raises:
        click.BadParameter
    """
    from agent.rules import units

    try:
        return units.duration(text) if text != "0" else timedelta()
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from None


def moment(text: str, zone: tzinfo) -> datetime:
    """`2026-11-23 03:00` in that zone, in UTC; now for "".

    Raises:
        click.BadParameter
    """
    from agent.config import times

    if not text:
        return clock.now()
    try:
        return times.placed(times.moment(text), zone)
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from None


def ahead(text: str) -> datetime:
    """`30m` from now, or a time on this machine's clock; of a bare `04:10` the next one.

    Raises:
        click.BadParameter
    """
    from agent.rules import units

    now = clock.now().astimezone()
    try:
        return now + units.duration(text)
    except ValueError:
        pass
    hour, _, minute = text.partition(":")
    if hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60:
        at = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        return at if at > now else at + timedelta(days=1)
    return local_moment(text)


def behind(text: str) -> datetime:
    """`40m` ago, or a time on this machine's clock; of a bare `02:40` the last one.

    Raises:
        click.BadParameter
    """
    from agent.rules import units

    now = clock.now().astimezone()
    try:
        return now - units.duration(text)
    except ValueError:
        pass
    at = ahead(text)
    return at - timedelta(days=1) if ":" in text and len(text) <= len("02:40") else at


def local_moment(text: str) -> datetime:
    """`2026-12-06 02:00` on this machine's clock, or with an offset of its own, with its offset.

    Raises:
        click.BadParameter
    """
    from agent.config import times

    try:
        return times.moment(text).astimezone()
    except (ValueError, OverflowError):
        raise click.BadParameter(f'{text!r} is no time: write "2026-12-06 02:00", in this machine\'s zone') from None


def span(length: timedelta) -> str:
    """`7m30s`."""
    from agent.rules.units import written

    return written(timedelta(seconds=round(length.total_seconds())))


def placed(at: datetime, agreement: Agreement) -> str:
    """`Mon 2026-11-23 03:00 Asia/Shanghai, outside working hours`."""
    calendar = agreement.calendar
    hours = "" if calendar is None else f", {'in' if is_working(at, calendar) else 'outside'} working hours"
    return f"{at.astimezone(agreement.zone):%a %Y-%m-%d %H:%M} {agreement.zone}{hours}"
