"""`tocsin roster`: both teams, what each lacks, and the channel test (OB-101, OB-104)."""

import sys
from collections.abc import Iterator
from typing import Any

import click

from agent.cli import client, output
from agent.cli.faults import FAULTY

TITLES = ("contact", "name", "roles", "channels", "last accepted", "test answered")
PARTIES = click.Choice(["provider", "customer"])


@click.group(invoke_without_command=True)
@click.option("--party", type=PARTIES, help="Only this one's.")
@click.option("--check", is_flag=True, help="Exit 1 where a team is not complete.")
@client.url_option
@output.json_option
@click.pass_context
def roster(context: click.Context, party: str | None, check: bool, url: str, as_json: bool) -> None:
    """Show both parties' people: roles, kinds of channel, when a carrier last took something, who answered this month's
    channel test, and what a team lacks (2.1: a principal, two reachable members, two kinds of channel each).

    \b
    Examples:
      tocsin roster
      tocsin roster --party customer
      tocsin roster --check --json | jq -r '.items[] | select(.complete | not) | .missing[].text'
      tocsin roster test --by lee
    """
    if context.invoked_subcommand is not None:
        return
    found = client.call(url, "GET", "/roster")
    found["items"] = [each for each in found["items"] if party in (None, each["party"])]
    output.answer(found, as_json, _show)
    if check and not all(each["complete"] for each in found["items"]):
        sys.exit(FAULTY)


@roster.command()
@click.option("--by", required=True, metavar="CONTACT", help="Who starts it, somebody of a team.")
@click.option("--party", "parties", type=PARTIES, multiple=True, help="Whose channels; the starter's own if not said.")
@click.option("--contact", "contacts", multiple=True, metavar="CONTACT", help="Only theirs; may be repeated.")
@click.option("--now", is_flag=True, help="At once, also outside working hours.")
@client.url_option
@output.json_option
def test(by: str, parties: tuple[str, ...], contacts: tuple[str, ...], now: bool, url: str, as_json: bool) -> None:
    """Test the channels (OB-104): each contact gets a message marked as a test by every channel, with a link to answer.

    Outside working hours it waits for them. Once every contact of a party has answered within the month, that party has
    met its duty. No test starts by itself.

    \b
    Examples:
      tocsin roster test --by lee
      tocsin roster test --by lee --party provider --party customer
      tocsin roster test --by lee --contact chen --now
    """
    body = {"by": by, "parties": parties, "contacts": contacts, "now": now}
    done = client.call(url, "POST", "/roster/tests", body)
    output.answer(done, as_json, _show_started)


@roster.command()
@click.argument("contact")
@click.option("--test", "number", default="", metavar="TEST", help="Which one; the latest that asked them if not said.")
@click.option(
    "--means", type=click.Choice(["cli", "phone"]), default="cli", show_default=True, help="How they said so."
)
@client.url_option
@output.json_option
def answer(contact: str, number: str, means: str, url: str, as_json: bool) -> None:
    """Record that a test reached CONTACT, who said so other than by the link.

    \b
    Examples:
      tocsin roster answer chen
      tocsin roster answer wang --means phone --test CT-20261123-001
    """
    done = client.call(url, "POST", "/roster/confirmations", {"contact": contact, "test": number, "means": means})
    output.answer(done, as_json, _show_answered)


def _show(found: dict[str, Any]) -> None:
    for each in found["items"]:
        output.line(f"{each['party']}: {_standing(each)}", bold=True)
        for lack in each["missing"]:
            output.line(f"  missing: {lack['text']}", fg="yellow")
        output.table(TITLES, (_row(person) for person in each["contacts"]), "  nobody")


def _standing(each: dict[str, Any]) -> str:
    team = "complete" if each["complete"] else "not complete"
    waits = ", ".join(each["waits_for"])
    tested = "tested" if each["tested"] else f"not tested, waits for {waits}" if waits else "not tested"
    return f"team {team}; channels in {each['month']} {tested}"


def _row(person: dict[str, Any]) -> tuple[str | output.Marked, ...]:
    is_reachable = person["reachable"]
    return (
        person["id"],
        person["name"],
        ", ".join(person["roles"]),
        ", ".join(_channels(person)) if is_reachable else output.Marked(_unreached(person), "yellow"),
        output.local(max((each["accepted_at"] or "" for each in person["channels"]), default="")),
        output.local(person["answered_at"]),
    )


def _channels(person: dict[str, Any]) -> Iterator[str]:
    """`call✓` where the test was answered by it."""
    for each in person["channels"]:
        mark = "!" if each["broken"] else "✓" if each["answered_at"] else ""
        yield f"{each['channel']}{mark}"


def _unreached(person: dict[str, Any]) -> str:
    return ", ".join(_channels(person)) or "none"


def _show_started(done: dict[str, Any]) -> None:
    for each in done["tests"]:
        word = (
            "was started already"
            if done["repeated"]
            else "waits for working hours"
            if each["held"]
            else "is on its way"
        )
        when = f", {output.local(each['at'])}" if each["held"] else ""
        output.line(f"{each['id']} {word}{when}: {each['party']}, to {', '.join(each['to'])}", bold=True)


def _show_answered(done: dict[str, Any]) -> None:
    word = "had answered" if done["repeated"] else "has answered"
    output.line(f"{done['contact']} {word} {done['test']}", bold=True)
    waits = ", ".join(done["waits_for"])
    output.line(f"the {done['party']} waits for {waits}" if waits else f"the {done['party']}'s channels are tested")
