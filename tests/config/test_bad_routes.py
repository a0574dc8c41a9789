"""Each file in `tests/bad_routes/` holds faults, and says beside each line which must be found there.

`#! KEY: PART` is a fault of that line whose message holds PART, `#? KEY: PART` a warning. Every fault of the file is
listed, so that nothing else may be found; of the warnings only the listed ones are looked for.
"""

import re
from pathlib import Path

import pytest

from agent.config.load import read
from agent.config.settings import Fault
from agent.notify.build import why_unbuildable
from collectors import catalogue

FILES = sorted((Path(__file__).parent.parent / "bad_routes").glob("*.yaml"))
MARK = re.compile(r"#([!?]) (\S+): ?(.*?)(?=  #[!?] |$)")

Expected = tuple[int, str, str]


def expected(text: str, sort: str) -> list[Expected]:
    return [
        (number, key, part.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        for kind, key, part in MARK.findall(line)
        if kind == sort
    ]


def is_met(wanted: Expected, fault: Fault) -> bool:
    line, key, part = wanted
    return (fault.line, fault.key) == (line, key) and part in fault.message


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fault_is_named_in_one_run_with_its_line_and_remedy(path: Path) -> None:
    text = path.read_text("utf-8")

    settings, faults = read(text, path, catalogue(), why_unbuildable, {})

    errors = [fault for fault in faults if not fault.is_warning]
    assert settings is None
    assert [fault for fault in errors if not any(is_met(wanted, fault) for wanted in expected(text, "!"))] == []
    assert [wanted for wanted in expected(text, "!") if not any(is_met(wanted, fault) for fault in errors)] == []
    assert [wanted for wanted in expected(text, "?") if not any(is_met(wanted, fault) for fault in faults)] == []
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
