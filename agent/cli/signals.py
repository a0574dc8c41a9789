"""`tocsin signals`: alerts that no row matched, each with a row to paste; and how many attempts were blocked."""

from typing import Any

import click

from agent.cli import client, output
from agent.rules.unmapped import row


@click.group()
def signals() -> None:
    """Show what of outside alerts opens no incident: those that the agreement does not know, and blocked attempts.

    \b
    Examples:
      tocsin signals unmapped
      tocsin signals attempts
    """


@signals.command()
@client.url_option
@output.json_option
def unmapped(url: str, as_json: bool) -> None:
    """List alerts that no row of `signals:` matched, most frequent first, each with a row to paste into the file.

    They never reach the customer. Set function and state of each row before it goes in.

    \b
    Examples:
      tocsin signals unmapped
      tocsin signals unmapped >> routes.yaml
    """
    found = client.call(url, "GET", "/signals/unmapped")
    listed = [{**item, "row": row(str(item["alertname"]), item.get("labels") or {})} for item in found["items"]]
    output.answer({**found, "items": listed}, as_json, lambda _: _show(listed))


@signals.command()
@click.option("--month", default="", metavar="MONTH", help="2026-11; else the present one.")
@client.url_option
@output.json_option
def attempts(month: str, url: str, as_json: bool) -> None:
    """Show a month's blocked attempts by function: what rows of `signals:` call `security: attempt`. They are counted,
    open no incident and are told to nobody, unless a row gives them a grade.

    \b
    Examples:
      tocsin signals attempts
      tocsin signals attempts --month 2026-11 --json | jq .count
    """
    asked: dict[str, Any] = {"month": month} if month else {}
    output.answer(client.call(url, "GET", "/signals/attempts", **asked), as_json, _show_attempts)


def _show_attempts(found: dict[str, Any]) -> None:
    shown = [
        (each["name"], str(each["count"]), str(each["in_incidents"]), output.local(each["last_at"]))
        for each in found["functions"]
    ]
    output.table(("function", "attempts", "in incidents", "last"), shown, "no functions")
    so_far = "" if found["over"] else " so far"
    output.line(f"{found['month']}{so_far}: {found['count']} blocked attempt{'s' * (found['count'] != 1)}", bold=True)


def _show(items: list[dict[str, Any]]) -> None:
    if not items:
        click.echo("every alert is matched by a row of signals:", err=not output.is_terminal())
        return
    click.echo("signals:")
    for item in items:
        last = output.local(str(item["last_at"]) if item.get("last_at") else None)
        labels = " ".join(f"{name}={value}" for name, value in sorted((item.get("labels") or {}).items()))
        output.line(f"  # {item['count']} times, last {last}: {labels}", dim=True)
        output.line(f"  - {item['row']}")
