"""Everything Apprise can reach: one plugin per endpoint and call, on the caller's own thread.

Apprise's own sender is not used: it answers for all targets together, keeps a pool of six threads and hides the
status. What went over the wire is recorded by our transport (see `library`), and `verdicts` says what became of it.
"""

import queue
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from agent import clock
from agent.model import Endpoint, Message, Outcome, Verdict
from agent.notify import library as lib
from agent.notify import limits, tls, verdicts
from agent.notify.splitting import parts
from agent.notify.trip import Trip

_MAIL = frozenset({"mailto", "mailtos"})
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9.-]+")


class AppriseChannel:
    """Sends by Apprise. Starts no thread that outlives its deadline but daemons; holds no state between calls.

    `detours`: see `Trip`.
    """

    def __init__(self, detours: Mapping[str, str] | None = None) -> None:
        self._detours = detours or {}

    def load(self) -> None:
        """Load Apprise now, so that the first notice need not wait for it."""
        lib.library()
        tls.strict()

    def send(self, endpoint: Endpoint, message: Message, deadline_s: float) -> Outcome:
        begun = clock.monotonic()
        try:
            result = self._send(endpoint, message, begun + deadline_s)
        except RuntimeError as no_thread:  # the deadline's timer could not be started
            result = Outcome(Verdict.NOT_SENT, str(no_thread))
        return replace(result, took_s=clock.monotonic() - begun)

    def _send(self, endpoint: Endpoint, message: Message, ends_at: float) -> Outcome:
        apprise = lib.library()
        plugin = apprise.plugin(endpoint.url.reveal())
        if plugin is None:
            return Outcome(Verdict.REJECTED, "the endpoint's URL cannot be built: run `tocsin check`")
        title, pieces = _worded(plugin, message)
        result = Outcome(Verdict.REJECTED, "there was nothing to send")
        for number, piece in enumerate(pieces, 1):
            result = self._send_part(apprise, plugin, title, piece, message, ends_at - clock.monotonic())
            if result.verdict is not Verdict.ACCEPTED:
                if len(pieces) > 1:
                    result = replace(result, reason=f"part {number} of {len(pieces)}: {result.reason}")
                break
        return result

    def _send_part(
        self, apprise: lib.Library, plugin: Any, title: str, text: str, message: Message, left_s: float
    ) -> Outcome:
        trip = Trip(left_s, self._detours, _addressed(plugin, message))

        def call() -> bool:
            said_sent = False
            with trip.under_way(), suppress(Exception):  # a plugin's fault is a no; its text may quote the URL
                said_sent = apprise.notify(plugin, title, text, message.grade)
            return said_sent

        if lib.has_own_sockets(plugin):
            return _by_its_own_word(call, left_s)
        return verdicts.outcome(trip.exchanges, call(), plugin.schema, clock.now())


def _worded(plugin: Any, message: Message) -> tuple[str, tuple[str, ...]]:
    """Title and parts as this service takes them."""
    text = message.short if message.short and limits.is_sms(plugin) else message.text
    title = message.subject.encode("utf-8", "replace").decode("utf-8") if limits.has_title(plugin) else ""
    return title, parts(text, *limits.limit_of(plugin, text))


def _addressed(plugin: Any, message: Message) -> str:
    """The Message-ID of a mail, "" for anything else. Puts the plugin's mails into the incident's thread."""
    if plugin.schema not in _MAIL:
        return ""
    host = _plain(str(plugin.from_addr[1]).rpartition("@")[2]) or "tocsin"
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no out-of-office answers
    if message.thread:
        root = f"<{_plain(message.thread)}@{host}>"
        headers |= {"References": root, "In-Reply-To": root}
    if message.grade == 1:
        headers |= {"Importance": "high", "X-Priority": "1"}
    plugin.headers = {**headers, **plugin.headers}
    return f"<{_plain(message.id)}@{host}>" if message.id else ""


def _plain(text: str) -> str:
    return _NOT_IN_AN_ID.sub("-", text)


def _by_its_own_word(call: Callable[[], bool], within_s: float) -> Outcome:
    """The outcome of a service whose wire we do not see: its yes or no, or no answer in time.

    It runs on a thread of its own, which a service that hangs keeps until it gives up by itself.
    """
    answers: queue.SimpleQueue[bool] = queue.SimpleQueue()

    threading.Thread(target=lambda: answers.put(call()), name="post", daemon=True).start()
    try:
        said_sent = answers.get(timeout=max(within_s, 0.0))
    except queue.Empty:
        return Outcome(Verdict.UNKNOWN, "no answer before the deadline")
    if said_sent:
        return Outcome(Verdict.ACCEPTED, "sent; this service does not confirm")
    return Outcome(Verdict.UNKNOWN, "the service's own client failed and does not say how far it came")
