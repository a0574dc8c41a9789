"""The outer shape of a JSON body, told from its brackets alone: how deep, how many containers, whether it is UTF-8.

A body is looked at before anything of it is built: `[{}]` a million times is 3 MB on the wire and 71 MB of objects.
"""

import re
from datetime import UTC, datetime
from hashlib import sha256

from agent.clock import in_utc
from agent.config.settings import Limits
from agent.errors import Malformed

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_BRACKET = bytes(byte for byte in range(256) if byte not in b"[]{}")
_ONE_KIND = bytes.maketrans(b"[]", b"{}")


_HELD = 2047
"""Of longer pieces hashlib lets go of the interpreter, and has to wait to get it back; hashing one takes 1 µs."""


def digest(raw: bytes) -> str:
    """SHA-256 of the body, in hexadecimal digits."""
    if len(raw) > 32 * _HELD:
        return sha256(raw).hexdigest()
    code = sha256()
    for start in range(0, len(raw), _HELD):
        code.update(raw[start : start + _HELD])
    return code.hexdigest()


def openings(raw: bytes) -> int:
    """How many brackets open, those inside texts counted too: never fewer than there are containers."""
    first = raw.find(b"[")
    is_one = first >= 0 and raw.find(b"[", first + 1) < 0  # most have one list, and finding is faster than counting
    return raw.count(b"{") + (1 if is_one else raw.count(b"["))


def refuse_other_encodings(raw: bytes) -> None:
    """
    Raises:
        Malformed: the body is not UTF-8.
    """
    if raw.isascii():
        return
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        raise Malformed(f"the body is not UTF-8: byte {raw[fault.start]:#04x} at offset {fault.start}") from None


def refuse_swarms(raw: bytes, containers: int) -> None:
    """
    Raises:
        Malformed: it holds more than so many objects and arrays.
    """
    if len(raw) <= containers or openings(raw) <= containers:
        return
    found = _skeleton(raw).count(b"{")
    if found > containers:
        raise Malformed(f"the body holds {found} objects and arrays, at most {containers} are read: send fewer at once")


def refuse_depth(raw: bytes, at_most: int) -> None:
    """
    Raises:
        Malformed: objects and arrays are nested deeper than so many levels.
    """
    skeleton = _skeleton(raw)
    for _ in range(at_most):
        skeleton = skeleton.replace(b"{}", b"")  # takes off the innermost level everywhere at once
        if not skeleton:
            return
    raise Malformed(f"the body is nested deeper than {at_most} levels")


def refuse_crowds(found: int, limits: Limits) -> None:
    """
    Raises:
        Malformed: more alerts than are read at once.
    """
    if found > limits.alerts:
        raise Malformed(f"the body holds {found} alerts, at most {limits.alerts} are read: send fewer at once")


def not_json(fault: Exception) -> str:
    """Why the body could not be decoded."""
    if isinstance(fault, RecursionError):
        return "the body is nested too deep"
    return f"the body is no JSON: {fault}"


def moment(at: datetime | None) -> datetime | None:
    """In UTC; Go's zero time, year 1, is none."""
    if at is None:
        return None
    if at.tzinfo is not UTC:
        at = in_utc(at)
    return None if at.year == 1 else at


def _skeleton(raw: bytes) -> bytes:
    """The brackets outside of texts, all of one kind; whether they match is for the decoder to say."""
    return _STRING.sub(b"", raw).translate(_ONE_KIND, _NO_BRACKET)
