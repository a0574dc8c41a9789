"""Once a day the heads of all chains are signed and put on file, where the agent has a key (rules/seals).

The list and the signature are read and made on this engine's own thread; the desk only writes them.
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from agent import metrics
from agent.engine.works import Note, Submit
from agent.errors import TocsinError
from agent.log import Log
from agent.model import Body, SealedFact
from agent.ports import Store
from agent.rules import seals
from agent.rules.evidence import Head

log = Log(__name__)

AGAIN = timedelta(minutes=1)
"""A key that is not there yet, or an archive that cannot be read, is asked for again so soon."""

SOON = timedelta(seconds=1)
SOURCE = "seal"

Sign = Callable[[bytes], tuple[bytes, bytes]]
"""The signature of some bytes, and the key's public half as PEM.

Raises:
    TocsinError: the key cannot be used.
"""


class Sealer:
    def __init__(self, store: Store, has_key: Callable[[], bool], sign: Sign, submit: Submit) -> None:
        self._store = store
        self._has_key = has_key
        self._sign = sign
        self._submit = submit
        self._answer: Future[Any] | None = None
        self._last: SealedFact | None = None
        self._last_at: datetime | None = None
        self._is_read = False
        self._fault = ""
        self._failing_since: datetime | None = None
        self._is_late = False
        self._missing = ""

    def tick(self, now: datetime) -> datetime:
        """Seal when the time has come; when to be called again."""
        try:
            if self._is_being_written():
                return now + SOON
            self._look_back()
            if self._last_at is not None and now < self._last_at + seals.EVERY:
                self._look_late(now)
                return min(self._last_at + seals.EVERY, now + AGAIN)
            if self._has_key() and self._seal(now):
                return now + SOON
        except TocsinError as fault:
            if str(fault) != self._fault:
                self._fault = str(fault)
                log.error("chains not sealed", fault=self._fault)
            self._failing_since = self._failing_since or now
        self._look_late(now)
        return now + AGAIN

    def _is_being_written(self) -> bool:
        """
        Raises:
            TocsinError: it could not be; the next turn makes another.
        """
        if self._answer is None or not self._answer.done():
            return self._answer is not None
        answer, self._answer = self._answer, None
        answer.result()
        self._is_read, self._fault, self._failing_since = False, "", None
        return False

    def missing(self) -> str:
        """For the self-audit: "" until seals have been missing for days; from any thread.

        One that is a little late is no reason to call anybody at night: the log says it, `tocsin doctor`, the metrics.
        """
        return self._missing

    def _look_late(self, now: datetime) -> None:
        """After a turn that sealed nothing: an agent that was away seals first, and is then not late."""
        late = seals.lateness(self._last_at, self._has_key(), now)
        if late and not self._is_late:
            log.warning("seal late", why=late)
        elif self._is_late and not late:
            log.info("chains sealed again")
        self._is_late = bool(late)
        never = f"the chains could not be sealed: {self._fault}"
        self._missing = (late or never) if seals.is_missing(self._last_at or self._failing_since, now) else ""

    def _look_back(self) -> None:
        """The last seal on file: asked for once, and again while one waits to be written."""
        if self._is_read:
            return
        found = self._store.facts_of_agent(seals.FACT, 1)
        self._last = found[0] if found else None
        self._last_at = self._last.fact.at if self._last else None
        self._is_read = True
        if self._last_at is not None:
            metrics.EVIDENCE_SEALED_AT.set(self._last_at.timestamp())

    def _seal(self, now: datetime) -> bool:
        """Whether there was anything to seal."""
        before = dict(self._last.fact.detail) if self._last else {}
        rows = self._store.heads()
        if not rows:
            return False
        since = int(before.get("up_to", 0))
        grown = seals.listing(Head(incident, seq, hash_) for incident, seq, hash_, id_ in rows if id_ > since)
        seal = seals.made(now, (Head(*row[:3]) for row in rows), grown, str(before.get("root", "")))
        signature, public = self._sign(seals.statement(seal))
        seal = seals.signed(seal, signature, public)
        body = Body(hash=seal.heads, received_at=now, source=SOURCE, raw=grown)
        said = seals.detail(seal, max(id_ for *_, id_ in rows))
        self._answer = self._submit(Note("heads_sealed", said, (body,)))
        return True
