"""`tocsin maintenance`: planned work is announced, extended, ended and listed."""

from collections.abc import Iterator
from typing import Any

import click

from agent.cli import client, output, times, wordings

TITLES = ("window", "state", "from", "until", "covers", "what", "by", "waiting")
COLOURS = {"open": "yellow", "ahead": "cyan"}
STATES = {"called_off": "called off"}

by_option = click.option("--by", required=True, metavar="CONTACT", help="Who decides, a contact of the provider.")
dry_option = click.option("--dry-run", is_flag=True, help="Show what would happen and be told; do nothing.")
reason_option = click.option("--reason", default="", help="Why; both parties read it.")
until_option = click.option("--until", default="", metavar="TIME", help='In this machine\'s zone: "2026-12-06 03:30".')


@click.group()
def maintenance() -> None:
    """Announce planned work. A fault that begins in a window is recorded and not notified; if it outlives the window,
    its incident opens at the end. Security matters are told as ever, and so is what is open already.

    Both parties' coordinators are told at once. Minutes announced less than 72 h before count in the availability.
    Windows that come again and again belong into `maintenance:` of routes.yaml.

    \b
    Examples:
      tocsin maintenance add checkout --from "2026-12-06 02:00" --for 90m --what "database upgrade" --by lee
      tocsin maintenance list
    """


@maintenance.command()
@click.argument("functions", nargs=-1, metavar="[FUNCTION]...")
@click.option("--probe", "probes", multiple=True, metavar="NAME", help="A single probe; may be repeated.")
@click.option("--what", required=True, help="What is done; the customer reads it.")
@click.option(
    "--from", "begins", default="", metavar="TIME", help='In this machine\'s zone: "2026-12-06 02:00"; else now.'
)
@click.option("--for", "lasting", default="", metavar="DURATION", help="How long, such as 90m; or --until.")
@until_option
@by_option
@dry_option
@client.url_option
@output.json_option
def add(
    functions: tuple[str, ...],
    probes: tuple[str, ...],
    what: str,
    begins: str,
    lasting: str,
    until: str,
    by: str,
    dry_run: bool,
    url: str,
    as_json: bool,
) -> None:
    """Announce a window of maintenance to both parties.

    \b
    Examples:
      tocsin maintenance add checkout ledger --for 2h --what "new release" --by lee
      tocsin maintenance add --probe ledger-db --from "2026-12-06 02:00" --until "2026-12-06 03:30" \\
        --what "database upgrade" --by lee --dry-run
    """
    body: dict[str, Any] = {"what": what, "by": by, "functions": functions, "probes": probes, "dry_run": dry_run}
    if begins:
        body["starts_at"] = times.local_moment(begins).isoformat()
    done = client.call(url, "POST", "/maintenance", body | _end(lasting, until, "lasting"))
    word = "was announced already" if done.get("repeated") else "announced"
    output.answer(done, as_json, lambda value: _show_done(value, word))


@maintenance.command()
@click.argument("window")
@click.option("--for", "lasting", default="", metavar="DURATION", help="So much longer, such as 30m; or --until.")
@until_option
@by_option
@reason_option
@dry_option
@client.url_option
@output.json_option
def extend(window: str, lasting: str, until: str, by: str, reason: str, dry_run: bool, url: str, as_json: bool) -> None:
    """Let a window end later.

    \b
    Examples:
      tocsin maintenance extend MW-20261206-001 --for 30m --by lee --reason "restore is slow"
      tocsin maintenance extend MW-20261206-001 --until "2026-12-06 04:30" --by lee
    """
    body = {"by": by, "reason": reason, "dry_run": dry_run} | _end(lasting, until, "longer")
    done = client.call(url, "POST", _path(window, "extension"), body)
    output.answer(done, as_json, lambda value: _show_done(value, "extended"))


@maintenance.command()
@click.argument("window")
@by_option
@reason_option
@dry_option
@client.url_option
@output.json_option
def end(window: str, by: str, reason: str, dry_run: bool, url: str, as_json: bool) -> None:
    """End a window now, or call it off before it begins. What still fires in it is an incident at once.

    \b
    Examples:
      tocsin maintenance end MW-20261206-001 --by lee
      tocsin maintenance end MW-20261206-001 --by lee --dry-run
    """
    done = client.call(url, "POST", _path(window, "end"), {"by": by, "reason": reason, "dry_run": dry_run})
    output.answer(done, as_json, lambda value: _show_done(value, "called off" if _is_off(value) else "ended"))


@maintenance.command("list")
@click.option("--over", is_flag=True, help="Also those that ended in the last 30 days.")
@client.url_option
@output.json_option
def list_(over: bool, url: str, as_json: bool) -> None:
    """List the windows under way and to come: those of the file, and those that people announced.

    \b
    Examples:
      tocsin maintenance list
      tocsin maintenance list --over --json | jq -r '.items[] | select(.short_notice) | .id'
    """
    found = client.call(url, "GET", "/maintenance", over="true" if over else "")
    output.answer(found, as_json, lambda value: output.table(TITLES, map(_row, value["items"]), "no maintenance"))


def _end(lasting: str, until: str, name: str) -> dict[str, str]:
    if bool(lasting) == bool(until):
        raise click.UsageError("say when it ends: either --for 90m or --until TIME")
    return {name: lasting} if lasting else {"ends_at": times.local_moment(until).isoformat()}


def _path(window: str, act: str) -> str:
    """`/maintenance/MW-20261206-001/end`; the number may be written in small letters or without MW-."""
    from urllib.parse import quote

    whole = window.strip()
    if "[" not in whole:  # those of the file have other names
        whole = whole.upper() if whole.upper().startswith("MW-") else f"MW-{whole.upper()}"
    return f"/maintenance/{quote(whole, safe='')}/{act}"


def _row(window: dict[str, Any]) -> tuple[str | output.Marked, ...]:
    state = str(window["state"])
    return (
        window["id"],
        output.Marked(STATES.get(state, state), COLOURS.get(state, "")),
        output.local(window["starts_at"]),
        output.local(window["ends_at"]),
        covers(window),
        window["what"],
        window.get("by") or "",
        str(window.get("waiting") or ""),
    )


def covers(window: dict[str, Any]) -> str:
    return ", ".join([*window["functions"], *window["probes"]])


def _is_off(done: dict[str, Any]) -> bool:
    return bool(done["window"]["state"] == "called_off")


def _show_done(done: dict[str, Any], word: str) -> None:
    window, is_dry = done["window"], done.get("dry_run")
    name = "it" if is_dry and word == "announced" else window["id"]
    when = f"{output.local(window['starts_at'])} to {output.local(window['ends_at'])}"
    said = f"would be {word}" if is_dry else word
    output.line(f"{name} {said}: {covers(window)}, {when}", bold=True)
    for note in _notes(done):
        output.line(f"note: {note}")
    if is_dry:
        wordings.show(done["told"])
    elif done["told"]:
        output.line(f"told: {wordings.people(done['told'])}")


def _notes(done: dict[str, Any]) -> Iterator[str]:
    window = done["window"]
    if window.get("short_notice") and window["state"] in ("ahead", "open"):
        yield "announced less than 72 h before: those minutes count in the availability"
    if done["live"]:
        yield f"{', '.join(done['live'])} was there before and goes on being told"
    if window.get("waiting"):
        waiting = window["waiting"]
        yield f"{waiting} signal{'s' * (waiting != 1)} in it {'fire' if waiting != 1 else 'fires'} now"
    if done["opened"]:
        opened = ", ".join(done["opened"])
        yield f"what still fires {'would be' if done.get('dry_run') else 'is'} an incident now: {opened}"


def shown_beside(found: dict[str, Any]) -> Iterator[str]:
    """What stands beside a list of incidents: windows under way hide what begins in them."""
    for window in found["items"]:
        if window["state"] == "open":
            waiting = window.get("waiting") or 0
            fires = (
                f": {waiting} signal{'s' * (waiting != 1)} wait{'s' * (waiting == 1)} for its end" if waiting else ""
            )
            yield f"maintenance {window['id']} of {covers(window)} until {output.local(window['ends_at'])}{fires}"
