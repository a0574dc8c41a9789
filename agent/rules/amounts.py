"""Numbers with units inside expressions: durations in seconds, sizes in bytes, per cent as a ratio."""

import re
from dataclasses import dataclass
from decimal import Decimal

_DURATIONS = {"us": "0.000001", "ms": "0.001", "s": "1", "m": "60", "h": "3600", "d": "86400", "w": "604800"}
_SIZES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}
_SIZES |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}

_SHOWN: dict[str, list[tuple[str, float, float]]] = {  # unit, from which value on, its size
    "s": [("d", 172_800, 86_400), ("h", 7200, 3600), ("m", 120, 60), ("s", 1, 1), ("ms", 0, 0.001)],
    "B": [("TiB", 2**40, 2**40), ("GiB", 2**30, 2**30), ("MiB", 2**20, 2**20), ("KiB", 2**10, 2**10), ("B", 0, 1)],
    "ratio": [("%", 0, 0.01)],
}

_NUMBER = r"\d{1,30}(?:\.\d{1,30})?"
_LOOKS_LIKE_ONE = re.compile(r"[-+]?\.?\d.*", re.DOTALL)
_ONE = re.compile(rf"(?P<number>[-+]?{_NUMBER})(?P<unit>%|[A-Za-z]*)", re.ASCII)
_COMPOUND = re.compile(rf"(?:{_NUMBER}(?:ms|us|[smhdw])){{2,}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Amount:
    value: float
    dimension: str  # s | B | ratio | "" for a plain number


def read_amount(text: str) -> Amount | None:
    """The amount that `text` is; None where it does not begin like a number.

    Raises:
        ValueError: it begins like one and is none.
    """
    if not _LOOKS_LIKE_ONE.fullmatch(text):
        return None
    if _COMPOUND.fullmatch(text):
        parts = re.findall(rf"({_NUMBER})(ms|us|[smhdw])", text)
        return Amount(float(sum(Decimal(number) * Decimal(_DURATIONS[unit]) for number, unit in parts)), "s")
    match = _ONE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is no number: write 0.5, 95%, 500ms, 4h or 5GiB, or quote a text")
    number, unit = Decimal(match["number"]), match["unit"]
    if unit == "%":
        return Amount(float(number / 100), "ratio")
    if unit in _DURATIONS:
        return Amount(float(number * Decimal(_DURATIONS[unit])), "s")
    if unit in _SIZES:
        return Amount(float(number * _SIZES[unit]), "B")
    if unit:
        known = " ".join(["%", *_DURATIONS, *_SIZES])
        raise ValueError(f"{text}: {unit} is no unit, which are {known}; quote it where a text is meant")
    return Amount(float(number), "")


def written(value: float | str | bool, dimension: str) -> str:
    """A value as people would write it: `97%`, `4.2GiB`, `480ms`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if dimension not in _SHOWN:
        return f"{value:.6g}"
    unit, _, factor = next((step for step in _SHOWN[dimension] if abs(value) >= step[1]), _SHOWN[dimension][-1])
    return f"{value / factor:.4g}{unit}"
