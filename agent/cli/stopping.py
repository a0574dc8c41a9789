"""How a daemon in the foreground is asked to stop: SIGTERM and Ctrl-C, in order at first, at once the second time."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def signals() -> Iterator[socket.socket]:
    """Where the number of every signal that comes can be read.

    An Event would not do: a handler that sets it hangs where the signal came while `wait` held its lock, and one that
    came just before `wait` began to sleep would not end the sleep.
    """

    def at_once(number: int, _: FrameType | None) -> None:
        """The first SIGTERM or Ctrl-C stops in order, a second one at once."""
        signal.signal(number, signal.SIG_DFL)

    hear, say = socket.socketpair()
    with hear, say:
        say.setblocking(False)
        before = signal.set_wakeup_fd(say.fileno(), warn_on_full_buffer=False)
        for number in STOPS:
            signal.signal(number, at_once)
        try:
            yield hear
        finally:
            signal.set_wakeup_fd(before)


def wait_for_stop(asked: socket.socket) -> None:
    while asked.recv(1)[0] not in STOPS:
        pass
