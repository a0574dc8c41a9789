"""Writes the generated pages of docs/ anew; with --check it changes nothing and names those that are stale.

python tools/docs [--check]
"""

import sys
from collections.abc import Callable
from pathlib import Path

import cli_page
import collectors_page
import facts_page
import grades_page
import metrics_page
import settings_page
import states_page

DOCS = Path(__file__).parents[2] / "docs"

PAGES: dict[str, tuple[Callable[[], str], str]] = {
    "cli.md": (cli_page.text, "agent/cli"),
    "collectors.md": (collectors_page.text, "collectors/ and tools/docs/examples.yaml"),
    "facts.md": (facts_page.text, "agent/ and tools/docs/facts_page.py"),
    "grades.md": (grades_page.text, "agent/agreement/grades.yaml and tools/docs/grades_page.py"),
    "metrics.md": (metrics_page.text, "agent/metrics.py and agent/web/exposition.py"),
    "settings.md": (settings_page.text, "agent/config"),
    "states.md": (states_page.text, "agent/rules/incidents.py and tools/docs/states_page.py"),
}


def main() -> int:
    is_check = "--check" in sys.argv[1:]
    stale = []
    for name, (text, source) in PAGES.items():
        page = DOCS / name
        wanted = f"<!-- Written by `make docs` from {source}; do not edit here. -->\n\n{text().strip()}\n"
        if page.exists() and page.read_text() == wanted:
            continue
        stale.append(name)
        if not is_check:
            page.write_text(wanted)
    for name in stale:
        print(f"docs/{name} {'is stale: run `make docs` and commit it' if is_check else 'written'}")
    return int(is_check and bool(stale))


sys.exit(main())
