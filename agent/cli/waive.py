"""`tocsin waive`: let a duty go that the other party owes, or ask to be let off one."""

from typing import Any

import click

from agent.cli import client, output
from agent.cli.phoned import Call, called_option, on_the_phone


@click.command()
@click.argument("incident")
@click.argument("duty")
@click.option("--by", required=True, metavar="CONTACT", help="Who lets it go: a principal or coordinator.")
@click.option("--because", required=True, help="Why.")
@click.option("--ask", is_flag=True, help="Ask the other party to let it go, which your party owes.")
@called_option
@client.url_option
@output.json_option
def waive(incident: str, duty: str, by: str, because: str, ask: bool, called: Call, url: str, as_json: bool) -> None:
    """Let a duty go that is owed to your party; the other party is told. Nobody lets go of what it owes itself, nor of
    a mere target: with --ask the other party reads that you want to be let off, and may.

    DUTY is its OB number, its name, or its whole id where it is owed more than once; `tocsin obligations --json` has
    the ids.

    \b
    Examples:
      tocsin waive INC-20261123-001 OB-503 --by wang --because "the shop is shut tonight"
      tocsin waive 20261123-001 feed_back --by lee --because "known by now"
      tocsin waive 20261123-001 contain --ask --by lee --because "the shop is shut tonight"
    """
    body: dict[str, Any] = {"by": by, "means": "cli", "duty": duty, "text": because, **on_the_phone(called)}
    done = client.call(url, "POST", client.incident_path(incident, "waiver-requests" if ask else "waivers"), body)
    output.answer(done, as_json, _show_asked if ask else _show)


def _show_asked(entry: dict[str, Any]) -> None:
    other = "customer" if entry["party"] == "provider" else "provider"
    already = "was asked before" if entry.get("repeated") else "is asked"
    output.line(f"the {other} {already} to let {entry['about']} go; it is owed until it does")


def _show(entry: dict[str, Any]) -> None:
    if entry.get("on_behalf"):
        said = "stated; where its debtor wrote it down it is owed until the other party confirms it"
        output.line(f"{entry['about']}: {said}, {output.local(entry['at'], seconds=True)}")
        return
    already = "was let go already" if entry.get("repeated") else "is owed no more"
    output.line(f"{entry['about']} {already}, {output.local(entry['at'], seconds=True)}")
