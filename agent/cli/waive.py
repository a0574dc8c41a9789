"""`tocsin waive`: let a duty go that the other party owes."""

from typing import Any

import click

from agent.cli import client, output
from agent.cli.phoned import Call, called_option, on_the_phone


@click.command()
@click.argument("incident")
@click.argument("duty")
@click.option("--by", required=True, metavar="CONTACT", help="Who lets it go: a principal or coordinator.")
@click.option("--because", required=True, help="Why.")
@called_option
@client.url_option
@output.json_option
def waive(incident: str, duty: str, by: str, because: str, called: Call, url: str, as_json: bool) -> None:
    """Let a duty go that is owed to your party. Nobody lets go of what it owes itself, nor of a mere target.

    DUTY is its OB number, its name, or its whole id where it is owed more than once; `tocsin obligations --json` has
    the ids.

    \b
    Examples:
      tocsin waive INC-20261123-001 OB-503 --by wang --because "the shop is shut tonight"
      tocsin waive 20261123-001 feed_back --by lee --because "known by now"
    """
    body: dict[str, Any] = {"by": by, "means": "cli", "duty": duty, "text": because, **on_the_phone(called)}
    done = client.call(url, "POST", client.incident_path(incident, "waivers"), body)
    output.answer(done, as_json, _show)


def _show(entry: dict[str, Any]) -> None:
    already = "was let go already" if entry.get("repeated") else "is owed no more"
    output.line(f"{entry['about']} {already}, {output.local(entry['at'], seconds=True)}")
