"""The golden texts of what the parties ask of each other, answer and share."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from agent.model import Message, NoticeType, Party
from tests.notify.notices import AT, composed, content, notice

LATER = AT + timedelta(minutes=53)
_WORDS = {
    "zh": {
        "cooperation": "请确认批量对账可否暂停",
        "support": "如何在收银机上补打小票",
        "invitation": "11月27日10:00召开复盘会",
        "yes": "可以，至06:00恢复",
        "menu": "在收银机菜单中选择补打",
        "shared": "收单行于02:00更换了证书",
        "shut": "门店今晚停业",
    },
    "en": {
        "cooperation": "may batch reconciliation stop?",
        "support": "how are receipts printed again at a till?",
        "invitation": "the review on 27 November at 10:00",
        "yes": "yes, until 06:00",
        "menu": "by the menu of the till, under reprint",
        "shared": "the acquirer changed its certificate at 02:00",
        "shut": "the shops are shut tonight",
    },
}


def _said(party: Party, language: str, text: str, **other: Any) -> dict[str, Any]:
    """Customers are asked by the provider's Li Lei, the provider by the customer's Chen Jing."""
    by = "li" if party is Party.CUSTOMER else "chen"
    said = {"text": _WORDS[language][text]}
    return content(party, by=by, said_at=LATER.isoformat(), said=said, **other)


def _request(party: Party, language: str) -> Message:
    sort = "cooperation" if party is Party.CUSTOMER else "support"
    due = {"respond_by": (LATER + timedelta(minutes=30)).isoformat(), "is_target": False}
    told = _said(party, language, sort, request="R-2", sort=sort, pauses=sort == "cooperation", **due)
    return composed(notice(NoticeType.REQUEST, party, told, seq=4), language, now=LATER)


def _request_3(party: Party, language: str) -> Message:
    """In grade 3, and a target that nobody signed."""
    due = {"respond_by": (LATER + timedelta(days=1)).isoformat(), "is_target": True}
    told = _said(party, language, "invitation", request="R-1", sort="invitation", pauses=False, **due)
    return composed(notice(NoticeType.REQUEST, party, told, seq=4, grade=3), language, now=LATER)


def _answer(party: Party, language: str) -> Message:
    sort = "support" if party is Party.CUSTOMER else "cooperation"
    asked = _WORDS[language][sort]
    told = _said(party, language, "menu" if sort == "support" else "yes", request="R-2", sort=sort)
    told |= {"asked": asked, "asker": party}
    return composed(notice(NoticeType.ANSWER, party, told, seq=5), language, now=LATER)


def _shared(party: Party, language: str) -> Message:
    known_at = (AT - timedelta(minutes=10)).isoformat() if party is Party.CUSTOMER else ""
    told = _said(party, language, "shared", known_at=known_at)
    return composed(notice(NoticeType.SHARED, party, told, seq=5), language, now=LATER)


def _waiver(event: str) -> Callable[[Party, str], Message]:
    """The provider reads of what it owes to the customer, and of what it is owed."""

    def told(party: Party, language: str) -> Message:
        is_provider_debt = (party is Party.PROVIDER) == (event == "given")
        assessed = {"en": "assessment", "zh": "确认与评估"}, "OB-502", "3.4(a)", "assess-INC-20261123-001"
        fed_back = {"en": "feedback", "zh": "反馈处置情况"}, "OB-307", "4.2(c)", "feed_back-INC-20261123-001-R-1"
        duty, ob, clause, id_ = assessed if is_provider_debt else fed_back
        owed = {"duty": duty, "ob": ob, "clauses": [clause], "duty_id": id_, "due_at": LATER.isoformat()}
        said = _said(party, language, "shut", event=event, **owed)
        return composed(notice(NoticeType.WAIVER, party, said, seq=6), language, now=LATER)

    return told


ASKED: Mapping[str, Callable[[Party, str], Message]] = {
    "request": _request,
    "request-in-grade-3": _request_3,
    "answer": _answer,
    "shared": _shared,
    "waiver-asked": _waiver("asked"),
    "waiver-given": _waiver("given"),
}
