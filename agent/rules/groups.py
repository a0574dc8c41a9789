"""Which alerts may belong to a group of Alertmanager's, by what stands in its key."""

import re
from collections.abc import Mapping
from functools import lru_cache

LONGEST = 4096
"""Characters of a key that is read: whoever sends a longer one does not make anybody wait."""

_NAME = r'(?:"(?:[^"\\]|\\.)*"|[^\s"={},]+)'
_VALUE = r'"(?:[^"\\]|\\.)*"'
_PAIR = re.compile(f"({_NAME})=({_VALUE})")
_LABELS = re.compile(rf":\{{((?:{_NAME}={_VALUE}(?:, ?{_NAME}={_VALUE})*)?)\}}$", re.DOTALL)
_ESCAPE = re.compile(r'\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[abfnrtv"\'\\])')
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@lru_cache(maxsize=1024)
def labels_of(key: str) -> Mapping[str, str] | None:
    """The labels that all alerts of a group share; None where the key does not say so as Alertmanager does.

    A key is the route's matchers, a colon, and the labels: `{}/{team="shop"}:{alertname="CheckoutDown", zone="eu"}`.
    """
    found = _LABELS.search(key) if key.startswith("{") and len(key) <= LONGEST else None
    if found is None:
        return None
    return {_plain(name): _plain(value) for name, value in _PAIR.findall(found[1])}


def may_hold(key: str, labels: Mapping[str, str]) -> bool:
    """Whether an alert may belong to the group, as far as the key says; a label that it lacks counts as empty."""
    shared = labels_of(key)
    return shared is None or all(labels.get(name, "") == value for name, value in shared.items())


def _plain(text: str) -> str:
    """The text that Go wrote in quotes, or as it is."""
    return _ESCAPE.sub(_letter, text[1:-1]) if text.startswith('"') else text


def _letter(escape: re.Match[str]) -> str:
    said = escape[1]
    if said[0] in "xuU" and len(said) > 1:
        number = int(said[1:], 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _LETTERS.get(said, said)
