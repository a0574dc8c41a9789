"""The golden texts of reminders, and of the agent's own health."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from agent.agreement.terms import shipped
from agent.model import Message, NoticeType, Party
from tests.notify.notices import AT, LINK, NUMBER, PERSONAL, ROOM, STARTED_AT, composed, notice


def _duty(name: str, minutes: int, *, is_target: bool = False, incident: str = "") -> dict[str, Any]:
    """One that is due so many minutes after 03:07."""
    term = shipped()[name]
    return {
        "id": f"{name}-{incident or NUMBER}",
        "name": name,
        "duty": dict(term.duty),
        "clauses": list(term.clauses),
        "due_at": (AT + timedelta(minutes=minutes)).isoformat(),
        "is_overdue": minutes <= 0,
        "is_target": is_target,
        "incident": incident,
        "subject": incident or NUMBER,
    }


def _reminder(party: Party, language: str, *duties: dict[str, Any], **more: Any) -> Message:
    said = {
        "functions": ["checkout"] if more.get("incident") != "" else [],
        "kind": "fault",
        "provisional": True,
        "started_at": STARTED_AT.isoformat(),
        "duties": list(duties),
        "called": [each["id"] for each in duties],
        "is_actor": more.pop("is_actor", False),
    }
    endpoint = more.pop("endpoint", PERSONAL)
    link = "" if more.get("incident") == "" else LINK
    about = notice(NoticeType.REMINDER, party, said, **{"seq": 4, "grade": 2, "asks": False, **more})
    return composed(about, language, endpoint=endpoint, link=link)


_OWED = {Party.PROVIDER: ("assess", "restore"), Party.CUSTOMER: ("answer_cooperation", "feed_back")}


def _one(party: Party, language: str) -> Message:
    return _reminder(party, language, _duty(_OWED[party][0], 30))


def _several(party: Party, language: str) -> Message:
    other = "INC-20261123-002"
    first, second = _OWED[party]
    duties = [_duty(first, 12), _duty("name_coordinators", 20, is_target=True), _duty(second, 95, incident=other)]
    more = [_duty("decide_grade", 100 + minutes, incident=other) for minutes in range(4)]
    return _reminder(party, language, *duties, *more, grade=1, endpoint=ROOM)


def _overdue(party: Party, language: str) -> Message:
    return _reminder(party, language, _duty(_OWED[party][0], -31), _duty(_OWED[party][1], 40))


def _missed(party: Party, language: str) -> Message:
    return _reminder(party, language, _duty(_OWED[party][0], -31, is_target=True))


def _standing(party: Party, language: str) -> Message:
    duties = [_duty("test_channels", 60 * 24 * 7), _duty("complete_roster", -600, is_target=True)]
    return _reminder(party, language, *duties, incident="", seq=0, grade=3)


def _acting(party: Party, language: str) -> Message:
    return _reminder(party, language, _duty("progress_update", 12), grade=1, is_actor=True)


def _ailing(party: Party, language: str) -> Message:
    people = ["zhang", "li"] if party is Party.CUSTOMER else []
    faults = {
        "timers": "INC-20261123-001 was to be looked at 42 s ago",
        "probes": "cashier-page has not looked for 95 s",
    }
    said = {"since": STARTED_AT.isoformat(), "people": people, "checks": faults if party is Party.PROVIDER else {}}
    about = notice(NoticeType.AILING, party, said, incident="", seq=0, grade=2, asks=False, answer_by=None)
    return composed(about, language, link="")


def _records(party: Party, language: str) -> Message:
    checks = {"evidence": "fact 7 of INC-20261123-001 is not the one that was written"}
    said = {"since": STARTED_AT.isoformat(), "doubt": "records", "checks": checks if party is Party.PROVIDER else {}}
    about = notice(NoticeType.AILING, party, said, incident="", seq=0, grade=2, asks=False, answer_by=None)
    return composed(about, language, link="")


def _well_again(party: Party, language: str) -> Message:
    said = {"since": STARTED_AT.isoformat(), "until": AT.isoformat()}
    about = notice(NoticeType.WELL_AGAIN, party, said, incident="", seq=0, grade=3, asks=False, answer_by=None)
    return composed(about, language, link="")


REMINDED: Mapping[str, Callable[[Party, str], Message]] = {
    "reminder": _one,
    "reminder-several-in-a-room": _several,
    "reminder-overdue": _overdue,
    "reminder-target-missed": _missed,
    "reminder-standing": _standing,
    "reminder-to-who-acts": _acting,
    "ailing": _ailing,
    "ailing-records": _records,
    "well_again": _well_again,
}
