"""The Nagios plugin protocol's performance data: `'used space'=95%;90;95;0;100 time=12ms`."""

import re

LIMIT = 200
"""Values kept of one answer."""

_PAIR = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\s='|]+))=(?P<value>[-+]?[\d.,]+(?:[eE][-+]?\d+)?)(?P<unit>[^\s;\d]*)"
)

_TIMES = {"m": 60, "h": 3600, "d": 86_400}
_TIMES |= {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}
_TIMES |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}
_PARTS = {"%": 100, "ms": 10**3, "us": 10**6, "µs": 10**6, "ns": 10**9}  # divided, so that 95% is 0.95 exactly


def texts(output: str) -> tuple[str, str]:
    """(what people read, performance data) of a plugin's output.

    The first line holds data after a `|`; in the long text that follows, everything after the next `|` is data.
    """
    first, _, long = output.partition("\n")
    text, _, data = first.partition("|")
    _, _, more = long.partition("|")
    return text.strip(), f"{data} {more}"


def values(data: str) -> dict[str, float]:
    """Each label's value: times in seconds, sizes in bytes, per cent as a ratio; `U` (unknown) is left out."""
    found: dict[str, float] = {}
    for pair in _PAIR.finditer(data):
        label = (pair["quoted"] or pair["plain"]).replace("''", "'")
        try:
            number = float(pair["value"].replace(",", "."))  # some plugins print by the locale
        except ValueError:
            continue
        found[name(label)] = number * _TIMES.get(pair["unit"], 1) / _PARTS.get(pair["unit"], 1)
        if len(found) >= LIMIT:
            break
    return found


def name(label: str) -> str:
    """The label as expressions can name it: other signs become `_`, and it begins with none of `0-9 . : / -`."""
    plain = re.sub(r"[^\w.:/-]+", "_", label)[:100]
    return plain if re.match(r"[^\W\d]", plain) else f"_{plain}"
