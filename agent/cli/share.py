"""`tocsin share`: put a material fact on the shared timeline."""

from typing import Any

import click

from agent.cli import client, output, times
from agent.cli.phoned import Call, called_option, on_the_phone


@click.command()
@click.argument("incident")
@click.option("--by", required=True, metavar="CONTACT", help="Who shares it.")
@click.option("--text", required=True, help="What became known, in words that the other party may read.")
@click.option("--known-at", default="", metavar="TIME", help="Since when: 02:40, or how long ago: 40m. Else now.")
@called_option
@client.url_option
@output.json_option
def share(incident: str, by: str, text: str, known_at: str, called: Call, url: str, as_json: bool) -> None:
    """Share a material fact with the other party (2.2(c), 2.3(c), 3.5). It is told at once, in these words.

    Its clock runs from when it was known, so that a late share is on record as late.

    \b
    Examples:
      tocsin share INC-20261123-001 --by wang --text "the acquirer changed its certificate at 02:00"
      tocsin share 20261123-001 --by lee --text "card numbers may stand in a log" --known-at 02:40
    """
    body: dict[str, Any] = {"by": by, "means": "cli", "text": text, **on_the_phone(called)}
    if known_at:
        body["known_at"] = times.behind(known_at).isoformat()
    done = client.call(url, "POST", client.incident_path(incident, "facts"), body)
    output.answer(done, as_json, _show)


def _show(entry: dict[str, Any]) -> None:
    other = "customer" if entry["party"] == "provider" else "provider"
    already = "was shared already" if entry.get("repeated") else f"on file; the {other} is told"
    output.line(f"{entry['about']} {already}, {output.local(entry['at'], seconds=True)}")
