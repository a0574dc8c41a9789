"""Which row of `signals:` an alert belongs to: matchers read, asked one by one, or compiled to one function."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import re2

from agent.errors import Malformed
from agent.model import Matcher
from agent.rules.dispatch import generated
from agent.rules.matcher_grammar import read_matchers


def parse(text: str) -> Matcher:
    """The one matcher that `text` is.

    Raises:
        Malformed: not exactly one matcher, or not in Alertmanager's strict UTF-8 grammar, or no RE2 regex.
    """
    found = parse_all(text)
    if len(found) != 1:
        raise Malformed(f'expected one matcher such as severity="critical", found {len(found)}: one list item each')
    return found[0]


def parse_all(text: str) -> tuple[Matcher, ...]:
    """The matchers of a list such as `{a="b", c=~"d"}`; none for "" and "{}".

    Raises:
        Malformed: as `parse`.
    """
    found = read_matchers(text)
    for matcher in found:
        if matcher.op in {"=~", "!~"}:
            _regex(matcher.value)
    return found


def matches(matcher: Matcher, labels: Mapping[str, str]) -> bool:
    """Whether `labels` satisfy `matcher`; as in Alertmanager a missing label is an empty one."""
    value = labels.get(matcher.name, "")
    match matcher.op:
        case "=":
            return value == matcher.value
        case "!=":
            return value != matcher.value
        case "=~":
            return _regex(matcher.value)(value)
    return not _regex(matcher.value)(value)


def first_match(rows: Sequence[tuple[Matcher, ...]], labels: Mapping[str, str]) -> int:
    """The index of the first row of which all matchers hold, -1 for none: slow and plain, the oracle of `compiled`."""
    for index, row in enumerate(rows):
        if all(matches(matcher, labels) for matcher in row):
            return index
    return -1


def compiled(rows: Sequence[tuple[Matcher, ...]]) -> Callable[[Mapping[str, str]], int]:
    """`first_match` for these rows as one generated function; its cost hardly grows with their number.

    Raises:
        Malformed: a regex that RE2 does not take.
    """
    return generated(rows, _regex)


@lru_cache(maxsize=512)
def _regex(pattern: str) -> Callable[[str], bool]:
    """Whether a whole text matches `pattern`, by RE2: linear time whatever the pattern, as in Alertmanager."""
    options = re2.Options()
    options.log_errors = False
    try:
        regexp = re2.compile(pattern, options)
    except re2.error as fault:
        reason = fault.args[0].decode(errors="replace")
        raise Malformed(f"{pattern!r} is no RE2 regex: {reason} (no look-around, no back references)") from None

    def full_match(text: str) -> bool:
        # bytes take RE2's short way; a lone surrogate must not raise here
        return regexp.fullmatch(text.encode(errors="surrogatepass")) is not None

    return full_match
