"""What the watch tells the parties, in their language, for a lock screen at night: who is silent, and what to do.

It says what was seen from where, and finds no one liable. What is technical stands in the provider's copy alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.model import Grade, Message, Party
from agent.watching.judging import Letter, Seen


@dataclass(frozen=True, slots=True)
class Place:
    """Between what and what it was seen."""

    system: str
    agent: str  # its address
    here: str  # this host


_SEEN: Mapping[str, Mapping[Seen, str]] = {
    "en": {
        Seen.SILENT: "Tocsin gives no answer",
        Seen.BLIND: "this watch cannot see Tocsin",
        Seen.ILL: "Tocsin says it hangs",
        Seen.UNREADY: "Tocsin says it cannot do its work",
        Seen.STRANGER: "something else answers for Tocsin",
        Seen.REDIRECTED: "Tocsin's address leads elsewhere",
        Seen.REFUSED: "Tocsin does not let this watch in",
        Seen.CERTIFICATE: "Tocsin's certificate is not valid",
        Seen.CLOCK: "Tocsin's clock is off",
        Seen.EXPIRING: "Tocsin's certificate expires soon",
    },
    "zh": {
        Seen.SILENT: "Tocsin无应答",
        Seen.BLIND: "本监视端无法查看Tocsin",
        Seen.ILL: "Tocsin自报已停滞",
        Seen.UNREADY: "Tocsin自报无法工作",
        Seen.STRANGER: "应答者并非Tocsin",
        Seen.REDIRECTED: "Tocsin地址被转往别处",
        Seen.REFUSED: "Tocsin拒绝本监视端访问",
        Seen.CERTIFICATE: "Tocsin证书无效",
        Seen.CLOCK: "Tocsin时钟有偏差",
        Seen.EXPIRING: "Tocsin证书即将到期",
    },
}

_MEANS: Mapping[str, Mapping[bool, str]] = {
    "en": {
        False: "While this lasts, the system may be unwatched and no notice may go out.",
        True: "Tocsin works for now; its times and connections are in doubt until this is mended.",
    },
    "zh": {
        False: "在此期间，系统可能无人监测，通知可能无法发出。",
        True: "Tocsin目前可用；处理之前，其时间或连接不可尽信。",
    },
}

_ASKS: Mapping[str, Mapping[tuple[Party, bool], str]] = {
    "en": {
        (
            Party.PROVIDER,
            False,
        ): "You: look at the agent, start it again, and watch the system yourselves until then.",
        (Party.PROVIDER, True): "You: mend it.",
        (Party.CUSTOMER, False): "You: watch your own use, and report a fault to the provider by phone.",
        (Party.CUSTOMER, True): "You: nothing to do; the provider has been told.",
    },
    "zh": {
        (Party.PROVIDER, False): "请贵方：立即检查并重新启动监测程序；恢复之前自行监视系统。",
        (Party.PROVIDER, True): "请贵方：予以修复。",
        (Party.CUSTOMER, False): "请贵方：留意自身使用情况，发现故障请电话告知服务方。",
        (Party.CUSTOMER, True): "请贵方：无需处理，已告知服务方。",
    },
}

_REFERENCE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "reached": "This watch reaches its reference: its own network works.",
        "not reached": "This watch does not reach its reference either: its own network may be at fault.",
    },
    "zh": {
        "reached": "本监视端可达参考目标：自身网络正常。",
        "not reached": "本监视端亦不可达参考目标：可能是自身网络故障。",
    },
}


def message(letter: Letter, party: Party, language: str, place: Place) -> Message:
    """The letter as one party reads it."""
    lines = _zh(letter, party, place) if language == "zh" else _en(letter, party, place)
    subject = lines[0]
    id_ = f"watch-{letter.since:%Y%m%dT%H%M%S}-{letter.seen}-{'over' if letter.is_over else letter.count}"
    return Message(subject, "\n".join(line for line in lines if line), subject, grade=_grade(letter), id=id_)


def trial(party: Party, language: str, place: Place, at: datetime) -> Message:
    """A marked test: nothing has happened."""
    if language == "zh":
        lines = [
            "【测试】Tocsin监视端可经此渠道通知您",
            f"{place.system}｜{place.agent}｜{_time(at)}",
            "没有发生任何事件，无需处理。",
        ]
    else:
        lines = [
            "[TEST] The watch over Tocsin reaches you by this channel",
            f"{place.system} | {place.agent} | {_time(at)}",
            "Nothing has happened; nothing to do.",
        ]
    return Message(lines[0], "\n".join(lines), lines[0], grade=3)


def _grade(letter: Letter) -> Grade:
    """How loud: who is not watched is as badly off as who is in a grade 1."""
    return 3 if letter.is_over or letter.seen.is_caution else 1


def _en(letter: Letter, party: Party, place: Place) -> list[str]:
    since = "" if letter.seen.is_caution else f" since {_clock(letter.since)}"
    lasted = _lasted(letter.at - letter.since)
    head = f"{place.system} | {place.agent} | seen from {place.here}"
    if letter.is_over:
        return [
            f"[WATCH, over] Tocsin answers well again since {_clock(letter.at)}",
            head,
            f"Before: {_SEEN['en'][letter.seen]}, {_time(letter.since)} to {_time(letter.at)}, {lasted}.",
            "Not known here: what the agent saw and told in between. Its own record says whether it was away.",
        ]
    what = _SEEN["en"][letter.seen]
    return [
        f"[WATCH{_nth(letter.count)}] {what[0].upper()}{what[1:]}{since}",
        head,
        f"Since: {_time(letter.since)}, {lasted} ago",
        f"Seen: {letter.detail}" if letter.detail and party is Party.PROVIDER else "",
        f"Last well: {_time(letter.last_well_at)}" if letter.last_well_at else "Last well: not since this watch began",
        _REFERENCE["en"].get(letter.reference, ""),
        _MEANS["en"][letter.seen.is_caution],
        _ASKS["en"][party, letter.seen.is_caution],
        "Both parties are told. No finding of liability.",
    ]


def _zh(letter: Letter, party: Party, place: Place) -> list[str]:
    since = "" if letter.seen.is_caution else f"，{_clock(letter.since)}起"
    lasted = _lasted_zh(letter.at - letter.since)
    head = f"{place.system}｜{place.agent}｜于{place.here}所见"
    if letter.is_over:
        return [
            f"【监视·已恢复】Tocsin恢复应答，{_clock(letter.at)}起",
            head,
            f"此前：{_SEEN['zh'][letter.seen]}，{_time(letter.since)}至{_time(letter.at)}，历时{lasted}。",
            "其间Tocsin的监测与通知情况此处不详，以其自身记录为准。",
        ]
    return [
        f"【监视{_nth_zh(letter.count)}】{_SEEN['zh'][letter.seen]}{since}",
        head,
        f"始于：{_time(letter.since)}，已{lasted}",
        f"所见：{letter.detail}" if letter.detail and party is Party.PROVIDER else "",
        f"最近一次正常：{_time(letter.last_well_at)}" if letter.last_well_at else "最近一次正常：监视开始以来未见",
        _REFERENCE["zh"].get(letter.reference, ""),
        _MEANS["zh"][letter.seen.is_caution],
        _ASKS["zh"][party, letter.seen.is_caution],
        "双方均已通知。不作责任认定。",
    ]


def _nth(count: int) -> str:
    return f" {count}" if count > 1 else ""


def _nth_zh(count: int) -> str:
    return f"·第{count}次" if count > 1 else ""


def _clock(at: datetime) -> str:
    """`03:02` of this host."""
    return f"{at.astimezone():%H:%M}"


def _time(at: datetime) -> str:
    """`2026-11-23 03:02:10 +0800`: nobody knows in which zone it is read."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S %z}"


def _lasted(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 2880 else f"{minutes // 1440} days"


def _lasted_zh(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes}分钟"
    return f"{minutes // 60}小时{minutes % 60}分钟" if minutes < 2880 else f"{minutes // 1440}天"
