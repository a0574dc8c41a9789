"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest
from _pytest.terminal import TerminalReporter

from tests.support import scratch, skipped

if (folder := scratch.folder()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))  # before the first tmp_path is asked for


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The last lines name every test that did not run, and why."""
    said = list(skipped.lines(_skipped(terminalreporter)))
    if said:
        terminalreporter.section("not tested here")
        for line in said:
            terminalreporter.line(line)


def _skipped(terminalreporter: TerminalReporter) -> Iterator[tuple[str, str]]:
    """(its id, the reason): of single tests, and of files that were skipped whole."""
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report, pytest.TestReport | pytest.CollectReport) and isinstance(report.longrepr, tuple):
            yield report.nodeid, report.longrepr[2].removeprefix("Skipped: ")
