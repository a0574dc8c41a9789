"""A run ends by naming every test that did not run: a skipped test must not pass for a good one."""

import subprocess
import sys
from pathlib import Path

from tests.support.skipped import lines

FILE = """
import pytest

@pytest.mark.skipif(True, reason="groff is not installed (apt install groff)")
@pytest.mark.parametrize("page", ["one", "two"])
def test_the_page_is_set(page): ...

def test_it_answers():
    pytest.skip("there is no network here")

def test_it_is_good(): ...
"""
WHOLE = 'import pytest\npytest.skip("there is no systemd here", allow_module_level=True)\n'


def test_the_last_lines_of_a_run_name_every_skipped_test_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "test_pages.py").write_text(FILE)
    (tmp_path / "test_units.py").write_text(WHOLE)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-q", tmp_path],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTEST_ADDOPTS": f"--rootdir={tmp_path} -n 1 -c /dev/null", "PATH": "/usr/bin"},
    )

    assert done.returncode == 0, done.stdout + done.stderr
    ends = done.stdout[done.stdout.index("not tested here") :].splitlines()
    assert ends[1:7] == [
        "skipped: 2 tests: groff is not installed (apt install groff)",
        "  test_pages.py: test_the_page_is_set[one], test_the_page_is_set[two]",
        "skipped: 1 test: there is no network here",
        "  test_pages.py: test_it_answers",
        "skipped: 1 test: there is no systemd here",
        "  test_units.py",
    ]
    assert len(ends) <= 8


def test_many_tests_of_one_file_are_counted() -> None:
    tests = [(f"tests/systemd/test_service.py::test_{number}", "not root") for number in range(4)]

    assert list(lines(tests)) == ["skipped: 4 tests: not root", "  tests/systemd/test_service.py: 4 tests"]


def test_a_run_in_which_everything_ran_says_nothing() -> None:
    assert list(lines([])) == []
