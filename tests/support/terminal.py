"""A command on a terminal of its own: what a person would see."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PATIENCE_S = 30.0


def on_terminal(*words: str, folder: Path, environment: Mapping[str, str] | None = None, interrupt_at: str = "") -> str:
    """Everything that `tocsin` shows on a terminal of 100 columns; it gets a SIGINT once it shows `interrupt_at`."""
    ours, theirs = pty.openpty()
    surroundings = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "TZ": "UTC", **(environment or {})}
    started = subprocess.Popen(
        [sys.executable, "-m", "agent", *words],
        cwd=folder,
        env=surroundings | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := _read(ours):
            shown += piece
            if interrupt_at and interrupt_at.encode() in shown:
                started.send_signal(signal.SIGINT)
                interrupt_at = ""
        started.wait(PATIENCE_S)
    finally:
        os.close(ours)
        if started.poll() is None:
            started.kill()
            started.wait()
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end has closed
        return b""
