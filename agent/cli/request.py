"""`tocsin request | answer`: what one party asks of the other during an incident, and what that says to it."""

from typing import Any
from urllib.parse import quote

import click

from agent.cli import client, output
from agent.cli.phoned import Call, called_option, on_the_phone

SORTS = ("support", "cooperation", "feedback", "invitation")
TITLES = ("no.", "asked of", "for", "due", "state", "request")


@click.command()
@click.argument("incident")
@click.argument("what", type=click.Choice(SORTS), required=False)
@click.option("--by", metavar="CONTACT", help="Who asks.")
@click.option("--text", "--what", "text", default="", help="What is asked, in your own words.")
@click.option("--list", "is_list", is_flag=True, help="List what waits for an answer.")
@click.option("--all", "is_all", is_flag=True, help="With --list: also what is answered.")
@called_option
@client.url_option
@output.json_option
def request(
    incident: str,
    what: str | None,
    by: str | None,
    text: str,
    is_list: bool,
    is_all: bool,
    called: Call,
    url: str,
    as_json: bool,
) -> None:
    """Ask the other party for something; it is told by when to answer.

    The customer asks the provider for support (2.2(c)); the provider asks the customer for cooperation (4.2(b)) and for
    feedback on its own handling (4.2(c)); either invites the other to a drill, a review or an analysis (2.2(d),
    2.3(d)). While a request for cooperation is unanswered the provider's time for restoration stands still.

    \b
    Examples:
      tocsin request INC-20261123-001 cooperation --by lee --text "may batch reconciliation stop?"
      tocsin request 20261123-001 support --by wang --text "how do we reprint receipts?"
      tocsin request INC-20261123-001 --list
    """
    path = client.incident_path(incident, "requests")
    if is_list:
        found = client.call(url, "GET", path, open="" if is_all else "true")
        output.answer(found, as_json, _show_list)
        return
    if not what or not by or not text:
        raise click.UsageError(f"say what is asked ({', '.join(SORTS)}), --by whom and its --text; or --list")
    body: dict[str, Any] = {"by": by, "means": "cli", "what": what, "text": text, **on_the_phone(called)}
    done = client.call(url, "POST", path, body)
    output.answer(done, as_json, _show_asked)


@click.command()
@click.argument("incident")
@click.argument("number")
@click.option("--by", required=True, metavar="CONTACT", help="Who answers, a contact of the party that was asked.")
@click.option("--text", required=True, help="The answer, in your own words.")
@called_option
@client.url_option
@output.json_option
def answer(incident: str, number: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Answer a request of the other party, once; who asked is told.

    \b
    Example:
      tocsin answer INC-20261123-001 R-2 --by wang --text "yes, until 06:00"
    """
    path = client.incident_path(incident, f"requests/{quote(number.strip(), safe='')}/answer")
    body = {"by": by, "means": "cli", "text": text, **on_the_phone(called)}
    output.answer(client.call(url, "POST", path, body), as_json, _show_answered)


def _show_asked(entry: dict[str, Any]) -> None:
    other = "customer" if entry["party"] == "provider" else "provider"
    already = "was asked already" if entry.get("repeated") else f"on file; the {other} is told"
    output.line(f"{entry['about']}, {entry['what']}: {already}, {output.local(entry['at'], seconds=True)}")


def _show_answered(entry: dict[str, Any]) -> None:
    already = "was on file already" if entry.get("repeated") else "on file; who asked is told"
    output.line(f"answer to {entry['about']}: {already}, {output.local(entry['at'], seconds=True)}")


def _show_list(found: dict[str, Any]) -> None:
    output.table(TITLES, (_row(each) for each in found["items"]), "nothing waits for an answer")


def _row(each: dict[str, Any]) -> tuple[str | output.Marked, ...]:
    due = output.local(each["respond_by"]) if each.get("respond_by") else ""
    state = f"answered by {each['answered_by']}" if each.get("answered_by") else each["state"].replace("_", " ")
    said = f"{each['by']}: {each['text']}" + (f" / {each['answered_by']}: {each['answer']}" if each["answer"] else "")
    return (
        each["number"],
        each["asked"],
        each["what"],
        due + (" (target)" if due and each["target"] else ""),
        state,
        said,
    )
