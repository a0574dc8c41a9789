"""What contacts are told, or would be, read out: one text for each party and language, and who gets it."""

from collections.abc import Iterable
from typing import Any

import click

from agent.cli import output


def people(told: Iterable[dict[str, Any]]) -> str:
    """`chen (provider), wang (customer)`, each once."""
    return ", ".join(dict.fromkeys(f"{each['contact']} ({each['party']})" for each in told))


def show(told: Iterable[dict[str, Any]]) -> None:
    """Who is told when, by which channels and why, and below it the words."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for each in told:
        groups.setdefault((each["party"], each["type"], each["at"], each["text"]), []).append(each)
    for (party, type_, at, text), copies in groups.items():
        click.echo()
        when = f"held until {output.local(at, seconds=True)}" if copies[0]["held"] else "at once"
        trial = ", marked as a trial" if copies[0]["trial"] else ""
        output.line(f"{party}: {type_.replace('_', ' ')}, {when}{trial}", bold=True)
        for each in copies:
            output.line(f"  {each['contact']} by {', '.join(each['channels']) or 'no working channel'}: {each['why']}")
        for line in text.splitlines():
            output.line(f"    {line}")
