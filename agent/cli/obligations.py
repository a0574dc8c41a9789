"""`tocsin obligations`: what is owed, by whom, until when."""

from datetime import datetime, timedelta
from typing import Any

import click

from agent import clock
from agent.cli import client, output, times

TITLES = ("duty", "clause", "of", "owed by", "state", "due", "left", "basis")
OPEN = ("running", "paused", "overdue")
ENDED = ("met", "met_late", "waived", "lapsed", "void", "superseded")


@click.command()
@click.option("--overdue", is_flag=True, help="Only what is overdue now.")
@click.option("--all", "everything", is_flag=True, help="Also what is met, waived, lapsed, void or superseded.")
@click.option("--state", "states", multiple=True, type=click.Choice((*OPEN, *ENDED)), help="Only these.")
@click.option("--incident", default="", metavar="INC", help="Only those of this incident.")
@click.option("--report", default="", metavar="REP", help="Only those of this report.")
@click.option("--debtor", type=click.Choice(["provider", "customer", "both"]), help="Only what this party owes.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@client.url_option
@output.json_option
def obligations(
    overdue: bool,
    everything: bool,
    states: tuple[str, ...],
    incident: str,
    report: str,
    debtor: str | None,
    limit: int,
    url: str,
    as_json: bool,
) -> None:
    """List what is owed and not done yet, the latest begun first: who owes it, until when, how long is left.

    A limit that nobody signed is a target; missing it reads so, and makes no overdue record.

    \b
    Examples:
      tocsin obligations
      tocsin obligations --overdue
      tocsin obligations --incident INC-20261123-001 --all
      tocsin obligations --debtor provider --json
    """
    wanted = ("overdue",) if overdue else states or (() if everything else OPEN)
    asked = {"incident": incident, "report": report, "debtor": debtor}
    narrowed: dict[str, Any] = {name: value for name, value in asked.items() if value}
    found = client.call(url, "GET", "/obligations", state=wanted, limit=limit, **narrowed)
    output.answer(found, as_json, _show)


def _show(found: dict[str, Any]) -> None:
    output.table(TITLES, (_row(each) for each in found["items"]), "nothing is owed")
    if found.get("next"):
        click.echo("there are more: raise --limit, or narrow with --incident or --debtor", err=True)


def _row(owed: dict[str, Any]) -> tuple[str | output.Marked, ...]:
    return (
        (owed.get("duty") or {}).get("en") or owed["name"].replace("_", " "),
        ", ".join(owed["clauses"]),
        owed.get("report") or owed.get("incident") or owed.get("about") or "",
        owed["debtor"],
        _state(owed),
        output.local(owed["due_at"]),
        _left(owed, clock.now()),
        "target" if owed["target"] else owed["basis"],
    )


def _state(owed: dict[str, Any]) -> str | output.Marked:
    """In words; a target that was missed is no overdue record (fact 2)."""
    if owed["state"] == "overdue":
        return output.Marked("target missed", "yellow") if owed["target"] else output.Marked("overdue", "red")
    state = str(owed["state"]).replace("_", " ")
    return output.Marked(f"{state}, disputed", "yellow") if owed.get("disputed") else state


def _left(owed: dict[str, Any], now: datetime) -> str:
    """`12m`, or `-3m` past its due time; of what has ended nothing."""
    if owed["state"] not in OPEN:
        return ""
    left = datetime.fromisoformat(owed["due_at"]) - now
    whole = timedelta(seconds=round(abs(left).total_seconds()))
    return times.span(whole) if left >= timedelta() else f"-{times.span(whole)}"
