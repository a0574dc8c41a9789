"""The golden texts of acts recorded on a person's behalf: please confirm or correct, and a correction (fact 15)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from agent.model import Message, NoticeType, Party
from tests.notify.notices import AT, composed, content, notice

LATER = AT + timedelta(minutes=7)
_WORDS = {
    "zh": {"cash": "两家门店改收现金", "progress": "已登录排查", "no": "只有一家门店改收现金"},
    "en": {
        "cash": "two shops take cash",
        "progress": "logged in, looking at the pool",
        "no": "one shop only takes cash",
    },
}


def _statement(number: int, act: str, by: str, party: Party, **said: Any) -> dict[str, Any]:
    return {
        "id": f"INC-20261123-001/S{number}",
        "act": act,
        "by": by,
        "party": party,
        "at": (AT + timedelta(minutes=2)).isoformat(),
        "means": "phone",
        "recorded_by": "li" if by != "li" else "token-3",
        "said": said,
    }


def _asked(party: Party, language: str) -> Message:
    """The customer is asked about its own Wang Fang, the provider about what the customer wrote for Li Lei."""
    by = "wang" if party is Party.CUSTOMER else "li"
    stated = [_statement(1, "acknowledged", by, party)]
    said = content(party, statements=stated, until=(AT + timedelta(hours=39)).isoformat())
    return composed(notice(NoticeType.STATEMENT, party, said, seq=2), language, now=LATER)


def _asked_of_two(party: Party, language: str) -> Message:
    by, words = ("wang" if party is Party.CUSTOMER else "li"), _WORDS[language]
    stated = [
        _statement(1, "acknowledged", by, party, progress=words["progress"]),
        _statement(2, "update_posted", by, party, text=words["cash"]),
    ]
    said = content(party, statements=stated, until=(AT + timedelta(hours=39)).isoformat())
    return composed(notice(NoticeType.STATEMENT, party, said, seq=2), language, now=LATER)


def _asked_of_a_talk(party: Party, language: str) -> Message:
    """Of a conversation of the principals, whoever typed it: both by name, and how they spoke."""
    by, with_ = ("wang", "li") if party is Party.CUSTOMER else ("li", "wang")
    spoke = _statement(1, "principals_spoke", by, party, medium="video", **{"with": with_})
    stated = [{**spoke, "means": "cli"}]
    said = content(party, statements=stated, until=(AT + timedelta(hours=39)).isoformat())
    return composed(notice(NoticeType.STATEMENT, party, said, seq=2), language, now=LATER)


def _disputed(party: Party, language: str) -> Message:
    by = "wang" if party is Party.PROVIDER else "li"
    stated = [_statement(2, "update_posted", by, party.other, text=_WORDS[language]["cash"])]
    said = content(party, statements=stated, by=by, said={"text": _WORDS[language]["no"]}, said_at=LATER.isoformat())
    return composed(notice(NoticeType.DISPUTE, party, said, seq=2), language, now=LATER, link="")


def _asked_of_a_matter(party: Party, language: str) -> Message:
    """Of the registers and of the agreement, where there is no incident."""
    by = "wang" if party is Party.CUSTOMER else "li"
    matter = "agreement-4" if party is Party.CUSTOMER else "IMP-20261123-001"
    act, words = ("agreement_acceptance_stated", {"version": 4}) if by == "wang" else ("improvement_done", {})
    words = words or {"text": {"zh": "已上线", "en": "deployed"}[language]}
    stated = [{**_statement(1, act, by, party, **words), "id": f"{matter}/S1", "matter": matter}]
    said = {"statements": stated, "until": (AT + timedelta(hours=39)).isoformat(), "matter": matter}
    about = notice(NoticeType.STATEMENT, party, said, incident="", seq=0, grade=3, answer_by=None)
    return composed(about, language, now=LATER)


def _disputed_matter(party: Party, language: str) -> Message:
    by = "wang" if party is Party.PROVIDER else "li"
    matter = "ATT-20261123-001" if party is Party.PROVIDER else "MNT-20261123-001"
    act = "attestation_given" if party is Party.PROVIDER else "maintenance_done"
    stated = [{**_statement(1, act, by, party.other), "id": f"{matter}/S1", "matter": matter}]
    said = {"statements": stated, "by": by, "said": {"text": _WORDS[language]["no"]}, "matter": matter}
    about = notice(NoticeType.DISPUTE, party, said, incident="", seq=0, grade=3, answer_by=None)
    return composed(about, language, now=LATER, link="")


STATED: Mapping[str, Callable[[Party, str], Message]] = {
    "statement": _asked,
    "statement-of-two-acts": _asked_of_two,
    "statement-of-a-talk": _asked_of_a_talk,
    "dispute": _disputed,
    "statement-of-no-incident": _asked_of_a_matter,
    "dispute-of-no-incident": _disputed_matter,
}
