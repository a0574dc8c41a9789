"""`tocsin completion`: bash takes it, and it knows commands, options, values; zsh and fish are asked in tests/real."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli import COMMANDS
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
# bash calls the command by its name; the checkout's own stands in for an installed one
TOCSIN = f"""\
#!/bin/sh
PYTHONPATH="{ROOT}" exec "{sys.executable}" -c "from agent.cli import main; main(prog_name='tocsin')" "$@"
"""


def completed(tocsin: Run, folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words."""
    program = folder / "tocsin"
    program.write_text(TOCSIN)
    program.chmod(0o755)
    (folder / "complete.sh").write_text(tocsin("completion", "bash").stdout)
    script = f'. ./complete.sh; COMP_WORDS=("$@"); COMP_CWORD={len(words)}; _tocsin_completion tocsin; '
    script += 'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "-c", script, "bash", "tocsin", *words],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed (apt install bash)")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["doc"], ["doctor"]),
        (["ver"], ["verify", "version"]),
        (["token", ""], ["new"]),
        (["connect", "gra"], ["grafana"]),
        (["doctor", "--s"], ["--send"]),
    ],
    ids=str,
)
def test_bash_offers_what_may_follow(tocsin: Run, folder: Path, words: list[str], offered: list[str]) -> None:
    assert sorted(completed(tocsin, folder, *words)) == offered


def test_every_command_can_be_completed(tocsin: Run, folder: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed (apt install bash)")

    assert sorted(completed(tocsin, folder, "")) == sorted(COMMANDS)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed (apt install bash)")
def test_bash_finds_no_fault_in_it(tocsin: Run, folder: Path) -> None:
    (folder / "script").write_text(tocsin("completion", "bash").stdout)

    done = subprocess.run(["bash", "-n", "script"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_another_shell_is_wrong_usage(tocsin: Run) -> None:
    assert tocsin("completion", "csh").exit_code == 2
