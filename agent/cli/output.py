"""Answers for people and for scripts: `--json` prints the value, else a table or sentences."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


def answer(value: Any, as_json: bool, show: Callable[[Any], None]) -> None:
    """Print `value` as JSON, or let `show` print it for a person."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
    else:
        show(value)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> None:
    """A table on a terminal; tab-separated lines, never wrapped, elsewhere."""
    listed = [tuple(row) for row in rows]
    if not listed:
        click.echo(empty, err=not sys.stdout.isatty())
        return
    if not sys.stdout.isatty():
        for row in listed:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(*titles, box=None, pad_edge=False, header_style="bold")
    for row in listed:
        made.add_row(*(Text.from_ansi(cell) for cell in row))
    Console().print(made)


def local(text: str | None, *, seconds: bool = False) -> str:
    """An API time in this machine's zone: `11-23 03:02`."""
    if not text:
        return ""
    at = datetime.fromisoformat(text).astimezone()
    return at.strftime("%m-%d %H:%M:%S" if seconds else "%m-%d %H:%M")


def grade_mark(grade: int, provisional: bool = False) -> str:
    """The grade in its colour."""
    colour = {1: "red", 2: "yellow", 3: "cyan"}.get(grade, "white")
    return click.style(f"{grade}{'?' if provisional else ''}", fg=colour, bold=grade == 1)
