"""Writes the generated pages of docs/ and the README's example anew; with --check nothing but the names of stale ones.

python tools/docs [--check]
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import clauses_page
import cli_page
import collectors_page
import example
import facts_page
import grades_page
import http_page
import man_page
import metrics_page
import regions
import settings_page
import states_page
import terms_page

DOCS = Path(__file__).parents[2] / "docs"

PAGES: dict[str, tuple[Callable[[], str], str]] = {
    "clauses.md": (clauses_page.text, "agent/agreement/clauses.yaml, the code and the tests"),
    "cli.md": (cli_page.text, "agent/cli"),
    "collectors.md": (collectors_page.text, "collectors/ and tools/docs/examples.yaml"),
    "facts.md": (facts_page.text, "agent/ and tools/docs/facts_page.py"),
    "grades.md": (grades_page.text, "agent/agreement/grades.yaml and tools/docs/grades_page.py"),
    "http.md": (http_page.text, "agent/web"),
    "metrics.md": (metrics_page.text, "agent/metrics.py and agent/web/exposition.py"),
    "settings.md": (settings_page.text, "agent/config"),
    "states.md": (states_page.text, "agent/rules/incidents.py and tools/docs/states_page.py"),
    "terms.md": (terms_page.text, "agent/agreement/*.yaml, overlays/*.yaml and tools/docs/terms_page.py"),
}
READMES = [DOCS.parent / name for name in ("README.md", "README.zh.md")]
PARTLY = ("architecture.md",)
"""Written by people, with drawn parts."""


def wanted() -> Iterator[tuple[Path, str]]:
    """Each page with what should stand in it."""
    for name, (text, source) in PAGES.items():
        head = f"<!-- Written by `make docs` from {source}; do not edit here. -->"
        yield DOCS / name, f"{head}\n\n{text().strip()}\n"
    head = r".\" Written by `make docs` from agent/cli; do not edit here."
    yield DOCS / "tocsin.1", f"{head}\n{man_page.text()}"
    for name in PARTLY:
        yield DOCS / name, regions.filled((DOCS / name).read_text())
    told = example.told()
    for page in READMES:
        yield page, example.filled(page.read_text(), told)


def main() -> int:
    is_check = "--check" in sys.argv[1:]
    stale = [(page, text) for page, text in wanted() if not page.exists() or page.read_text() != text]
    for page, text in stale:
        print(f"{page.relative_to(DOCS.parent)} {'is stale: run `make docs` and commit it' if is_check else 'written'}")
        if not is_check:
            page.write_text(text)
    return int(is_check and bool(stale))


sys.exit(main())
