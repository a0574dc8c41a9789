"""docs/clauses.md: every clause of the agreement with the duties, commands, code and tests that carry it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from markdown import code, table

from agent.agreement.tables import read
from agent.agreement.terms import shipped
from agent.cli import COMMANDS

ROOT = Path(__file__).parents[2]
SHOWN = 3
"""So many files and tests of a clause are named; the rest are counted."""

OTHERS = re.compile(r"(?:TLS ?v?|YAML |OpenSSL )\d+\.\d+|[\w-]/\d+\.\d+")
"""Versions, which look like clauses and are none."""

HEAD = """# Clauses: who carries what

Every clause of the agreement with what carries it here: the duties and their clocks ([terms](terms.md)), the commands
([cli](cli.md)), the code that names it, and the tests that prove it. A clause without code, command or test fails the build,
and so does a duty without a test.
"""


class NotCarried(Exception):
    """A clause that no code, command or test carries."""


def text() -> str:
    """The page, whole.

    Raises:
        NotCarried: with every clause that lacks something.
    """
    said, tested = dict(_code()), list(_tests())
    rows, missing = [], []
    for clause, row in read("clauses.yaml").items():
        duties = [term.ob or term.name for term in shipped().values() if clause in term.clauses]
        files = [name for name, text in said.items() if _names(clause, text)]
        tests = [name for name, text in tested if _names(clause, text)]
        commands = [name for name in row["commands"] if name in COMMANDS]
        lacks = [what for what, found in (("code", files), ("a test", tests), ("a command", commands)) if not found]
        missing += [f"{clause} has no {what}" for what in lacks]
        unknown = sorted(set(row["commands"]) - set(COMMANDS))
        missing += [f"{clause} names the command {name}, which is none" for name in unknown]
        rows.append(
            (
                clause,
                f"{row['says']['en']} {row['says']['zh']}",
                ", ".join(dict.fromkeys(duties)),
                ", ".join(code(f"tocsin {name}") for name in commands),
                _some(files),
                _some(tests),
            )
        )
    words = " ".join(text for _, text in tested)
    missing += [
        f"{ob} has no test" for ob in sorted({term.ob for term in shipped().values() if term.ob}) if ob not in words
    ]
    if missing:
        raise NotCarried("; ".join(missing))
    return HEAD + "\n" + table(("Clause", "Says in short", "Duties", "Commands", "Code", "Proved by"), rows) + "\n"


def _code() -> Iterator[tuple[str, str]]:
    """(file, its text) of everything that runs, tables included."""
    for path in sorted([*(ROOT / "agent").rglob("*.py"), *(ROOT / "collectors").glob("*.py")]):
        yield str(path.relative_to(ROOT)), path.read_text()
    for path in sorted((ROOT / "agent/agreement").rglob("*.yaml")):
        if path.name != "clauses.yaml":
            yield str(path.relative_to(ROOT)), path.read_text()


def _tests() -> Iterator[tuple[str, str]]:
    """(test, its docstring)."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and (doc := ast.get_docstring(node)):
                yield f"{path.relative_to(ROOT)}::{node.name}", doc


def _names(clause: str, text: str) -> bool:
    """Whether the text names the clause: as `3.4(d)`, or of a chapter's head the word itself."""
    if clause == "head":
        return re.search(r"\bhead of the agreement\b|\bhead\b of a party", text) is not None
    return re.search(rf"(?<![\d.]){re.escape(clause)}(?![\d(])", OTHERS.sub("", text)) is not None


def _some(names: list[str]) -> str:
    shown = ", ".join(code(name.rpartition("::")[2] if "::" in name else name) for name in names[:SHOWN])
    return shown + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
