"""README.zh.md keeps in step with README.md: its commands, files, names and links; only the words differ."""

import re

import pytest
import yaml

from tests.docs.pages import ROOT, Block, blocks, prose

EN, ZH = ROOT / "README.md", ROOT / "README.zh.md"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_COMMENT = re.compile(r"\s+# .*$")

PAIRS = list(
    zip(
        [block for block in blocks() if block.page == EN],
        [block for block in blocks() if block.page == ZH],
        strict=False,
    )
)


def outline(name: str) -> list[str]:
    """What holds the page together: headings by level, blocks by kind, rows of tables, items of lists."""
    marks = re.findall(r"^(#+ |```\S* ?\S*|\||- |!\[|<!--)", (ROOT / name).read_text(), re.MULTILINE)
    return [mark.strip() for mark in marks]


def bare(block: Block) -> str:
    """The block without its comments, which are translated."""
    return "\n".join(_COMMENT.sub("", line) for line in block.text.splitlines())


def links(name: str) -> set[str]:
    """Where the page leads to, but for its other language and its own headings."""
    found = set(_LINK.findall((ROOT / name).read_text()))
    return {target for target in found if not target.startswith(("#", "README."))}


def code_spans(name: str) -> set[str]:
    without_blocks = re.sub(r"^```.*?^```$", "", (ROOT / name).read_text(), flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`\n]+)`", without_blocks))


def test_the_pages_are_built_alike() -> None:
    assert outline("README.zh.md") == outline("README.md")


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=lambda block: block.place)
def test_every_block_says_the_same(english: Block, chinese: Block) -> None:
    assert (chinese.info, bare(chinese)) == (english.info, bare(english))


@pytest.mark.parametrize(("english", "chinese"), [pair for pair in PAIRS if pair[0].info.startswith("yaml")])
def test_every_file_shown_means_the_same(english: Block, chinese: Block) -> None:
    assert yaml.safe_load(chinese.text) == yaml.safe_load(english.text)


def test_the_same_names_stand_in_both() -> None:
    assert code_spans("README.zh.md") ^ code_spans("README.md") == set()


def test_both_lead_to_the_same_places() -> None:
    assert links("README.zh.md") ^ links("README.md") == set()


def test_each_leads_to_the_other() -> None:
    assert "](README.zh.md)" in EN.read_text()
    assert "](README.md)" in ZH.read_text()


def test_nothing_was_left_in_english() -> None:
    """A line of prose without any Chinese letter is one that was forgotten."""
    lines = [line.strip() for line in re.sub(r"\[[^]]*\]\([^)]*\)", "", prose(ZH)).splitlines()]
    forgotten = [line for line in lines if re.search(r"[A-Za-z]{4}", line) and not re.search(r"[\u4e00-\u9fff]", line)]

    assert [line for line in forgotten if line not in {"# Tocsin", "<!-- example: from a real run, by  -->"}] == []
