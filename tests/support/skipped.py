"""What the last lines of a run say of tests that did not run: a skipped test must not pass for a good one."""

from collections.abc import Iterable, Iterator
from itertools import groupby

NAMED = 3
"""Tests of one file that are named; more are counted."""


def lines(skipped: Iterable[tuple[str, str]]) -> Iterator[str]:
    """`skipped: 2 tests: REASON` and below it which, for (test's id, reason); the reason with most tests first."""
    by_reason: dict[str, list[str]] = {}
    for test, reason in skipped:
        by_reason.setdefault(reason, []).append(test)
    for reason, tests in sorted(by_reason.items(), key=lambda each: (-len(each[1]), each[0])):
        yield f"skipped: {_counted(len(tests))}: {reason}"
        for file, names in groupby(sorted(tests), key=lambda test: test.partition("::")[0]):
            yield f"  {file}{_named([name.partition('::')[2] for name in names])}"


def _named(names: list[str]) -> str:
    """The file alone where it was skipped whole."""
    if names == [""]:
        return ""
    return f": {', '.join(names) if len(names) <= NAMED else _counted(len(names))}"


def _counted(number: int) -> str:
    return f"{number} test{'s' * (number != 1)}"
