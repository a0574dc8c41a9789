"""Working days of a country, with the make-up days (调休) that holidays are paid for with."""

from datetime import date, time, tzinfo

from agent.errors import Malformed
from agent.model import Calendar

_BEFORE = 3
_AFTER = 2

Hours = tuple[tuple[tuple[time, time], ...], ...]


def calendar(country: str, hours: Hours, zone: tzinfo, around_year: int) -> Calendar:
    """The working calendar for some years around `around_year`; without a country only the week counts.

    `country` is an ISO code (`CN`), or one with a subdivision (`DE-BY`). Where holidays are paid for with make-up
    days, a year that has none yet is unannounced, not without any: it is missing from `known_years`.

    Raises:
        Malformed: the country or its subdivision is unknown.
    """
    if not country:
        return Calendar(zone, hours)
    # loaded late: 20 ms and some MiB that only a file with a `calendar:` pays for
    import holidays

    code, _, subdivision = country.upper().partition("-")
    years = range(around_year - _BEFORE, around_year + _AFTER + 1)
    try:
        found = holidays.country_holidays(code, subdiv=subdivision or None, years=years)
    except NotImplementedError:
        raise Malformed(
            f"no calendar for {country!r}: write a country code such as CN, DE or US, or DE-BY for a part of one"
        ) from None
    make_up = frozenset(day for day in getattr(found, "weekend_workdays", ()) if day.year in years)
    return Calendar(
        zone,
        hours,
        days_off=frozenset(found) - make_up,
        make_up_days=make_up,
        known_years=_announced(years, make_up),
    )


def _announced(years: range, make_up: frozenset[date]) -> frozenset[int]:
    with_make_up = frozenset(day.year for day in make_up)
    return with_make_up or frozenset(years)
