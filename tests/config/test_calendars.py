"""Working days of a country, with their make-up days."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from agent.agreement.calendars import calendar
from agent.config.times import WORK_WEEK, hours
from agent.errors import Malformed

WEEK = hours(WORK_WEEK)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_without_a_country_only_the_week_counts() -> None:
    plain = calendar("", WEEK, SHANGHAI, 2026)

    assert (plain.hours, plain.days_off, plain.make_up_days) == (WEEK, frozenset(), frozenset())


def test_china_pays_for_holidays_with_make_up_days() -> None:
    china = calendar("CN", WEEK, SHANGHAI, 2025)

    assert date(2025, 10, 8) in china.days_off
    assert date(2025, 9, 28) in china.make_up_days
    assert date(2025, 9, 28) not in china.days_off


def test_a_year_without_make_up_days_is_unannounced_where_there_are_such() -> None:
    china = calendar("cn", WEEK, SHANGHAI, 2025)

    assert {2022, 2023, 2024, 2025} <= china.known_years
    assert china.known_years == {day.year for day in china.make_up_days}


def test_where_there_are_none_every_year_is_known() -> None:
    bavaria = calendar("DE-BY", WEEK, ZoneInfo("Europe/Berlin"), 2026)

    assert bavaria.known_years == {2023, 2024, 2025, 2026, 2027, 2028}
    assert date(2026, 1, 6) in bavaria.days_off


@pytest.mark.parametrize("country", ["ZZ", "DE-ZZ", "Germany", "-"])
def test_an_unknown_country_is_refused(country: str) -> None:
    with pytest.raises(Malformed, match="write a country code such as CN, DE or US"):
        calendar(country, WEEK, SHANGHAI, 2026)
