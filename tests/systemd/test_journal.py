"""What the log looks like when systemd has connected it to the journal, and when it has not."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from agent import log


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[TextIO]:
    """A file in the journal's place; afterwards the tests' own logging is as it was."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with (tmp_path / "journal").open("w+") as file:
        yield file
    root.handlers, root.level = before, level


def said(stream: TextIO) -> str:
    log.start("info", stream)
    log.Log("agent.store").warning("store refused", fault="disk full")
    stream.seek(0)
    return stream.read()


def test_a_line_for_the_journal_begins_with_its_priority(stream: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    file = os.fstat(stream.fileno())
    monkeypatch.setenv("JOURNAL_STREAM", f"{file.st_dev}:{file.st_ino}")

    line = said(stream)

    assert line.startswith('<4>{"at": ')
    assert json.loads(line.removeprefix("<4>"))["event"] == "store refused"


def test_a_line_for_anything_else_is_json_alone(stream: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is inherited by whatever the service starts; the file it names is not."""
    monkeypatch.setenv("JOURNAL_STREAM", "1:2")

    assert json.loads(said(stream))["level"] == "warning"
