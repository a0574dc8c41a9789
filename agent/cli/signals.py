"""`tocsin signals unmapped`: alerts that no row matched, each with a row to paste."""

from typing import Any

import click

from agent.cli import client, output
from agent.rules.unmapped import row


@click.group()
def signals() -> None:
    """Show what outside alerts arrive that the agreement does not know.

    \b
    Example:
      tocsin signals unmapped
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
