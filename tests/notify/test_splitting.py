import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.notify.splitting import parts


def test_what_fits_is_not_numbered() -> None:
    assert parts("收银台", 9) == ("收银台",)


def test_a_long_text_is_cut_at_line_ends_and_numbered() -> None:
    assert parts("first line\nsecond line\nthird line", 30) == (
        "(1/2) first line\nsecond line",
        "(2/2) third line",
    )


def test_a_line_without_room_is_cut_between_words() -> None:
    assert parts("the payment page does not open", 24) == ("(1/2) the payment page", "(2/2) does not open")


def test_vendors_count_bytes() -> None:
    """Ten Chinese characters are thirty bytes."""
    assert parts("收银台全部不可用今天", 27) == ("(1/2) 收银台全部不可", "(2/2) 用今天")


def test_an_sms_counts_characters_of_two_bytes() -> None:
    assert parts("收" * 70, 140, "utf-16-be") == ("收" * 70,)
    assert len(parts("收" * 71, 140, "utf-16-be")) == 2


def test_no_limit_means_no_cut() -> None:
    assert parts("x" * 100_000, 0) == ("x" * 100_000,)


def test_more_than_nine_parts_still_fit() -> None:
    pieces = parts("\n".join(["a line of text"] * 40), 60)

    assert pieces[0].startswith("(1/")
    assert len(pieces) > 9
    assert max(len(piece) for piece in pieces) <= 60


@pytest.mark.parametrize("lone", ["\ud800", "a\udfff" * 50])
def test_half_a_character_is_replaced_not_raised(lone: str) -> None:
    assert all("?" in piece for piece in parts(lone, 40))


@given(text=st.text(max_size=400), limit=st.integers(30, 200), encoding=st.sampled_from(["utf-8", "utf-16-be"]))
def test_no_part_is_too_long_and_no_character_is_lost(text: str, limit: int, encoding: str) -> None:
    pieces = parts(text, limit, encoding)

    assert all(len(piece.encode(encoding)) <= limit for piece in pieces)
    if len(pieces) > 1:
        told = "".join(piece.partition(") ")[2] for piece in pieces)
        assert told.replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")
