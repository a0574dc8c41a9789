"""The documents of the repository, and what stands in them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where it begins, what its first line says, what it holds."""

    page: Path
    line: int
    info: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    return sorted([ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def blocks() -> Iterator[Block]:
    for page in pages():
        text = page.read_text()
        for found in _FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Block(page, line, found["info"].strip(), found["text"])


def prose(page: Path) -> str:
    """The page without its fenced blocks and code spans."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text()))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the page's headings."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """(place, words) of every command line of `program` quoted in a shell block or a code span."""
    for block in blocks():
        if block.info in {"console", "sh"}:
            for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
                if block.info == "sh" or line.startswith("$ "):
                    yield from _calls(program, f"{block.page.relative_to(ROOT)}:{number}", line.removeprefix("$ "))
    for page in pages():
        for number, line in enumerate(page.read_text().splitlines(), start=1):
            for span in re.findall(r"`([^`\n]+)`", line):
                if span.startswith(f"{program} "):
                    yield from _calls(program, f"{page.relative_to(ROOT)}:{number}", span)


def _calls(program: str, place: str, line: str) -> Iterator[tuple[str, list[str]]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in (*lexer, ";"):
        if not set(word) <= set("();<>|&"):
            words.append(word)
            continue
        if words and Path(words[0]).name == program:
            yield place, words[1:]
        words = []
