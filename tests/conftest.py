"""What holds for every test."""

from collections.abc import Iterator

import pytest
from _pytest.terminal import TerminalReporter


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The last lines say which real programs were not there, and why: a skipped test must not pass for a good one."""
    skipped = list(_skipped_for_want_of_a_program(terminalreporter))
    if skipped:
        terminalreporter.section("not tested against the real program")
        for line in skipped:
            terminalreporter.line(line)


def _skipped_for_want_of_a_program(terminalreporter: TerminalReporter) -> Iterator[str]:
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report, pytest.TestReport) and "real" in report.keywords and isinstance(report.longrepr, tuple):
            yield f"{report.nodeid}: {report.longrepr[2].removeprefix('Skipped: ')}"
