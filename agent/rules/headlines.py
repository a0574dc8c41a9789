"""The first line of a notice: grade, what, since. Read on a lock screen, at most 24 汉字 or 65 Latin characters."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.model import Condition, Grade, NoticeType
from agent.rules import wording
from agent.rules.wording import Measure, fitted, width

WIDEST: Mapping[str, float] = {"en": 65, "zh": 48}
"""Columns of a first line, as `wording.width` counts them."""

TRIAL: Mapping[str, str] = {"en": "[TRIAL] ", "zh": "【试运行】"}
DRILL: Mapping[str, str] = {"en": "[DRILL] ", "zh": "【演练】"}

_PROVISIONAL: Mapping[str, str] = {"en": ", provisional", "zh": "·暂定"}

_MARKS: Mapping[str, Mapping[NoticeType, str]] = {
    "en": {
        NoticeType.CHANGE: ", wider",
        NoticeType.RELAPSE: ", again",
        NoticeType.ASK_AGAIN: ", unanswered",
        NoticeType.ESCALATION: ", unanswered",
        NoticeType.PHONE: ", please phone",
    },
    "zh": {
        NoticeType.CHANGE: "·扩大",
        NoticeType.RELAPSE: "·复发",
        NoticeType.ASK_AGAIN: "·请确认",
        NoticeType.ESCALATION: "·请确认",
        NoticeType.PHONE: "·请致电",
    },
}
"""What stands beside the grade instead of whether it is provisional; that stands on the second line then."""


_UNGRADED: Mapping[str, Mapping[NoticeType, str]] = {
    "en": {
        NoticeType.RECOVERY: "RECOVERED",
        NoticeType.VOID: "FALSE ALARM",
        NoticeType.BLIND: "MONITORING GAP",
        NoticeType.SEES_AGAIN: "GAP ENDED",
        NoticeType.UNMAPPED: "NEW ALERT",
    },
    "zh": {
        NoticeType.RECOVERY: "已恢复",
        NoticeType.VOID: "误报撤销",
        NoticeType.BLIND: "监测中断",
        NoticeType.SEES_AGAIN: "监测恢复",
        NoticeType.UNMAPPED: "新增告警",
    },
}
"""What stands in the tag instead of a grade."""

_TAKE_OVER = "·请接手"

NOUNS = frozenset({Condition.DATA_BREACH, Condition.CONFIRMED, Condition.SUSPECTED, Condition.ATTEMPT})
"""Conditions that are no property of a function: `Checkout: data breach`."""


@dataclass(frozen=True, slots=True)
class About:
    """What a first line is about. Texts are ready to be shown; times that are not known are ""."""

    type: NoticeType
    grade: Grade
    name: str  # the function hit worst
    since: str  # `03:02`, or with the date
    since_day: str  # the date alone where it is another day's, else as `since`
    more: int = 0  # other functions affected
    condition: str = ""
    share: float | None = None  # of the users, where known
    is_provisional: bool = False
    is_clear: bool = False  # no signal is left: it is being verified
    from_grade: Grade | None = None  # of a change of grade
    recovered: str = ""
    verified: str = ""
    marks: str = ""  # trial, drill
    is_provider: bool = False
    tag: str = ""  # of planned maintenance, which has no grade
    tails: tuple[str, ...] = ()  # the same: what follows the name, fullest first


def grade_mark(grade: Grade, is_provisional: bool, language: str) -> str:
    """`grade 1, provisional` / `一级·暂定`."""
    word = wording.GRADES[language][grade]
    return (word if language == "zh" else word.lower()) + (_PROVISIONAL[language] if is_provisional else "")


def first_line(about: About, language: str) -> str:
    """The line itself, in its limit whatever the names."""
    tag = about.marks + _tag(about, language)

    def columns(text: str) -> float:
        return width(text, language)

    return tag + what(about, language, WIDEST[language] - columns(tag), columns)


def what(about: About, language: str, widest: float, measure: Measure, mark: str = "…") -> str:
    """The line without its tag, in `widest`."""
    return fitted(about.name, _apart(about.name, _tails(about, language)), widest, measure, mark)


def _apart(name: str, tails: tuple[str, ...]) -> tuple[str, ...]:
    """The same; a time does not run into a name in Latin letters, as in Checkout204:21."""
    if not (name[-1:].isascii() and name[-1:].isalnum()):
        return tails
    return tuple(f" {tail}" if tail[:1].isdigit() else tail for tail in tails)


def security_line(grade: Grade, marks: str, language: str) -> str:
    """All that a lock screen learns of a security matter."""
    if language == "zh":
        return f"{marks}【{wording.GRADES['zh'][grade]}】安全事项，请点开查看"
    return f"{marks}[{wording.GRADES['en'][grade]}] Security matter, please open"


def _tag(about: About, language: str) -> str:
    if about.tag:
        return f"【{about.tag}】" if language == "zh" else f"[{about.tag}] "
    if language == "zh":
        return f"【{_UNGRADED['zh'].get(about.type) or _graded_zh(about)}】"
    return f"[{_UNGRADED['en'].get(about.type) or _graded_en(about)}] "


def _graded_zh(about: About) -> str:
    word = wording.GRADES["zh"][about.grade]
    if _is_regrade(about):
        return f"{'升' if (about.from_grade or 3) > about.grade else '降'}为{word}{_provisional(about, 'zh')}"
    if about.is_provider and about.type in (NoticeType.ASK_AGAIN, NoticeType.ESCALATION):
        return word + _TAKE_OVER
    return word + (_MARKS["zh"].get(about.type) or _provisional(about, "zh"))


def _graded_en(about: About) -> str:
    word = wording.GRADES["en"][about.grade]
    if _is_regrade(about):
        return f"GRADE {about.from_grade} -> {about.grade}{_provisional(about, 'en')}"
    return word + (_MARKS["en"].get(about.type) or _provisional(about, "en"))


def _is_regrade(about: About) -> bool:
    return about.type is NoticeType.CHANGE and about.from_grade not in (None, about.grade)


def _provisional(about: About, language: str) -> str:
    return _PROVISIONAL[language] if about.is_provisional else ""


def _tails(about: About, language: str) -> tuple[str, ...]:
    """What follows the name, fullest first."""
    if about.tails:
        return about.tails
    zh = language == "zh"
    match about.type:
        case NoticeType.RECOVERY:
            return _recovered_zh(about) if zh else _recovered_en(about)
        case NoticeType.VOID:
            return _void_zh(about) if zh else _void_en(about)
        case NoticeType.BLIND:
            return (f"{_others_zh(about)}状态不明",) if zh else (f"{_others_en(about)}: state unknown",)
        case NoticeType.SEES_AGAIN:
            return (f"{_others_zh(about)}恢复监测",) if zh else (f"{_others_en(about)}: watched again",)
        case NoticeType.UNMAPPED:
            return (f"{_others_zh(about)}尚无规则",) if zh else (f"{_others_en(about)}: no row knows it",)
    if about.is_clear:
        return _clear_zh(about) if zh else _clear_en(about)
    return _abnormal_zh(about) if zh else _abnormal_en(about)


def _abnormal_zh(about: About) -> tuple[str, ...]:
    state = wording.CONDITIONS["zh"].get(about.condition, wording.CONDITIONS["zh"][""])
    if about.more:
        return (
            f"{state}，另{about.more}项受影响，{about.since}起",
            f"{state}等{about.more + 1}项，{about.since}起",
            f"{state}等{about.more + 1}项，{about.since_day}起",
            f"{state}，{about.since_day}起",
        )
    tails = f"{state}，{about.since}起", f"{state}，{about.since_day}起"
    if about.condition == Condition.DOWN:
        extent = "部分" if about.share is not None and about.share < 1 else "全部"
        return (f"{extent}{tails[0]}", *tails)
    return tails


def _abnormal_en(about: About) -> tuple[str, ...]:
    state = wording.CONDITIONS["en"].get(about.condition, wording.CONDITIONS["en"][""])
    if about.condition == Condition.DOWN and about.share is not None and about.share < 1:
        state = "partly down"
    state = f"{':' if about.condition in NOUNS else ''} {state}"
    if about.more:
        return (
            f"{state}, {about.more} more affected since {about.since}",
            f"{state} (+{about.more}) since {about.since}",
            f"{state} (+{about.more}) since {about.since_day}",
            f"{state} since {about.since_day}",
        )
    tails = f"{state} since {about.since}", f"{state} since {about.since_day}"
    if state == " down":
        return (f"{state} for all users since {about.since}", f"{state} for all since {about.since}", *tails)
    return tails


def _clear_zh(about: About) -> tuple[str, ...]:
    return f"{about.since}起异常，现待验证", f"{about.since_day}起异常，现待验证", "待验证"


def _clear_en(about: About) -> tuple[str, ...]:
    return f" abnormal at {about.since}, being verified", " back, being verified"


def _recovered_zh(about: About) -> tuple[str, ...]:
    others = _others_zh(about)
    verified = f"{about.verified}验证通过" if about.verified else "已验证通过"
    if not about.recovered:
        return (f"{others}，{verified}", f"{others}已恢复")
    return f"{others}{about.recovered}恢复，{verified}", f"{others}{about.recovered}恢复", f"{others}已恢复"


def _recovered_en(about: About) -> tuple[str, ...]:
    others = _others_en(about)
    verified = f", verified {about.verified}" if about.verified else ", verified"
    if not about.recovered:
        return (f"{others} back{verified}", f"{others} back")
    return f"{others} back at {about.recovered}{verified}", f"{others} back at {about.recovered}", f"{others} back"


def _void_zh(about: About) -> tuple[str, ...]:
    others = _others_zh(about)
    return f"{others}{about.since}起的事件系误报", f"{others}{about.since_day}起的事件系误报", "系误报"


def _void_en(about: About) -> tuple[str, ...]:
    others = _others_en(about)
    return f"{others}: the incident since {about.since} is void", f"{others}: void", ": void"


def _others_zh(about: About) -> str:
    return f"等{about.more + 1}项" if about.more else ""


def _others_en(about: About) -> str:
    return f" and {about.more} more" if about.more else ""
