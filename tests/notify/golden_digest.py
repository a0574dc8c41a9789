"""Golden texts of digests: three incidents of grade 3, of which one was over before anybody heard of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from agent.model import Message, Notice, NoticeType, Party, State
from agent.notify.wording import Case, Gathered, compose
from tests.notify.notices import AT, LINK, PERSONAL, content, incident, notice, settings, symptom

NUMBERS = ("INC-20261123-004", "INC-20261123-005", "INC-20261123-007")


def _told(number: str, seq: int, type_: NoticeType, party: Party, minutes: int, **said: object) -> Notice:
    about = notice(type_, party, content(party, **said), grade=3)
    return replace(
        about, id=f"{number}/{seq}/{party}", incident=number, seq=seq, at=AT + timedelta(minutes=minutes), proof=""
    )


def _digest(party: Party, language: str) -> Message:
    first, second, third = NUMBERS
    reports = {"functions": ["reports"], "symptoms": [symptom(party, "reports")]}
    back = {
        "functions": ["reports"],
        "symptoms": [],
        "recovered_at": (AT + timedelta(minutes=9)).isoformat(),
        "verified_at": (AT + timedelta(minutes=14)).isoformat(),
    }
    told = [
        _told(first, 1, NoticeType.OPENING, party, 0, **reports),
        _told(first, 2, NoticeType.RECOVERY, party, 14, **back),
        _told(
            second,
            1,
            NoticeType.OPENING,
            party,
            6,
            functions=["ledger"],
            symptoms=[symptom(party, "ledger", "degraded")],
        ),
        _told(third, 4, NoticeType.UPDATE, party, 21, said={"text": "8 of 12 nodes are back"}, by="li"),
    ]
    about = replace(
        notice(NoticeType.DIGEST, party, {"items": [each.id for each in told], "incidents": list(NUMBERS), "open": 2}),
        incident="",
        seq=0,
        grade=3,
        is_loud=False,
        answer_by=None,
    )
    known = settings(language)
    gathered = tuple(
        Gathered(
            each,
            replace(
                incident(each), number=each.incident, state=State.RECOVERED if each.incident == first else State.OPEN
            ),
            LINK if each.incident != first else "",
        )
        for each in told
    )
    return compose(
        about,
        Case(
            incident=None,
            contact=known.contacts["li" if party is Party.PROVIDER else "wang"],
            endpoint=PERSONAL,
            settings=known,
            link="",
            now=AT + timedelta(minutes=30),
            gathered=gathered,
        ),
    )


DIGESTED: Mapping[str, Callable[[Party, str], Message]] = {"digest": _digest}
