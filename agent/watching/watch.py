"""The watch itself: one thread looks, another tells; what is decided is on file before anybody hears of it.

Each of the addressees has the letter at least once: one that is killed between sending and writing sends it again.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from agent.log import Log
from agent.model import Outcome, Verdict
from agent.ports import Channel, Clock, Health
from agent.watching import memory, wording
from agent.watching.addressees import Addressee
from agent.watching.judging import Letter, Look, Seen, Terms, step
from agent.watching.memory import Memory, Post
from agent.watching.wording import Place

log = Log(__name__)

DEADLINE_S = 20.0
PAUSES_S = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""A channel that did not take the letter is tried again so much later, the last of them for as long as it lasts."""

MOST_REFUSALS = 3
"""A channel that refuses for good is let be until the next letter."""


class Watch:
    """`look` and `tell` each belong to one thread; `health` may be asked from any."""

    def __init__(
        self,
        place: Place,
        addressees: Sequence[Addressee],
        look: Callable[[], Look],
        channel: Channel,
        clock: Clock,
        file: Path,
        *,
        terms: Terms,
        every: timedelta,
        reference: Callable[[], str] = lambda: "",
    ) -> None:
        """`reference`: whether our own network works: `reached`, `not reached`, or "" where that is not asked."""
        self._place = place
        self._addressees = {each.key: each for each in addressees}
        self._look = look
        self._channel = channel
        self._clock = clock
        self._file = file
        self._terms = terms
        self._every = every
        self._reference = reference
        self._lock = threading.Lock()
        self._unwritten = ""
        self._tell_s = 0.0
        self._memory = self._remember()

    # ------------------------------------------------------------------------------------------------- looking

    def look(self, now: datetime) -> datetime:
        """Look, decide, put on file; when to be called again."""
        seen = self._look()
        at = self._clock.now()
        with self._lock:
            was = self._memory.watched
            watched, letter = step(was, seen, at, self._terms)
        if letter is not None:
            letter = replace(letter, reference="" if letter.is_over else self._reference())
        with self._lock:
            post = self._memory.post if letter is None else Post(letter, dict.fromkeys(self._addressees, 0))
            self._keep(Memory(self._place.agent, watched, post))
            if letter is not None:
                self._tell_s = 0.0
        if seen.seen is not was.look.seen or was.looked_at is None:
            said = log.info if seen.seen is Seen.WELL else log.warning
            said("agent looked at", agent=self._place.agent, seen=seen.seen.value, detail=seen.detail)
        if letter is not None:
            log.warning("both parties are told", seen=letter.seen.value, is_over=letter.is_over, count=letter.count)
        return now + self._every

    # ------------------------------------------------------------------------------------------------- telling

    def tell(self, now: datetime) -> datetime:
        """Send what is left of the newest letter, to all at once; when to be called again."""
        with self._lock:
            post = self._memory.post
        now_s = self._clock.monotonic()
        if post is None or not post.left or now_s < self._tell_s:
            return now + timedelta(seconds=1)
        outcomes = self._send(post)
        with self._lock:
            if self._memory.post is not None and self._memory.post.letter == post.letter:
                left = dict(_left(post.left, outcomes))
                self._keep(replace(self._memory, post=Post(post.letter, left)))
                tries = min(left.values(), default=1)
                self._tell_s = self._clock.monotonic() + PAUSES_S[min(max(tries, 1), len(PAUSES_S)) - 1]
        return now + timedelta(seconds=1)

    def _send(self, post: Post) -> Mapping[str, Outcome]:
        """What became of the letter at each of those that are left; a channel that hangs costs the others nothing."""
        outcomes: dict[str, Outcome] = {}
        there = [self._addressees[key] for key in post.left if key in self._addressees]
        jobs = [partial(self._one, each, post.letter, outcomes) for each in there]
        threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(DEADLINE_S + 5)
        for each in there:
            outcome = outcomes.setdefault(each.key, Outcome(Verdict.UNKNOWN, "no answer before the deadline"))
            if outcome.verdict is Verdict.ACCEPTED:
                log.info("letter sent", to=each.endpoint.id, reason=outcome.reason)
            else:
                log.warning("letter not taken", to=each.endpoint.id, verdict=outcome.verdict, reason=outcome.reason)
        return outcomes

    def _one(self, to: Addressee, letter: Letter, outcomes: dict[str, Outcome]) -> None:
        text = wording.message(letter, to.party, to.language, self._place)
        try:
            outcomes[to.key] = self._channel.send(to.endpoint, text, DEADLINE_S)
        except Exception as fault:  # one channel's fault never costs the others their letter
            outcomes[to.key] = Outcome(Verdict.NOT_SENT, type(fault).__name__)

    # -------------------------------------------------------------------------------------------------- health

    def health(self) -> Health:
        """For the service manager: this watch works; what it sees of the agent is its status line."""
        with self._lock:
            watched = self._memory.watched
        if watched.looked_at is None:
            return Health(is_alive=True, is_ready=False, reasons=(f"watching {self._place.agent}",))
        told = f", told {watched.told}" if watched.told else ""
        seen = f"{watched.look.seen}{f' ({watched.look.detail})' if watched.look.detail else ''}"
        return Health(is_alive=True, is_ready=True, reasons=(f"{self._place.agent}: {seen}{told}",))

    # -------------------------------------------------------------------------------------------------- memory

    def _remember(self) -> Memory:
        try:
            known = memory.read(self._file, self._place.agent)
        except memory.Forgotten as fault:
            log.error("memory lost: what was told before may be told again", fault=str(fault))
            return Memory(self._place.agent)
        if known.post is None:
            return known
        left = {key: tries for key, tries in known.post.left.items() if key in self._addressees}
        return replace(known, post=replace(known.post, left=left))

    def _keep(self, fresh: Memory) -> None:
        """A memory that cannot be written is told once, and the watch goes on."""
        self._memory = fresh
        try:
            memory.write(self._file, fresh)
        except OSError as fault:
            if not self._unwritten:
                log.error("memory not written: a restart would forget what was told", fault=str(fault))
            self._unwritten = str(fault)
        else:
            self._unwritten = ""


def _left(left: Mapping[str, int], outcomes: Mapping[str, Outcome]) -> Mapping[str, int]:
    """Who has still not had the letter, and how often each was tried."""
    tried = {key: tries + 1 for key, tries in left.items() if key in outcomes}
    return {
        key: tries
        for key, tries in tried.items()
        if outcomes[key].verdict is not Verdict.ACCEPTED
        and not (outcomes[key].verdict is Verdict.REJECTED and tries >= MOST_REFUSALS)
    }
