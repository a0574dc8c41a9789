"""`tocsin plan`: the response plan of an incident, and its steps ticked."""

from typing import Any

import click

from agent.cli import client, output
from agent.cli.phoned import Call, called_option, on_the_phone


@click.command()
@click.argument("incident")
@click.argument("act", type=click.Choice(["tick"]), required=False)
@click.argument("step", type=click.IntRange(1, 999), required=False)
@click.option("--by", metavar="CONTACT", help="Who did it, a contact of the provider.")
@click.option("--text", default="", help="What there is to say about it.")
@called_option
@client.url_option
@output.json_option
def plan(
    incident: str,
    act: str | None,
    step: int | None,
    by: str | None,
    text: str,
    called: Call,
    url: str,
    as_json: bool,
) -> None:
    """Show the response plan that was pinned to an incident, or tick a step of it (3.1).

    It is the plan that fitted when the incident took its grade: a later change of the file changes nothing.

    \b
    Examples:
      tocsin plan INC-20261123-001
      tocsin plan INC-20261123-001 tick 2 --by chen
      tocsin plan 20261123-001 tick 3 --by chen --text "standby answers since 03:20"
    """
    path = client.incident_path(incident, "plan")
    if act is None:
        output.answer(client.call(url, "GET", path), as_json, _show)
        return
    if step is None or not by:
        raise click.UsageError("say which step is done, and --by whom")
    body: dict[str, Any] = {"by": by, "means": "cli", "step": step, **({"text": text} if text else {})}
    body |= on_the_phone(called)
    output.answer(client.call(url, "POST", path, body), as_json, _show_ticked)


def _show(found: dict[str, Any]) -> None:
    about = f" for {found['function']}" if found.get("function") else ""
    output.line(f"{found['incident']}: plan of grade {found['grade']}{about}", bold=True)
    if found.get("link"):
        output.line(found["link"])
    for step in found["steps"]:
        done = f"  {step['done_by']}, {output.local(step['done_at'])}" if step.get("done_by") else ""
        output.line(f"{'[x]' if done else '[ ]'} {step['number']} {step['words']}{done}")


def _show_ticked(entry: dict[str, Any]) -> None:
    already = "was ticked already" if entry.get("repeated") else "is done"
    output.line(f"step {entry['said']['step']} {already}: {entry['said']['words']} ({entry['by']})")
