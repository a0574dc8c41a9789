"""Durations, sizes and ratios."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.rules.units import duration, ratio, size, written


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("4h", timedelta(hours=4)),
        ("3d", timedelta(days=3)),
        ("2w", timedelta(days=14)),
        ("500ms", timedelta(milliseconds=500)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5h", timedelta(minutes=90)),
        ("0s", timedelta()),
    ],
)
def test_a_duration_is_a_number_with_its_unit(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["30", "0", "-5", "1.5"])
def test_a_number_without_a_unit_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"has no unit: write 90s, 5m, 4h or 3d"):
        duration(text)


@pytest.mark.parametrize("text", ["", "soon", "5 minutes", "5M", "6mo", "1y", "s", "m5", "٣s", "9" * 30 + "d"])
def test_what_has_no_fixed_length_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError):
        duration(text)


def test_a_duration_is_a_hundred_years_at_most() -> None:
    assert duration("36525d") == timedelta(days=36_525)
    with pytest.raises(ValueError, match="36526d is longer than a hundred years"):
        duration("36526d")


@pytest.mark.parametrize(
    ("text", "count"), [("5GiB", 5 * 2**30), ("8MiB", 8 * 2**20), ("500MB", 500_000_000), ("64B", 64), ("1.5kB", 1500)]
)
def test_a_size_is_in_bytes(text: str, count: int) -> None:
    assert size(text) == count


def test_a_number_without_a_unit_is_no_size() -> None:
    with pytest.raises(ValueError, match="5 has no unit: write 512KiB, 8MiB or 5GiB"):
        size("5")


@pytest.mark.parametrize("text", ["", "big", "5 bytes", "5gb", "-5MB", "5EB"])
def test_what_no_unit_of_ours_counts_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="is no size: write 512KiB, 8MiB or 5GiB"):
        size(text)


@pytest.mark.parametrize(("text", "part"), [("95%", 0.95), ("99.9%", 0.999), ("0%", 0.0), ("100%", 1.0)])
def test_a_ratio_is_written_in_per_cent_and_kept_from_0_to_1(text: str, part: float) -> None:
    assert ratio(text) == pytest.approx(part)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0.95", "0.95 has no unit: write 5%, 50% or 99.9%"),
        ("95", "95 has no unit"),
        ("120%", "120% is more than 100%"),
        ("-5%", "'-5%' is no ratio: write 5%, 50% or 99.9%"),
        ("half", "'half' is no ratio"),
    ],
)
def test_a_ratio_without_per_cent_or_above_all_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ratio(text)


@pytest.mark.parametrize("text", ["1h30m", "90d", "500ms", "0s", "1d1h1m1s"])
def test_a_length_is_written_as_the_file_would_say_it(text: str) -> None:
    assert written(duration(text)) == text


@given(st.integers(0, 36_525 * 86_400_000))
def test_what_is_written_is_read_as_the_same_length(milliseconds: int) -> None:
    length = timedelta(milliseconds=milliseconds)

    assert duration(written(length)) == length
