"""`tocsin probes`: what the agent asks, and the last answers."""

from typing import Any

import click

from agent.cli import client, output

TITLES = ("name", "kind", "function", "result", "since", "last run", "took", "values")
COLOURS = {"ok": "green", "bad": "red", "unknown": "yellow"}


@click.command()
@client.url_option
@output.json_option
def probes(url: str, as_json: bool) -> None:
    """List the probes and their last answers. Unknown is an answer: neither good nor bad.

    \b
    Examples:
      tocsin probes
      tocsin probes --json | jq -r '.items[] | select(.result != "ok") | .name'
    """
    found = client.every(url, "/probes")
    output.answer(found, as_json, lambda value: output.table(TITLES, map(_row, value["items"]), "no probes"))


def _row(probe: dict[str, Any]) -> tuple[str | output.Marked, ...]:
    result = str(probe.get("result") or "unknown")
    took = probe.get("duration_s")
    return (
        probe["name"],
        probe["kind"],
        probe.get("function") or "",
        output.Marked(result, COLOURS.get(result, "")),
        output.local(probe.get("since")),
        output.local(probe.get("last_run_at"), seconds=True),
        f"{took * 1000:.0f} ms" if took else "",
        "; ".join(part for part in (_maintained(probe), _found(probe)) if part),
    )


def _maintained(probe: dict[str, Any]) -> str:
    until = probe.get("maintenance_until")
    return f"in maintenance until {output.local(until)}" if until else ""


def _found(probe: dict[str, Any]) -> str:
    """Why it could not find out, else what it measured."""
    values = probe.get("values") or {}
    return probe.get("error") or ", ".join(f"{name} {_short(value)}" for name, value in values.items())


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) and abs(value) < 10_000 else str(value)
