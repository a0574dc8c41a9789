"""Answers for people and for scripts: `--json` prints the value, else a table or sentences."""

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
LANGUAGE = ("--language", "--lang", "language")
"""How a command that speaks both languages is told which."""
language_option = click.option(*LANGUAGE, type=click.Choice(["en", "zh"]), default="en", show_default=True)

# what a terminal may act on, or that cannot be written as UTF-8; JSON may escape any character
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHOWN = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": "�"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A cell with a colour of its own."""

    text: str
    style: str


def answer(value: Any, as_json: bool, show: Callable[[Any], None]) -> None:
    """Print `value` as JSON, or let `show` print it for a person."""
    if as_json:
        text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
        click.echo(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
    else:
        show(value)


def line(text: str, **style: Any) -> None:
    """One line for a person: what came from outside cannot break it, nor act on the terminal."""
    click.echo(click.style(safe(text), **style) if style else safe(text))


def safe(text: str) -> str:
    """The text as one line that no terminal acts on."""
    return "".join(_SHOWN.get(unicodedata.category(letter), letter) for letter in text)


def is_terminal() -> bool:
    return sys.stdout.isatty()


def table(titles: Sequence[str], rows: Iterable[Sequence[str | Marked]], empty: str) -> None:
    """A table on a terminal; tab-separated lines, never wrapped, elsewhere."""
    listed = [tuple(row) for row in rows]
    if not listed:
        click.echo(empty, err=not is_terminal())
    elif is_terminal():
        _drawn(titles, listed)
    else:
        for row in listed:
            click.echo("\t".join(safe(_text(cell)) for cell in row))


def _drawn(titles: Sequence[str], rows: Iterable[Sequence[str | Marked]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, header_style="bold")
    for place, title in enumerate(titles):
        # what a row is called is needed whole, to be copied; of the rest nothing is cut away either
        made.add_column(title, no_wrap=place == 0, overflow="fold")
    for row in rows:
        made.add_row(*(Text(safe(_text(cell)), cell.style if isinstance(cell, Marked) else "") for cell in row))
    Console().print(made)


def _text(cell: str | Marked) -> str:
    return cell.text if isinstance(cell, Marked) else cell


def local(text: str | None, *, seconds: bool = False) -> str:
    """An API time in this machine's zone: `11-23 03:02`."""
    if not text:
        return ""
    return datetime.fromisoformat(text).astimezone().strftime("%m-%d %H:%M:%S" if seconds else "%m-%d %H:%M")


def graded(grade: int, provisional: bool = False) -> Marked:
    """The grade in its colour; `2?` while nobody has confirmed it."""
    style = {1: "bold red", 2: "yellow", 3: "cyan"}.get(grade, "")
    return Marked(f"{grade}{'?' if provisional else ''}", style)
