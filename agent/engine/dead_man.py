"""The outgoing sign of life (`dead_man:`): somebody else notices when the agent falls silent, or hears that it fails.

A good ping goes out only after a self-audit that passed. While one fails, `/fail` goes out instead, with the reason, as
Healthchecks has it; a service that knows no `/fail` hears nothing, which alarms it as well. An address is a secret: it
stands in no log and in no error.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from agent import metrics
from agent.config.settings import DeadMan, Settings
from agent.errors import TocsinError
from agent.log import Log
from agent.model import Secret
from agent.ports import Clock, Health

log = Log(__name__)

ANSWER_WITHIN_S = 10.0
RETRY_S = (5.0, 10.0, 20.0, 60.0)
"""A ping that nobody took is tried again so much later, then every minute, until the next one takes its place."""

FAILING_S = 15.0
"""So long at most the audit must fail before that is said: a queue that was full for a moment is no alarm."""

LONGEST_REASON = 300
LOOK = timedelta(seconds=1)


class Signal(StrEnum):
    START = "start"
    GOOD = "good"
    FAIL = "fail"


class NotTaken(TocsinError):
    """The address did not take the ping."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final  # the same again would be refused again


Send = Callable[[str, Signal, str], None]
"""(address, signal, reason): gives the ping to the address, or raises NotTaken."""


@dataclass(slots=True)
class _Line:
    """One address: the newest ping waits until the one before it has come back."""

    url: Secret
    name: str
    waiting: tuple[Signal, str] | None = None
    tries: int = 0
    next_s: float = 0.0
    is_under_way: bool = False
    fault: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class DeadManPinger:
    def __init__(
        self,
        settings: Callable[[], Settings],
        health: Callable[[], Health],
        clock: Clock,
        lend: Callable[[Callable[[], None]], None],
        send_: Send | None = None,
    ) -> None:
        self._settings = settings
        self._health = health
        self._clock = clock
        self._lend = lend
        self._send = send_ or send
        self._dead_man: DeadMan | None = None
        self._lines: tuple[_Line, ...] = ()
        self._due_s = 0.0
        self._failing_since_s: float | None = None
        self._has_said_fail = False

    def tick(self, now: datetime) -> datetime:
        """Ping what is due; when to be called again."""
        self._take_over(self._settings().dead_man)
        if self._dead_man is not None:
            self._decide(self._dead_man, self._clock.monotonic())
            for line in self._lines:
                self._hand_over(line)
        return now + LOOK

    def _take_over(self, dead_man: DeadMan | None) -> None:
        if dead_man == self._dead_man:
            return
        self._dead_man = dead_man
        self._due_s = self._clock.monotonic()
        urls = dead_man.urls if dead_man else ()
        self._lines = tuple(_Line(url, f"dead_man.urls[{index}]") for index, url in enumerate(urls))
        self._put(Signal.START)

    def _decide(self, dead_man: DeadMan, now_s: float) -> None:
        health = self._health()
        if health.audited_at is None:  # it has not looked yet: neither good nor bad
            return
        if health.is_ready:
            self._failing_since_s = None
            self._drop(Signal.FAIL)
            if now_s >= self._due_s or self._has_said_fail:
                self._put(Signal.GOOD)
                self._has_said_fail = False
                self._due_s = now_s + dead_man.every.total_seconds()
            return
        self._drop(Signal.GOOD)  # it was true when it was decided, and is no longer
        if self._failing_since_s is None:
            self._failing_since_s = now_s
        is_certain = now_s - self._failing_since_s >= min(FAILING_S, dead_man.every.total_seconds())
        if is_certain and (now_s >= self._due_s or not self._has_said_fail):
            self._put(Signal.FAIL, "; ".join(health.reasons)[:LONGEST_REASON])
            self._has_said_fail = True
            self._due_s = now_s + dead_man.every.total_seconds()

    def _drop(self, signal: Signal) -> None:
        for line in self._lines:
            with line.lock:
                if line.waiting is not None and line.waiting[0] is signal:
                    line.waiting = None

    def _put(self, signal: Signal, reason: str = "") -> None:
        for line in self._lines:
            with line.lock:
                line.waiting, line.tries, line.next_s = (signal, reason), 0, 0.0

    def _hand_over(self, line: _Line) -> None:
        with line.lock:
            is_due = line.waiting is not None and line.next_s <= self._clock.monotonic()
            if line.is_under_way or not is_due or line.waiting is None:
                return
            ping, line.is_under_way = line.waiting, True
        try:
            self._lend(lambda: self._go(line, ping))
        except RuntimeError:  # no thread is to be had
            line.is_under_way = False

    def _go(self, line: _Line, ping: tuple[Signal, str]) -> None:
        """On a lent thread."""
        signal, reason = ping
        try:
            self._send(line.url.reveal(), signal, reason)
            self._came_back(line, ping, None)
        except NotTaken as fault:
            self._came_back(line, ping, fault)
        except Exception as fault:  # nothing about a ping may ever cost the agent more than the ping
            self._came_back(line, ping, NotTaken(f"the ping failed: {type(fault).__name__}", is_final=True))

    def _came_back(self, line: _Line, ping: tuple[Signal, str], fault: NotTaken | None) -> None:
        signal, _ = ping
        metrics.DEAD_MAN_PINGS.labels(signal, "not_taken" if fault else "taken").inc()
        if fault is None and signal is Signal.GOOD:
            metrics.DEAD_MAN_AT.labels(line.name).set(self._clock.now().timestamp())
        with line.lock:
            line.is_under_way = False
            if line.waiting is ping:
                if fault is None or fault.is_final:
                    line.waiting = None
                else:
                    line.next_s = self._clock.monotonic() + RETRY_S[min(line.tries, len(RETRY_S) - 1)]
                    line.tries += 1
        self._tell(line, signal, str(fault) if fault else "")

    def _tell(self, line: _Line, signal: Signal, fault: str) -> None:
        """Once when an address stops taking pings, once when it takes them again; not every service knows `/start`."""
        if signal is Signal.START:
            return
        if fault and not line.fault:
            log.warning("dead man's switch took no ping", address=line.name, signal=signal, fault=fault)
        elif line.fault and not fault:
            log.info("dead man's switch takes pings again", address=line.name)
        line.fault = fault


def address(url: str, signal: Signal) -> str:
    """Where a signal goes: `…/start` and `…/fail`, before the query where there is one."""
    if signal is Signal.GOOD:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{signal}", fragment=""))


def send(url: str, signal: Signal, reason: str, within_s: float = ANSWER_WITHIN_S) -> None:
    """A plain GET; that the audit fails goes by POST, with the reason, where the address takes that.

    Raises:
        NotTaken: with nothing of the address in it.
    """
    where = address(url, signal)
    status = _ask(where, reason.encode("utf-8", "replace") if signal is Signal.FAIL else None, within_s)
    if signal is Signal.FAIL and (status == 405 or 300 <= status < 400):
        status = _ask(where, None, within_s)
    if not 200 <= status < 300:
        raise NotTaken(f"it answered HTTP {status}", is_final=status not in {408, 425, 429} and status < 500)


def _ask(url: str, post: bytes | None, within_s: float) -> int:
    """The status; what comes after it is of no interest."""
    from functools import partial

    from collectors import _http, _tls  # requests takes 0.1 s to load
    from collectors._net import Deadline, verdict

    exchange = _http.Exchange(Deadline(within_s))
    headers = {"User-Agent": "tocsin", "Connection": "close"}
    if post is not None:
        headers["Content-Type"] = "text/plain; charset=utf-8"
    try:
        _http.get(url, headers, partial(_tls.context, True), exchange, redirects=3, limit=4096, post=post)
    except _http.Unfinished as fault:
        if exchange.status is None:
            raise NotTaken(verdict(fault.cause, within_s).error) from None
    return exchange.status or 0
