"""The golden texts of planned maintenance and of trials."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from agent.model import Message, NoticeType, Party
from tests.notify.notices import AT, MAIL, SECURITY, composed, content, notice, symptom

WORK = {"zh": "数据库升级", "en": "database upgrade"}


def _window(party: Party, language: str, event: str, **more: Any) -> Message:
    starts_at = AT + timedelta(hours=95)
    said = {
        "window": "MW-20261123-001",
        "event": event,
        "what": WORK[language],
        "functions": ["checkout", "ledger"],
        "probes": ["ledger-db"] if party is Party.PROVIDER else [],
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=90)).isoformat(),
        "is_short": False,
        "by": "li",
    }
    when = more.pop("now", AT)
    about = notice(
        NoticeType.MAINTENANCE, party, {**said, **more}, incident="", seq=0, grade=3, answer_by=None, at=when
    )
    return composed(about, language, link="", now=when)


def _announced(party: Party, language: str) -> Message:
    return _window(party, language, "announced")


def _announced_late(party: Party, language: str) -> Message:
    times = {"starts_at": AT.isoformat(), "ends_at": (AT + timedelta(hours=30)).isoformat()}
    return _window(party, language, "announced", functions=["ledger"], is_short=True, **times)


def _extended(party: Party, language: str) -> Message:
    ends_at = AT + timedelta(hours=97)
    reason = {"zh": "回滚较慢", "en": "the restore is slow"}[language]
    was_until = (ends_at - timedelta(minutes=30)).isoformat()
    more = {"ends_at": ends_at.isoformat(), "was_until": was_until, "reason": reason, "is_short": True}
    return _window(party, language, "extended", now=ends_at - timedelta(minutes=50), **more)


def _ended(party: Party, language: str) -> Message:
    ended_at = AT + timedelta(hours=95, minutes=40)
    return _window(party, language, "ended", now=ended_at, ends_at=ended_at.isoformat())


def _called_off(party: Party, language: str) -> Message:
    return _window(party, language, "called_off", reason={"zh": "改期", "en": "put off"}[language])


def _ends_soon(party: Party, language: str) -> Message:
    now = AT + timedelta(hours=96, minutes=15)
    return _window(party, language, "ends_soon", now=now, waiting=3, by="")


def _trial(party: Party, language: str) -> Message:
    about = notice(NoticeType.TRIAL, party, content(party), incident="", seq=0, grade=2, is_trial=True, answer_by=None)
    return composed(about, language, link="")


def _trial_security(party: Party, language: str) -> Message:
    said = content(party, **SECURITY, symptoms=[symptom(party, condition="confirmed")])
    about = notice(NoticeType.TRIAL, party, said, incident="", seq=0, is_trial=True, answer_by=None)
    return composed(about, language, endpoint=MAIL, link="")


PLANNED: Mapping[str, Callable[[Party, str], Message]] = {
    "maintenance": _announced,
    "maintenance-announced-late": _announced_late,
    "maintenance-extended": _extended,
    "maintenance-ended": _ended,
    "maintenance-called-off": _called_off,
    "maintenance-ends-soon": _ends_soon,
    "trial": _trial,
    "trial-of-a-security-matter": _trial_security,
}
