"""`tocsin phase | accept | object`: the phases of 3.4, and the customer's answer to a recovery."""

from typing import Any

import click

from agent.cli import client, output

PHASES = ("assessment", "containment", "eradication", "recovery", "review")


@click.command()
@click.argument("incident")
@click.argument("phase", type=click.Choice(PHASES))
@click.option("--by", required=True, metavar="CONTACT", help="Who records it, a contact of the provider.")
@click.option("--text", required=True, help="What was done and found; of what does not apply, why.")
@click.option("--not-applicable", is_flag=True, help="There is nothing to do in this phase, for the reason given.")
@click.option("--cause", default="", help="The cause, once it is known.")
@client.url_option
@output.json_option
def phase(
    incident: str, phase: str, by: str, text: str, not_applicable: bool, cause: str, url: str, as_json: bool
) -> None:
    """Record a phase, or why it does not apply (3.4). Phases may overlap; an assessment confirms the grade.

    The recovery is verified by `tocsin verify` and the agent's own gate; the review follows it.

    \b
    Examples:
      tocsin phase INC-20261123-001 assessment --by lee --text "connection pool exhausted" --cause "a leak"
      tocsin phase 20261123-001 containment --by lee --not-applicable --text "one process, nothing spreads"
    """
    body: dict[str, Any] = {"by": by, "means": "cli", "phase": phase, "text": text, "not_applicable": not_applicable}
    if cause:
        body["cause"] = cause
    done = client.call(url, "POST", client.incident_path(incident, "phases"), body)
    output.answer(done, as_json, _show_recorded)


def _show_recorded(entry: dict[str, Any]) -> None:
    what = f"{entry['what']} does not apply" if entry.get("not_applicable") else f"{entry['what']} recorded"
    already = "already on file" if entry.get("repeated") else "on file"
    output.line(f"{what}: {entry['id']} {already}, {output.local(entry['at'], seconds=True)}")


@click.command()
@click.argument("incident")
@click.option("--recovery", is_flag=True, required=True, help="It works again.")
@click.option("--by", required=True, metavar="CONTACT", help="Who says so, a contact of the customer.")
@click.option("--text", default="", help="What was looked at.")
@client.url_option
@output.json_option
def accept(incident: str, recovery: bool, by: str, text: str, url: str, as_json: bool) -> None:
    """Confirm for the customer that it works again (4.2(c)).

    \b
    Example:
      tocsin accept INC-20261123-001 --recovery --by wang
    """
    _answer(incident, "confirmed", by, text, url, as_json)


@click.command()
@click.argument("incident")
@click.option("--recovery", is_flag=True, required=True, help="It does not work as it should.")
@click.option("--by", required=True, metavar="CONTACT", help="Who objects, a contact of the customer.")
@click.option("--text", required=True, help="What does not work.")
@client.url_option
@output.json_option
def object(incident: str, recovery: bool, by: str, text: str, url: str, as_json: bool) -> None:  # noqa: A001
    """Object for the customer to a recovery (4.2(c)). Until it is answered the incident is not closed.

    \b
    Example:
      tocsin object INC-20261123-001 --recovery --by wang --text "the tills of two shops still fail"
    """
    _answer(incident, "objection", by, text, url, as_json)


def _answer(incident: str, answer: str, by: str, text: str, url: str, as_json: bool) -> None:
    body = {"by": by, "means": "cli", "answer": answer, **({"text": text} if text else {})}
    done = client.call(url, "POST", client.incident_path(incident, "recovery"), body)
    output.answer(done, as_json, lambda entry: output.line(f"{entry['what']}: {entry['id']} on file"))
