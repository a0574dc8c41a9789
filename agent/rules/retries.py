"""When a failed delivery is tried again, how often an endpoint may be used, and what a delivery is called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from agent.model import Delivery, Endpoint, Grade, Manner, Outcome, Verdict

BACKOFF: tuple[timedelta, ...] = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 120, 300))
"""After the first try, the second, …; the last one repeats."""

TRIED_FOR: Mapping[Grade, timedelta] = {1: timedelta(hours=24), 2: timedelta(hours=24), 3: timedelta(hours=4)}
"""How long after it was made a delivery is tried again at most; the desk cancels it sooner when it is not wanted."""

LONGEST_WAIT = timedelta(hours=1)
"""The longest Retry-After that is honoured: an answer of a day would silence the channel for the whole incident."""

MOST_UNKNOWN = 5
"""Tries that may each have arrived; more would only repeat a message that a slow server has delivered each time."""

WINDOW = timedelta(minutes=1)


def delivery_id(notice: str, contact: str, endpoint: str, generation: int) -> str:
    """The name of a delivery: deciding twice sends once. `contact` is "" for a room."""
    parts = "\x1f".join((notice, contact, endpoint, str(generation)))
    return sha256(parts.encode()).hexdigest()[:16]


def next_try(delivery: Delivery, outcome: Outcome, now: datetime) -> datetime | None:
    """When to try again after `outcome` of the try numbered `delivery.attempt`; None: given up."""
    if outcome.verdict in (Verdict.ACCEPTED, Verdict.REJECTED):
        return None
    if outcome.verdict is Verdict.UNKNOWN and delivery.attempt >= MOST_UNKNOWN:
        return None
    wait = BACKOFF[min(max(delivery.attempt, 1), len(BACKOFF)) - 1] * _jitter(delivery)
    if outcome.retry_after is not None:
        wait = max(wait, min(outcome.retry_after, LONGEST_WAIT))
    at = now + wait
    return at if at <= delivery.made_at + TRIED_FOR[delivery.grade] else None


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many messages an endpoint takes in a minute. The last `reserve` of them are for grade 1."""

    a_minute: int
    reserve: int


ALLOWANCES: Mapping[Manner, Allowance] = {
    Manner.GROUP: Allowance(20, 5),  # what WeCom and DingTalk grant a bot
    Manner.LOUD: Allowance(6, 3),  # nobody can take more calls
    Manner.PERSONAL: Allowance(30, 10),
    Manner.QUIET: Allowance(30, 10),
}


def allowance_for(endpoint: Endpoint) -> Allowance | None:
    """None: without limit, as the agent's own log is."""
    return None if endpoint.channel == "log" else ALLOWANCES[endpoint.manner]


def may_send(recent: Iterable[datetime], allowance: Allowance | None, grade: Grade, now: datetime) -> datetime:
    """When the endpoint may be used next, given when it was: `now`, or later. Nothing is ever dropped."""
    if allowance is None:
        return now
    granted = allowance.a_minute if grade == 1 else allowance.a_minute - allowance.reserve
    # a time after `now` is a clock that was set back: it says nothing
    counted = sorted(at for at in recent if now - WINDOW < at <= now)
    return now if len(counted) < granted else counted[len(counted) - granted] + WINDOW


def _jitter(delivery: Delivery) -> float:
    """Nine to eleven tenths, the same each time it is asked: what failed together does not come back together."""
    digest = sha256(f"{delivery.id}\x1f{delivery.attempt}".encode()).digest()
    return 0.9 + 0.2 * digest[0] / 255
