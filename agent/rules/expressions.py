"""What a probe's `when` and `clear` say: `used > 95% and free < 5GiB or full_in < 4h`, answered yes, no or unknown.

either = all { "or" all }         all  = one { "and" one }
one    = [ "not" ] ( "fail" | name op value | "(" either ")" )
op     = ">" | ">=" | "<" | "<=" | "==" | "!="
"""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isnan
from typing import TypeAlias

from agent.errors import Malformed
from agent.model import Reading, Result
from agent.rules.amounts import Amount, read_amount, written

_DEEPEST = 16  # parentheses in parentheses
_LONGEST = 2000  # characters

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_TRUTH = {"true": True, "false": False}
_KEYWORDS = frozenset({"and", "or", "not", "fail"})
_NAME = re.compile(r"[^\W\d][\w.:/-]*")
_TOKEN = re.compile(r"""\s*(?:(?P<op>[<>]=?|[=!]=)|(?P<paren>[()])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
                    r"""|(?P<word>[^\s()<>=!"']+)|(?P<end>\Z))""")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fail:
    """The reading itself is bad."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`name op value`. `dimension` is what the value's unit measures: s, B, ratio, or "" for none."""

    name: str
    op: str
    value: float | str | bool
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    of: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    of: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    of: tuple["Expression", ...]


Expression: TypeAlias = Fail | Comparison | Not | And | Or


def parse(text: str) -> Expression:
    """The expression that `text` is; durations in seconds, sizes in bytes, per cent as a ratio.

    Raises:
        Malformed: with the column and what was expected there.
    """
    if len(text) > _LONGEST:
        raise Malformed(f"longer than {_LONGEST} characters: split it over several `tells`")
    return _Parser(text).whole()


def answer(expression: Expression, reading: Reading) -> bool | None:
    """Whether it holds, by Kleene's three-valued logic; None is unknown.

    A missing value, or one of another kind than the expression compares with, is unknown, never 0.
    """
    match expression:
        case Fail():
            return None if reading.result is Result.UNKNOWN else reading.result is Result.BAD
        case Comparison():
            return _compared(expression, reading.values.get(expression.name))
        case Not(of):
            inner = answer(of, reading)
            return None if inner is None else not inner
        case And(of):
            return _settled(False, [answer(part, reading) for part in of])
    return _settled(True, [answer(part, reading) for part in expression.of])


def names(expression: Expression) -> frozenset[str]:
    """The values that the expression asks for."""
    return frozenset(comparison.name for comparison in comparisons(expression))


def comparisons(expression: Expression) -> Iterator[Comparison]:
    """Every comparison in it, from left to right."""
    match expression:
        case Comparison():
            yield expression
        case Not(of):
            yield from comparisons(of)
        case And(of) | Or(of):
            for part in of:
                yield from comparisons(part)


def because(expression: Expression, reading: Reading) -> str:
    """The values it looked at, as people write them: `used 97%, free 4.2GiB`; "" where none is known."""
    seen: dict[str, str] = {}
    for comparison in comparisons(expression):
        value = reading.values.get(comparison.name)
        if value is not None:
            seen.setdefault(comparison.name, f"{comparison.name} {written(value, comparison.dimension)}")
    return ", ".join(seen.values())


def _settled(by: bool, answers: list[bool | None]) -> bool | None:
    if by in answers:
        return by
    return None if None in answers else not by


def _compared(comparison: Comparison, value: float | str | bool | None) -> bool | None:
    wanted = comparison.value
    if isinstance(wanted, str | bool):
        if type(value) is not type(wanted):
            return None
        return (value == wanted) is (comparison.op == "==")
    if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
        return None  # text, a truth value or NaN where a number is due
    return _COMPARE[comparison.op](value, wanted)


class _Parser:
    """Walks the tokens once, left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._depth = 0
        self._next()

    def whole(self) -> Expression:
        found = self._either()
        if self._kind != "end":
            raise self._expected("and, or, or the end")
        return found

    def _either(self) -> Expression:
        parts = [self._all()]
        while self._took("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Expression:
        parts = [self._one()]
        while self._took("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Expression:
        if self._took("not"):
            return Not(self._plain())
        return self._plain()

    def _plain(self) -> Expression:
        if self._took("fail"):
            return Fail()
        if self._kind == "paren" and self._token == "(":
            return self._parentheses()
        if self._kind != "word" or self._token in _KEYWORDS or not _NAME.fullmatch(self._token):
            raise self._expected("fail, a value's name or (")
        name = self._taken()
        if self._kind != "op":
            raise self._expected(f"one of > >= < <= == != after {name}")
        return self._comparison(name, self._taken())

    def _parentheses(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Malformed(f"column {self._column}: more than {_DEEPEST} parentheses in each other: write it flatter")
        self._next()
        inner = self._either()
        if self._kind != "paren" or self._token != ")":
            raise self._expected("and, or, or )")
        self._next()
        self._depth -= 1
        return inner

    def _comparison(self, name: str, op: str) -> Comparison:
        if self._kind not in {"word", "single", "double"} or (self._kind == "word" and self._token in _KEYWORDS):
            raise self._expected(f"a number with its unit, a word or a quoted text after {op}")
        value: Amount | str | bool = self._token
        if self._kind == "word":
            amount = self._amount()
            value = _TRUTH.get(self._token, self._token) if amount is None else amount
        if not isinstance(value, Amount) and op not in {"==", "!="}:
            raise self._expected(f"a number after {op} (texts compare with == and != only)")
        self._next()
        if isinstance(value, Amount):
            return Comparison(name, op, value.value, value.dimension)
        return Comparison(name, op, value)

    def _amount(self) -> Amount | None:
        try:
            return read_amount(self._token)
        except ValueError as fault:
            raise Malformed(f"column {self._column}: {fault}") from None

    def _took(self, keyword: str) -> bool:
        found = self._kind == "word" and self._token == keyword
        if found:
            self._next()
        return found

    def _taken(self) -> str:
        token = self._token
        self._next()
        return token

    def _next(self) -> None:
        match = _TOKEN.match(self._text, self._position)
        if match is None:
            rest = self._text[self._position :].lstrip()
            what = (
                "the quote is never closed" if rest[0] in "\"'" else f"{rest[0]} is no operator: write > >= < <= == !="
            )
            raise Malformed(f"column {len(self._text) - len(rest) + 1}: {what}")
        self._kind = str(match.lastgroup)
        self._token = match[self._kind]
        self._column = match.start(self._kind) + 1
        self._position = match.end()

    def _expected(self, wanted: str) -> Malformed:
        found = "the end" if self._kind == "end" else self._token
        return Malformed(f"column {self._column}: expected {wanted}, found {found}")
