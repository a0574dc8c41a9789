"""`tocsin terms diff | accept | reject`: a change of the agreement takes both parties (fact 14)."""

from typing import Any

import click

from agent.cli import answered, client, output
from agent.cli.phoned import Call, on_the_phone, recorder_option

hash_option = click.option("--hash", "hash_", default="", metavar="HASH", help="Only this one, as `diff` shows it.")


@click.command()
@client.url_option
@output.json_option
def diff(url: str, as_json: bool) -> None:
    """Show what the file changes of the agreement, and whose principal has not accepted it yet.

    \b
    Examples:
      tocsin terms diff
      tocsin terms diff --json
    """
    found = client.call(url, "GET", "/terms/proposed")
    output.answer(found, as_json, _show)


@click.command()
@click.option("--as", "contact", required=True, metavar="CONTACT", help="The principal of a party, or the deputy.")
@hash_option
@recorder_option
@client.url_option
@output.json_option
def accept(contact: str, hash_: str, called: Call, url: str, as_json: bool) -> None:
    """Accept the proposed agreement for the party of a contact; with the other party's it is in force at once.

    Where nothing is proposed, what is in force is signed as it is. What you write down for the other party's principal
    counts once that party has confirmed it, by its link or with `tocsin confirm`.

    \b
    Examples:
      tocsin terms accept --as lee
      tocsin terms accept --as wang --hash 64850be1
      tocsin terms accept --as wang --by lee --called-at 10m
    """
    body = {"by": contact, "hash": hash_, "means": "cli", **on_the_phone(called)}
    done = client.call(url, "POST", "/terms/accept", body)
    output.answer(done, as_json, _show_answered)


@click.command()
@click.option("--as", "contact", required=True, metavar="CONTACT", help="The principal of a party, or the deputy.")
@click.option("--because", required=True, help="Why; the other party reads it.")
@hash_option
@recorder_option
@client.url_option
@output.json_option
def reject(contact: str, because: str, hash_: str, called: Call, url: str, as_json: bool) -> None:
    """Reject the proposed agreement. What is in force stays; the file has to say something else to be proposed again.

    \b
    Example:
      tocsin terms reject --as wang --because "reports are no core function of ours"
    """
    body = {"by": contact, "reason": because, "hash": hash_, "means": "cli", **on_the_phone(called)}
    done = client.call(url, "POST", "/terms/reject", body)
    output.answer(done, as_json, _show_answered)


def _show(found: dict[str, Any]) -> None:
    in_force, proposed, rejected = found.get("in_force"), found.get("proposed"), found.get("rejected")
    output.line(f"in force: {_named(in_force)}" if in_force else "nothing is in force yet")
    if rejected:
        output.line(
            f"version {rejected['version']}, as the file has it, was rejected by {rejected['ended_by']}: "
            f"{rejected['reason']}",
            fg="yellow",
        )
    if proposed is None:
        output.line("nothing waits to be accepted")
        return
    output.line(f"proposed: {_named(proposed)}", fg="yellow")
    for each in found["differences"]:
        output.line(f"  {_line(each)}")
    _show_waits(proposed)
    _show_stated(found)


def _show_answered(found: dict[str, Any]) -> None:
    in_force, proposed = found.get("in_force"), found.get("proposed")
    if found.get("repeated"):
        output.line("accepted already")
    if proposed:
        output.line(f"proposed: {_named(proposed)}")
        _show_waits(proposed)
    elif in_force:
        output.line(f"in force: {_named(in_force)}")
    _show_stated(found)


def _show_stated(found: dict[str, Any]) -> None:
    """What was recorded on behalf, and how it stands."""
    stated = found.get("stated") or ()
    for each, line in zip(stated, answered.stated(stated, "en"), strict=True):
        output.line(line)
        if each["state"] == "waiting":
            output.line(
                f"  the {each['asked']}: tocsin confirm {each['matter']} {each['id']} --as CONTACT", fg="yellow"
            )


def _show_waits(proposed: dict[str, Any]) -> None:
    for party in proposed["waits_for"]:
        output.line(f"waits for the principal of the {party}: tocsin terms accept --as CONTACT", fg="yellow")


def _named(part: dict[str, Any]) -> str:
    """`version 4, 64850be1, accepted by lee and wang`."""
    signed = " and ".join(part[party] for party in ("provider", "customer") if part.get(party))
    return f"version {part['version']}, {part['hash'][:8]}" + (f", accepted by {signed}" if signed else ", not signed")


def _line(each: dict[str, str]) -> str:
    if not each["was"]:
        return f"+ {each['key']}: {each['now']}"
    if not each["now"]:
        return f"- {each['key']}: {each['was']}"
    return f"  {each['key']}: {each['was']} -> {each['now']}"
