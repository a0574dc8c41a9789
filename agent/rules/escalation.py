"""The ladder: whom of a party to call next while nobody of it has acknowledged, and when nobody can be reached.

It runs in per cent of the launch limit (agreement.md 5, rule 6), and at the end starts over.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.model import Contact, Delivery, DeliveryState, Endpoint, Grade, Ladder, Party, Recipient, Role, Step
from agent.model.hot import replace
from agent.rules.outbox import is_room
from agent.rules.routing import EVERYONE, People, merged, recipients_of

NEXT_PERSON = "next person"

DEFAULT_STEPS: tuple[Step, ...] = (
    Step(to=(NEXT_PERSON,), share=0.2),
    Step(to=(Role.COORDINATOR.value,), share=0.5),
    Step(to=(Role.PRINCIPAL.value,), share=0.75),
)

ASK_AGAIN: Mapping[Grade, timedelta | None] = {1: timedelta(minutes=5), 2: timedelta(minutes=15), 3: None}

UNREACHABLE_AFTER = timedelta(minutes=3)
LONGEST_BACKOFF = timedelta(minutes=5)
SHORTEST_BACKOFF = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step, placed in time: so long after the round began, these are called."""

    after: timedelta
    to: tuple[str, ...]
    name: str  # `20 %` or `5 min`


@dataclass(frozen=True, slots=True)
class Called:
    """The ladder after a step, and who is to be called now; nobody where the step came too early or has ended."""

    ladder: Ladder
    recipients: tuple[Recipient, ...] = ()
    why: str = ""  # `ladder 20 %: next person`


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a party can be told at all. `failing_since` None: it can, or nothing was tried yet."""

    failing_since: datetime | None = None
    is_unreachable: bool = False
    accepted_at: datetime | None = None  # when a channel last took something


def rungs(steps: Sequence[Step] | None, limit: timedelta) -> tuple[Rung, ...]:
    """The steps in order of time; None: the default ladder. No steps: nobody is ever called."""
    placed = (_rung(step, limit) for step in (DEFAULT_STEPS if steps is None else steps))
    return tuple(sorted(placed, key=lambda rung: rung.after))


def begin(incident: str, party: Party, at: datetime, limit: timedelta, steps: Sequence[Step] | None) -> Ladder:
    """The ladder of a party that was told at `at` and has to answer within `limit`."""
    fresh = Ladder(incident=incident, party=party, started_at=at, limit=limit, asked_at=at)
    return _at_rung(fresh, 0, rungs(steps, limit))


def restart(ladder: Ladder, limit: timedelta, steps: Sequence[Step] | None, now: datetime) -> Ladder:
    """The ladder after a regrade: it begins anew, but no call is later than it was."""
    placed = rungs(steps, limit)
    anew = _at_rung(replace(ladder, started_at=now, limit=limit), 0, placed)
    if ladder.next_at is None or not placed:
        return anew
    waiting_for = ladder.rung if ladder.rung < len(placed) else 0
    in_step = ladder.next_at - placed[waiting_for].after
    if in_step >= now:
        return anew
    return _at_rung(replace(anew, started_at=in_step), waiting_for, placed)


def end(ladder: Ladder) -> Ladder:
    """Somebody answered, or there is nothing left to answer."""
    return replace(ladder, next_at=None, unreachable_since=None)


def call(
    ladder: Ladder,
    now: datetime,
    steps: Sequence[Step] | None,
    told: Collection[str],
    contacts: Mapping[str, Contact],
    on_call: Sequence[str] = (),
    endpoints: Mapping[str, Endpoint] | None = None,
) -> Called:
    """Whom to call now, and the ladder with its next rung. `told` are all who were told or called before.

    Rungs missed while nobody looked are called together, each once however many rounds went by.
    """
    if ladder.next_at is None or now < ladder.next_at:
        return Called(ladder)
    people = People.of(ladder.party, contacts, on_call, endpoints)
    return _call(ladder, now, rungs(steps, ladder.limit), told, people)


def next_call_at(
    ladder: Ladder,
    steps: Sequence[Step] | None,
    told: Collection[str],
    beside: Collection[str],
    contacts: Mapping[str, Contact],
    endpoints: Mapping[str, Endpoint] | None = None,
    on_call: Sequence[str] = (),
) -> datetime | None:
    """When the ladder first calls somebody who is not among `beside`, if nobody answers; None: never in its round.

    `told` are all who were told or called before.
    """
    known = [*told, *beside]
    people = People.of(ladder.party, contacts, on_call, endpoints)
    if all(contact.id in beside for contact in people.contacts):  # as of most openings of grade 1
        return None
    placed = rungs(steps, ladder.limit)
    for _ in placed:
        if ladder.next_at is None:
            return None
        called = _call(ladder, ladder.next_at, placed, known, people)
        asked = [recipient.contact for recipient in called.recipients]
        if any(contact not in beside for contact in asked):
            return ladder.next_at
        known += asked
        ladder = called.ladder
    return None


def ask_again_every(grade: Grade) -> timedelta | None:
    """How often who was told and has not answered is asked again; None: never."""
    return ASK_AGAIN[grade]


def asks_again_at(ladder: Ladder, grade: Grade) -> datetime | None:
    """When the party's people are asked again; None: never, or the ladder has ended."""
    every = ASK_AGAIN[grade]
    if every is None or ladder.next_at is None:
        return None
    return (ladder.asked_at or ladder.started_at) + every


def asked(ladder: Ladder, now: datetime) -> Ladder:
    return replace(ladder, asked_at=now, asked=ladder.asked + 1)


def reachability(
    deliveries: Iterable[Delivery],
    endpoints: Mapping[str, Endpoint],
    now: datetime,
    told_at: datetime | None = None,
) -> Reach:
    """Whether any channel of a person's own has taken what a party was told in one incident.

    Unreachable: for 3 min none did while attempts failed or stayed silent. A room counts only where nobody of the
    party has another channel. `told_at`: since when there was something to tell; without any delivery at all the
    party is failing since then.
    """
    every = [delivery for delivery in deliveries if delivery.state is not DeliveryState.CANCELLED]
    counted = [delivery for delivery in every if not is_room(delivery, endpoints)] or every
    ends = [d.finished_at for d in counted if d.state is DeliveryState.ACCEPTED and d.finished_at is not None]
    accepted_at = max(ends, default=None)
    begins = [d.made_at for d in counted if _has_failed(d) and (accepted_at is None or d.made_at > accepted_at)]
    failing_since = min(begins, default=None) if counted else told_at
    is_unreachable = failing_since is not None and now - failing_since >= UNREACHABLE_AFTER
    return Reach(failing_since, is_unreachable, accepted_at)


def with_reach(ladder: Ladder, reach: Reach, steps: Sequence[Step] | None, now: datetime) -> Ladder:
    """The ladder once it is known whether its party can be reached: lost, found again, or as it was.

    Lost: everyone is called at once and again with growing pauses up to 5 min. Found: the rungs go on from now.
    """
    lost_at = ladder.unreachable_since
    if ladder.next_at is None:
        return ladder
    if lost_at is None:
        return replace(ladder, unreachable_since=now, next_at=now) if reach.is_unreachable else ladder
    if reach.accepted_at is None or reach.accepted_at < lost_at:
        return ladder
    found = replace(ladder, unreachable_since=None, started_at=now)
    return _at_rung(found, 0, rungs(steps, ladder.limit))


def _rung(step: Step, limit: timedelta) -> Rung:
    if step.after is not None:
        return Rung(step.after, step.to, f"{_minutes(step.after)} min")
    share = step.share or 0.0
    return Rung(limit * share, step.to, f"{share * 100:g} %")


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:g}"


def _why(rung: Rung) -> str:
    return f"ladder {rung.name}: {', '.join(rung.to)}"


def _round(ladder: Ladder, placed: Sequence[Rung]) -> timedelta:
    """The length of one round: the limit, or longer where a rung lies beyond it."""
    return max(ladder.limit, timedelta(seconds=1), *(rung.after for rung in placed))


def _at_rung(ladder: Ladder, rung: int, placed: Sequence[Rung]) -> Ladder:
    """The ladder waiting for `rung`; after the last one, for the first of the next round.

    Without any rung it stands all the same: who was told is asked again until somebody answers.
    """
    if rung < len(placed):
        after = placed[rung].after
    else:
        after = _round(ladder, placed) + (placed[0].after if placed else timedelta())
    return replace(ladder, rung=rung, next_at=ladder.started_at + after)


def _call(ladder: Ladder, now: datetime, placed: Sequence[Rung], told: Collection[str], people: People) -> Called:
    if ladder.unreachable_since is not None:
        return _call_everyone(ladder, ladder.unreachable_since, now, people)
    ladder, due = _climb(ladder, now, placed)
    known = list(told)
    recipients: list[Recipient] = []
    for rung in due:
        called = _people_on(rung, known, people)
        known += [recipient.contact for recipient in called]
        recipients += called
    return Called(ladder, merged(recipients), "; ".join(_why(rung) for rung in due))


def _climb(ladder: Ladder, now: datetime, placed: Sequence[Rung]) -> tuple[Ladder, tuple[Rung, ...]]:
    """The ladder with everything up to `now` climbed, and the rungs that were."""
    rounds, inside = divmod(now - ladder.started_at, _round(ladder, placed))
    reached = sum(rung.after <= inside for rung in placed)
    begun = replace(ladder, round=ladder.round + rounds, started_at=now - inside)
    if rounds == 0:
        reached = max(reached, ladder.rung)
        return _at_rung(begun, reached, placed), tuple(placed[ladder.rung : reached])
    missed = placed if rounds > 1 else placed[ladder.rung :]
    again = tuple(rung for rung in placed[:reached] if rung not in missed)
    return _at_rung(begun, reached, placed), (*missed, *again)


def _people_on(rung: Rung, told: Collection[str], people: People) -> tuple[Recipient, ...]:
    because = f"ladder {rung.name}"
    found: list[Recipient] = []
    for word in rung.to:
        found += _next_person(told, people, because) if word == NEXT_PERSON else recipients_of((word,), people, because)
    return merged(found)


def _next_person(told: Collection[str], people: People, because: str) -> tuple[Recipient, ...]:
    """The first in the order of the file who may answer and was not told yet; else all who were told, again."""
    deputies = {contact.deputy for contact in people.contacts if contact.id in told}
    for contact in people.contacts:
        may_answer = Role.MEMBER in contact.roles or Role.COORDINATOR in contact.roles or contact.id in deputies
        if may_answer and contact.id not in told and contact.id not in people.unreachable:
            return (Recipient(contact.id, f"{because}: next person"),)
    return tuple(
        Recipient(contact.id, f"{because}: nobody is next: told again")
        for contact in people.contacts
        if contact.id in told
    )


def _call_everyone(ladder: Ladder, lost_at: datetime, now: datetime, people: People) -> Called:
    """One round with nobody reachable: all at once, and again after as long as it has lasted, within bounds."""
    wait = min(max(now - lost_at, SHORTEST_BACKOFF), LONGEST_BACKOFF)
    again = replace(ladder, round=ladder.round + 1, rung=0, started_at=now, next_at=now + wait)
    return Called(again, recipients_of((EVERYONE,), people, "nobody reachable"), "nobody reachable: everyone")


def _has_failed(delivery: Delivery) -> bool:
    if delivery.state is DeliveryState.ACCEPTED:
        return False
    return delivery.verdict is not None or delivery.is_overtaken
