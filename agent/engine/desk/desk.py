"""The desk: one queue, one thread, one transaction for everything that waits at the same moment.

A turn takes what is on the queue, decides, commits, and only then answers. What a commit did not confirm is answered
with StoreUnavailable and forgotten: the desk reads again what is on file before it decides anew.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent import metrics
from agent.config.settings import Settings
from agent.engine.desk import casework, fast_clock, forgetting, outbox, rehearsing
from agent.engine.desk.known import Known
from agent.engine.desk.owed import channel_tests, jointly
from agent.engine.desk.recalling import Recalling
from agent.engine.desk.seen import reconciling, resorting, sorting
from agent.engine.desk.sorter import Sorter
from agent.engine.desk.stated import acts, answering, entries, excluding, grades, registering, reports, signing, tested
from agent.engine.desk.told import resting
from agent.engine.desk.turn import Turn
from agent.engine.joint import AcceptPart, Compare, RejectPart
from agent.engine.measured import AnswerExclusion, Exclude
from agent.engine.planned import Announce, End, Extend, Rest, Try
from agent.engine.registered import Advance, Register
from agent.engine.rostered import AnswerTest, StartTest
from agent.engine.stated import Confirm, Correct, FileReport, Record, Supplement
from agent.engine.works import (
    Acknowledge,
    Claim,
    Close,
    Keep,
    Note,
    Polled,
    Post,
    Regrade,
    Sent,
    Silent,
    Verify,
    Void,
    Wake,
    Watched,
    Work,
)
from agent.errors import StoreUnavailable, TocsinError, TooBusy, Unkeepable
from agent.log import Log
from agent.model import AgreementPart, Change, Delivery, Obligation, ObligationState, PartState, Party
from agent.ports import Clock, Store

log = Log(__name__)

DECIDE: dict[type[Work], Callable[[Turn, Any], Any]] = {
    Post: sorting.take_post,
    Watched: sorting.take_watched,
    Keep: sorting.keep,
    Acknowledge: acts.acknowledge,
    Verify: acts.verify,
    Void: acts.void,
    Close: acts.close,
    Regrade: grades.regrade,
    Claim: outbox.claim,
    Sent: outbox.sent,
    Silent: outbox.silent,
    Wake: casework.wake,
    Note: casework.note,
    Record: entries.record,
    Confirm: answering.confirm,
    Correct: answering.correct,
    FileReport: reports.file,
    Supplement: reports.supplement,
    Polled: reconciling.take_polled,
    Announce: rehearsing.announce,
    Extend: rehearsing.extend,
    End: rehearsing.end,
    Rest: resting.rest,
    Try: rehearsing.try_out,
    Compare: jointly.compare,
    AcceptPart: signing.accept,
    RejectPart: signing.reject,
    Register: registering.put_down,
    Advance: registering.advance,
    StartTest: channel_tests.start,
    AnswerTest: tested.answer,
    Exclude: excluding.exclude,
    AnswerExclusion: excluding.answer,
}

_Slip = tuple[Work, "Future[Any]"]


@dataclass(frozen=True, slots=True)
class Census:
    incidents: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (grade, state) -> how many
    episodes: int = 0  # signals firing now
    obligations: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (debtor, state) -> how many are open
    next_due: Mapping[tuple[str, str], datetime] = field(default_factory=dict)  # (debtor, grade) -> of running duties
    unreachable: frozenset[Party] = frozenset()


class Desk:
    """Decides, in the order of arrival, and answers what is on disk."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        clock: Clock,
        *,
        hand_over: Callable[[Sequence[Delivery]], None],
        draw_token: Callable[[], str],
        is_reference_good: Callable[[], bool | None] = lambda: None,
        who_is_on_call: Callable[[Party, datetime], tuple[str, ...]] | None = None,
        enter: Callable[[AgreementPart], None] = lambda part: None,
        longest_queue: int = 4096,
        most_bytes: int = 256 * 1024 * 1024,
        largest_turn: int = 512,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._hand_over = hand_over
        self._draw_token = draw_token
        self._is_reference_good = is_reference_good
        self._who_is_on_call = who_is_on_call
        self._enter = enter  # what to do once an agreement part is in force, on disk
        self._longest_queue = longest_queue
        self._most_bytes = most_bytes
        self._bytes = 0  # of the bodies on the queue
        self._largest_turn = largest_turn
        self._queue: deque[_Slip] = deque()
        self._arrived = threading.Condition()
        self._recalling = Recalling(store, clock)
        self._known: Known | None = None
        self._gave_up_sorting: Sorter | None = None  # a fault of the program: what fires stays as it was sorted
        self._last_census = Census()  # while nothing is known
        self._sorter: Sorter | None = None
        self._store_fault = ""  # why the store has not written since it refused

    def submit(self, work: Work) -> "Future[Any]":
        """See `works.Submit`."""
        answer: Future[Any] = Future()
        with self._arrived:
            is_full = len(self._queue) >= self._longest_queue or self._bytes + _bytes_of(work) > self._most_bytes
            if is_full and not isinstance(work, Sent | Claim):
                raise TooBusy("too many requests are waiting to be written: send this one again in a few seconds")
            self._bytes += _bytes_of(work)
            self._queue.append((work, answer))
            self._arrived.notify()
        return answer

    def turn(self, wait_s: float = 0.0) -> int:
        """Take what waits, at most `largest_turn` works, and answer it; how many that were."""
        slips = self._take(0.0 if self._has_to_sort_anew() else wait_s)
        if slips:
            self._answer(slips)
        return len(slips) + self._sort_anew()

    def _answer(self, slips: Sequence[_Slip]) -> None:
        try:
            self._decide(slips)
        except Exception as fault:
            is_one_of_them = len(slips) > 1 and self._is_fault_of_a_work(fault)
            self._forget()
            if not is_one_of_them:
                self._fail(slips, fault)
                return
            for slip in slips:  # one bad work never stops the others: each gets a turn of its own
                self._alone(slip)

    def _has_to_sort_anew(self) -> bool:
        """Whether another configuration has come into force, or was not asked yet about all that is open."""
        if self._known is None or self._sorter is None:
            return False  # what is known is read once there is something to do
        return self._known.unsorted is not None or self._sorter.settings is not self._settings()

    def _sort_anew(self) -> int:
        """One step of sorting anew, in a turn of its own: whatever is wrong with it stops nothing that arrives.

        1 where that changed something, or is not the last one.
        """
        if not self._has_to_sort_anew():
            return 0
        try:
            turn = self._open_turn()
            resorting.go_on(turn)
            casework.finish(turn)
            self._commit(turn)
            turn.count_up()
            return int(bool(turn.change) or turn.known.unsorted is not None)
        except Exception as fault:
            self._forget()
            self._fail((), fault)
            if isinstance(fault, Unkeepable) or not isinstance(fault, StoreUnavailable):
                metrics.ENGINE_FAULTS.labels("desk").inc()
                self._gave_up_sorting = self._sorter
            return 0

    def next_look_at(self) -> datetime | None:
        """When time alone may change something; None: only a new work can. At once where nothing is known yet."""
        known = self._known
        return known.next_look_at() if known else self._clock.now()

    def store_fault(self) -> str:
        """Why the last turn could not be written, "" where it was; from any thread."""
        return self._store_fault

    def census(self) -> Census:
        """What is open now, for the gauges; from any thread."""
        known = self._known
        if known is None:
            return self._last_census
        owed = known.ledger.open()
        return Census(
            incidents=Counter((str(each.grade), each.state.value) for each in list(known.incidents.values())),
            episodes=sum(1 for mark in list(known.marks.values()) if mark.end is None),
            obligations=Counter((each.debtor.value, each.state.value) for each in owed),
            next_due=_next_due(owed),
            unreachable=frozenset(
                ladder.party for ladder in list(known.ladders.values()) if ladder.unreachable_since is not None
            ),
        )

    def _take(self, wait_s: float) -> list[_Slip]:
        with self._arrived:
            if not self._queue and wait_s:
                self._arrived.wait(wait_s)
            slips = [self._queue.popleft() for _ in range(min(len(self._queue), self._largest_turn))]
            self._bytes -= sum(_bytes_of(work) for work, _ in slips)
        metrics.QUEUE_LENGTH.set(len(self._queue))
        # from here on a sender that stops waiting can no longer take its future back
        return [slip for slip in slips if slip[1].set_running_or_notify_cancel()]

    def _decide(self, slips: Sequence[_Slip]) -> None:
        turn = self._open_turn()
        answers: list[tuple[Future[Any], Any, TocsinError | None]] = []
        for work, answer in slips:
            try:
                answers.append((answer, DECIDE[type(work)](turn, work), None))
            except StoreUnavailable:
                raise
            except TocsinError as refusal:  # raised before anything was changed
                answers.append((answer, None, refusal))
        casework.finish(turn)
        answers = [(answer, value() if callable(value) else value, refusal) for answer, value, refusal in answers]
        self._commit(turn)
        metrics.COMMIT_WORKS.inc(len(slips))
        turn.count_up()
        for answer, value, refused in answers:
            if refused is not None:
                answer.set_exception(refused)
            else:
                answer.set_result(value)

    def _open_turn(self) -> Turn:
        now = self._clock.now()
        is_fresh = self._known is None
        if self._known is None:
            self._known = self._recalling.recall(now, self._store_fault)
            if self._store_fault:  # whatever was told meanwhile was refused
                self._known.listens_since = now
            if (in_force := self._known.joint.in_force) is not None:
                self._enter(in_force)  # a commit that seemed to fail may have brought it
        settings = self._settings()
        before, sorter = self._sorter, self._sorter
        if sorter is None or sorter.settings is not settings:
            sorter = self._sorter = Sorter(settings)
        turn = Turn(
            now=now,
            settings=settings,
            known=self._known,
            sorter=sorter,
            store=self._store,
            draw_token=self._draw_token,
            is_reference_good=self._is_reference_good,
            who_is_on_call=self._who_is_on_call,
        )
        forgetting.forget(turn)
        if before is not None and before is not sorter:
            casework.look_at_all(turn)
        if is_fresh:
            fast_clock.mend(turn)
            fast_clock.end_leases(turn)
        is_other = before is None or before is self._gave_up_sorting or not before.sorts_like(sorter)
        if (is_fresh or is_other) and self._gave_up_sorting is not sorter:
            resorting.begin(turn)
        return turn

    def _commit(self, turn: Turn) -> None:
        if not turn.change:
            return
        started = self._clock.monotonic()
        try:
            self._store.commit(turn.change)
        except StoreUnavailable:
            metrics.COMMIT_FAILURES.inc()
            self._recalling.failed()
            raise
        self._recalling.wrote()
        metrics.STORE_UP.set(1)
        if self._store_fault:
            self._store_fault = ""
            log.info("store writes again")
        metrics.COMMITS.inc()
        metrics.COMMIT_SECONDS.observe(self._clock.monotonic() - started)
        for part in turn.change.parts.values():
            if part.state is PartState.IN_FORCE:
                self._enter(part)
        if turn.change.deliveries:  # the courier wakes of it
            self._hand_over(tuple(turn.change.deliveries.values()))
        turn.announce()  # people are told before the log is

    def _is_fault_of_a_work(self, fault: Exception) -> bool:
        """Whether another work of the same turn may be written: the store can be read, and is not what failed."""
        return self._known is not None and (isinstance(fault, Unkeepable) or not isinstance(fault, StoreUnavailable))

    def _alone(self, slip: _Slip) -> None:
        try:
            self._decide([slip])
        except Exception as fault:
            self._forget()
            self._fail([slip], fault)

    def _forget(self) -> None:
        """What is known may be wrong from here on; what was counted last is shown until it is read again."""
        self._last_census = self.census()
        self._known = None

    def _fail(self, slips: Sequence[_Slip], fault: Exception) -> None:
        """Nothing is certain, and what is known must be read again; say so to whoever waits."""
        if isinstance(fault, StoreUnavailable) and not isinstance(fault, Unkeepable):
            metrics.STORE_UP.set(0)
            if not self._store_fault:
                log.error("store refused", works=len(slips), fault=str(fault))
            self._store_fault = str(fault)
        else:
            metrics.ENGINE_FAULTS.labels("desk").inc(len(slips))
            log.error("work failed", exc=fault, works=", ".join(type(work).__name__ for work, _ in slips[:5]))
            self._keep([work for work, _ in slips if isinstance(work, Post)], fault)
        for _, answer in slips:
            answer.set_exception(fault)

    def _keep(self, posts: Sequence[Post], fault: Exception) -> None:
        """What could not be acted on is on file all the same, as far as the store takes it."""
        bodies = [sorting.body_of(post, f"could not be acted on: {type(fault).__name__}") for post in posts]
        change = Change(bodies={body.hash: body for body in bodies})
        if change:
            with suppress(StoreUnavailable):
                self._store.commit(change)


def _next_due(owed: Sequence[Obligation]) -> dict[tuple[str, str], datetime]:
    """When the first of the running duties of incidents falls due, by who owes it and grade."""
    found: dict[tuple[str, str], datetime] = {}
    for each in owed:
        if each.incident and each.state is ObligationState.RUNNING:
            key = each.debtor.value, str(each.grade)
            found[key] = min(found.get(key, each.due_at), each.due_at)
    return found


def _bytes_of(work: Work) -> int:
    if isinstance(work, FileReport | Supplement):
        return sum(len(each.raw) for each in work.files)
    return len(work.raw) if isinstance(work, Post) else 0
