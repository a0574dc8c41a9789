"""What the watch says: short first lines, nothing technical for the customer, every sight in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.model import Party
from agent.watching.judging import Letter, Seen
from agent.watching.wording import Place, message, trial

AT = datetime(2026, 11, 23, 3, 7, tzinfo=UTC)
PLACE = Place("Payment platform", "https://respond.example", "shop-host")
TROUBLES = [each for each in Seen if each is not Seen.WELL]


@pytest.mark.parametrize("seen", TROUBLES)
@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("is_over", [False, True])
def test_the_first_line_fits_a_lock_screen(seen: Seen, count: int, is_over: bool) -> None:
    letter = Letter(seen, "detail", AT - timedelta(minutes=5), AT, count, AT, is_over)

    for party in Party:
        assert len(message(letter, party, "en", PLACE).subject) <= 65
        assert width(message(letter, party, "zh", PLACE).subject) <= 24


def width(text: str) -> float:
    """In 汉字: a Latin character is half of one."""
    return sum(0.5 if letter.isascii() else 1 for letter in text)


@pytest.mark.parametrize("seen", TROUBLES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_customer_reads_nothing_technical(seen: Seen, language: str) -> None:
    letter = Letter(seen, "certificate refused: CN=hush", AT - timedelta(minutes=5), AT)

    assert "hush" in message(letter, Party.PROVIDER, language, PLACE).text
    assert "hush" not in message(letter, Party.CUSTOMER, language, PLACE).text


def test_silence_is_as_loud_as_a_grade_1_and_its_end_is_not() -> None:
    silent = Letter(Seen.SILENT, "", AT, AT)
    caution = Letter(Seen.EXPIRING, "", AT, AT)
    over = Letter(Seen.SILENT, "", AT, AT, is_over=True)

    assert [message(each, Party.PROVIDER, "en", PLACE).grade for each in (silent, caution, over)] == [1, 3, 3]


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [(5, "5 min", "5分钟"), (119, "119 min", "119分钟"), (150, "2 h 30 min", "2小时30分钟"), (4320, "3 days", "3天")],
)
def test_how_long_it_lasts_is_said_as_people_do(minutes: int, english: str, chinese: str) -> None:
    letter = Letter(Seen.SILENT, "", AT - timedelta(minutes=minutes), AT)

    assert f", {english} ago\n" in message(letter, Party.PROVIDER, "en", PLACE).text
    assert f"，已{chinese}\n" in message(letter, Party.PROVIDER, "zh", PLACE).text


def test_a_trial_is_marked() -> None:
    assert trial(Party.CUSTOMER, "en", PLACE, AT).subject.startswith("[TEST] ")
    assert trial(Party.CUSTOMER, "zh", PLACE, AT).subject.startswith("【测试】")
