"""Asks Alertmanager, every half minute, what fires there; what its answer means is for the desk to say.

A poll that fails says nothing and closes nothing. Neither does an Alertmanager that has not been up for long: after its
start it knows only what it has been told again since.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from agent import metrics
from agent.config.settings import Settings
from agent.engine.works import Polled, Submit
from agent.errors import TocsinError
from agent.log import Log
from agent.ports import Clock

log = Log(__name__)

EVERY = timedelta(seconds=30)
ANSWER_WITHIN_S = 20.0
LONGEST_BODY = 256 * 1024 * 1024

RESEND = timedelta(minutes=10)
"""How long after its start Alertmanager may lack alerts that fire: Prometheus tells them again every minute or two,
or as often as their group is evaluated."""

ALERTS = "/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true"
STATUS = "/api/v2/status"


class NoAnswer(TocsinError):
    """Alertmanager could not be asked, or said something else than it should."""


_NO_LABELS = msgspec.Raw(b"{}")


class _State(msgspec.Struct):
    state: str = ""
    silencedBy: list[str] = []  # noqa: N815
    inhibitedBy: list[str] = []  # noqa: N815


class _Alert(msgspec.Struct):
    fingerprint: str
    status: _State
    labels: msgspec.Raw = _NO_LABELS


class _Status(msgspec.Struct):
    uptime: datetime  # since when it runs


_ALERTS = msgspec.json.Decoder(list[_Alert])
_STATUS = msgspec.json.Decoder(_Status)


class Reconciler:
    def __init__(
        self,
        settings: Callable[[], Settings],
        submit: Submit,
        clock: Clock,
        lend: Callable[[Callable[[], None]], None],
        fetch: Callable[[str], bytes] | None = None,
    ) -> None:
        self._settings = settings
        self._submit = submit
        self._clock = clock
        self._lend = lend
        self._fetch = fetch or _get
        self._is_asking = threading.Lock()
        self._fault = ""
        self._due_at: datetime | None = None

    def tick(self, now: datetime) -> datetime:
        """Ask, where an address is configured and nobody is asking; when to be called again."""
        if self._due_at is not None and now < self._due_at <= now + EVERY:  # further off, the clock was set back
            return self._due_at
        self._due_at = now + EVERY
        url = self._settings().alertmanager_url
        if url and self._is_asking.acquire(blocking=False):
            self._lend(lambda: self._ask(url))
        return self._due_at

    def _ask(self, url: str) -> None:
        try:
            self._report("", self._poll(url))
        except TocsinError as fault:  # the next poll asks again
            self._report(str(fault), "failed")
        finally:
            self._is_asking.release()

    def _poll(self, url: str) -> str:
        """What became of it, for the counter.

        Raises:
            NoAnswer, TooBusy
        """
        asked_at = self._clock.now()
        try:
            started_at = _STATUS.decode(self._fetch(url + STATUS)).uptime
            alerts = _ALERTS.decode(self._fetch(url + ALERTS))
            is_complete = asked_at - started_at >= RESEND
        except (msgspec.DecodeError, TypeError, UnicodeDecodeError) as fault:
            raise NoAnswer(f"{url} does not answer as an Alertmanager does: {fault}") from None
        muted = {each.fingerprint: _muted(each.status) for each in alerts}
        self._submit(Polled(asked_at, muted, is_complete, {each.fingerprint: bytes(each.labels) for each in alerts}))
        return "good" if is_complete else "too_young"

    def _report(self, fault: str, outcome: str) -> None:
        metrics.POLLS.labels(outcome).inc()
        if fault and not self._fault:
            log.warning("alertmanager cannot be asked: what it never resolves stays open", fault=fault)
        elif self._fault and not fault:
            log.info("alertmanager answers again")
        self._fault = fault


def _muted(status: _State) -> str:
    """An alert that is both counts as silenced: a person did that."""
    return "silenced" if status.silencedBy else "inhibited" if status.inhibitedBy else ""


def _get(url: str) -> bytes:
    """The body of a 200.

    Raises:
        NoAnswer: there was none in time.
    """
    from functools import partial

    from collectors import _http, _tls  # requests takes 0.1 s to load
    from collectors._net import Deadline

    exchange = _http.Exchange(Deadline(ANSWER_WITHIN_S))
    headers = {"User-Agent": "tocsin", "Accept": "application/json", "Connection": "close"}
    place = url.partition("?")[0]
    try:
        _http.get(url, headers, partial(_tls.context, True), exchange, redirects=0, limit=LONGEST_BODY)
    except _http.Unfinished as fault:
        raise NoAnswer(f"{place} did not answer: {fault.cause}") from None
    if exchange.status != 200 or exchange.is_cut:
        raise NoAnswer(f"{place} answered {exchange.status}" + (", longer than is read" if exchange.is_cut else ""))
    return bytes(exchange.body)
