"""`tocsin incidents`: what is going on, newest first."""

from typing import Any

import click

from agent.cli import client, maintenance, output
from agent.errors import TocsinError

STATES = ("open", "verifying", "recovered", "closed", "void")
TITLES = ("number", "grade", "state", "kind", "functions", "since", "provider", "customer")


@click.command()
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only these; may be repeated.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@client.url_option
@output.json_option
def incidents(states: tuple[str, ...], limit: int, url: str, as_json: bool) -> None:
    """List incidents, newest first. A grade with a question mark is provisional.

    \b
    Examples:
      tocsin incidents
      tocsin incidents --state open --state verifying
      tocsin incidents --json | jq -r '.items[].number'
    """
    found = client.call(url, "GET", "/incidents", state=states, limit=limit)
    output.answer(found, as_json, lambda value: _show(value, url))


def _show(found: dict[str, Any], url: str) -> None:
    output.table(TITLES, (_row(each) for each in found["items"]), "no incidents")
    if found.get("next"):
        click.echo("there are more: raise --limit, or narrow with --state", err=True)
    for line in _maintenance(url):
        click.echo(output.safe(line), err=True)


def _maintenance(url: str) -> list[str]:
    """Windows under way: what begins in them is no incident yet."""
    try:
        return list(maintenance.shown_beside(client.call(url, "GET", "/maintenance")))
    except TocsinError:  # the list of incidents stands for itself
        return []


def _row(incident: dict[str, Any]) -> tuple[str | output.Marked, ...]:
    acknowledged = incident.get("acknowledged") or {}
    return (
        incident["number"],
        output.graded(incident["grade"], bool(incident.get("provisional"))),
        incident["state"],
        incident["kind"],
        ", ".join(incident.get("functions") or ()),
        output.local(incident.get("started_at")),
        _who(acknowledged.get("provider")),
        _who(acknowledged.get("customer")),
    )


def _who(by: dict[str, Any] | None) -> str:
    return (by.get("contact") or "") if by else "–"
