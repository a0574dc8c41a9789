"""`tocsin ack | verify | void | close | regrade`: what people do to an incident."""

from typing import Any

import click

from agent.cli import client, output, recovered, times, waiting
from agent.cli.phoned import Call, called_option, on_the_phone, recorder_option


@click.command()
@click.argument("incident")
@click.option("--as", "contact", required=True, metavar="CONTACT", help="Who acknowledges; it counts for their party.")
@recorder_option
@click.option("--progress", default="", help="A first sentence on how it goes; needed where a report waits.")
@click.option(
    "--next-update",
    default="",
    metavar="WHEN",
    help='When the next update comes: 30m from now, or a time such as "04:10"; needed where a report waits.',
)
@client.url_option
@output.json_option
def ack(incident: str, contact: str, called: Call, progress: str, next_update: str, url: str, as_json: bool) -> None:
    """Acknowledge an incident for the party of a contact. The other party goes on being asked.

    INCIDENT may be a report's number. Where a report of the customer waits, the provider's acknowledgement says how it
    goes and when the next update comes (3.2(c)). It is always recorded as stated on the contact's behalf: the other
    party is asked to confirm or to correct it (fact 15). Of a call it counts from when the call was made.

    \b
    Examples:
      tocsin ack INC-20261123-001 --as lee
      tocsin ack 20261123-001 --as wang --by chen --called-at 03:05
      tocsin ack REP-20261123-001 --as lee --progress "logged in, looking at the pool" --next-update 30m
    """
    body: dict[str, Any] = {"contact": contact, "means": "cli", **on_the_phone(called)}
    if progress:
        body["progress"] = progress
    if next_update:
        body["next_update_at"] = times.ahead(next_update).isoformat()
    is_report = incident.strip().upper().startswith("REP-")
    path = client.incident_path(incident, "acknowledgements")
    if is_report:
        path = f"/reports/{incident.strip().upper()}/acknowledgements"
    done = client.call(url, "POST", path, body)
    output.answer(done, as_json, _show_acknowledged)


def _show_acknowledged(done: dict[str, Any]) -> None:
    who, number = done.get("contact", ""), done.get("incident", "")
    if done.get("repeated"):
        output.line(f"{who} had acknowledged {number} already, {output.local(done.get('at'), seconds=True)}")
    else:
        at = output.local(done.get("at"), seconds=True)
        output.line(f"{who} acknowledged {number} for the {done.get('party', 'party')}, {at}")
    if done.get("reports"):
        output.line(f"  and with it {', '.join(done['reports'])}")


@click.command()
@click.argument("incident")
@click.option("--by", required=True, metavar="CONTACT", help="Who states it, a contact of the provider.")
@called_option
@click.option("--note", default="", help="What was checked, and with what result.")
@click.option("--confirm-full", is_flag=True, help="Also state that alerts which the sender left out are clear.")
@click.option(
    "--without",
    multiple=True,
    metavar="PROBE",
    help="A probe that cannot find out: the recovery need not wait for it. Needs --note; may be repeated.",
)
@recovered.options
@client.url_option
@output.json_option
def verify(
    incident: str,
    by: str,
    called: Call,
    note: str,
    confirm_full: bool,
    without: tuple[str, ...],
    url: str,
    as_json: bool,
    **said: Any,
) -> None:
    """State that the function is restored (3.4(d)). Grade 1 and security matters do not recover without it.

    What the recovery waits for is shown by `tocsin show`. A probe that is blind can be left out; one that finds
    something bad cannot, and what it finds bad later counts again. The recovery notice tells the customer what was
    checked, lost, done and is left, in your words; what you do not say reads "being found out".

    \b
    Examples:
      tocsin verify INC-20261123-001 --by lee --note "paid one order"
      tocsin verify INC-20261123-001 --by lee --confirm-full
      tocsin verify INC-20261123-001 --by lee --checked "paid one order: went through" --data "none lost" \\
        --fix "standby in use" --temporary --risk "no spare node until Tuesday"
      tocsin verify INC-20261123-001 --by lee --without till --note "paid at the till by hand"
    """
    body: dict[str, Any] = {"by": by, "note": note, "confirm_full": confirm_full, "without": list(without)}
    body |= {**on_the_phone(called), **recovered.words(**said)}
    _act(url, incident, "verification", body, as_json)


@click.command()
@click.argument("incident")
@click.option("--by", required=True, metavar="CONTACT", help="Who declares it.")
@called_option
@click.option("--reason", required=True, help="What it was instead.")
@client.url_option
@output.json_option
def void(incident: str, by: str, called: Call, reason: str, url: str, as_json: bool) -> None:
    """Void a false alarm; whoever was told of the incident is told so.

    \b
    Example:
      tocsin void INC-20261123-001 --by lee --reason "test of the monitor"
    """
    _act(url, incident, "void", {"by": by, "reason": reason, **on_the_phone(called)}, as_json)


@click.command()
@click.argument("incident")
@click.option("--by", required=True, metavar="CONTACT", help="Who closes it, a contact of the provider.")
@called_option
@click.option("--note", default="", help="What there is to say.")
@click.option("--waive-rest", is_flag=True, help="Let go what the customer left unanswered for 5 working days.")
@client.url_option
@output.json_option
def close(incident: str, by: str, called: Call, note: str, waive_rest: bool, url: str, as_json: bool) -> None:
    """Close a recovered incident. Grade 3 closes by itself 24 h after its recovery.

    Grades 1 and 2 need a record of each phase, or why it does not apply, and nothing open that was agreed on; a refusal
    lists what is missing, and the command for each.

    \b
    Examples:
      tocsin close INC-20261123-001 --by lee
      tocsin close INC-20261123-001 --by lee --waive-rest --note "asked three times, no answer"
    """
    body: dict[str, Any] = {"by": by, "note": note, **on_the_phone(called)}
    if waive_rest:
        body["waive_rest"] = True
    _act(url, incident, "close", body, as_json)


@click.command()
@click.argument("incident")
@click.argument("grade", type=click.IntRange(1, 3))
@click.option("--by", required=True, metavar="CONTACT", help="Who decides.")
@called_option
@click.option("--with", "other", default="", metavar="CONTACT", help="Who decides with them for the other party.")
@click.option("--reason", default="", help="Needed for lowering, and for a decision of both.")
@client.url_option
@output.json_option
def regrade(incident: str, grade: int, by: str, called: Call, other: str, reason: str, url: str, as_json: bool) -> None:
    """Set or confirm the grade. Confirming ends the provisional state and releases what is held for the customer.

    With a lead of each party it is their joint decision (3.1): it settles an objection, and may lower what a party
    accepted. Alone the provider lowers only what the customer does not stand for.

    \b
    Examples:
      tocsin regrade INC-20261123-001 1 --by lee
      tocsin regrade INC-20261123-001 3 --by lee --reason "one of twelve nodes"
      tocsin regrade INC-20261123-001 2 --by lee --with wang --reason "half of the shops work"
    """
    body: dict[str, Any] = {"by": by, "grade": grade, "reason": reason, **({"with": other} if other else {})}
    body |= on_the_phone(called)
    _act(url, incident, "grade", body, as_json)


def _act(url: str, incident: str, act: str, body: dict[str, Any], as_json: bool) -> None:
    """Do it, and say how the incident stands now."""
    done = client.call(url, "POST", client.incident_path(incident, act), body)
    output.answer(done, as_json, _show_standing)


def _show_standing(incident: dict[str, Any]) -> None:
    provisional = ", provisional" if incident.get("provisional") else ""
    output.line(f"{incident['number']} is {incident['state']}, grade {incident['grade']}{provisional}")
    for wait in incident.get("waits_for") or ():
        output.line(f"  waits for {waiting.said(wait, 'en')}")
