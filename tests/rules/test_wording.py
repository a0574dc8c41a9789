"""Words, times and lengths of a notice."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.rules.wording import at_clock, clipped, cut, fitted, lasting, listed, on_date, plain, sms_units, width

NOW = datetime(2026, 11, 22, 19, 2, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\nc\td", "a b c d"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("in\u200bvis\u200dible\ufeff\u00ad", "invisible"),
        ("fill\u3164er\u2800 \U000e0041\ufe0f", "filler"),
        ("\x1b[31mred\x00", "[31mred"),
        ("  many   　 spaces ", "many spaces"),
        ("支付页打不开", "支付页打不开"),
        ("x" * 30, "x" * 19 + "…"),
    ],
)
def test_what_came_from_outside_becomes_one_visible_line(text: str, shown: str) -> None:
    assert plain(text, 20) == shown.strip()


@given(st.text())
def test_no_text_whatever_makes_a_second_line(text: str) -> None:
    shown = plain(text)

    assert len(shown.splitlines()) <= 1
    assert shown == plain(shown)


@given(st.text(), st.integers(10, 60))
def test_a_clipped_text_keeps_its_bytes(text: str, most: int) -> None:
    shown = clipped(plain(text), most)

    assert len(shown.encode()) <= most


def test_what_fits_is_not_clipped() -> None:
    assert clipped("收银台", 9) == "收银台"
    assert clipped("收银台全部", 9) == "收银…"


def test_a_chinese_line_of_24_characters_and_an_english_one_of_65_are_just_as_wide() -> None:
    assert width("级" * 24, "zh") == 48
    assert width("x" * 65, "en") == 65
    assert width("级" * 24, "en") == pytest.approx(65)


def test_an_sms_counts_a_smiley_twice() -> None:
    assert (sms_units("abc"), sms_units("故障"), sms_units("😀")) == (3, 2, 2)


def test_a_cut_text_says_so() -> None:
    assert cut("Checkout page", 9) == "Checkout…"
    assert cut("Checkout page", 13) == "Checkout page"
    assert cut("Checkout", 0) == ""


def test_the_fullest_tail_that_leaves_the_name_whole_is_taken() -> None:
    tails = " down for all users since 03:02", " down since 03:02"

    assert fitted("Checkout", tails, 40) == "Checkout down for all users since 03:02"
    assert fitted("Checkout", tails, 30) == "Checkout down since 03:02"
    assert fitted("Checkout", tails, 23) == "Check… down since 03:02"
    assert fitted("Checkout", tails, 17) == "down since 03:02"
    assert fitted("Checkout", tails, 10) == "down sinc…"


def test_a_long_list_is_counted() -> None:
    assert listed(["a", "b", "c"], "en") == "a, b, c"
    assert listed(["a", "b", "c", "d", "e"], "en") == "a, b, c and 2 more"
    assert listed(["甲", "乙"], "zh") == "甲、乙"
    assert listed(["甲", "乙", "丙", "丁"], "zh") == "甲、乙、丙等4项"


@pytest.mark.parametrize(
    ("ago", "language", "shown"),
    [
        ("0", "en", "03:02"),
        ("0", "zh", "03:02"),
        ("1", "en", "22 Nov 03:02"),
        ("1", "zh", "11月22日03:02"),
        ("1", "", "11-22 03:02"),
    ],
)
def test_a_time_of_another_day_carries_its_date(ago: str, language: str, shown: str) -> None:
    assert at_clock(NOW - timedelta(days=int(ago)), SHANGHAI, NOW, language) == shown


@pytest.mark.parametrize(
    ("zone", "english", "chinese"),
    [
        (SHANGHAI, "23 Nov, UTC+8", "11月23日 北京时间"),
        (UTC, "22 Nov, UTC", "11月22日 UTC"),
        (timezone(timedelta(hours=-3, minutes=-30)), "22 Nov, UTC-3:30", "11月22日 UTC-3:30"),
    ],
)
def test_a_date_names_its_zone(zone: tzinfo, english: str, chinese: str) -> None:
    assert on_date(NOW, zone, "en") == english
    assert on_date(NOW, zone, "zh") == chinese


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (5, "1 min", "1分钟"),
        (79 * 60, "79 min", "79分钟"),
        (120 * 60, "2 h", "2小时"),
        (200 * 60, "3 h 20 min", "3小时20分钟"),
        (48 * 3600, "2 d", "2天"),
        (52 * 3600, "2 d 4 h", "2天4小时"),
    ],
)
def test_a_duration_is_said_in_the_units_people_use(seconds: int, english: str, chinese: str) -> None:
    assert lasting(seconds, "en") == english
    assert lasting(seconds, "zh") == chinese
