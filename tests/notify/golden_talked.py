"""The golden texts of the grade as the parties talk of it, of a rise ahead, and of who coordinates."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agent.model import Message, NoticeType, Party
from tests.notify.notices import AT, composed, content, notice, owed_report, symptom

OTHERS = {Party.PROVIDER: "wang", Party.CUSTOMER: "zhang"}
WHY = {"zh": "十二家门店仅一家受影响", "en": "one shop of twelve"}


def _contested(party: Party, grade: int, **more: Any) -> dict[str, Any]:
    decide_by = (AT + timedelta(hours=1)).isoformat()
    return {"by": OTHERS[party], "grade": grade, "entry": "INC-20261123-001/4", "decide_by": decide_by, **more}


def _raised_by_an_objection(party: Party, language: str) -> Message:
    reason = {"zh": "全部门店停业", "en": "all shops out"}[language]
    said = {"from_grade": 2, "to_grade": 1, "by": "wang", "reason": reason}
    contested = _contested(Party.PROVIDER, 1)
    return composed(notice(NoticeType.CHANGE, party, content(party, **said, contested=contested), asks=True), language)


def _objection(party: Party, language: str) -> Message:
    said = {"by": OTHERS[party], "said": {"text": WHY[language]}, "said_at": AT.isoformat()}
    about = content(party, **said, contested=_contested(party, 3))
    return composed(notice(NoticeType.OBJECTION, party, about, grade=2, seq=4), language)


def _decided_by_both(party: Party, language: str) -> Message:
    said = {"from_grade": 1, "to_grade": 2, "by": "zhang", "decided_with": "wang", "reason": WHY[language]}
    return composed(
        notice(NoticeType.CHANGE, party, content(party, provisional=False, **said), grade=2, seq=5), language
    )


def _lowered_and_open_to_objection(party: Party, language: str) -> Message:
    """The customer reads until when it may object."""
    said = {"from_grade": 2, "to_grade": 3, "by": "zhang", "reason": WHY[language]}
    right = replace(owed_report(AT), name="answer_grade", due_at=AT + timedelta(hours=24))
    about = notice(NoticeType.CHANGE, party, content(party, provisional=False, **said), grade=3, seq=3)
    return composed(about, language, owed=(right,))


def _coordinated(party: Party, language: str) -> Message:
    """Progress, with whom the other party named."""
    text = {"zh": "约四成恢复", "en": "about 40 % back"}[language]
    named = {"provider": "li", "customer": "wang"}
    said = content(party, by="li", said_at=AT.isoformat(), said={"text": text}, coordinators=named)
    return composed(notice(NoticeType.UPDATE, party, said, grade=2, seq=3), language)


TALKED: Mapping[str, Callable[[Party, str], Message]] = {
    "change-raised-by-an-objection": _raised_by_an_objection,
    "change-decided-by-both": _decided_by_both,
    "change-open-to-objection": _lowered_and_open_to_objection,
    "objection-to-the-grade": _objection,
    "update-with-a-coordinator": _coordinated,
}


def rising(language: str) -> Message:
    """To the provider's coordinator alone."""
    party = Party.PROVIDER
    said = content(party, functions=["reports"], symptoms=[symptom(party, "reports", "degraded")], state="degraded")
    said["rises_at"] = (AT + timedelta(hours=2)).isoformat()
    return composed(notice(NoticeType.RISING, party, said, grade=3, seq=2, answer_by=None), language)
