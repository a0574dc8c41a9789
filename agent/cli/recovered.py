"""What can be said of a recovery, with `tocsin verify` and with the record of its phase (3.4(d))."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def options(command: Command) -> Command:
    """The options by which it is said; `words` reads them."""
    for option in (
        click.option("--risk", default="", help="What may still go wrong, and until when."),
        click.option("--temporary/--permanent", "is_temporary", default=None, help="What sort of fix that is."),
        click.option("--fix", default="", help="What was done about it."),
        click.option("--data", default="", help="Whether data were lost."),
        click.option(
            "--checked",
            multiple=True,
            metavar="METHOD: RESULT",
            help='How it was checked, and with what result: "paid one order: went through"; may be repeated.',
        ),
    ):
        command = option(command)
    return command


def words(checked: tuple[str, ...], data: str, fix: str, is_temporary: bool | None, risk: str) -> dict[str, Any]:
    """As the API takes them; what nobody said is left out."""
    said: dict[str, Any] = {"checked": list(checked), "data": data, "fix": fix, "is_temporary": is_temporary}
    return {name: value for name, value in {**said, "risk": risk}.items() if value not in (None, "", [])}
