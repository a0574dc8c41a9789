"""Durations, sizes and ratios as people write them: `90s`, `5GiB`, `95%`. A number without its unit is a fault."""

import re
from datetime import timedelta

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}
_BYTES |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
DURATION = rf"(?:{_NUMBER}(?:ms|s|m|h|d|w))+"
SIZE = rf"{_NUMBER} ?(?:B|[kKMGTP]B|[KMGTP]iB)"
RATIO = rf"{_NUMBER} ?%"

_LONGEST = timedelta(days=36_525)
_IS_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+")


def duration(text: str) -> timedelta:
    """`90s`, `5m`, `1h30m`, `500ms`, `2w` as a fixed length of time.

    Raises:
        ValueError: it is none, or has no unit.
    """
    text = text.strip()
    if not re.fullmatch(DURATION, text):
        raise ValueError(_not_a("duration", text, "90s, 5m, 4h or 3d"))
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in re.findall(rf"({_NUMBER})(ms|[smhdw])", text))
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"{text} is longer than a hundred years")
    return timedelta(seconds=seconds)


def size(text: str) -> int:
    """`5GiB`, `500MB`, `64B` in bytes.

    Raises:
        ValueError: it is none, or has no unit.
    """
    text = text.strip()
    if not re.fullmatch(SIZE, text):
        raise ValueError(_not_a("size", text, "512KiB, 8MiB or 5GiB"))
    number, unit = re.fullmatch(rf"({_NUMBER}) ?(\w+)", text).groups()  # type: ignore[union-attr]
    return round(float(number) * _BYTES[unit])


def ratio(text: str) -> float:
    """`95%` as 0.95.

    Raises:
        ValueError: it is none, has no per cent sign, or is above 100 %.
    """
    text = text.strip()
    if not re.fullmatch(RATIO, text):
        raise ValueError(_not_a("ratio", text, "5%, 50% or 99.9%"))
    per_cent = float(text.rstrip("% "))
    if per_cent > 100:
        raise ValueError(f"{text} is more than 100%")
    return per_cent / 100


def written(length: timedelta) -> str:
    """A length of time as the file would say it: `1h30m`."""
    left = round(length.total_seconds(), 3)
    if not left:
        return "0s"
    text = ""
    for unit, seconds in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        count = int(left // seconds)
        left = round(left - count * seconds, 3)
        text += f"{count}{unit}" if count else ""
    return text + (f"{round(left * 1000)}ms" if left else "")


def _not_a(what: str, text: str, examples: str) -> str:
    if _IS_NUMBER.fullmatch(text):
        return f"{text} has no unit: write {examples}"
    return f"{text!r} is no {what}: write {examples}"
