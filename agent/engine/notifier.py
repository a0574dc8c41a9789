"""What the service manager is told: started, reloading, stopping, and still moving (sd_notify, sd_watchdog_enabled)."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from agent.ports import Clock, Health

LOOK = timedelta(seconds=1)
START_PATIENCE_S = 10.0
"""So long a start waits for the first write. An agent whose disk is full runs, says so, and holds up no boot."""


class Notifier:
    """One datagram to the service manager per change; without a manager nothing is sent."""

    def __init__(
        self,
        clock: Clock,
        health: Callable[[], Health],
        progress: Mapping[str, float],
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """`progress`: engine -> monotonic seconds of its last turn."""
        self._clock = clock
        self._health = health
        self._progress = progress
        self._address = environment.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]  # an abstract name
        self._began_at = clock.monotonic()
        self._looked_at = self._began_at
        self._is_started = False
        self._refused = ""
        self._status = ""

    @property
    def is_wanted(self) -> bool:
        """Whether anybody listens."""
        return bool(self._address)

    def tick(self, now: datetime) -> datetime:
        """Say what is new; when to be called again."""
        health = self._health()
        has_waited = self._clock.monotonic() - self._began_at > START_PATIENCE_S
        if not self._is_started and (health.is_ready or has_waited):
            self._is_started = self._tell("READY=1")
        self._say("; ".join([*health.reasons, *filter(None, [self._refused])]) or "ready")
        self._feed()
        return now + LOOK

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """While the configuration is read again. What refuses it is shown until it is read well."""
        # without the time the manager could not tell this reload from an earlier one
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={int(self._clock.monotonic() * 1e6)}")
        try:
            yield
            self._refused = ""
        except Exception as fault:
            self._refused = f"reload refused, the old configuration stays in force: {fault}"
            raise
        finally:
            self._tell("READY=1")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def _feed(self) -> None:
        """Feed the watchdog if every engine has moved since it was fed last: the very opposite of a timer."""
        if all(turned_at > self._looked_at for turned_at in self._progress.values()):
            self._looked_at = self._clock.monotonic()
            self._tell("WATCHDOG=1")

    def _say(self, status: str) -> None:
        line = " ".join(status.split())[:500]
        if line != self._status and self._tell(f"STATUS={line}"):
            self._status = line

    def _tell(self, lines: str) -> bool:
        """Whether the manager took it."""
        # It may be restarting itself just now; what it missed is said again at the next look.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.setblocking(False)
            channel.connect(self._address)
            channel.send(lines.encode())
            return True
        return False
