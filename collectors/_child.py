"""Running a foreign program so that it can harm nothing: own process group, limits, a deadline that ends them all."""

import contextlib
import os
import resource
import selectors
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from collectors._net import Deadline

OUTPUT_LIMIT = 64 * 1024
"""Bytes kept of each stream; more is read and thrown away."""

FLOOD_LIMIT = 8 * 1024 * 1024
"""Bytes after which a program that never stops printing is ended."""

_POLL_S = 0.05

# Set in the child by a shell that does nothing else, since code of ours between fork and exec may deadlock a process
# with threads. The arguments are not looked at by the shell.
_LIMITED = 'ulimit -c 0; ulimit -t "$1"; ulimit -v "$2"; ulimit -n "$3"; shift 3; exec "$@"'


class Flood(Exception):
    """The program printed without end."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended; `code` is negative for a signal."""

    code: int
    out: bytes
    err: bytes


def run(argv: Sequence[str], environment: Mapping[str, str], timeout_s: float, memory: int) -> Ended:
    """Let `argv` run and collect what it says.

    Whatever it left running in its process group is killed when it ends.

    Raises:
        TimeoutError: it did not end in time; it and its children were killed.
        Flood: it printed too much.
        OSError: it could not be started.
    """
    deadline = Deadline(timeout_s)
    child = subprocess.Popen(
        ["/bin/sh", "-c", _LIMITED, "sh", *_limits(timeout_s, memory), *argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=dict(environment),
        start_new_session=True,
    )
    with _closing(child):
        out, err = _listen(child, deadline)
        while not _has_ended(child.pid):
            deadline.left_s()
            _pause(deadline)
    return Ended(child.returncode, out, err)


@contextlib.contextmanager
def _closing(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Leave nothing behind: no process, no pipe, no zombie."""
    try:
        yield
    finally:
        # before it is waited for: until then its number cannot belong to another group
        family = () if _has_ended(child.pid) else _descendants(child.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        for pid in family:  # those that left the group
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that hangs in the kernel cannot be killed
            child.wait(1.0)


def _listen(child: "subprocess.Popen[bytes]", deadline: Deadline) -> tuple[bytes, bytes]:
    """Both streams, until they are closed or the program has ended: a grandchild may hold them open for ever."""
    assert child.stdout is not None
    assert child.stderr is not None
    heard = {child.stdout.fileno(): bytearray(), child.stderr.fileno(): bytearray()}
    total = 0
    with selectors.DefaultSelector() as selector:
        for stream in heard:
            os.set_blocking(stream, False)
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            has_ended = _has_ended(child.pid)
            ready = selector.select(0 if has_ended else min(_POLL_S, deadline.left_s()))
            for key, _ in ready:
                piece = os.read(key.fd, 65536)
                total += len(piece)
                if not piece:
                    selector.unregister(key.fd)
                kept = heard[key.fd]
                kept += piece[: OUTPUT_LIMIT - len(kept)]
            if total > FLOOD_LIMIT:
                raise Flood
            if has_ended and not ready:
                break
            deadline.left_s()
    out, err = heard.values()
    return bytes(out), bytes(err)


def _has_ended(pid: int) -> bool:
    """Whether it has, without waiting for it: its number stays reserved."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def _pause(deadline: Deadline) -> None:
    with selectors.DefaultSelector() as nothing:
        nothing.select(min(0.005, deadline.left_s()))


def _descendants(pid: int) -> Sequence[int]:
    """Its children and theirs; reading all of /proc takes some 10 ms, so only a program that is killed is asked."""
    import psutil

    try:
        return [each.pid for each in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return ()


def _limits(timeout_s: float, memory: int) -> list[str]:
    """Seconds of CPU, KiB of address space, open files; never above what this process itself may have."""
    wanted = {resource.RLIMIT_CPU: int(timeout_s) + 2, resource.RLIMIT_AS: memory, resource.RLIMIT_NOFILE: 1024}
    allowed = {kind: _at_most(kind, value) for kind, value in wanted.items()}
    return [
        str(allowed[resource.RLIMIT_CPU]),
        str(allowed[resource.RLIMIT_AS] // 1024),
        str(allowed[resource.RLIMIT_NOFILE]),
    ]


def _at_most(kind: int, value: int) -> int:
    ceiling = resource.getrlimit(kind)[1]
    return value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
