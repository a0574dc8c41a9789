"""docs/notices.md shows the texts that are really sent, and every name that a template may use."""

import re
from pathlib import Path

from agent.notify.names import NAMES
from tests.notify.golden import FOLDER

PAGE = (Path(__file__).parents[2] / "docs" / "notices.md").read_text()


def test_the_examples_are_the_golden_texts() -> None:
    examples = re.findall(r"<!-- golden: (\S+) -->\n```\n(.*?)\n```", PAGE, re.DOTALL)

    assert len(examples) == 5
    for name, text in examples:
        assert (FOLDER / name).read_text().split("\n\n")[1] == text, name


def test_every_name_is_on_the_page_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)

    assert dict(rows) == dict(NAMES)
