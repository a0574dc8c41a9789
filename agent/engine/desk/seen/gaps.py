"""A monitoring gap is told to the provider when it begins and when it has ended (OB-201).

One notice names all that went blind within a minute: where the own network fails, every probe of something remote does.
Its end is told to those who were told of its start, once it has lasted a few minutes: what comes and goes is one gap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agent.engine.desk.seen import blindness
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import Notice, NoticeState, NoticeType, Party, Recipient, Role
from agent.rules import anomalies, routing

GATHERED = timedelta(minutes=1)
"""How long others that go blind are waited for, to be told together."""

SETTLED = timedelta(minutes=5)
"""How long an end is waited with, for others and for the next beginning."""

_LOOKED_BACK = 200
"""So many notices of gaps at most are asked for who was told of a beginning."""


def tell(turn: Turn) -> None:
    """Put what went blind and what sees again into the notices that wait, or into new ones."""
    for name, since in turn.sighted.items():
        if not _is_untold(turn, name):
            _put_again(turn, name, since)
    blind = [(name, why) for name, why in turn.blind if not _is_as_told(turn, name)]
    if blind:
        notices.hold(turn, _with_blind(_waiting(turn, NoticeType.BLIND) or _beginning(turn), blind))


# ---------------------------------------------------------------------------------------------------- beginning


def _with_blind(notice: Notice, blind: Iterable[tuple[str, str]]) -> Notice:
    names = [*notice.content["blind"], *(name for name, _ in blind)]
    reasons = [*notice.content["reasons"], *(error for _, error in blind if error)]
    reasons = list(dict.fromkeys(reasons))
    content = {"blind": list(dict.fromkeys(names)), "reasons": reasons, "reason": "; ".join(reasons)}
    return replace(notice, content=content)


def _beginning(turn: Turn) -> Notice:
    people = routing.contacts_of_role(Role.COORDINATOR, Party.PROVIDER, turn.settings.contacts)
    told = tuple(Recipient(id_, "monitoring gap: role coordinator") for id_ in people)
    return _notice(turn, NoticeType.BLIND, GATHERED, told, {"blind": [], "reasons": []})


def _is_untold(turn: Turn, name: str) -> bool:
    """Whether nobody has been told yet that it went blind; then its end is not told either."""
    waiting = _waiting(turn, NoticeType.BLIND)
    if waiting is None or name not in waiting.content["blind"]:
        return False
    left = [each for each in waiting.content["blind"] if each != name]
    if left:
        notices.hold(turn, replace(waiting, content={**waiting.content, "blind": left}))
    else:
        notices.withhold_own(turn, waiting)
    return True


# ---------------------------------------------------------------------------------------------------------- end


def _put_again(turn: Turn, name: str, since: datetime) -> None:
    start = _told_of(turn, name)
    if start is None:
        return
    notice = _waiting(turn, NoticeType.SEES_AGAIN) or _notice(turn, NoticeType.SEES_AGAIN, SETTLED, (), {"again": []})
    known = turn.settings.contacts
    told = {each.contact: replace(each, why="told of the gap") for each in start.recipients if each.contact in known}
    told |= {each.contact: each for each in notice.recipients}
    again = [*notice.content["again"], {"name": name, "since": since.isoformat(), "until": turn.now.isoformat()}]
    named = [*notice.content.get("blind", ()), *start.content["blind"]]
    seen = {gap["name"] for gap in again}
    blind = [each for each in dict.fromkeys(named) if each not in seen and _is_blind(turn, each)]
    notices.hold(turn, replace(notice, recipients=tuple(told.values()), content={"again": again, "blind": blind}))


def _is_as_told(turn: Turn, name: str) -> bool:
    """Whether the end of its last gap was not told yet: then that gap goes on."""
    waiting = _waiting(turn, NoticeType.SEES_AGAIN)
    if waiting is None or all(gap["name"] != name for gap in waiting.content["again"]):
        return False
    left = [gap for gap in waiting.content["again"] if gap["name"] != name]
    if left:
        notices.hold(turn, replace(waiting, content={"again": left, "blind": [*waiting.content["blind"], name]}))
    else:
        notices.withhold_own(turn, waiting)
    return True


def _told_of(turn: Turn, name: str) -> Notice | None:
    """The last notice that told of it going blind."""
    fresh = [each for each in turn.change.notices.values() if each.type is NoticeType.BLIND]
    for notice in (*fresh, *turn.store.notices_of_agent(NoticeType.BLIND, _LOOKED_BACK)):
        if notice.state is NoticeState.RELEASED and name in notice.content["blind"]:
            return notice
    return None


def _is_blind(turn: Turn, name: str) -> bool:
    probe, beat = turn.known.probes.get(name), turn.known.heartbeats.get(blindness.ALERT + name)
    return (probe is not None and anomalies.is_blind(probe)) or (beat is not None and beat.has_failed)


# -------------------------------------------------------------------------------------------------------- notices


def _waiting(turn: Turn, type_: NoticeType) -> Notice | None:
    return next((held for held in turn.known.held.values() if held.type is type_), None)


def _notice(
    turn: Turn, type_: NoticeType, wait: timedelta, told: tuple[Recipient, ...], content: Mapping[str, Any]
) -> Notice:
    return Notice(
        id=f"{type_}/{int(turn.now.timestamp() * 1000)}",
        incident="",
        seq=0,
        type=type_,
        party=Party.PROVIDER,
        grade=3,
        at=turn.now,
        due_at=turn.now + wait,
        state=NoticeState.HELD,
        recipients=told,
        content=content,
    )
