"""What `tocsin completion` prints, in a real zsh and a real fish; tests/cli asks the bash that is here."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.cli import main

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

Program = Callable[[str], Path]

ROOT = Path(__file__).parents[2]
TOCSIN = f"""\
#!/bin/sh
PYTHONPATH="{ROOT}" exec "{sys.executable}" -c "from agent.cli import main; main(prog_name='tocsin')" "$@"
"""

ZSH = """\
module_path=($MODULES)
compdef() { completer=$1 }
compadd() { shift $#; print -rl -- "${completions[@]}" }
_describe() { print -rl -- "${(@P)3}" }
source ./script
words=(tocsin "$@") CURRENT=$(($# + 1))
$completer
"""
"""The editor's own part stands aside: what the function would hand to it is printed, `value:help`."""

CASES = pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["doc"], ["doctor"]),
        (["connect", ""], ["alertmanager", "grafana", "nagios", "prometheus"]),
        (["doctor", "--s"], ["--send"]),
    ],
    ids=str,
)


def offers(shell: Path, folder: Path, script: str, *command: str, **environment: str) -> list[str]:
    """The lines that the shell prints, without the help beside each value."""
    program = folder / "tocsin"
    program.write_text(TOCSIN)
    program.chmod(0o755)
    (folder / "script").write_text(script)
    done = subprocess.run(
        [shell, *command],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return sorted(line.partition("\t")[0].partition(":")[0] for line in done.stdout.splitlines() if line)


def printed(shell: str) -> str:
    return CliRunner().invoke(main, ["completion", shell]).stdout


@CASES
def test_zsh_offers_what_may_follow(program: Program, tmp_path: Path, words: list[str], offered: list[str]) -> None:
    zsh = program("zsh")
    modules = next((zsh.parents[1] / "usr/lib").glob("*/zsh/*"))
    (tmp_path / "ask.zsh").write_text(ZSH)

    assert offers(zsh, tmp_path, printed("zsh"), "-f", "ask.zsh", *words, MODULES=str(modules)) == offered


@CASES
def test_fish_offers_what_may_follow(program: Program, tmp_path: Path, words: list[str], offered: list[str]) -> None:
    library = next(program("fish-library").glob("*/libpcre2-32.so.0"))
    ask = f"source ./script; complete -C 'tocsin {' '.join(words)}'"

    found = offers(
        program("fish"), tmp_path, printed("fish"), "--no-config", "-c", ask, LD_LIBRARY_PATH=str(library.parent)
    )

    assert found == offered
