"""A duty's limit: `15m`, `2wd`, `4wh`, `6mo`, `month_end`, `before 72h`, or the cadence `30m until 2h then 60m`."""

import re
from dataclasses import replace

from agent.model import Limit, Span
from agent.rules.units import DURATION, duration

PERIOD_ENDS = ("month_end", "quarter_end", "year_end")

_SPAN = re.compile(r"([0-9]{1,4})(wd|wh|w|mo|y)")
_CADENCE = re.compile(rf"({DURATION}|[0-9]+w[dh])(?: until ({DURATION}) then ({DURATION}|[0-9]+w[dh]))?")
SPAN = rf"{DURATION}|[0-9]{{1,4}}(?:wd|wh|w|mo|y)"
LIMIT = rf"{SPAN}|{'|'.join(PERIOD_ENDS)}|before (?:{SPAN})|(?:{SPAN}) until {DURATION} then (?:{SPAN})"


def span(text: str) -> Span:
    """A duration, or `2w`, `6mo`, `1y` by the calendar, `2wd` in working days, `4wh` in working hours.

    Raises:
        ValueError: it is none, or has no unit.
    """
    read = _SPAN.fullmatch(text.strip())
    if not read:
        try:
            return Span(fixed=duration(text))
        except ValueError as fault:
            raise ValueError(f"{fault}; also 2wd, 4wh, 2w, 6mo, 1y") from None
    count = int(read[1])
    match read[2]:
        case "wd":
            return Span(working_days=count)
        case "wh":
            return Span(working=duration(f"{count}h"))
        case "w":
            return Span(days=7 * count)
        case "mo":
            return Span(months=_sane(count))
    return Span(months=_sane(12 * count))


def limit(text: str) -> Limit:
    """A term's limit.

    Raises:
        ValueError: it cannot be read.
    """
    text = text.strip()
    return replace(_limit(text), text=text)


def said(text: str, language: str) -> str:
    """A limit as it is written, or in Chinese: `30m until 2h then 60m` as `2小时内每30分钟，其后每60分钟`."""
    if language != "zh":
        return text
    if text in _PERIOD_WORDS:
        return _PERIOD_WORDS[text]
    if text.startswith("before "):
        return f"提前{_span_said(text.removeprefix('before '))}"
    if read := _CADENCE.fullmatch(text):
        first, until, later = (_span_said(each or "") for each in read.groups())
        if until:
            return f"{until}内每{first}，其后每{later}"
    return _span_said(text)


def _span_said(text: str) -> str:
    return _UNIT.sub(lambda found: found[1] + _UNIT_WORDS[found[2]], text)


_PERIOD_WORDS = {"month_end": "月末", "quarter_end": "季末", "year_end": "年末"}
_UNIT_WORDS = {"ms": "毫秒", "s": "秒", "m": "分钟", "h": "小时", "d": "天", "w": "周", "mo": "个月", "y": "年"}
_UNIT_WORDS |= {"wd": "个工作日", "wh": "个工作小时"}
_UNIT = re.compile(r"([0-9]+)(wd|wh|mo|ms|[smhdwy])")


def _limit(text: str) -> Limit:
    if text in PERIOD_ENDS:
        return Limit(period_end=text)
    if text.startswith("before "):
        return Limit(span(text.removeprefix("before ")), is_before=True)
    read = _CADENCE.fullmatch(text)
    if read and read[2]:
        return Limit(span(read[1]), until=duration(read[2]), later=span(read[3]))
    if " " in text:
        raise ValueError(f"{text!r} is no limit: write 15m, 2wd, 4wh, month_end, before 72h, or 30m until 2h then 60m")
    return Limit(span(text))


def _sane(count: int) -> int:
    if count > 1200:
        raise ValueError("longer than a hundred years")
    return count
