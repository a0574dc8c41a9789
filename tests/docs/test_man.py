"""The manual page: roff that is read without a complaint, with every command in it."""

import shutil
import subprocess

import pytest

from agent.cli import COMMANDS
from tests.docs.pages import ROOT

PAGE = ROOT / "docs/tocsin.1"


def test_every_command_has_its_part() -> None:
    text = PAGE.read_text()

    assert [name for name in COMMANDS if f"\n.SS tocsin {name} " not in text] == []


def test_it_is_plain_ascii_that_every_roff_can_read() -> None:
    assert PAGE.read_text().isascii()


def test_roff_has_nothing_to_say_about_it() -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed (apt install groff)")

    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-P-c", "-P-b", "-P-u", "-ww", "-rLL=100n", PAGE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout.startswith("TOCSIN(1)")
    assert (done.returncode, done.stderr) == (0, "")
