"""`tocsin signals unmapped`: alerts that no row matched, each with a row to paste."""

import json
from collections.abc import Mapping
from typing import Any

import click

from agent.cli import client, output

_BY_SEVERITY = {"critical": "degraded"}
_FUNCTION_LABELS = ("function", "service")


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
    listed = [{**item, "row": row(item)} for item in found["items"]]
    output.answer({**found, "items": listed}, as_json, lambda _: _show(listed))


def row(item: Mapping[str, Any]) -> str:
    """The row that would match this alert: one line of YAML."""
    labels = item.get("labels") or {}
    function = next((labels[name] for name in _FUNCTION_LABELS if labels.get(name)), "system")
    state = _BY_SEVERITY.get(str(labels.get("severity", "")).lower(), "at_risk")
    matcher = f"alertname={json.dumps(str(item['alertname']), ensure_ascii=False)}"
    quoted = "'" + matcher.replace("'", "''") + "'"
    return f"{{match: [{quoted}], function: {json.dumps(function, ensure_ascii=False)}, state: {state}}}"


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
