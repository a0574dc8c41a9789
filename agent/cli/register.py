"""`tocsin register`: improvements, vulnerabilities, upkeep and attestations, with owner, day and state."""

from datetime import date, datetime
from typing import Any

import click

from agent.cli import answered, client, output, times
from agent.cli.phoned import Call, called_option, on_the_phone, recorder_option

TITLES = ("item", "what", "text", "owner", "due", "state", "of")
KINDS = ("improvement", "vulnerability", "maintenance", "attestation", "decision")
COLOURS = {"proposed": "cyan", "open": "yellow", "done": "cyan", "withdrawn": "bright_black"}

by_option = click.option("--by", required=True, metavar="CONTACT", help="Who does it.")
for_option = click.option(
    "--for", "period", default="", metavar="PERIOD", help="2026-11, 2026-Q4 or 2026; else the present one."
)


@click.group()
def register() -> None:
    """The small registers of both parties: improvements (4.3(c)), vulnerabilities, maintenance and hardening (2.2(e)),
    and what the customer states about its own use, access reviews and training (2.3).

    Nothing is deleted: what was put down wrongly is withdrawn, with the reason.

    \b
    Examples:
      tocsin register list --open
      tocsin register add improvement "alert on the connection pool" --owner lee --due 2026-12-24
      tocsin register attest training --as wang --text "all shop managers, list is with us"
    """


@register.command("list")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only these; may be repeated.")
@click.option("--open", "is_open", is_flag=True, help="Only what somebody still has to do something about.")
@click.option("--incident", default="", metavar="INC", help="Only those of this incident.")
@click.option("--owner", default="", metavar="CONTACT", help="Only what this contact owes.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@client.url_option
@output.json_option
def list_(
    kinds: tuple[str, ...], is_open: bool, incident: str, owner: str, limit: int, url: str, as_json: bool
) -> None:
    """List the registers, newest first.

    \b
    Examples:
      tocsin register list --open --owner lee
      tocsin register list --kind vulnerability --json | jq -r '.items[] | select(.what == "critical") | .id'
    """
    asked: dict[str, Any] = {
        "incident": incident and incident_number(incident),
        "owner": owner,
        "open": "true" if is_open else "",
    }
    found = client.call(url, "GET", "/register", kind=kinds, limit=limit, **asked)
    output.answer(found, as_json, _show_list)


@register.command()
@click.argument("kind", type=click.Choice(["improvement", "vulnerability"]))
@click.argument("text")
@click.option("--owner", default="", metavar="CONTACT", help="Who carries it out; of the other party: who accepts it.")
@click.option("--by", default="", metavar="CONTACT", help="Who puts it down; else the owner.")
@click.option("--due", default="", metavar="DATE", help="Last day of an improvement: 2026-12-24; else 30 or 60 days.")
@click.option("--incident", default="", metavar="INC", help="The incident it comes from.")
@click.option("--severity", type=click.Choice(["critical", "high", "medium"]), help="Of a vulnerability.")
@click.option("--known-at", default="", metavar="TIME", help='Of a vulnerability: "2026-11-20 10:00"; else now.')
@click.option("--internal", is_flag=True, help="The provider's own matter: the customer does not see it.")
@client.url_option
@output.json_option
def add(
    kind: str,
    text: str,
    owner: str,
    by: str,
    due: str,
    incident: str,
    severity: str | None,
    known_at: str,
    internal: bool,
    url: str,
    as_json: bool,
) -> None:
    """Put down an improvement or a vulnerability. Its clock runs until somebody else than its owner has verified the
    improvement; until the vulnerability is fixed, or both parties have accepted its risk.

    \b
    Examples:
      tocsin register add improvement "alert on the connection pool" --owner lee --due 2026-12-24 \\
        --incident INC-20261123-001
      tocsin register add vulnerability "openssl before 3.0.15" --severity critical --by lee
    """
    if not (by or owner):
        raise click.UsageError("say who puts it down: --by CONTACT, or --owner CONTACT where that is the same")
    if (kind == "vulnerability") != bool(severity):
        raise click.UsageError("a vulnerability has a --severity, an improvement has none")
    body: dict[str, Any] = {"kind": kind, "text": text, "by": by or owner, "what": severity or "", "internal": internal}
    body |= {"owner": owner or None, "due": _day(due), "incident": incident_number(incident) if incident else None}
    if known_at:
        body["known_at"] = times.behind(known_at).isoformat()
    _put_down(url, body, as_json)


@register.command()
@click.argument("kind", type=click.Choice(["maintenance", "hardening"]))
@by_option
@click.option("--text", required=True, help="What was done.")
@for_option
@called_option
@client.url_option
@output.json_option
def record(kind: str, by: str, text: str, period: str, called: Call, url: str, as_json: bool) -> None:
    """Record the month's maintenance or hardening (2.2(e), 4.1(e)).

    \b
    Example:
      tocsin register record maintenance --by chen --text "kernel and openssl patched on all nodes"
    """
    body = {"kind": "maintenance", "what": kind, "by": by, "text": text, "period": period}
    _put_down(url, body | on_the_phone(called), as_json)


@register.command()
@click.argument("what", type=click.Choice(["own_use", "access_review", "training"]))
@click.option("--as", "by", required=True, metavar="CONTACT", help="Who states it, a contact of the customer.")
@click.option("--text", required=True, help="What was done.")
@for_option
@recorder_option
@client.url_option
@output.json_option
def attest(what: str, by: str, text: str, period: str, called: Call, url: str, as_json: bool) -> None:
    """State for the customer that it watched its own use (2.3(a)), reviewed access, or trained its people (2.3(e)).

    \b
    Examples:
      tocsin register attest own_use --as wang --text "our own checks of the tills ran all quarter"
      tocsin register attest access_review --as wang --for 2026-Q3 --text "two leavers removed"
    """
    body = {"kind": "attestation", "what": what, "by": by, "text": text, "period": period}
    _put_down(url, body | on_the_phone(called), as_json)


@register.command()
@click.argument("incident")
@by_option
@click.option("--none", "none", default="", metavar="WHY", help="No improvement is needed, and why.")
@click.option("--item", "items", multiple=True, metavar="IMP", help="Else all that are agreed for the incident.")
@click.option("--text", default="these improvements", help="What else there is to say.")
@called_option
@client.url_option
@output.json_option
def decide(
    incident: str, by: str, none: str, items: tuple[str, ...], text: str, called: Call, url: str, as_json: bool
) -> None:
    """Propose what an incident is to be improved by (4.3(c)); it is decided once the other party has accepted.

    \b
    Examples:
      tocsin register decide INC-20261123-001 --by lee
      tocsin register decide INC-20261123-001 --by lee --none "a digger cut the cable; the second line held"
      tocsin register accept DEC-20261124-001 --by wang
    """
    if none and items:
        raise click.UsageError("either no improvement is needed, or these are")
    what = "none" if none else "items"
    said: dict[str, Any] = {"kind": "decision", "what": what, "by": by, "text": none or text, "items": items}
    _put_down(url, said | {"incident": incident_number(incident)} | on_the_phone(called), as_json)


@register.command()
@click.argument("item")
@by_option
@click.option("--text", default="", help="What was done.")
@called_option
@client.url_option
@output.json_option
def done(item: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Say that an improvement is carried out, or that a vulnerability is fixed.

    \b
    Example:
      tocsin register done VUL-20261123-001 --by lee --text "3.0.15 on all nodes"
    """
    _advance(url, item, "done", by, text, called, as_json)


@register.command()
@click.argument("item")
@by_option
@click.option("--text", default="", help="How you looked.")
@called_option
@client.url_option
@output.json_option
def verify(item: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Verify an improvement that somebody else has carried out.

    \b
    Example:
      tocsin register verify IMP-20261123-001 --by wang --text "the alert came in the test"
    """
    _advance(url, item, "verify", by, text, called, as_json)


@register.command()
@click.argument("item")
@by_option
@click.option("--text", required=True, help="What is missing.")
@called_option
@client.url_option
@output.json_option
def reopen(item: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Say that an improvement is not carried out, although somebody said so.

    \b
    Example:
      tocsin register reopen IMP-20261123-001 --by wang --text "no alert came in the test"
    """
    _advance(url, item, "reopen", by, text, called, as_json)


@register.command()
@click.argument("item")
@by_option
@click.option("--text", default="", help="Why; needed for the risk of a vulnerability.")
@called_option
@client.url_option
@output.json_option
def accept(item: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Accept for your party an improvement or decision that the other one proposed, or the risk of a vulnerability.

    \b
    Examples:
      tocsin register accept DEC-20261124-001 --by wang
      tocsin register accept VUL-20261123-001 --by wang --text "the two tills go in March"
    """
    _advance(url, item, "accept", by, text, called, as_json)


@register.command()
@click.argument("item")
@by_option
@click.option("--reason", required=True, help="Why; it stays on file.")
@called_option
@client.url_option
@output.json_option
def withdraw(item: str, by: str, reason: str, called: Call, url: str, as_json: bool) -> None:
    """Withdraw what was put down wrongly. What is owed to the other party that party lets go.

    \b
    Example:
      tocsin register withdraw ATT-20261123-001 --by wang --reason "one system was forgotten"
    """
    _advance(url, item, "withdraw", by, reason, called, as_json)


def incident_number(incident: str) -> str:
    return client.incident_path(incident).rpartition("/")[2]


def _put_down(url: str, body: dict[str, Any], as_json: bool) -> None:
    said = {name: value for name, value in body.items() if value not in (None, "", (), False)}
    output.answer(client.call(url, "POST", "/register", said), as_json, _show_item)


def _advance(url: str, item: str, act: str, by: str, text: str, called: Call, as_json: bool) -> None:
    from urllib.parse import quote

    path = f"/register/{quote(item.strip().upper(), safe='')}/{act}"
    said = {"by": by} | ({"text": text} if text else {}) | on_the_phone(called)
    output.answer(client.call(url, "POST", path, said), as_json, _show_item)


def _day(due: str) -> str | None:
    if not due:
        return None
    try:
        return date.fromisoformat(due).isoformat()
    except ValueError:
        raise click.BadParameter(f"{due!r} is no day: write 2026-12-24") from None


def _show_list(found: dict[str, Any]) -> None:
    output.table(TITLES, map(_row, found["items"]), "nothing in the registers")
    if found.get("next"):
        click.echo("there are more: raise --limit, or narrow with --kind or --owner", err=True)


def _row(item: dict[str, Any]) -> tuple[str | output.Marked, ...]:
    state = str(item["state"])
    return (
        item["id"],
        item["what"].replace("_", " ") or item["kind"],
        item["text"],
        item.get("owner") or item["by"],
        _due(item),
        output.Marked(state + _doubt(item), COLOURS.get(state, "green")),
        item.get("incident") or item.get("period") or "",
    )


def _doubt(item: dict[str, Any]) -> str:
    """Whether it rests on what somebody wrote down for somebody else, and nobody has confirmed (fact 15)."""
    states = {each["state"] for each in item.get("stated") or ()}
    return ", DISPUTED" if "disputed" in states else ", stated" if states - {"confirmed"} else ""


def _due(item: dict[str, Any]) -> str:
    return datetime.fromisoformat(item["due_at"]).astimezone().strftime("%Y-%m-%d %H:%M") if item["due_at"] else ""


def _show_item(item: dict[str, Any]) -> None:
    already = " already" if item.get("repeated") else ""
    due = f", due {_due(item)}" if item["due_at"] and item["state"] in ("open", "proposed") else ""
    output.line(f"{item['id']} is {item['state']}{already}{due}", bold=True)
    answered.show(item)
    if note := _next_step(item):
        output.line(note)


def _next_step(item: dict[str, Any]) -> str:
    """Who is to do what now."""
    if item["state"] == "proposed":
        other = "customer" if item["accepted_provider"] or item["party"] == "customer" else "provider"
        return f"next: the {other} accepts it: tocsin register accept {item['id']} --by CONTACT"
    if item["state"] == "done":
        return f"next: somebody else verifies it: tocsin register verify {item['id']} --by CONTACT"
    if item["kind"] == "vulnerability" and item["state"] == "open":
        accepted = item["accepted_provider"] or item["accepted_customer"]
        return f"{accepted} accepted its risk; the other party has not" if accepted else ""
    return ""
