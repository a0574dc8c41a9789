"""Reading anew what is on file, after a start or a failed commit: dear where many signals are open, so never in vain.

While the store refuses, nothing is read at all. One small write finds out first whether it takes anything again; and
where it takes that and still refuses what is asked, the desk rests nine times as long as the reading took.
"""

from datetime import datetime

from agent.engine.desk.known import Known
from agent.engine.desk.recalled import recalled
from agent.engine.noting import SELF
from agent.errors import StoreUnavailable
from agent.model import Change, Heartbeat
from agent.ports import Clock, Store

RESTS = 9
LONGEST_REST_S = 10.0


class Recalling:
    """Belongs to the desk's own thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._took_s = 0.0
        self._is_untried = False  # nothing was written since it was read anew
        self._rests_until_s = 0.0

    def recall(self, now: datetime, store_fault: str) -> Known:
        """All that matters from now on. `store_fault`: why the store refused last, "" where it wrote.

        Raises:
            StoreUnavailable: it still refuses, or it is too soon to ask again.
        """
        if store_fault:
            if self._clock.monotonic() < self._rests_until_s:
                raise StoreUnavailable(store_fault)
            self._store.commit(Change(heartbeats={SELF: Heartbeat(SELF, now)}))
        began_s = self._clock.monotonic()
        known = recalled(self._store, now)
        self._took_s = self._clock.monotonic() - began_s
        self._is_untried = bool(store_fault)
        return known

    def wrote(self) -> None:
        """What was read could be built upon."""
        self._is_untried = False

    def failed(self) -> None:
        """A change was refused; where it is the first since the reading, that was in vain."""
        if self._is_untried:
            self._rests_until_s = self._clock.monotonic() + min(RESTS * self._took_s, LONGEST_REST_S)
