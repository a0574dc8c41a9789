"""`tocsin update`: tell how it goes."""

from typing import Any

import click

from agent.cli import client, output, times
from agent.cli.phoned import Call, called_option, on_the_phone


@click.command()
@click.argument("incident")
@click.option("--by", required=True, metavar="CONTACT", help="Who tells it.")
@called_option
@click.option("--text", required=True, help="How it goes, in your own words.")
@click.option("--done", default="", help="What is done.")
@click.option("--doing", default="", help="What is being done.")
@click.option("--next", "next_step", default="", help="What comes next.")
@click.option("--eta", default="", metavar="TIME", help="When it is expected back: 04:30, or 90m from now.")
@click.option("--confidence", type=click.Choice(["low", "medium", "high"]), default=None, help="How sure that is.")
@click.option("--workaround", default="", help="What helps meanwhile.")
@click.option("--cause", default="", help="The cause, once it is known.")
@click.option(
    "--next-update",
    default="",
    metavar="TIME",
    help="When the next one comes: 30m from now, or 04:10; no later than it is owed.",
)
@click.option("--about", default="", metavar="ENTRY", help="The objection that it answers: INC-20261123-001/7.")
@client.url_option
@output.json_option
def update(
    incident: str,
    by: str,
    called: Call,
    text: str,
    done: str,
    doing: str,
    next_step: str,
    eta: str,
    confidence: str | None,
    workaround: str,
    cause: str,
    next_update: str,
    about: str,
    url: str,
    as_json: bool,
) -> None:
    """Tell both parties how it goes (3.5). It meets the duty of progress; the same words again do not.

    \b
    Examples:
      tocsin update INC-20261123-001 --by lee --text "about 40 % back" --done "pool restarted"
      tocsin update 20261123-001 --by lee --text "standby warming up" --eta 04:30 --confidence low --next-update 30m
      tocsin update 20261123-001 --as wang --by chen --called-at 10m --text "two shops pay cash"
    """
    said = {"text": text, "done": done, "doing": doing, "next": next_step, "workaround": workaround, "cause": cause}
    body: dict[str, Any] = {"by": by, "means": "cli", "about": about, "confidence": confidence or "", **said}
    body |= on_the_phone(called)
    for name, value in (("eta", eta), ("next_update_at", next_update)):
        if value:
            body[name] = times.ahead(value).isoformat()
    body = {name: value for name, value in body.items() if value}
    told = client.call(url, "POST", client.incident_path(incident, "updates"), body)
    output.answer(told, as_json, _show)


def _show(entry: dict[str, Any]) -> None:
    if entry.get("repeated"):
        output.line(f"{entry['id']} says the very same already: nothing was told, and nothing is met by it")
    else:
        output.line(f"{entry['id']} on file, {output.local(entry['at'], seconds=True)}; both parties are told")
