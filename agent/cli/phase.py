"""`tocsin phase`: the phases of 3.4."""

from typing import Any

import click

from agent.cli import client, output, recovered
from agent.cli.phoned import Call, called_option, on_the_phone

PHASES = ("assessment", "containment", "eradication", "recovery", "review")


@click.command()
@click.argument("incident")
@click.argument("phase", type=click.Choice(PHASES))
@click.option("--by", required=True, metavar="CONTACT", help="Who records it, a contact of the provider.")
@called_option
@click.option("--text", required=True, help="What was done and found; of what does not apply, why.")
@click.option("--not-applicable", is_flag=True, help="There is nothing to do in this phase, for the reason given.")
@click.option("--cause", default="", help="The cause, once it is known.")
@recovered.options
@client.url_option
@output.json_option
def phase(
    incident: str,
    phase: str,
    by: str,
    called: Call,
    text: str,
    not_applicable: bool,
    cause: str,
    url: str,
    as_json: bool,
    **said: Any,
) -> None:
    """Record a phase, or why it does not apply (3.4). Phases may overlap; an assessment confirms the grade.

    The recovery is verified by `tocsin verify` and the agent's own gate; the review follows it. Of the recovery alone
    you can say what was checked, lost, done and is left: the recovery notice tells it.

    \b
    Examples:
      tocsin phase INC-20261123-001 assessment --by lee --text "connection pool exhausted" --cause "a leak"
      tocsin phase 20261123-001 containment --by lee --not-applicable --text "one process, nothing spreads"
      tocsin phase 20261123-001 recovery --by lee --text "standby took over" --fix "standby in use" --temporary
    """
    body: dict[str, Any] = {"by": by, "means": "cli", "phase": phase, "text": text, "not_applicable": not_applicable}
    body |= on_the_phone(called)
    if cause:
        body["cause"] = cause
    body |= recovered.words(**said)
    done = client.call(url, "POST", client.incident_path(incident, "phases"), body)
    output.answer(done, as_json, _show_recorded)


def _show_recorded(entry: dict[str, Any]) -> None:
    what = f"{entry['what']} does not apply" if entry.get("not_applicable") else f"{entry['what']} recorded"
    already = "already on file" if entry.get("repeated") else "on file"
    output.line(f"{what}: {entry['id']} {already}, {output.local(entry['at'], seconds=True)}")
