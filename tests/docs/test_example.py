"""What the README says that a newcomer will see is what a newcomer sees."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.docs.pages import ROOT


def test_the_readme_shows_the_notices_that_the_example_makes(tmp_path: Path) -> None:
    shown = _shown()

    with _agent(tmp_path) as (url, lines):
        with urlopen(Request(f"{url}/ping/checkout-job/fail", method="POST"), timeout=20) as answer:
            assert answer.read() == b"OK"
        written = dict(_written(lines, len(shown)))

    assert {to: _general(text) for to, text in written.items()} == {to: _general(text) for to, text in shown.items()}


def _shown() -> dict[str, str]:
    """Contact's endpoint -> the text of its notice, as the README shows it."""
    block = re.search(r"<!-- example.*?```text\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block
    framed = re.findall(r"^┌── (\S+) ─+\n(.*?)^└", block[1], re.MULTILINE | re.DOTALL)
    return {to: "\n".join(line.removeprefix("│ ") for line in text.splitlines()) for to, text in framed}


@contextmanager
def _agent(folder: Path) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """`tocsin run` on the repository's own file: its address, and its log line by line."""
    command = [sys.executable, "-m", "agent", "run", "--routes", "routes.yaml", "--json"]
    command += ["--store", f"sqlite:///{folder}/x.db", "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "TZ": "UTC"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = map(json.loads, process.stderr)
        try:
            yield next(line["url"] for line in lines if line["event"] == "started"), lines
        finally:
            process.terminate()


def _written(lines: Iterator[dict[str, Any]], count: int) -> Iterator[tuple[str, str]]:
    while count:
        line = next(lines)
        if line["event"] == "notice written":
            count -= 1
            yield line["endpoint"], line["text"]


def _general(text: str) -> str:
    """The text without what differs from run to run: times, tokens, hashes."""
    for pattern, instead in (
        (r"http://\S+/a/\w+", "LINK"),
        (r"INC-\d{8}-\d+", "INC"),
        (r"(proof |存证)[0-9a-f]{8}", r"\1HASH"),
        (r"(\d\d-\d\d )?\b\d\d:\d\d", "TIME"),
        (r"\d+月\d+日", "DAY"),
    ):
        text = re.sub(pattern, instead, text, flags=re.ASCII)
    return text
