"""`tocsin try`: what would happen if a function had a state now; the provider gets it as a marked trial."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import click

from agent.cli import client, output, times, wordings

STATES = ("down", "degraded", "at_risk", "attempt", "suspected", "confirmed", "data_breach")


@click.command("try")
@click.argument("function")
@click.argument("state", type=click.Choice(STATES))
@click.option("--by", default="", metavar="CONTACT", help="Who tries it, a contact of the provider.")
@click.option("--dry-run", is_flag=True, help="Only show it; nobody is told.")
@client.url_option
@output.json_option
def try_(function: str, state: str, by: str, dry_run: bool, url: str, as_json: bool) -> None:
    """Show what would happen if FUNCTION were in STATE now: the grade and its rules, who would be told when, by which
    channels, in which words. Then the provider's people get it, marked [TRIAL]; the customer's copy goes to the
    provider's coordinator. Nothing is opened, no clock runs, and the customer hears nothing.

    It is refused while an incident of grade 1 or 2 is going on; --dry-run never is.

    \b
    Examples:
      tocsin try checkout down --dry-run
      tocsin try checkout down --by lee
      tocsin try ledger degraded --dry-run --json | jq '{grade, rules, told: [.told[].contact]}'
    """
    body = {"function": function, "state": state, "by": by or None, "dry_run": dry_run}
    tried = client.call(url, "POST", "/trials", body)
    output.answer(tried, as_json, _show)


def _show(tried: dict[str, Any]) -> None:
    colour = {1: "red", 2: "yellow", 3: "cyan"}.get(tried["grade"])
    output.line(_headline(tried), bold=True, fg=colour)
    for line in _course(tried):
        output.line(line)
    wordings.show(tried["told"])
    for ladder in tried["ladders"]:
        click.echo()
        rungs = "; ".join(
            f"{output.local(each['at'], seconds=True)} {', '.join(each['to'])}" for each in ladder["rungs"]
        )
        output.line(f"{ladder['party']}: until somebody acknowledges", bold=True)
        output.line(f"  called: {rungs or 'nobody else'}; then over again")
    click.echo()
    output.line(_sent(tried))


def _headline(tried: dict[str, Any]) -> str:
    what = f"{tried['function']} {tried['state'].replace('_', ' ')}"
    if tried["outcome"] == "maintenance":
        return f"{what}: recorded and not told, it stands in maintenance until {output.local(tried['until'])}"
    if tried["outcome"] == "alert_only":
        return f"{what}: alert only, on record; no incident, nobody is told"
    provisional = ", provisional" if tried["provisional"] else ""
    where = f"it joins {tried['incident']}, " if tried["incident"] else ""
    return f"{what}: {where}grade {tried['grade']}{provisional}"


def _course(tried: dict[str, Any]) -> Iterator[str]:
    if tried["rules"]:
        yield f"rules     {', '.join(tried['rules'])}"
    now = datetime.fromisoformat(tried["at"])
    for lift in tried["lifts"]:
        after = times.span(max(datetime.fromisoformat(lift["at"]) - now, timedelta()))
        condition = ", given second evidence" if lift["needs_second_evidence"] else ""
        yield f"then      grade {lift['grade']} after {after}{condition} (R7)"
    if tried["outcome"] == "joined" and not tried["told"]:
        yield "told      nobody anew: nothing changes for the incident"


def _sent(tried: dict[str, Any]) -> str:
    if tried["sent"]:
        return f"sent      marked trials to {wordings.people(tried['sent'])}"
    return "sent      nothing" + (": a dry run" if tried["dry_run"] else "")
