"""Digests: what was gathered leaves together, one message for each contact, listing what opened, changed, recovered.

Once the first of a party's gathered notices is due, all of them leave. Each notice is released by that, with a fact in
its incident's chain; whoever gets but one of them gets it as it is. Nothing is remembered outside of the store.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.engine.desk.known import MARK
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import Notice, NoticeState, NoticeType, Party, Recipient, State

MOST = 10
"""Incidents in one digest; a storm of more makes several."""

_OPEN = frozenset({State.OPEN, State.VERIFYING})


def release(turn: Turn) -> None:
    """Let the digests go that are due."""
    if not turn.known.gathered:
        return
    for party in Party:
        for is_trial in (False, True):
            items = [n for n in turn.known.gathered.values() if n.party is party and n.is_trial is is_trial]
            if any(item.due_at <= turn.now for item in items):
                _send(turn, sorted(items, key=lambda item: (item.incident, item.seq)))


def items_of(turn: Turn, digest: Notice) -> tuple[Notice, ...]:
    """The notices that a digest tells."""
    found = (turn.change.notices.get(id_) or turn.store.notice(id_) for id_ in digest.content.get("items", ()))
    return tuple(item for item in found if item is not None)


def _send(turn: Turn, items: Sequence[Notice]) -> None:
    present = {item.id: _fresh(turn, item) for item in items}
    told_by: dict[str, list[str]] = {item.id: [] for item in items}
    count = 0
    for ids, recipients in _groups(list(present.values())):
        if len(ids) == 1:
            notices.deliver(turn, replace(present[ids[0]], recipients=recipients))
            continue
        count += 1
        digest = _digest(turn, [present[id_] for id_ in ids], recipients, count)
        turn.change.notices[digest.id] = digest
        notices.deliver(turn, digest)
        for id_ in ids:
            told_by[id_].append(digest.id)
    for item in present.values():
        _released(turn, item, told_by[item.id])


def _fresh(turn: Turn, item: Notice) -> Notice:
    """As it is told now: who is on call may be another one, and an opening says what is so."""
    incident = turn.known.incidents.get(item.incident)
    fresh = notices.fresh(turn, incident, item) if incident else item
    content = {name: value for name, value in fresh.content.items() if name != MARK}
    return replace(fresh, state=NoticeState.RELEASED, due_at=turn.now, content=content)


def _groups(items: Sequence[Notice]) -> Iterator[tuple[tuple[str, ...], tuple[Recipient, ...]]]:
    """The contacts who get the same notices, and these, of a few incidents at a time."""
    wanted: dict[str, list[Notice]] = {}
    whose: dict[str, Recipient] = {}
    for item in items:
        for recipient in item.recipients:
            wanted.setdefault(recipient.contact, []).append(item)
            whose.setdefault(recipient.contact, recipient)
    groups: dict[tuple[str, ...], list[Recipient]] = {}
    for contact, theirs in wanted.items():
        numbers = list(dict.fromkeys(item.incident for item in theirs))
        for start in range(0, len(numbers), MOST):
            some = frozenset(numbers[start : start + MOST])
            ids = tuple(item.id for item in theirs if item.incident in some)
            groups.setdefault(ids, []).append(whose[contact])
    for ids, recipients in groups.items():
        yield ids, tuple(recipients)


def _digest(turn: Turn, items: Sequence[Notice], recipients: tuple[Recipient, ...], count: int) -> Notice:
    numbers = list(dict.fromkeys(item.incident for item in items))
    going_on = [n for n in numbers if n in turn.known.incidents and turn.known.incidents[n].state in _OPEN]
    first = items[0]
    return Notice(
        id=f"digest/{first.party}/{int(turn.now.timestamp() * 1000)}/{count}{'t' if first.is_trial else ''}",
        incident="",
        seq=0,
        type=NoticeType.DIGEST,
        party=first.party,
        grade=3,
        at=turn.now,
        due_at=turn.now,
        state=NoticeState.RELEASED,
        recipients=recipients,
        content={"items": [item.id for item in items], "incidents": numbers, "open": len(going_on)},
        is_trial=first.is_trial,
    )


def _released(turn: Turn, item: Notice, digests: list[str]) -> None:
    del turn.known.gathered[item.id]
    turn.change.notices[item.id] = replace(item, content={**item.content, "digests": digests})
    turn.fact(
        item.incident,
        "notice_released",
        seq=item.seq,
        type=item.type,
        party=item.party,
        to=[recipient.contact for recipient in item.recipients],
        why=[recipient.why for recipient in item.recipients],
        digests=digests,
    )
