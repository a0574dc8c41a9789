"""Alertmanager's strict UTF-8 matcher grammar: text to matchers, nothing more.

matchers = [ "{" ] [ matcher { "," matcher } [ "," ] ] [ "}" ]
matcher  = word op word
op       = "=" | "!=" | "=~" | "!~"
word     = bare (no white space, none of {}!=~,\\"'`) | "in double quotes, with Go's escapes"
"""

import re
from dataclasses import dataclass

from agent.errors import Malformed
from agent.model import Matcher

OPERATORS = ("=", "!=", "=~", "!~")

_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # Go's unicode.IsSpace
_TOKEN = re.compile(
    rf"""[{_SPACE}]*(?:
      (?P<quoted>"(?:[^"\\]|\\.)*")
    | (?P<op>=~|!~|!=|=)
    | (?P<punctuation>[{{}},])
    | (?P<bare>[^{_SPACE}{{}}!=~,\\"'`]+)
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    rb"\\(?:(?P<letter>[abfnrtv\\\"])|x(?P<hex>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{2})"
    rb"|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<wrong>.))",
    re.DOTALL,
)
_LETTERS = dict(zip(b'abfnrtv\\"', b'\a\b\f\n\r\t\v\\"', strict=True))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int  # counted from 1


def read_matchers(text: str) -> tuple[Matcher, ...]:
    """The matchers that `text` lists; none for "" and "{}". Regexes are not looked at.

    Raises:
        Malformed: `text` leaves the grammar.
    """
    try:
        text.encode()
    except UnicodeError:
        raise Malformed("half a surrogate pair is no character: write the character itself") from None
    tokens = _tokens(text)
    has_brace = _is(tokens[0], "{")
    position = 1 if has_brace else 0
    found: list[Matcher] = []
    while tokens[position].kind in {"bare", "quoted"}:
        found.append(_matcher(tokens[position : position + 3]))
        position += 3
        if not _is(tokens[position], ","):
            break
        position += 1
    if has_brace:
        if not _is(tokens[position], "}"):
            raise _unexpected(
                tokens[position], "a closing brace }" if tokens[position].kind == "end" else "a comma or }"
            )
        position += 1
    if tokens[position].kind != "end":
        raise _unexpected(tokens[position], "a comma between matchers" if found else "a label name")
    return tuple(found)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while not tokens or tokens[-1].kind != "end":
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = str(match.lastgroup)
        tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
        position = match.end()
    return tokens


def _unreadable(text: str, position: int) -> Malformed:
    rest = text[position:].lstrip()
    column = len(text) - len(rest) + 1
    if rest.startswith('"'):
        return Malformed(f'column {column}: the quote is never closed: end the value with "')
    if rest.startswith("!"):
        return Malformed(f"column {column}: expected one of {' '.join(OPERATORS)}")
    return Malformed(f'column {column}: {rest[0]} may only stand inside double quotes: write "…"')


def _matcher(tokens: list[_Token]) -> Matcher:
    name, op, *rest = tokens  # a name is never the last token: the end follows it
    if op.kind != "op":
        raise _unexpected(op, f"an operator, one of {' '.join(OPERATORS)}")
    value = rest[0]
    if value.kind not in {"bare", "quoted"}:
        raise _unexpected(value, 'a value; an empty one is written ""')
    return Matcher(_word(name), op.text, _word(value))


def _word(token: _Token) -> str:
    if token.kind == "bare":
        return token.text
    if "\n" in token.text:
        raise Malformed(f"column {token.column}: a line break inside quotes: write \\n")
    try:
        return _ESCAPE.sub(_unescaped, token.text[1:-1].encode()).decode()
    except UnicodeError:
        raise Malformed(
            f"column {token.column}: {token.text} is no valid UTF-8: write the characters themselves"
        ) from None


def _unescaped(match: re.Match[bytes]) -> bytes:
    kind, digits = str(match.lastgroup), match[str(match.lastgroup)]
    match kind:
        case "letter":
            return bytes([_LETTERS[digits[0]]])
        case "hex":
            return bytes([int(digits, 16)])
        case "octal":
            return bytes([int(digits, 8)])
        case "wrong":
            raise Malformed(f"\\{digits.decode(errors='replace')} is no escape: write \\\\ for a backslash")
    if int(digits, 16) > 0x10FFFF:
        raise Malformed(f"\\{kind}{digits.decode()} is no Unicode character")
    return chr(int(digits, 16)).encode()


def _is(token: _Token, text: str) -> bool:
    return token.kind == "punctuation" and token.text == text


def _unexpected(token: _Token, wanted: str) -> Malformed:
    found = "the end" if token.kind == "end" else token.text
    return Malformed(f"column {token.column}: expected {wanted}, found {found}")
