"""The README's example: what the repository's own routes.yaml makes of one curl command, from a run of the real agent.

What differs from run to run (the day, times, tokens, the proof) is moved to one fixed morning, so that the same words
are the same page.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from agent.notify.logbook import framed

ROOT = Path(__file__).parents[2]
OPENED = datetime(2026, 11, 23, 7, 4, 45)  # noqa: DTZ001  only its clock is shown
TOKENS = iter(("P4yN9A7A0jK5", "gr2GT3YRfUGT"))
NOTICES = 2
LONGEST_S = 90

_BLOCK = re.compile(r"(<!-- example.*?```text\n).*?(```\n)", re.DOTALL)


def filled(page: str, told: str) -> str:
    """The page with the example as the agent tells it now."""
    return _BLOCK.sub(lambda found: found[1] + told + found[2], page)


def told() -> str:
    """The log of a run, from the incident's opening to the last notice."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "agent", "run", "--routes", "routes.yaml", "--json"]
        command += ["--store", f"sqlite:///{folder}/x.db", "--listen", "127.0.0.1:0"]
        environment = {**os.environ, "TZ": "UTC"}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as agent:
            assert agent.stderr is not None
            ends = threading.Timer(LONGEST_S, agent.kill)
            ends.start()
            try:
                return _told(map(json.loads, agent.stderr))
            finally:
                ends.cancel()
                agent.terminate()


def _told(lines: Iterator[dict[str, Any]]) -> str:
    """The agent's log from its start to the last notice, as a terminal shows it."""
    url = next(line["url"] for line in lines if line["event"] == "started")
    _wait_for_second_half()
    urlopen(Request(f"{url}/ping/checkout-job/fail", method="POST"), timeout=20).close()
    opened = next(line for line in lines if line["event"] == "incident opened")
    at = datetime.fromisoformat(opened["at"]).replace(tzinfo=None)
    fields = "  ".join(f"{name}={opened[name]}" for name in ("incident", "grade", "kind", "function"))
    written: dict[str, str] = {}
    while len(written) < NOTICES:
        line = next(line for line in lines if line["event"] == "notice written")
        written[line["endpoint"]] = line["text"].replace(url, "http://127.0.0.1:8119")
    frames = "".join(framed(to, text) for to, text in sorted(written.items()))
    return f"{OPENED:%H:%M:%S} incident opened  {_moved(fields, at)}\n" + _moved(frames, at)


def _wait_for_second_half() -> None:
    """Until the incident opens in the half of a minute that `OPENED` lies in: limits of half minutes round alike."""
    while not 30 <= datetime.now().second < 57:  # noqa: DTZ005  every zone has the same seconds
        time.sleep(0.2)


def _moved(text: str, at: datetime) -> str:
    """The text as if the incident had opened at `OPENED`."""

    def shifted(found: re.Match[str]) -> str:
        there = at.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        return f"{there + (OPENED.replace(second=0) - at.replace(second=0, microsecond=0)):%H:%M}"

    text = re.sub(r"(?:\d\d-\d\d )?\b(\d\d):(\d\d)(?!\d)", shifted, text, flags=re.ASCII)
    text = re.sub(r"INC-\d{8}-\d+", f"INC-{OPENED:%Y%m%d}-001", text)
    text = re.sub(r"\d+月\d+日", f"{OPENED.month}月{OPENED.day}日", text)
    text = re.sub(r"(proof |存证)[0-9a-f]{8}", r"\g<1>11d33499", text)
    return re.sub(r"(/a/)\w+", lambda found: found[1] + next(TOKENS), text)
