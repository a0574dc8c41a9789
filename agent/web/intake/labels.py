"""Labels and annotations of one alert, as they stood in the JSON: cleaned, bounded, no name twice."""

import json
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from agent.config.settings import Limits

LABELS = 128
"""Labels of one alert; Prometheus itself is usually held to 30."""

WHOLE = 16
"""All labels, or all annotations, of one alert may be this many times as long as the longest single one."""

_BACKSLASH = 0x5C  # as a number it is found in a quarter of the time
_TEXTS = msgspec.json.Decoder(dict[str, str] | None)

_FNV_OFFSET = 14695981039346656037
_FNV_PRIME = 1099511628211
_CODE = 0xFFFFFFFFFFFFFFFF
_SEPARATOR = b"\xff"
_FACTORS = tuple(pow(_FNV_PRIME, length, _CODE + 1) for length in range(128))

_REMEMBERED = 20_000
_SHORT = 512
"""Of so many different labels, none longer than so many bytes, the fingerprint is remembered; then it begins anew."""
_known: dict[bytes, str] = {}


def labels(raw: bytes, limits: Limits) -> dict[str, str]:
    """What names the alert.

    Raises:
        ValueError: none, too many, too long, a name twice, or something that is no text.
    """
    if len(raw) > limits.label or _BACKSLASH in raw:
        return _bounded(_carefully("labels", raw, limits), limits)
    try:
        found = _TEXTS.decode(raw) or {}
    except msgspec.ValidationError as fault:
        raise _no_text("labels", fault) from None
    # no backslash: every quote delimits a name or a text, so four of them make one label
    if raw.count(b'"') != 4 * len(found) or len(found) > LABELS:
        return _bounded(_pairs(raw), limits)
    return found


def annotations(raw: bytes, limits: Limits, has_nul: bool) -> dict[str, str]:
    """What describes the alert. A text that is too long is cut: an alarm is not lost over its description.

    Raises:
        ValueError: something that is no text, or far too much of it.
    """
    if len(raw) <= limits.label and not has_nul:
        try:
            return _TEXTS.decode(raw) or {}
        except msgspec.ValidationError as fault:
            raise _no_text("annotations", fault) from None
    return {
        name: value if len(value) * 4 <= limits.label else _cut(value, limits.label)
        for name, value in _carefully("annotations", raw, limits)
        if len(name.encode()) <= limits.label
    }


def fingerprint_of(raw: bytes, names: dict[str, str]) -> str:
    """As `fingerprint`, of labels that stood there as `raw`: what is told again each minute is written alike."""
    found = _known.get(raw)
    if found is not None:
        return found
    found = fingerprint(names)
    if len(raw) <= _SHORT:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        _known[raw] = found
    return found


def fingerprint(names: dict[str, str]) -> str:
    """Alertmanager's own: FNV-1a over the sorted labels, 64 bits in 16 hexadecimal digits."""
    code = _FNV_OFFSET
    for name in sorted(names):
        factor, more = _hashed_on(code & 0xFF, name, names[name])
        code = (code * factor + more) & _CODE
    return f"{code:016x}"


@lru_cache(maxsize=2048)
def _hashed_on(low: int, name: str, text: str) -> tuple[int, int]:
    """What one label makes of a code that ends in the byte `low`: so many times the code, and so much more.

    For the xor of FNV-1a reaches the last byte alone, all the others are multiplied only. Most labels stand in many
    alerts, and byte by byte each costs 60 ns.
    """
    code, length = _named(low, name)
    hashed = text.encode() + _SEPARATOR
    length += len(hashed)
    for byte in hashed:
        code = ((code ^ byte) * _FNV_PRIME) & _CODE
    factor = _FACTORS[length] if length < len(_FACTORS) else pow(_FNV_PRIME, length, _CODE + 1)
    return factor, (code - low * factor) & _CODE


@lru_cache(maxsize=1024)
def _named(low: int, name: str) -> tuple[int, int]:
    """The code after a label's name, where it was the byte `low` before, and how many bytes that took."""
    code, hashed = low, name.encode() + _SEPARATOR
    for byte in hashed:
        code = ((code ^ byte) * _FNV_PRIME) & _CODE
    return code, len(hashed)


def clean(text: str) -> str:
    """Without NUL, which PostgreSQL refuses."""
    return text.replace("\x00", "")


def _no_text(what: str, fault: msgspec.ValidationError) -> ValueError:
    return ValueError(f"{what}: {fault}".replace(" - at `$[...]`", "").replace(" | null", ""))


def _carefully(what: str, raw: bytes, limits: Limits) -> list[tuple[str, str]]:
    if len(raw) > WHOLE * limits.label:
        raise ValueError(f"{what} are {len(raw)} bytes long, at most {WHOLE * limits.label} are read")
    try:
        _TEXTS.decode(raw)
    except msgspec.ValidationError as fault:
        raise _no_text(what, fault) from None
    return _pairs(raw)


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    """Names and texts in their order, twice where they stand twice."""
    found = json.loads(raw, object_pairs_hook=list)
    return [(clean(name), clean(text)) for name, text in found or ()]


def _bounded(pairs: Iterable[tuple[str, str]], limits: Limits) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, text in pairs:
        if name in found:
            raise ValueError(f"labels: {name[:80]!r} stands there twice")
        longest = max(len(name.encode()), len(text.encode()))
        if longest > limits.label:
            raise ValueError(f"labels: {name[:80]!r} is {longest} bytes long, at most {limits.label} are read")
        found[name] = text
    if len(found) > LABELS:
        raise ValueError(f"labels: {len(found)} of them, at most {LABELS} are read")
    return found


def _cut(text: str, length: int) -> str:
    """At most `length` bytes of UTF-8, with a sign that something was left out."""
    whole = text.encode()
    return text if len(whole) <= length else whole[: length - 3].decode(errors="ignore") + "…"
