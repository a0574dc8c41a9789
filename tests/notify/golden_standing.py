"""The golden texts of the agreement itself: its end, its people, a team, a channel test."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from agent.model import Message, NoticeType, Party
from tests.notify.notices import AT, LINK, ROOM, composed, content, notice


def _about(party: Party, language: str, said: Mapping[str, Any], **more: Any) -> Message:
    type_ = NoticeType.CHANNEL_TEST if "test" in said else NoticeType.AGREEMENT
    about = notice(type_, party, said, incident="", seq=0, grade=3, answer_by=None)
    return composed(about, language, **{"link": "", **more})


def _ends_soon(party: Party, language: str) -> Message:
    return _about(party, language, {"event": "ending", "expires": "2026-12-22", "days": 30})


def _ended(party: Party, language: str) -> Message:
    return _about(party, language, {"event": "ending", "expires": "2026-11-22", "days": 0})


def _roster(party: Party, language: str) -> Message:
    lacks = [{"what": "few_members", "people": [], "count": 1}, {"what": "one_kind", "people": ["li"], "count": 0}]
    return _about(party, language, {"event": "roster", "party": party, "lacks": lacks})


def _contacts(party: Party, language: str) -> Message:
    left = {"zh": "赵敏", "en": "Zhao Min"}[language]
    changes = [
        {"contact": "li" if party is Party.CUSTOMER else "chen", "about": "x-2", "changed": ["roles", "phone"]},
        {"contact": "zhang" if party is Party.CUSTOMER else "wang", "about": "y-1", "changed": ["added"]},
        {"contact": "gone", "about": "z-2", "changed": ["removed"], "name": left},
    ]
    return _about(party, language, {"event": "contacts", "party": party.other, "changes": changes})


def _left_out(party: Party, language: str) -> Message:
    """The customer is asked; the provider hears the answer."""
    because = {"zh": "运营商光缆中断", "en": "the carrier's fibre was cut"}[language]
    said: dict[str, Any] = {"event": "exclusion", "exclusion": "EXC-20261123-001", "because": because}
    span = {"since": (AT - timedelta(hours=3)).isoformat(), "until": (AT - timedelta(hours=2)).isoformat()}
    answer = {"state": "open", "by": "li"} if party is Party.CUSTOMER else {"state": "accepted", "by": "wang"}
    return _about(party, language, {**said, **span, **answer, "function": "checkout", "answer": ""})


def _register(party: Party, language: str) -> Message:
    """The customer is asked to verify what was carried out, the provider to accept what is proposed to it."""
    pool = {"zh": "连接池用尽前告警", "en": "alert before the pool is exhausted"}[language]
    done = {"zh": "已上线", "en": "deployed"}[language]
    said: dict[str, Any] = {"event": "register", "item": "IMP-20261123-001", "kind": "improvement", "said": pool}
    said |= {"what": "", "owner": "li", "due_at": "2026-12-24T16:00:00+00:00", "because": ""}
    if party is Party.CUSTOMER:
        said |= {"did": "improvement_done", "by": "li", "because": done, "asks": ["verify", "reopen"]}
    else:
        said |= {"did": "improvement_proposed", "by": "chen", "asks": ["accept", "withdraw"]}
    return _about(party, language, said, link=LINK)


def _register_stated(party: Party, language: str) -> Message:
    """The customer reads of upkeep; the provider of what it wrote down for the customer itself."""
    said: dict[str, Any] = {"event": "register", "owner": "", "due_at": "", "because": "", "asks": []}
    if party is Party.CUSTOMER:
        patched = {"zh": "内核与openssl已更新", "en": "kernel and openssl patched"}[language]
        said |= {"did": "maintenance_done", "by": "li", "item": "MNT-20261123-001", "kind": "maintenance"}
        said |= {"what": "hardening", "period": "2026-11", "said": patched}
    else:
        trained = {"zh": "全部店长，名单在我方", "en": "all shop managers, the list is with us"}[language]
        said |= {"did": "attestation_given", "by": "wang", "recorded_by": "li", "item": "ATT-20261123-001"}
        said |= {"kind": "attestation", "what": "training", "period": "2026", "said": trained}
    return _about(party, language, said)


def _register_decision(party: Party, language: str) -> Message:
    """A decision for one party, the risk of a vulnerability for the other."""
    said: dict[str, Any] = {"event": "register", "because": ""}
    if party is Party.CUSTOMER:
        cut = {"zh": "挖断光缆，无须改进", "en": "a digger cut the cable"}[language]
        said |= {"did": "improvements_proposed", "by": "li", "item": "DEC-20261123-001", "kind": "decision"}
        said |= {"what": "none", "incident": "INC-20261123-001", "said": cut, "asks": ["accept", "withdraw"]}
    else:
        tls = {"zh": "两台收银机使用旧版TLS", "en": "old TLS for two tills"}[language]
        march = {"zh": "收银机三月更换", "en": "the tills go in March"}[language]
        said |= {"did": "vulnerability_risk_taken", "by": "wang", "item": "VUL-20261123-001", "what": "high"}
        said |= {"kind": "vulnerability", "said": tls, "because": march, "asks": ["accept"]}
        said |= {"due_at": "2026-12-23T03:00:00+00:00"}
    return _about(party, language, said, link=LINK)


def _terms(party: Party, language: str) -> Message:
    changes = [["agreement.terms.first_notice.limit.1", "10m", "5m"], ["routes[0].to", "principal", "member"]]
    said = {"event": "proposed", "version": 4, "hash": "64850be1c0ffee", "version_before": 3, "differences": changes}
    said |= {"more": 2, "accepted": [], "waits_for": ["provider", "customer"]}
    about = notice(NoticeType.TERMS, party, said, incident="", seq=0, grade=3, answer_by=None)
    return composed(about, language)


def _test(party: Party, language: str) -> Message:
    until = (AT + timedelta(days=8)).isoformat()
    said = {"test": "CT-20261123-001", "by": "li", "test_until": until}
    return _about(party, language, said, link=LINK)


def _test_in_a_room(party: Party, language: str) -> Message:
    until = (AT + timedelta(days=8)).isoformat()
    said = {"test": "CT-20261123-001", "by": "li", "test_until": until}
    return _about(party, language, said, link=LINK, endpoint=ROOM)


def _opened_afterwards(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.OPENING, party, content(party, expired="2026-10-31")), language)


STANDING: Mapping[str, Callable[[Party, str], Message]] = {
    "agreement-ends-soon": _ends_soon,
    "agreement-ended": _ended,
    "agreement-roster": _roster,
    "agreement-contacts": _contacts,
    "agreement-exclusion": _left_out,
    "agreement-register": _register,
    "agreement-register-stated": _register_stated,
    "agreement-register-decision": _register_decision,
    "terms-proposed": _terms,
    "channel_test": _test,
    "channel_test-in-a-room": _test_in_a_room,
    "opening-after-the-agreement": _opened_afterwards,
}
