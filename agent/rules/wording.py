"""Words and lengths of a notice: what is said in each language, and how much of it fits (notices.md)."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, tzinfo

from agent.model import Condition, Grade, NoticeType

LANGUAGES = ("en", "zh")
WIDEST = 65
"""Columns of a first line: 65 Latin characters; a Chinese one counts as two and a half (24 of them)."""

_WIDE = 2.6

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

MARKS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "": ", provisional",
        NoticeType.CHANGE: ", changed",
        NoticeType.RELAPSE: ", again",
        NoticeType.ASK_AGAIN: ", unanswered",
        NoticeType.ESCALATION: ", unanswered",
        NoticeType.PHONE: ", please phone",
    },
    "zh": {
        "": "·暂定",
        NoticeType.CHANGE: "·变更",
        NoticeType.RELAPSE: "·复发",
        NoticeType.ASK_AGAIN: "·待确认",
        NoticeType.ESCALATION: "·待确认",
        NoticeType.PHONE: "·请电话",
    },
}
"""What stands beside the grade in the first line; "" is the mark of a grade that nobody has confirmed."""

TRIAL: Mapping[str, str] = {"en": "[TRIAL] ", "zh": "【试运行】"}

CLAUSES: Mapping[Grade, str] = {1: "3.3(a)", 2: "3.3(b)", 3: "3.3(c)"}


def plain(text: str, longest: int = 200) -> str:
    """One line of printable text: what came from outside cannot forge a line of a notice."""
    seen = "".join(" " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter for letter in text)
    seen = "".join(letter for letter in seen if unicodedata.category(letter) not in {"Cf", "Cs", "Co", "Cn"})
    seen = re.sub(r"\s+", " ", seen).strip()
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def width(text: str) -> float:
    """Columns of a text, a wide character counted as notices.md does."""
    return sum(_WIDE if unicodedata.east_asian_width(letter) in {"W", "F"} else 1 for letter in text)


def cut(text: str, widest: float = WIDEST) -> str:
    """The text, shortened with … where it is wider than `widest` columns."""
    if width(text) <= widest:
        return text
    taken = ""
    for letter in text:
        if width(taken + letter) > widest - 1:
            break
        taken += letter
    return taken.rstrip() + "…"


def at_clock(at: datetime, zone: tzinfo, today: datetime) -> str:
    """`03:02`, or `11-22 23:58` on another day than `today`."""
    local, here = at.astimezone(zone), today.astimezone(zone)
    return local.strftime("%H:%M") if local.date() == here.date() else local.strftime("%m-%d %H:%M")


def on_date(at: datetime, zone: tzinfo, language: str) -> str:
    """`23 Nov, UTC+8` / `11月23日 北京时间`."""
    local = at.astimezone(zone)
    if language == "zh":
        return f"{local.month}月{local.day}日 {_zone_name(local, language)}"
    return f"{local.day} {local.strftime('%b')}, {_zone_name(local, language)}"


def lasting(seconds: int, language: str) -> str:
    """`79 min` / `79分钟`, `3 h 20 min`, `2 d 4 h`."""
    minutes = max(round(seconds / 60), 1)
    units = (" d", " h", " min") if language == "en" else ("天", "小时", "分钟")
    if minutes < 120:
        return f"{minutes}{units[2]}"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return _joined(f"{hours}{units[1]}", f"{rest}{units[2]}" if rest else "", language)
    days, hours = divmod(hours, 24)
    return _joined(f"{days}{units[0]}", f"{hours}{units[1]}" if hours else "", language)


def headline(
    type_: NoticeType, grade: Grade, provisional: bool, name: str, state: str, is_total: bool, since: str, language: str
) -> str:
    """Grade, what, since: the first line, read on a lock screen."""
    mark = MARKS[language].get(type_, "") or (MARKS[language][""] if provisional else "")
    what = CONDITIONS[language].get(state, CONDITIONS[language][""])
    if language == "zh":
        tag, tail = f"【{GRADES['zh'][grade]}{mark}】", f"{'全部' if is_total else ''}{what}，{since}起"
    else:
        tag, tail = f"[{GRADES['en'][grade]}{mark}] ", f" {what}{' for all users' if is_total else ''} since {since}"
    return tag + cut(name, max(WIDEST - width(tag + tail), 8)) + tail


def recovered_line(name: str, recovered: str, verified: str, language: str) -> str:
    tag, tail = (
        ("【已恢复】", f"{recovered}恢复，{verified}验证通过")
        if language == "zh"
        else (
            "[RECOVERED] ",
            f" back at {recovered}, verified {verified}",
        )
    )
    return tag + cut(name, max(WIDEST - width(tag + tail), 8)) + tail


def void_line(name: str, since: str, language: str) -> str:
    tag, tail = (
        ("【误报撤销】", f"：{since}起的事件系误报")
        if language == "zh"
        else (
            "[FALSE ALARM] ",
            f": the incident since {since} is void",
        )
    )
    return tag + cut(name, max(WIDEST - width(tag + tail), 8)) + tail


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
