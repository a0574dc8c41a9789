"""`log://`: the notice is written where the agent logs, and nowhere else. No account, no network."""

import sys
import threading
from collections.abc import Callable
from typing import TextIO

from agent import clock
from agent.log import Log
from agent.model import Endpoint, Message, Outcome, Verdict

SCHEMA = "log"

_RULE = "─" * 64
_CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}

Written = Callable[[Endpoint, Message], None]
"""Told of each notice once it is written: tests and the first run's page read along."""


class LogbookChannel:
    """Writes each notice as a framed block on a terminal, else as one log line for journald."""

    def __init__(self, stream: TextIO | None = None, *, log: Log | None = None, written: Written | None = None) -> None:
        self._stream = stream
        self._log = log or Log("agent.notify.logbook")
        self._written = written
        self._turn = threading.Lock()  # two notices at once must not mix their lines

    def send(self, endpoint: Endpoint, message: Message, deadline_s: float) -> Outcome:
        begun = clock.monotonic()
        try:
            self._write(endpoint, message)
        except (OSError, ValueError) as fault:  # a terminal that went away, a closed stream
            return Outcome(Verdict.NOT_SENT, f"the log could not be written ({type(fault).__name__})")
        if self._written is not None:
            self._written(endpoint, message)
        return Outcome(Verdict.ACCEPTED, "written to the log", took_s=clock.monotonic() - begun)

    def _write(self, endpoint: Endpoint, message: Message) -> None:
        stream = self._stream or sys.stderr
        if not stream.isatty():
            self._log.info("notice written", endpoint=endpoint.id, subject=message.subject, text=message.text)
            return
        block = _encodable(framed(endpoint.id, message.text), stream.encoding)
        with self._turn:
            stream.write(block)
            stream.flush()


def framed(to: str, text: str) -> str:
    """The notice as a block that stands out between log lines.

    Only a left edge: a right one would need to know how wide the terminal draws each character. Control characters
    come from labels of strangers and would drive the terminal; they are made visible instead.
    """
    lines = text.translate(_CONTROLS).splitlines()
    title = f"┌── {to.translate(_CONTROLS)} "
    return "\n".join((title + _RULE[len(title) :], *(f"│ {line}" for line in lines), f"└{_RULE[1:]}", ""))


def _encodable(text: str, encoding: str | None) -> str:
    """The text with `?` for what a terminal of another encoding cannot show."""
    name = encoding or "utf-8"
    return text.encode(name, "replace").decode(name)
