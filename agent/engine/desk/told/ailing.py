"""The agent's look at itself fails: the provider hears at once, the customer when it lasts, both when it is over.

What comes and goes is one matter: its end is told once it has been well for a while, longer the more often it came back
lately, and a failure before that goes on with the old one. What was told is on file as notices; nothing else needs to
be remembered. While the store refuses nothing can be told at all: then the dead man's switch outside is silent.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.works import Note
from agent.model import Notice, NoticeState, NoticeType, Party, Recipient, Role
from agent.rules import routing
from agent.rules.routing import People

KINDS = frozenset({"self_audit_failed", "self_audit_passed"})

LASTS = timedelta(minutes=5)
"""How long it fails before the customer hears of it."""

SETTLED = timedelta(minutes=10)
LONGEST_SETTLED = timedelta(hours=2)
LOOKED_BACK = timedelta(hours=24)
_LAST = 20

NOTICES = frozenset({"deliveries", "timers", "probes"})
"""Checks that say whether people are told in time."""

RECORDS = "evidence"
"""Whether the facts on file hold, which both parties rely on; a late seal is the provider's own errand."""

_HEARS: Mapping[Party, tuple[Role, ...]] = {
    Party.PROVIDER: (Role.COORDINATOR, Role.PRINCIPAL),
    Party.CUSTOMER: (Role.COORDINATOR,),
}


def take(turn: Turn, work: Note) -> None:
    """`failing` of the note: everything that fails now, by check; nothing: all is well."""
    failing: Mapping[str, str] = work.detail.get("failing", {})
    if failing:
        _failed(turn, failing, str(work.detail["since"]))
    elif work.kind == "self_audit_passed":
        _passed(turn)


def is_told(newest_ailing: Notice | None, newest_well: Notice | None) -> bool:
    """Whether people know that it fails, and not yet that it passes again."""
    if newest_ailing is None:
        return False
    is_over = newest_well is not None and newest_well.state is NoticeState.RELEASED
    return not (is_over and newest_well is not None and newest_well.at >= newest_ailing.at)


def _failed(turn: Turn, failing: Mapping[str, str], since: str) -> None:
    for clear in _held(turn, NoticeType.WELL_AGAIN):
        notices.withhold_own(turn, clear)
    own = _of(turn, NoticeType.AILING, Party.PROVIDER)
    begun_at = own[0].at if own else turn.now
    if not is_told(*_newest(turn)):
        begun_at = turn.now
        said = {"since": since, "checks": dict(failing)}
        notices.let_go(turn, _notice(turn, NoticeType.AILING, Party.PROVIDER, said))
    known = _of(turn, NoticeType.AILING, Party.CUSTOMER)
    is_with_customer = any(each.at >= begun_at and each.state is not NoticeState.WITHHELD for each in known)
    doubt = "notices" if not NOTICES.isdisjoint(failing) else "records" if RECORDS in failing else ""
    if doubt and not is_with_customer:
        content = {"since": since, "doubt": doubt, "people": _phones(turn)}
        notices.hold(turn, _notice(turn, NoticeType.AILING, Party.CUSTOMER, content, wait=LASTS))


def _passed(turn: Turn) -> None:
    for waiting in _held(turn, NoticeType.AILING):
        notices.withhold_own(turn, waiting)
    if not is_told(*_newest(turn)) or _held(turn, NoticeType.WELL_AGAIN):
        return
    first = _of(turn, NoticeType.AILING, Party.PROVIDER)[0]
    wait = _settling(turn)
    for party in Party:
        told = [each for each in _of(turn, NoticeType.AILING, party) if each.at >= first.at]
        heard = next((each for each in told if each.state is NoticeState.RELEASED), None)
        if heard is not None:
            said = {"since": first.content["since"], "until": turn.now.isoformat()}
            clear = _notice(turn, NoticeType.WELL_AGAIN, party, said, wait=wait)
            again = tuple(replace(each, why="told that it failed") for each in heard.recipients)
            notices.hold(turn, replace(clear, recipients=again, is_trial=heard.is_trial))


def _settling(turn: Turn) -> timedelta:
    """Twice as long for every time that it came back within a day."""
    lately = [each for each in _of(turn, NoticeType.AILING, Party.PROVIDER) if each.at > turn.now - LOOKED_BACK]
    wait = SETTLED
    for _ in lately[1:]:
        wait = min(wait * 2, LONGEST_SETTLED)
    return wait


# -------------------------------------------------------------------------------------------------------- notices


def _of(turn: Turn, type_: NoticeType, party: Party) -> list[Notice]:
    """Newest first, this turn's included."""
    rows = {each.id: each for each in turn.store.notices_of_agent(type_, _LAST)}
    rows.update((id_, each) for id_, each in turn.change.notices.items() if each.type is type_)
    return sorted((each for each in rows.values() if each.party is party), key=lambda each: each.at, reverse=True)


def _newest(turn: Turn) -> tuple[Notice | None, Notice | None]:
    ailing = next(iter(_of(turn, NoticeType.AILING, Party.PROVIDER)), None)
    over = [each for each in _of(turn, NoticeType.WELL_AGAIN, Party.PROVIDER) if each.state is NoticeState.RELEASED]
    return ailing, next(iter(over), None)


def _held(turn: Turn, type_: NoticeType) -> list[Notice]:
    return [each for each in turn.known.held.values() if each.type is type_]


def _phones(turn: Turn) -> list[str]:
    """Whom of the provider the customer may phone meanwhile."""
    known = turn.settings.contacts_of(Party.PROVIDER)
    return [each.id for each in known if each.phone and set(_HEARS[Party.PROVIDER]) & set(each.roles)]


def _notice(
    turn: Turn, type_: NoticeType, party: Party, content: Mapping[str, Any], wait: timedelta = timedelta()
) -> Notice:
    is_trial = turn.settings.agreement.is_trial and party is Party.CUSTOMER
    people = People.of(party, turn.settings.contacts, (), turn.settings.endpoints)
    found: tuple[Recipient, ...] = routing.recipients_of(_HEARS[party], people, "self-audit")
    due_at: datetime = turn.now + wait
    return Notice(
        id=f"{type_}/{party}/{int(turn.now.timestamp() * 1000)}",
        incident="",
        seq=0,
        type=type_,
        party=party,
        grade=2 if type_ is NoticeType.AILING else 3,
        at=turn.now,
        due_at=due_at,
        state=NoticeState.HELD if wait else NoticeState.RELEASED,
        recipients=notices.in_trial(turn) if is_trial else found,
        content=content,
        is_loud=type_ is NoticeType.AILING,
        is_trial=is_trial,
    )
