"""Alerts that the file does not know: new names are told to the provider's coordinator once a day (agreement.md 4).

Never to the customer. What was told when is on file as a notice, so that nothing else needs to be remembered.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import Notice, NoticeState, NoticeType, Party, Recipient, Role
from agent.rules import routing, unmapped

SHOWN = 5
"""So many rows to paste stand in one notice; the command has them all."""

_MOST = 500
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def look(turn: Turn) -> None:
    """Tell what is new since it was told last, at nine in the morning."""
    if turn.known.names_at is None or turn.known.names_at > turn.now:
        return
    zone = turn.settings.agreement.zone
    turn.known.names_at = unmapped.next_day(turn.now, zone).astimezone(UTC)
    last = next(iter(turn.store.notices_of_agent(NoticeType.UNMAPPED, 1)), None)
    if not unmapped.is_due(turn.now, last.at if last else None, zone):
        return
    found = turn.store.newly_unmapped(last.at if last else _NEVER, _MOST)
    fresh = [item for item in found if _is_unmapped(turn, item["labels"])]
    if fresh:
        notices.let_go(turn, _notice(turn, fresh))


def _is_unmapped(turn: Turn, labels: Mapping[str, str]) -> bool:
    """Whether it still is: the file may have learned of it meanwhile."""
    found = turn.sorter.classify(labels)
    if found.row is not None:
        return False
    return found.line is None or not found.line.is_mapped


def _notice(turn: Turn, fresh: list[Mapping[str, Any]]) -> Notice:
    people = routing.contacts_of_role(Role.COORDINATOR, Party.PROVIDER, turn.settings.contacts)
    names = [
        {"name": item["alertname"], "count": item["count"], "row": unmapped.row(item["alertname"], item["labels"])}
        for item in fresh[:SHOWN]
    ]
    return Notice(
        id=f"unmapped/{int(turn.now.timestamp() * 1000)}",
        incident="",
        seq=0,
        type=NoticeType.UNMAPPED,
        party=Party.PROVIDER,
        grade=3,
        at=turn.now,
        due_at=turn.now,
        state=NoticeState.RELEASED,
        recipients=tuple(Recipient(id_, "new alerts: role coordinator") for id_ in people),
        content={"unmapped": names, "more": len(fresh) - len(names)},
    )
