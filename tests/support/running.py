"""Real processes: started, found by the port that they chose, and ended with all their children."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """A process that is alive; what it writes goes to `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    def port(self) -> int:
        """The one loopback TCP port on which it listens, once it does."""
        return until(self._port, "a listening port", alive=self)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """End it at once, without any good-bye."""
        _end(self.process, signal.SIGKILL)

    def _port(self) -> int | None:
        try:
            links = psutil.Process(self.process.pid).net_connections(kind="tcp")
        except psutil.NoSuchProcess:
            return None
        return next((link.laddr.port for link in links if link.status == psutil.CONN_LISTEN), None)


@contextmanager
def running(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """The command as a process group of its own, in `folder`; nothing of it is left afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    try:
        yield Running(process, log)
    finally:
        _end(process, signal.SIGTERM)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def until(ask: Callable[[], T | None], what: str, *, within_s: float = 30, alive: Running | None = None) -> T:
    """The first answer that is neither None nor false; waits for it, but not for ever."""
    end = time.monotonic() + within_s
    while True:
        if answer := ask():
            return answer
        if alive is not None and alive.process.poll() is not None:
            raise AssertionError(f"ended with {alive.process.returncode} before {what}:\n{alive.said()[-3000:]}")
        if time.monotonic() > end:
            said = f":\n{alive.said()[-3000:]}" if alive else ""
            raise AssertionError(f"no {what} within {within_s:.0f} s{said}")
        time.sleep(0.05)


def free_port() -> int:
    """One that nobody listens on just now, for a program that cannot say which one it chose."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
