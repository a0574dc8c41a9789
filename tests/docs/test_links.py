"""Every link to a file of the repository leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, anchors, pages, prose

_LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_resolves(page: Path) -> None:
    broken = []
    for target in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            broken.append(target)
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            broken.append(f"{target}: no such heading")

    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        targets = (target.partition("#")[0] for target in _LINK.findall(page.read_text()))
        ahead += [
            file
            for target in targets
            if target and ":" not in target and (file := page.parent / target).resolve().exists()
        ]
        ahead = [file.resolve() for file in ahead]

    assert [str(page.relative_to(ROOT)) for page in pages() if page.resolve() not in seen] == []
