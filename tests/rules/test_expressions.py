"""Expressions over what a collector yields: read strictly, answered yes, no or unknown."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import Malformed
from agent.model import Reading, Result
from agent.rules.expressions import (
    And,
    Comparison,
    Expression,
    Fail,
    Not,
    Or,
    answer,
    because,
    comparisons,
    names,
    parse,
)


def reading(result: Result = Result.OK, **values: float | str | bool | None) -> Reading:
    return Reading(result, values)


def test_or_binds_weaker_than_and_and_not_binds_strongest() -> None:
    assert parse("used > 95% and free < 5GiB or not full_in < 4h") == Or(
        (
            And((Comparison("used", ">", 0.95, "ratio"), Comparison("free", "<", 5 * 2**30, "B"))),
            Not(Comparison("full_in", "<", 14400.0, "s")),
        )
    )


def test_parentheses_group() -> None:
    assert parse("not (fail or a == 1) and b != 2") == And(
        (Not(Or((Fail(), Comparison("a", "==", 1.0)))), Comparison("b", "!=", 2.0))
    )


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("0", 0.0, ""),
        ("-1.5", -1.5, ""),
        ("+3", 3.0, ""),
        ("95%", 0.95, "ratio"),
        ("99.9%", 0.999, "ratio"),
        ("500ms", 0.5, "s"),
        ("250us", 0.00025, "s"),
        ("90s", 90.0, "s"),
        ("1h30m", 5400.0, "s"),
        ("4h", 14400.0, "s"),
        ("2w", 1209600.0, "s"),
        ("512B", 512.0, "B"),
        ("1.5KiB", 1536.0, "B"),
        ("2MB", 2000000.0, "B"),
        ("5GiB", 5368709120.0, "B"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: float, dimension: str) -> None:
    assert parse(f"x > {text}") == Comparison("x", ">", value, dimension)


@pytest.mark.parametrize(
    ("text", "value"),
    [("UP", "UP"), ('"5xx"', "5xx"), ("'say \"no\"'", 'say "no"'), ('""', ""), ('"true"', "true"), ("正常", "正常")],
)
def test_a_bare_word_or_a_quoted_text_is_text(text: str, value: str) -> None:
    assert parse(f"status == {text}") == Comparison("status", "==", value)


def test_true_and_false_are_truth_values() -> None:
    assert parse("json.healthy == false") == Comparison("json.healthy", "==", False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 1: expected fail, a value's name or (, found the end"),
        ("latency", "column 8: expected one of > >= < <= == != after latency, found the end"),
        ("latency >", "column 10: expected a number with its unit, a word or a quoted text after >, found the end"),
        ("a > and", "column 5: expected a number with its unit, a word or a quoted text after >, found and"),
        ("a > (1)", "column 5: expected a number with its unit, a word or a quoted text after >, found ("),
        ("5 > a", "column 1: expected fail, a value's name or (, found 5"),
        ("and", "column 1: expected fail, a value's name or (, found and"),
        ("not not fail", "column 5: expected fail, a value's name or (, found not"),
        ("fail fail", "column 6: expected and, or, or the end, found fail"),
        ("a > 1 > 2", "column 7: expected and, or, or the end, found >"),
        ("(fail", "column 6: expected and, or, or ), found the end"),
        ("fail)", "column 5: expected and, or, or the end, found )"),
        ("a = 1", "column 3: = is no operator: write > >= < <= == !="),
        ("a ! 1", "column 3: ! is no operator: write > >= < <= == !="),
        ('a == "x', "column 6: the quote is never closed"),
        ("a > UP", "column 5: expected a number after > (texts compare with == and != only), found UP"),
        ("a > .5", "column 5: .5 is no number: write 0.5, 95%, 500ms, 4h or 5GiB, or quote a text"),
        ("a == 1.2.3", "column 6: 1.2.3 is no number: write 0.5, 95%, 500ms, 4h or 5GiB, or quote a text"),
        (
            "a > 5GiBs",
            "column 5: 5GiBs: GiBs is no unit, which are % us ms s m h d w B kB KB MB GB TB PB KiB MiB GiB TiB PiB; "
            "quote it where a text is meant",
        ),
        ("(" * 17, "column 17: more than 16 parentheses in each other: write it flatter"),
        ("a" * 2001, "longer than 2000 characters: split it over several `tells`"),
    ],
)
def test_a_malformed_expression_is_refused_with_its_place_and_a_remedy(text: str, message: str) -> None:
    with pytest.raises(Malformed) as refusal:
        parse(text)

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("used > 95%", {"used": 0.96}, True),
        ("used > 95%", {"used": 0.95}, False),
        ("used >= 95%", {"used": 0.95}, True),
        ("used < 95%", {"used": 0.95}, False),
        ("used <= 95%", {"used": 0.95}, True),
        ("code == 200", {"code": 200}, True),
        ("code != 200", {"code": 200}, False),
        ("code == 200", {"code": 200.5}, False),
        ("status == UP", {"status": "UP"}, True),
        ("status != UP", {"status": "up"}, True),
        ("healthy == true", {"healthy": True}, True),
        ("healthy != true", {"healthy": True}, False),
    ],
)
def test_a_comparison_answers_over_the_values(text: str, values: dict[str, float | str | bool], expected: bool) -> None:
    assert answer(parse(text), Reading(Result.OK, values)) is expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("used < 95%", {}),
        ("used < 95%", {"used": None}),
        ("used < 95%", {"used": "0"}),
        ("used < 95%", {"used": False}),
        ("used < 95%", {"used": float("nan")}),
        ("used != 95%", {"used": float("nan")}),
        ("status != UP", {"status": 200}),
        ("status != UP", {}),
        ("healthy == true", {"healthy": 1}),
        ("healthy == true", {"healthy": "true"}),
    ],
)
def test_a_value_that_is_missing_or_of_another_kind_is_unknown_never_0(
    text: str, values: dict[str, float | str | bool | None]
) -> None:
    assert answer(parse(text), Reading(Result.OK, values)) is None


@pytest.mark.parametrize(("result", "expected"), [(Result.BAD, True), (Result.OK, False), (Result.UNKNOWN, None)])
def test_fail_answers_for_the_reading_itself(result: Result, expected: bool | None) -> None:
    assert answer(parse("fail"), reading(result)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes == 1 or unknown == 1", True),
        ("no == 1 or unknown == 1", None),
        ("yes == 1 and unknown == 1", None),
        ("no == 1 and unknown == 1", False),
        ("not unknown == 1", None),
        ("not no == 1", True),
    ],
)
def test_unknown_decides_nothing_and_hides_nothing(text: str, expected: bool | None) -> None:
    assert answer(parse(text), reading(yes=1, no=0)) is expected


def test_the_names_and_comparisons_of_an_expression_are_known() -> None:
    expression = parse("a > 1 and (b == UP or not a < 5s) or fail")

    assert names(expression) == {"a", "b"}
    assert [comparison.op for comparison in comparisons(expression)] == [">", "==", "<"]


def test_the_values_are_told_as_people_write_them() -> None:
    expression = parse("used > 95% and free < 5GiB or full_in < 4h or rate > 1 or up == UP or on == true or t > 1s")
    seen = reading(used=0.971, free=4.5 * 2**30, full_in=7200.0, rate=3, up="DOWN", on=False, t=0.48)

    assert because(expression, seen) == "used 97.1%, free 4.5GiB, full_in 2h, rate 3, up DOWN, on false, t 480ms"
    assert because(expression, reading()) == ""
    assert because(parse("free > 1KiB or free > 1"), reading(free=-5.0)) == "free -5B"


KLEENE = st.sampled_from([True, False, None])


def said(value: bool | None) -> Expression:
    """An expression that answers `value`."""
    return {True: parse("one == 1"), False: parse("one == 2"), None: parse("missing == 1")}[value]


ONE = reading(one=1)


@given(KLEENE, KLEENE, KLEENE)
def test_the_laws_of_three_valued_logic_hold(a: bool | None, b: bool | None, c: bool | None) -> None:
    def value(expression: Expression) -> bool | None:
        return answer(expression, ONE)

    p, q, r = said(a), said(b), said(c)

    assert value(Not(Not(p))) is a
    assert value(And((p, q))) is value(And((q, p)))
    assert value(Or((p, q))) is value(Or((q, p)))
    assert value(Not(And((p, q)))) is value(Or((Not(p), Not(q))))
    assert value(Not(Or((p, q)))) is value(And((Not(p), Not(q))))
    assert value(And((p, Or((q, r))))) is value(Or((And((p, q)), And((p, r)))))
    assert value(Or((p, And((q, r))))) is value(And((Or((p, q)), Or((p, r)))))
    assert value(And((p, p))) is value(Or((p, p))) is a


@given(
    st.recursive(
        KLEENE.map(said),
        lambda inner: (
            st.builds(Not, inner) | st.builds(And, st.tuples(inner, inner)) | st.builds(Or, st.tuples(inner, inner))
        ),
    ),
    st.booleans(),
)
def test_learning_a_value_never_turns_a_settled_answer(expression: Expression, learned: bool) -> None:
    before = answer(expression, ONE)
    after = answer(expression, reading(one=1, missing=int(learned)))

    assert before is None or after is before


@given(st.text(alphabet="abnotrdf ()<>=!5%\"'.-GiBs支", max_size=30))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    with suppress(Malformed):
        assert answer(parse(text), reading(a=1.0)) in {True, False, None}
