"""`tocsin record`: what an incident of a grade asks people to put on record (3.3, 3.4(c), R7)."""

from typing import Any

import click

from agent.cli import client, output
from agent.cli.phoned import Call, called_option, on_the_phone

by_option = click.option("--by", required=True, metavar="CONTACT", help="Who says so.")


@click.group()
@click.argument("incident")
@click.pass_context
def record(ctx: click.Context, incident: str) -> None:
    """Put on record what a grade asks for: that the principals spoke, who coordinates, whether one responds.

    \b
    Examples:
      tocsin record INC-20261123-001 conversation --by lee --with wang
      tocsin record INC-20261123-001 coordinator --by lee --contact chen
      tocsin record INC-20261123-001 not-worse --by chen --text "one report of forty"
    """
    ctx.obj = incident


@record.command()
@click.option("--by", required=True, metavar="CONTACT", help="The principal or deputy of one party.")
@click.option("--with", "other", required=True, metavar="CONTACT", help="The principal or deputy of the other.")
@click.option(
    "--medium",
    type=click.Choice(["phone", "video", "meeting", "message"]),
    default="phone",
    show_default=True,
    help="How they spoke.",
)
@called_option
@click.option("--text", default="", help="What was agreed.")
@client.url_option
@output.json_option
@click.pass_obj
def conversation(
    incident: str, by: str, other: str, medium: str, called: Call, text: str, url: str, as_json: bool
) -> None:
    """The heads of both teams spoke (3.3(a)): time, means, both names.

    \b
    Example:
      tocsin record INC-20261123-001 conversation --by lee --with wang --called-at 03:14 --text "switch to standby"
    """
    body: dict[str, Any] = {"by": by, "with": other, "medium": medium, **({"text": text} if text else {})}
    _put(url, incident, "conversations", {**body, **on_the_phone(called)}, as_json)


@record.command()
@by_option
@click.option("--contact", required=True, metavar="CONTACT", help="Who coordinates, of the same party.")
@called_option
@client.url_option
@output.json_option
@click.pass_obj
def coordinator(incident: str, by: str, contact: str, called: Call, url: str, as_json: bool) -> None:
    """Name who coordinates for your party (3.3(b)); the other one reads it in the notices.

    \b
    Example:
      tocsin record INC-20261123-001 coordinator --by wang --contact sun
    """
    _put(url, incident, "coordinators", {"by": by, "contact": contact, **on_the_phone(called)}, as_json)


@record.command()
@click.argument("decision", type=click.Choice(["respond", "not-respond"]))
@by_option
@click.option("--text", required=True, help="Why.")
@called_option
@client.url_option
@output.json_option
@click.pass_obj
def response(incident: str, decision: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Decide in grade 3 whether to respond, with the reason (3.3(c)).

    \b
    Example:
      tocsin record INC-20261123-001 response not-respond --by chen --text "restarts by itself tonight"
    """
    body = {"by": by, "what": decision.replace("-", "_"), "text": text, **on_the_phone(called)}
    _put(url, incident, "response", body, as_json)


@record.command()
@by_option
@click.option("--text", required=True, help="The cause.")
@called_option
@client.url_option
@output.json_option
@click.pass_obj
def cause(incident: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Put the cause on record, once it is known (3.4(c)). Both parties are told; its removal is owed from then on.

    \b
    Example:
      tocsin record INC-20261123-001 cause --by chen --text "a connection leak in the pool"
    """
    _put(url, incident, "cause", {"by": by, "text": text, **on_the_phone(called)}, as_json)


@record.command("not-worse")
@by_option
@click.option("--text", required=True, help="Why it is not worse.")
@called_option
@client.url_option
@output.json_option
@click.pass_obj
def not_worse(incident: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """State that a grade 3 fault is not worse: for 24 h its age does not raise it.

    \b
    Example:
      tocsin record INC-20261123-001 not-worse --by chen --text "one report of forty, nobody waits for it"
    """
    _put(url, incident, "not-worse", {"by": by, "text": text, **on_the_phone(called)}, as_json)


@record.command("same-cause")
@click.argument("answer", type=click.Choice(["same", "other"]))
@by_option
@click.option("--text", required=True, help="What shows it.")
@called_option
@client.url_option
@output.json_option
@click.pass_obj
def same_cause(incident: str, answer: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Say whether what came back has the same cause. Another one becomes an incident of its own; a recovery stands.

    \b
    Examples:
      tocsin record INC-20261123-001 same-cause same --by chen --text "the same pool ran full"
      tocsin record INC-20261123-001 same-cause other --by chen --text "a certificate, not the pool"
    """
    _put(url, incident, "same-cause", {"by": by, "what": answer, "text": text, **on_the_phone(called)}, as_json)


def _put(url: str, incident: str, path: str, body: dict[str, Any], as_json: bool) -> None:
    done = client.call(url, "POST", client.incident_path(incident, path), {"means": "cli", **body})
    output.answer(done, as_json, _show)


def _show(entry: dict[str, Any]) -> None:
    already = "already on file" if entry.get("repeated") else "on file"
    output.line(
        f"{entry['kind'].replace('_', ' ')}: {entry['id']} {already}, {output.local(entry['at'], seconds=True)}"
    )
