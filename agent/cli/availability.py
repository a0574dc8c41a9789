"""`tocsin availability`: what a month came to, and the minutes that are left out of it (1.6, 4.1(a))."""

from collections.abc import Iterator
from typing import Any

import click

from agent.cli import answered, client, output, times
from agent.cli.phoned import Call, called_option, on_the_phone

TITLES = ("function", "target", "minutes", "excluded", "down", "unknown", "availability", "coverage")
SORTS = ("announced_maintenance", "force_majeure", "customer_cause", "other")
COLOURS = {"open": "yellow", "accepted": "green", "declined": "red", "withdrawn": "bright_black"}

by_option = click.option("--by", required=True, metavar="CONTACT", help="Who does it.")


@click.group(invoke_without_command=True)
@click.option("--month", default="", metavar="MONTH", help="2026-11; else the present one.")
@click.option("--function", default="", metavar="FUNCTION", help="Only this one.")
@client.url_option
@output.json_option
@click.pass_context
def availability(context: click.Context, month: str, function: str, url: str, as_json: bool) -> None:
    """Show a month's availability as own probes measured it, minute by minute: a minute is down when a probe of the
    function failed and none succeeded in it; the system is down when a core function is.

    Minutes that nobody knows of are neither good nor bad; where they are more than 5 %, the month cannot be assessed.
    While a claim to leave minutes out is open, both figures are shown.

    \b
    Examples:
      tocsin availability
      tocsin availability --month 2026-11 --function checkout
      tocsin availability --month 2026-11 --json | jq -r .whole.text
      tocsin availability exclude --by lee --from "2026-11-20 02:00" --to "2026-11-20 02:40" \\
        --what force_majeure --because "the fibre was cut"
    """
    if context.invoked_subcommand is not None:
        return
    asked: dict[str, Any] = {name: value for name, value in {"month": month, "function": function}.items() if value}
    output.answer(client.call(url, "GET", "/availability", **asked), as_json, _show)


@availability.command()
@by_option
@click.option("--from", "starts", required=True, metavar="TIME", help='"2026-11-20 02:00", or 02:00.')
@click.option("--to", "ends", required=True, metavar="TIME", help="Up to then.")
@click.option("--because", required=True, help="Why: both parties read it.")
@click.option("--function", default="", metavar="FUNCTION", help="Else all of them.")
@click.option("--what", type=click.Choice(SORTS), default=SORTS[0], show_default=True, help="Of which sort it is.")
@called_option
@client.url_option
@output.json_option
def exclude(
    by: str,
    starts: str,
    ends: str,
    because: str,
    function: str,
    what: str,
    called: Call,
    url: str,
    as_json: bool,
) -> None:
    """Leave minutes out of the availability (4.1(a)). A claim of the provider waits for the customer's answer; what the
    customer leaves out counts at once.

    Maintenance whose notice reached the customer 72 h before is left out without this.

    \b
    Examples:
      tocsin availability exclude --by lee --from "2026-11-20 02:00" --to "2026-11-20 02:40" \\
        --what force_majeure --because "the fibre was cut"
      tocsin availability exclude --as wang --by chen --called-at 5m --from 02:00 --to 02:40 \\
        --what other --because "our shops were closed"
    """
    said: dict[str, Any] = {
        "by": by,
        "starts_at": times.behind(starts).isoformat(),
        "ends_at": times.behind(ends).isoformat(),
        "because": because,
        "what": what,
    }
    said |= ({"function": function} if function else {}) | on_the_phone(called)
    output.answer(client.call(url, "POST", "/availability/exclusions", said), as_json, _show_exclusion)


@availability.command()
@click.argument("exclusion")
@by_option
@click.option("--text", default="", help="What there is to say about it.")
@called_option
@client.url_option
@output.json_option
def accept(exclusion: str, by: str, text: str, called: Call, url: str, as_json: bool) -> None:
    """Accept for the customer that those minutes are left out.

    \b
    Example:
      tocsin availability accept EXC-20261120-001 --by wang
    """
    _answer(url, exclusion, "accept", by, text, called, as_json)


@availability.command()
@click.argument("exclusion")
@by_option
@click.option("--reason", required=True, help="Why those minutes count.")
@called_option
@client.url_option
@output.json_option
def decline(exclusion: str, by: str, reason: str, called: Call, url: str, as_json: bool) -> None:
    """Decline for the customer: those minutes count.

    \b
    Example:
      tocsin availability decline EXC-20261120-001 --by wang --reason "it was your own digger"
    """
    _answer(url, exclusion, "decline", by, reason, called, as_json)


@availability.command()
@click.argument("exclusion")
@by_option
@click.option("--reason", required=True, help="Why; it stays on file.")
@called_option
@client.url_option
@output.json_option
def withdraw(exclusion: str, by: str, reason: str, called: Call, url: str, as_json: bool) -> None:
    """Withdraw a claim of your own party.

    \b
    Example:
      tocsin availability withdraw EXC-20261120-001 --by lee --reason "wrong night"
    """
    _answer(url, exclusion, "withdraw", by, reason, called, as_json)


def _answer(url: str, exclusion: str, answer: str, by: str, text: str, called: Call, as_json: bool) -> None:
    from urllib.parse import quote

    path = f"/availability/exclusions/{quote(exclusion.strip().upper(), safe='')}/{answer}"
    said = {"by": by} | ({"text": text} if text else {}) | on_the_phone(called)
    output.answer(client.call(url, "POST", path, said), as_json, _show_exclusion)


def _show(found: dict[str, Any]) -> None:
    shown = list(_rows(found))
    output.table(TITLES, shown, "no functions")
    until = "" if found["over"] else f", measured until {output.local(found['measured_until'])}"
    output.line(f"{found['month']}{until}; drill minutes {found['drill_minutes']}")
    for each in (found["whole"], *found["functions"]):
        if not each["watched"]:
            output.line(f"{each['name']}: no probe of it was read", fg="yellow")
        if each["if_accepted"]:
            text = each["if_accepted"]["text"]
            output.line(f"{each['name']}: {text} if every open exclusion were accepted", fg="yellow")
    for each in found["functions"]:
        for outage in each["outages"]:
            left_out = f", {outage['excluded']} of them left out" if outage["excluded"] else ""
            output.line(f"{each['name']} was down {_between(outage)}: {outage['minutes']} min{left_out}")
    for window in found["planned"]:
        until = window["excluded_until"]
        counts = f"left out until {output.local(until)}" if until else "counts: its notice reached nobody 72 h before"
        output.line(f"{window['id'] or 'routes.yaml'} {_between(window)} “{window['what']}”: {counts}")
    for each in found["exclusions"]:
        _line_of(each)


def _rows(found: dict[str, Any]) -> Iterator[tuple[str | output.Marked, ...]]:
    target = f"{found['target'] * 100:g}%" if found["target"] is not None else ""
    target += "" if found["target_agreed"] or not target else " (default)"
    for each in (*found["functions"], found["whole"]):
        yield (
            each["name"] if each["function"] else f"{each['name']} (whole)",
            target,
            str(each["minutes"]),
            str(each["excluded"]),
            str(each["unavailable"]),
            str(each["unknown"]),
            output.Marked(each["text"], _colour(each["met"])),
            f"{each['coverage'] * 100:.1f}%",
        )


def _colour(met: bool | None) -> str:
    if met is None:
        return ""
    return "green" if met else "red"


def _between(span: dict[str, Any]) -> str:
    return f"{output.local(span['starts_at'])} to {output.local(span['ends_at'])}"


def _line_of(each: dict[str, Any]) -> None:
    of = f" of {each['function']}" if each["function"] else ""
    by = f" by {each['answered_by']}" if each["answered_by"] else ""
    said = f"{each['id']} {_between(each)}{of}, {each['what'].replace('_', ' ')}: {each['state']}{by}"
    output.line(f"{said}; “{each['because']}”", fg=COLOURS.get(each["state"]))
    answered.show(each)


def _show_exclusion(each: dict[str, Any]) -> None:
    already = " already" if each.get("repeated") else ""
    output.line(f"{each['id']} is {each['state']}{already}: {_between(each)}", bold=True)
    answered.show(each)
    if each["state"] == "open":
        output.line(f"next: the customer answers: tocsin availability accept {each['id']} --by CONTACT")
