"""What both parties hear of the agreement itself: its end, their people, their teams. Quietly, and in working hours."""

from typing import Any

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import Notice, NoticeState, NoticeType, Party, Recipient, Role
from agent.rules import routing, workdays


def tell(turn: Turn, to: Party, event: str, roles: tuple[Role, ...], /, *, about: str = "", **content: Any) -> None:
    """One notice to those of a party who hold one of the roles; outside working hours it waits for them.

    `content`: `event` is ending | roster | contacts | exclusion; see `agent/notify/standing.py` for the rest.
    `about` tells those of one event apart that are told at the same moment.
    """
    calendar = turn.settings.agreement.calendar
    due_at = workdays.next_working(turn.now, calendar)
    is_trial = turn.settings.agreement.is_trial and to is Party.CUSTOMER
    notice = Notice(
        id="/".join(["agreement", event, to, str(int(turn.now.timestamp() * 1000)), *([about] if about else [])]),
        incident="",
        seq=0,
        type=NoticeType.AGREEMENT,
        party=to,
        grade=3,
        at=turn.now,
        due_at=due_at,
        state=NoticeState.HELD if due_at > turn.now else NoticeState.RELEASED,
        recipients=notices.in_trial(turn) if is_trial else _recipients(turn, to, roles),
        content={"event": event, **content},
        is_trial=is_trial,
    )
    if notice.state is NoticeState.RELEASED:
        notices.let_go(turn, notice)
        return
    turn.known.held[notice.id] = turn.change.notices[notice.id] = notice
    turn.fact("", "notice_held", seq=0, party=to, type=notice.type, until=due_at.isoformat())


def _recipients(turn: Turn, party: Party, roles: tuple[Role, ...]) -> tuple[Recipient, ...]:
    found: dict[str, Recipient] = {}
    for role in roles:
        for id_ in routing.contacts_of_role(role, party, turn.settings.contacts):
            found.setdefault(id_, Recipient(id_, f"the agreement: role {role}"))
    return tuple(found.values())
