"""Words, times and lengths of a notice: what is said in each language, and how much of it fits (notices.md)."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from agent.model import Condition, Grade

LANGUAGES = ("en", "zh")

Measure = Callable[[str], float]

GRADES: Mapping[str, Mapping[Grade, str]] = {
    "en": {1: "GRADE 1", 2: "GRADE 2", 3: "GRADE 3"},
    "zh": {1: "一级", 2: "二级", 3: "三级"},
}

CONDITIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        Condition.DOWN: "down",
        Condition.DEGRADED: "degraded",
        Condition.AT_RISK: "at risk",
        Condition.DATA_BREACH: "data breach",
        Condition.CONFIRMED: "security incident",
        Condition.SUSPECTED: "suspected security incident",
        Condition.ATTEMPT: "security attempt",
        "": "abnormal",
    },
    "zh": {
        Condition.DOWN: "不可用",
        Condition.DEGRADED: "性能下降",
        Condition.AT_RISK: "存在风险",
        Condition.DATA_BREACH: "数据泄露",
        Condition.CONFIRMED: "安全事件",
        Condition.SUSPECTED: "疑似安全事件",
        Condition.ATTEMPT: "攻击尝试",
        "": "异常",
    },
}

CLAUSES: Mapping[Grade, str] = {1: "3.3(a)", 2: "3.3(b)", 3: "3.3(c)"}

_LISTED = 3
"""How many names of a list are said; the rest is counted."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn"})
_BLANK = re.compile(
    # letters and marks that show nothing: joiner, fillers of Hangul and Khmer, Mongolian and other variation selectors,
    # the empty Braille cell
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def plain(text: str, longest: int = 200) -> str:
    """One line of visible text: what came from outside cannot forge a line of a notice, hide in it or turn it round."""
    if not text.isascii() or not text.isprintable():
        text = "".join(" " if unicodedata.category(letter) in _BREAKS else letter for letter in text)
        text = "".join(letter for letter in text if unicodedata.category(letter) not in _UNSEEN)
        text = _BLANK.sub("", text)
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def clipped(text: str, most: int) -> str:
    """The text in at most so many bytes, shortened with …: a notice has room for 2048, and Chinese takes three each."""
    if len(text.encode()) <= most:
        return text
    mark = "…"
    return text.encode()[: most - len(mark.encode())].decode(errors="ignore").rstrip() + mark


# ------------------------------------------------------------------------------------------------------ lengths


def width(text: str, language: str = "en") -> float:
    """Columns of a first line.

    A Chinese line has 24 汉字 of two columns each; an English one 65 columns, of which a 汉字 takes its share of 24.
    """
    wide, kinds = (2.0, "WFA") if language == "zh" else (65 / 24, "WF")
    return sum(wide if unicodedata.east_asian_width(letter) in kinds else 1 for letter in text)


def sms_units(text: str) -> float:
    """Characters as an SMS counts them: those outside the first plane take two."""
    return len(text.encode("utf-16-le")) / 2


def cut(text: str, widest: float, measure: Measure = width, mark: str = "…") -> str:
    """The text, shortened with a mark where it measures more than `widest`; "" where not even that fits."""
    if measure(text) <= widest:
        return text
    taken = text
    while taken and measure(taken + mark) > widest:
        taken = taken[:-1]
    return taken.rstrip() + mark if taken.strip() else ""


def fitted(name: str, tails: Sequence[str], widest: float, measure: Measure = width, mark: str = "…") -> str:
    """Name and tail in `widest`. Of the tails, fullest first, the first that leaves the name whole; else it is cut.

    Where the last tail leaves no room for a name, it stands alone.
    """
    for tail in tails:
        if measure(name + tail) <= widest:
            return name + tail
    shortest = tails[-1]
    room = widest - measure(shortest)
    name = cut(name, room, measure, mark) if room > measure(mark) else ""
    return name + shortest if name else cut(shortest.lstrip(" ,:，："), widest, measure, mark)


def listed(names: Iterable[str], language: str) -> str:
    """`a, b, c and 2 more` / `a、b、c等5项`."""
    every = list(names)
    shown, more = every[:_LISTED], len(every) - _LISTED
    if language == "zh":
        return "、".join(shown) + (f"等{len(every)}项" if more > 0 else "")
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


# -------------------------------------------------------------------------------------------------------- times


def at_clock(at: datetime, zone: tzinfo, today: datetime, language: str = "") -> str:
    """`03:02`; on another day than `today` with its date: `22 Nov 23:58`, `11月22日23:58`, `11-22 23:58`."""
    local, here = at.astimezone(zone), today.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.date() == here.date():
        return clock
    if language:
        return f"{on_day(local, language)}{'' if language == 'zh' else ' '}{clock}"
    return f"{local:%m-%d} {clock}"


def on_day(local: datetime, language: str) -> str:
    """`22 Nov` / `11月22日`."""
    return f"{local.month}月{local.day}日" if language == "zh" else f"{local.day} {_MONTHS[local.month - 1]}"


def on_date(at: datetime, zone: tzinfo, language: str) -> str:
    """`23 Nov, UTC+8` / `11月23日 北京时间`."""
    local = at.astimezone(zone)
    return f"{on_day(local, language)}{' ' if language == 'zh' else ', '}{_zone_name(local, language)}"


def lasting(seconds: int, language: str) -> str:
    """`79 min` / `79分钟`, `3 h 20 min`, `2 d 4 h`."""
    minutes = max(round(seconds / 60), 1)
    units = ("天", "小时", "分钟") if language == "zh" else (" d", " h", " min")
    if minutes < 120:
        return f"{minutes}{units[2]}"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return _joined(f"{hours}{units[1]}", f"{rest}{units[2]}" if rest else "", language)
    days, hours = divmod(hours, 24)
    return _joined(f"{days}{units[0]}", f"{hours}{units[1]}" if hours else "", language)


def _joined(one: str, other: str, language: str) -> str:
    return one + (" " if language == "en" and other else "") + other


def _zone_name(local: datetime, language: str) -> str:
    offset = local.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    if minutes == 480 and language == "zh":
        return "北京时间"
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02d}" if rest else "")
