"""What of a person is taken out of what is kept: name, numbers, addresses, wherever they stand in a text. Pure.

The contact's id stays: it stands in the hashed part of facts, and says who did what. A fact whose detail held something
of the person is erased whole, which the chain was made for (rules/chain), and a new fact says the rest of it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent.model import SealedFact

GONE = "(redacted)"
FACT = "fact_redacted"
"""The fact that stands in for an erased detail: `fact` is its number in the chain, `said` what it said otherwise."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d(?:[\s().-]*\d){6,}")
_LEAST_DIGITS = 7
_LATIN = "[A-Za-z\u00c0-\u024f]"  # goes on with a Latin word; Chinese, and a time, may stand right behind it
_BETWEEN = r"[\s().-]*"
_PREFIX_DIGITS = 3  # of a country: a number is also written without it


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a contact, from the file and from the archive."""

    id: str
    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()  # whatever else is to go, word for word
    ids: frozenset[str] = frozenset()  # of all contacts: a name that is one of them stays where it stands as that

    def __bool__(self) -> bool:
        return any((self.names - self.ids, self.phones, self.emails, self.others))


def in_address(url: str) -> tuple[frozenset[str], frozenset[str]]:
    """(mail addresses, numbers) that an Apprise URL holds."""
    emails = frozenset(_EMAIL.findall(url))
    rest = _EMAIL.sub(" ", url)
    return emails, frozenset(found.group() for found in _NUMBER.finditer(rest))


class Redactor:
    """Finds and replaces what is known of one person."""

    def __init__(self, person: Person) -> None:
        patterns = [
            *(_phone(each) for each in sorted(person.phones)),
            *(f"(?i:{re.escape(each)})" for each in sorted(person.emails, key=len, reverse=True)),
            *(_name(each) for each in sorted(person.names - person.ids, key=len, reverse=True)),
            *(re.escape(each) for each in sorted(person.others, key=len, reverse=True)),
        ]
        self._pattern = re.compile("|".join(filter(None, patterns)) or r"(?!)")

    def text(self, text: str) -> str:
        """The text without it; JSON is gone through value by value, so that it stays JSON."""
        if self._pattern.search(text) is None and "\\u" not in text:
            return text
        if text[:1] in {"{", "["}:
            try:
                value = json.loads(text)
            except ValueError:
                return self._pattern.sub(GONE, text)
            cleaned = self.value(value)
            return text if cleaned == value else json.dumps(cleaned, ensure_ascii=False, separators=(",", ":"))
        return self._pattern.sub(GONE, text)

    def value(self, value: Any) -> Any:
        """The same of a value of JSON: texts in it, and names of fields stay."""
        if isinstance(value, str):
            return self._pattern.sub(GONE, value)
        if isinstance(value, Mapping):
            return {name: self.value(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        return value

    def mentions(self, text: str) -> bool:
        return self._pattern.search(text) is not None and self.text(text) != text

    def raw(self, raw: bytes) -> bytes:
        """The same of bytes from outside; what is no text is left as it is."""
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return raw
        cleaned = self.text(text)
        return raw if cleaned == text else cleaned.encode()


def overlaid(facts: Iterable[SealedFact]) -> list[SealedFact]:
    """For people to read: an erased detail with what is left of it. Its hash is that of the detail as it was."""
    left: dict[Any, Mapping[str, Any]] = {}
    read = []
    for each in reversed(list(facts)):  # what a second redaction left of the first one's words is read first
        read.append(_overlaid(each, left))
        if each.fact.kind == FACT:
            detail = read[-1].fact.detail
            left[detail.get("fact")] = detail
    return read[::-1]


def _overlaid(sealed: SealedFact, left: Mapping[Any, Mapping[str, Any]]) -> SealedFact:
    said = left.get(sealed.seq, {}).get("said")
    if sealed.salt or not isinstance(said, Mapping):
        return sealed
    return replace(sealed, fact=replace(sealed.fact, detail=said))


def _phone(number: str) -> str:
    """However it is spaced, with and without the country before it."""
    digits = re.sub(r"\D", "", number)
    if len(digits) < _LEAST_DIGITS:
        return ""
    country = _PREFIX_DIGITS if number.strip().startswith("+") else 0
    longest = min(country, len(digits) - _LEAST_DIGITS - 1)
    written = [_BETWEEN.join(digits[cut:]) for cut in range(max(longest, 0) + 1)]
    return "|".join(rf"(?<!\d)\+?\(?{each}(?!\d)" for each in written)


def _name(name: str) -> str:
    """As whole words where it is written with spaces; one letter is no name."""
    words = name.split()
    if len("".join(words)) < 2:
        return ""
    pattern = r"\s+".join(map(re.escape, words))
    return rf"(?<!{_LATIN}){pattern}(?!{_LATIN})" if name.isascii() else pattern
