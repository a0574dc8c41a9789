"""What is written from the code says what the code says."""

import subprocess
import sys

from tests.docs.pages import ROOT


def test_the_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/docs", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
