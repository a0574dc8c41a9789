"""What was said on the phone and is put on file afterwards: when it was said (fact 15)."""

from typing import Any

import click

from agent.cli import times

called_option = click.option(
    "--called", default="", metavar="TIME", help="Told on the phone: when (02:40), or how long ago (5m)."
)


def on_the_phone(called: str) -> dict[str, Any]:
    """`called_at` of an act, where there was a call."""
    return {"called_at": times.behind(called).isoformat()} if called else {}
