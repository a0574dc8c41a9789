"""The whole program as its own process: started, watched by its log, stopped."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0


class Daemon:
    """`with Daemon(folder) as daemon:` runs `tocsin run` there on a free port; `url` is where it answers."""

    command: tuple[str, ...] = ("run", "--listen", "127.0.0.1:0")

    def __init__(self, folder: Path, *words: str, source: Path = ROOT) -> None:
        self.lines: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._started = subprocess.Popen(
            [sys.executable, "-m", "agent", *self.command, *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(source)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Daemon":
        self.url: str = self.wait_for("started")["url"]
        return self

    def __exit__(self, *_: object) -> None:
        if self._started.poll() is None:
            self._started.kill()
        self.end()
        for pipe in (self._started.stdout, self._started.stderr):
            assert pipe is not None
            pipe.close()

    @property
    def pid(self) -> int:
        return self._started.pid

    def signal(self, number: signal.Signals) -> None:
        self._started.send_signal(number)

    def memory_mib(self) -> float:
        """What it holds of the machine's memory now."""
        return psutil.Process(self._started.pid).memory_info().rss / 2**20

    def wait_for(self, event: str, **fields: Any) -> dict[str, Any]:
        """The log line of that event, once it is there; each line is found once."""

        def found() -> dict[str, Any] | None:
            for index, line in enumerate(self.lines):
                if line.get("event") == event and fields.items() <= line.items():
                    return self.lines.pop(index)
            return None

        with self._news:
            line: dict[str, Any] | None = None

            def is_there() -> bool:
                nonlocal line
                line = line or found()
                return line is not None

            if not self._news.wait_for(is_there, PATIENCE_S):
                raise AssertionError(f"the agent never logged {event!r}: {self.lines}")
            assert line is not None
            return line

    def end(self) -> tuple[int, str]:
        """Its exit code and what it wrote to standard output, once it has ended."""
        code = self._started.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert self._started.stdout is not None
        return code, self._started.stdout.read()

    def _read(self) -> None:
        assert self._started.stderr is not None
        for text in self._started.stderr:
            try:
                line = json.loads(text)
            except ValueError:
                line = {"event": text.rstrip("\n")}
            with self._news:
                self.lines.append(line)
                self._news.notify_all()
