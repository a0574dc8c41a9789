"""What a look at the agent means for the two parties: when they are told, when again, and when it is over.

Pure: a look, what was known before, and the time go in. Unknown is not well: only the agent's own good answer is.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Seen(StrEnum):
    WELL = "well"
    SILENT = "silent"  # no answer: refused, cut off, too late, no such name
    BLIND = "blind"  # this host could not look
    ILL = "ill"  # it says itself that it is not alive
    UNREADY = "unready"  # alive, and says that it cannot do its work
    STRANGER = "stranger"  # something answers, but not as the agent does
    REDIRECTED = "redirected"
    REFUSED = "refused"  # it wants a token or a certificate of ours
    CERTIFICATE = "certificate"  # its certificate has expired, or is not trusted for this name
    CLOCK = "clock"  # well, but its time of day and ours are apart
    EXPIRING = "expiring"  # well, but its certificate runs out soon

    @property
    def is_caution(self) -> bool:
        """The agent works; what is wrong will matter later."""
        return self in {Seen.CLOCK, Seen.EXPIRING}


@dataclass(frozen=True, slots=True)
class Look:
    seen: Seen
    detail: str = ""  # one sentence, without secrets


@dataclass(frozen=True, slots=True)
class Terms:
    after: timedelta = timedelta(minutes=5)  # so long it must be so before anybody is told
    back: timedelta = timedelta(minutes=1)  # so long it must be well before that is told
    again: timedelta = timedelta(minutes=30)  # told again then, after twice as long the next time, and so on
    slowest: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the parties are to be told."""

    seen: Seen
    detail: str
    since: datetime  # when it was first seen not well
    at: datetime  # now; of what is over, when it was well again
    count: int = 1  # how often this trouble has been told, this time included
    last_well_at: datetime | None = None
    is_over: bool = False
    reference: str = ""  # what the watch's own network looked like then


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of the agent; on file, so that a restart forgets nothing."""

    look: Look = field(default_factory=lambda: Look(Seen.WELL))
    looked_at: datetime | None = None
    since: datetime | None = None  # since when it is not well
    changed_at: datetime | None = None  # since when it is as it is
    last_well_at: datetime | None = None
    told: Seen | None = None  # what the parties were told last
    told_at: datetime | None = None
    count: int = 0


def step(was: Watched, look: Look, at: datetime, terms: Terms) -> tuple[Watched, Letter | None]:
    """What is known after a look, and what is to be told now."""
    was = _without_gap(was, at, terms)
    is_same = look.seen is was.look.seen and was.changed_at is not None
    now = replace(was, look=look, looked_at=at, changed_at=was.changed_at if is_same else at)
    if look.seen is Seen.WELL:
        return _well(replace(now, last_well_at=at), at, terms)
    if look.seen.is_caution:
        now = replace(now, last_well_at=at)
    is_graver = was.look.seen.is_caution and not look.seen.is_caution
    if now.since is None or (is_graver and now.told is None):
        now = replace(now, since=at)
    return _not_well(now, at, terms)


def _without_gap(was: Watched, at: datetime, terms: Terms) -> Watched:
    """Where nobody looked for long, or the clock was set, it is not known how long it has been so."""
    if was.looked_at is not None and timedelta() <= at - was.looked_at <= terms.after:
        return was
    was = replace(was, changed_at=None)
    return was if was.told else replace(was, since=None)


def _well(now: Watched, at: datetime, terms: Terms) -> tuple[Watched, Letter | None]:
    if now.told is None:
        return replace(now, since=None), None
    if now.changed_at is None or at - now.changed_at < terms.back:
        return now, None
    letter = Letter(now.told, now.look.detail, now.since or at, now.changed_at, now.count, at, is_over=True)
    return Watched(now.look, at, changed_at=now.changed_at, last_well_at=at), letter


def _not_well(now: Watched, at: datetime, terms: Terms) -> tuple[Watched, Letter | None]:
    seen, since, changed_at = now.look.seen, now.since or at, now.changed_at or at
    if now.told is None:
        is_due = at - since >= terms.after
    elif now.told is not seen:
        # that it answers again, if only with a caution, is told as soon as that it is well
        is_better = seen.is_caution and not now.told.is_caution
        is_due = at - changed_at >= (terms.back if is_better else terms.after)
    else:
        is_due = now.told_at is None or not timedelta() <= at - now.told_at < _pause(now.count, seen, terms)
    if not is_due:
        return now, None
    count = now.count + 1 if now.told is seen else 1
    now = replace(now, told=seen, told_at=at, count=count)
    return now, Letter(seen, now.look.detail, since, at, count, now.last_well_at)


def _pause(count: int, seen: Seen, terms: Terms) -> timedelta:
    """How long after it was told so often it is told again."""
    if seen.is_caution:
        return terms.slowest
    doubled: timedelta = terms.again * 2 ** min(count - 1, 20)
    return min(doubled, terms.slowest)
