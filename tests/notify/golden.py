"""The golden texts: every type, party and language, and what a reader meets less often.

python -m tests.notify.golden    writes them anew; read the difference as a reader of a notice would.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from agent.model import Message, NoticeType, Party
from tests.notify.golden_asked import ASKED
from tests.notify.golden_digest import DIGESTED
from tests.notify.golden_planned import PLANNED
from tests.notify.golden_reminded import REMINDED
from tests.notify.golden_standing import STANDING
from tests.notify.golden_stated import STATED
from tests.notify.golden_talked import TALKED, rising
from tests.notify.notices import (
    AT,
    LOUD,
    MAIL,
    ROOM,
    SECURITY,
    composed,
    content,
    notice,
    owed_report,
    settings,
    symptom,
)

FOLDER = Path(__file__).parents[1] / "golden" / "notices"

PROVIDER, CUSTOMER = Party.PROVIDER, Party.CUSTOMER
Make = Callable[[str], Message]

ACKNOWLEDGED = [
    {"what": "told_teams", "at": AT.isoformat()},
    {"what": "acknowledged", "by": "li", "party": "provider", "at": (AT + timedelta(minutes=1)).isoformat()},
]
ENDED = {
    "symptoms": [],
    "state": "",
    "provisional": False,
    "recovered_at": (AT + timedelta(minutes=74)).isoformat(),
    "verified_at": (AT + timedelta(minutes=91)).isoformat(),
    "lasted_s": 79 * 60,
    "checks": {"probes": ["cashier-page", "ledger-db"], "verified_by": "li"},
    "by": "li",
}


def _opening(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.OPENING, party, content(party, done=ACKNOWLEDGED)), language)


def _opening_2(party: Party, language: str) -> Message:
    symptoms = [symptom(party), symptom(party, "ledger", "degraded"), symptom(party, "reports", count=4)]
    said = content(
        party, functions=["checkout", "ledger", "reports"], symptoms=symptoms, more=2, scope={"share": 0.4167}
    )
    return composed(notice(NoticeType.OPENING, party, said, grade=2), language)


def _opening_3(party: Party, language: str) -> Message:
    said = content(
        party, functions=["reports"], symptoms=[symptom(party, "reports", "degraded")], state="degraded", done=[]
    )
    return composed(notice(NoticeType.OPENING, party, said, grade=3), language)


def _opening_room(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.OPENING, party), language, endpoint=ROOM)


def _opening_next_day(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.OPENING, party, grade=2), language, now=AT + timedelta(days=1))


def _opening_trial(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.OPENING, party, is_trial=True, grade=2), language)


def _opening_drill(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.OPENING, party), language, is_drill=True)


def _opening_cleared(party: Party, language: str) -> Message:
    said = content(party, symptoms=[], state="")
    return composed(notice(NoticeType.OPENING, party, said), language)


def _opening_confirmed(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.OPENING, party, content(party, provisional=False)), language)


def _raised_by_time(party: Party, language: str) -> Message:
    said = content(party, from_grade=2, to_grade=1, reason="R7", by="agent", done=ACKNOWLEDGED)
    return composed(notice(NoticeType.CHANGE, party, said, seq=2, asks=True), language)


def _lowered_by_a_person(party: Party, language: str) -> Message:
    reason = {"zh": "仅影响内部报表", "en": "only internal reports are hit"}[language]
    said = content(party, from_grade=1, to_grade=3, reason=reason, by="zhang", provisional=False, done=ACKNOWLEDGED)
    return composed(notice(NoticeType.CHANGE, party, said, seq=3, grade=3), language)


def _widened(party: Party, language: str) -> Message:
    symptoms = [symptom(party), symptom(party, "ledger", "degraded")]
    said = content(party, functions=["checkout", "ledger"], symptoms=symptoms, added=["ledger"], done=ACKNOWLEDGED)
    return composed(notice(NoticeType.CHANGE, party, said, seq=2, grade=2), language)


def _relapse(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.RELAPSE, party, content(party, was_recovered=True), seq=4, grade=2), language)


def _recovery(party: Party, language: str) -> Message:
    ended = AT + timedelta(minutes=91)
    return composed(notice(NoticeType.RECOVERY, party, content(party, **ENDED), seq=6, at=ended), language, now=ended)


def _recovery_by_itself(party: Party, language: str) -> Message:
    ended = AT + timedelta(minutes=91)
    said = content(party, **{**ENDED, "by": "", "checks": {"probes": [], "verified_by": ""}})
    return composed(notice(NoticeType.RECOVERY, party, said, seq=6, grade=3, at=ended), language, now=ended)


def _recovery_without(party: Party, language: str) -> Message:
    """A person left a probe out that could not find out."""
    ended = AT + timedelta(minutes=91)
    checks = {"probes": ["cashier-page"], "verified_by": "li", "without": ["ledger-db"]}
    said = content(party, **{**ENDED, "checks": checks})
    return composed(notice(NoticeType.RECOVERY, party, said, seq=6, at=ended), language, now=ended)


_RESTORED = {
    "zh": ("实付一笔：成功", "账务核对：一致", "未发现丢失", "已切换备库", "暂无备用节点，11月24日前补齐"),
    "en": ("paid one order: went through", "ledger balanced: no gap", "no loss found", "standby in use",
           "no spare node until 24 November"),
}  # fmt: skip


def _recovery_said(party: Party, language: str) -> Message:
    """Everything that a person can say of it, and a report that was agreed on."""
    ended = AT + timedelta(minutes=91)
    paid, balanced, data, fix, risk = _RESTORED[language]
    checked = [{"by": "li", "text": paid}, {"by": "zhang", "text": balanced}]
    told = {"checked": checked, "data": data, "fix": fix, "is_temporary": True, "risk": risk}
    report = owed_report(ended)
    return composed(
        notice(NoticeType.RECOVERY, party, content(party, **ENDED, **told), seq=6, at=ended),
        language,
        now=ended,
        owed=(report,),
    )


def _void(party: Party, language: str) -> Message:
    reason = {"zh": "压测未事先通知", "en": "a load test that nobody announced"}[language]
    said = content(party, symptoms=[], reason=reason, by="zhang")
    return composed(notice(NoticeType.VOID, party, said, seq=2), language)


def _update(party: Party, language: str) -> Message:
    words = {
        "zh": ("约四成恢复，正在抑制", "重启连接池", "切换备库"),
        "en": ("about 40 % back", "pool restarted", "switch to standby"),
    }
    text, is_done, following = words[language]
    eta = (AT + timedelta(minutes=83)).isoformat()
    said = {"text": text, "done": is_done, "next": following, "eta": eta, "confidence": "low"}
    owed = {"next_update_at": (AT + timedelta(minutes=83)).isoformat(), "is_target": True}
    at = AT + timedelta(minutes=53)
    about = content(party, by="li", said_at=at.isoformat(), said=said, phase="containment", **owed)
    return composed(notice(NoticeType.UPDATE, party, about, seq=3), language, now=at)


def _ask_again(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.ASK_AGAIN, party, content(party, asked=1, why="has not answered")), language)


def _ask_again_cleared(party: Party, language: str) -> Message:
    said = content(party, symptoms=[], state="", asked=4, why="has not answered")
    return composed(notice(NoticeType.ASK_AGAIN, party, said), language)


def _escalation(party: Party, language: str) -> Message:
    said = content(party, asked=0, why="ladder 75 %: principal")
    return composed(notice(NoticeType.ESCALATION, party, said), language)


def _phone(party: Party, language: str) -> Message:
    people = [contact.id for contact in settings(language).contacts_of(party.other) if contact.phone]
    return composed(notice(NoticeType.PHONE, party, content(party, lost=party.other, people=people)), language)


def _phone_without_numbers(party: Party, language: str) -> Message:
    return composed(notice(NoticeType.PHONE, party, content(party, lost=party.other, people=[])), language)


def _security(party: Party, language: str) -> Message:
    said = content(party, **SECURITY, symptoms=[symptom(party, condition="confirmed")])
    return composed(notice(NoticeType.OPENING, party, said), language, endpoint=MAIL)


def _security_loud(party: Party, language: str) -> Message:
    said = content(party, **SECURITY, symptoms=[symptom(party, condition="confirmed")])
    return composed(notice(NoticeType.OPENING, party, said), language, endpoint=LOUD)


_BOTH: Mapping[str, Callable[[Party, str], Message]] = {
    "opening": _opening,
    "opening-several-functions": _opening_2,
    "opening-grade-3": _opening_3,
    "opening-in-a-room": _opening_room,
    "opening-read-a-day-later": _opening_next_day,
    "opening-of-a-drill": _opening_drill,
    "opening-signals-cleared": _opening_cleared,
    "opening-grade-confirmed": _opening_confirmed,
    "change-raised-by-time": _raised_by_time,
    "change-lowered-by-a-person": _lowered_by_a_person,
    "change-widened": _widened,
    "relapse": _relapse,
    "update": _update,
    "recovery": _recovery,
    "recovery-with-all-said": _recovery_said,
    "recovery-by-itself": _recovery_by_itself,
    "recovery-without-a-probe": _recovery_without,
    "void": _void,
    "ask_again": _ask_again,
    "ask_again-signals-cleared": _ask_again_cleared,
    "escalation": _escalation,
    "phone": _phone,
    "phone-without-numbers": _phone_without_numbers,
    "security": _security,
    "security-on-a-loud-channel": _security_loud,
    **PLANNED,
    **STATED,
    **DIGESTED,
    **TALKED,
    **ASKED,
    **REMINDED,
    **STANDING,
}


def _blind(language: str) -> Message:
    said = {"blind": ["cashier-page", "ledger-db"], "reason": "the reference target does not answer either"}
    about = notice(NoticeType.BLIND, PROVIDER, said, incident="", seq=0, grade=3, answer_by=None)
    return composed(about, language, link="")


def _sees_again(language: str) -> Message:
    gaps = [{"name": name, "since": (AT - timedelta(minutes=20)).isoformat(), "until": AT.isoformat()}
            for name in ("cashier-page", "ledger-db")]  # fmt: skip
    said = {"again": gaps, "blind": ["reports-page"]}
    about = notice(NoticeType.SEES_AGAIN, PROVIDER, said, incident="", seq=0, grade=3, answer_by=None)
    return composed(about, language, link="")


def _unmapped(language: str) -> Message:
    rows = {"DiskFull": "{match: ['alertname=\"DiskFull\"'], function: \"system\", state: at_risk}",
            "ReplicaLag": "{match: ['alertname=\"ReplicaLag\"'], function: \"ledger\", state: degraded}"}  # fmt: skip
    said = {"unmapped": [{"name": name, "count": 12, "row": row} for name, row in rows.items()], "more": 3}
    about = notice(NoticeType.UNMAPPED, PROVIDER, said, incident="", seq=0, grade=3, answer_by=None)
    return composed(about, language, link="")


def _proposal(language: str) -> Message:
    about = notice(NoticeType.PROPOSAL, PROVIDER, {"beside": ["INC-20261123-002"]}, grade=2, answer_by=None)
    return composed(about, language)


def cases() -> Iterator[tuple[str, str, Make]]:
    """`opening.customer`, its language, and what makes it."""
    for language in ("zh", "en"):
        for name, make in _BOTH.items():
            for party in Party:
                yield f"{name}.{party}", language, lambda spoken, make=make, party=party: make(party, spoken)  # type: ignore[misc]
        yield "opening-in-a-trial.customer", language, lambda spoken: _opening_trial(CUSTOMER, spoken)
        yield "blind.provider", language, _blind
        yield "sees_again.provider", language, _sees_again
        yield "unmapped.provider", language, _unmapped
        yield "proposal.provider", language, _proposal
        yield "rising.provider", language, rising


def shown(message: Message) -> str:
    return f"Subject: {message.subject}\n\n{message.text}\n\nSMS: {message.short}\n"


def path_of(name: str, language: str) -> Path:
    return FOLDER / language / f"{name}.txt"


def main() -> None:
    wanted: dict[Path, str] = {path_of(name, language): shown(make(language)) for name, language, make in cases()}
    for path in FOLDER.glob("*/*.txt"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
