"""What is put on record for somebody else, or after a call: for whom, by what means, and when it was said (fact 15)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from agent.cli import times

MEANS = ("cli", "phone")


@dataclass(frozen=True, slots=True)
class Call:
    """How an act came to the one who types it."""

    at: str = ""
    means: str = ""
    recorded_by: str = ""


def called_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--as`, `--means` and `--called-at` of an acting command, handed over as `called`.

    With `--as` the act is that person's, and `--by` is who writes it down for them.
    """
    return _options(_merged(command, for_whom=True), has_as=True)


def recorder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same where `--as` is the command's own: `--by` is who writes it down."""
    return _options(_merged(command, for_whom=False), has_as=False)


def on_the_phone(called: Any) -> dict[str, Any]:
    """What the API is told of it; {} where the person types it themself."""
    found: dict[str, Any] = {}
    if called.at:
        found["called_at"] = times.behind(called.at).isoformat()
    if called.means or called.at:
        found["means"] = called.means or "phone"
    if called.recorded_by:
        found["recorded_by"] = called.recorded_by
    return found


def _merged(command: Callable[..., Any], *, for_whom: bool) -> Callable[..., Any]:
    @wraps(command)
    def merged(called_at: str, means: str | None, recorder: str, **given: Any) -> Any:
        if for_whom and recorder:  # `--as` names the one who acted, `--by` the one who types
            given["by"], recorder = recorder, given.get("by") or ""
        return command(called=Call(called_at, means or "", recorder), **given)

    return merged


def _options(command: Callable[..., Any], *, has_as: bool) -> Callable[..., Any]:
    name = "--as" if has_as else "--by"
    text = "For whom it is recorded; then --by is who records it." if has_as else "Who records it for them."
    options = (
        click.option(name, "recorder", default="", metavar="CONTACT", help=text),
        click.option("--means", type=click.Choice(MEANS), default=None, help="How it was said."),
        click.option(
            "--called-at",
            "--called",
            "called_at",
            default="",
            metavar="TIME",
            help="Told on the phone: when (02:40), or how long ago (5m). It counts from then.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
