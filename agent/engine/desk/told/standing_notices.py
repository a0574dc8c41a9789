"""What both parties hear of the agreement itself: its end, their people, their teams. Quietly, and in working hours."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import Notice, NoticeState, NoticeType, Party, Recipient, Role
from agent.rules import routing, workdays


def tell(
    turn: Turn,
    to: Party,
    event: str,
    roles: tuple[Role, ...],
    /,
    *,
    about: str = "",
    also: tuple[str, ...] = (),
    **content: Any,
) -> None:
    """One notice to those of a party who hold one of the roles, and to `also`; outside working hours it waits.

    `content`: `event` is ending | roster | contacts | exclusion | register; the rest see `agent/notify/standing.py`.
    `about` tells those of one event apart that are told at the same moment.
    """
    due_at = workdays.next_working(turn.now, turn.settings.agreement.calendar)
    id_ = "/".join(["agreement", event, to, str(int(turn.now.timestamp() * 1000)), *([about] if about else [])])
    content["event"] = event
    notice = made(turn, id_, NoticeType.AGREEMENT, to, _recipients(turn, to, roles, also), content)
    if due_at <= turn.now:
        notices.let_go(turn, notice)
        return
    notice = replace(notice, due_at=due_at, state=NoticeState.HELD)
    turn.known.held[notice.id] = turn.change.notices[notice.id] = notice
    turn.fact("", "notice_held", seq=0, party=to, type=notice.type, until=due_at.isoformat())


def made(
    turn: Turn, id_: str, type_: NoticeType, to: Party, people: tuple[Recipient, ...], content: Mapping[str, Any]
) -> Notice:
    """A quiet notice about no incident that leaves now; in a trial the customer's goes to the provider."""
    is_trial = turn.settings.agreement.is_trial and to is Party.CUSTOMER
    return Notice(
        id=id_,
        incident="",
        seq=0,
        type=type_,
        party=to,
        grade=3,
        at=turn.now,
        due_at=turn.now,
        state=NoticeState.RELEASED,
        recipients=notices.in_trial(turn) if is_trial else people,
        content=content,
        is_trial=is_trial,
    )


def _recipients(turn: Turn, party: Party, roles: tuple[Role, ...], also: tuple[str, ...] = ()) -> tuple[Recipient, ...]:
    found = {id_: Recipient(id_, "the agreement: named") for id_ in also}
    for role in roles:
        for id_ in routing.contacts_of_role(role, party, turn.settings.contacts):
            found.setdefault(id_, Recipient(id_, f"the agreement: role {role}"))
    return tuple(found.values())
