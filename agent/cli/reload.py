"""`tocsin reload`: make the running agent read its file again."""

from typing import Any

import click

from agent.cli import client, output


@click.command()
@client.url_option
@output.json_option
def reload(url: str, as_json: bool) -> None:
    """Make the running agent read its file again: all or nothing. With a fault the old configuration stays.

    \b
    Example:
      tocsin check routes.yaml && tocsin reload
    """
    done = client.call(url, "POST", "/reload")
    output.answer(done, as_json, _show)


def _show(done: dict[str, Any]) -> None:
    agreement = done["agreement"]
    output.line(f"configuration loaded: agreement version {agreement['version']}, {agreement['hash'][:8]}")
    for warning in done.get("warnings", ()):
        output.line(f"line {warning['line']}: {warning['key']}: warning: {warning['message']}", fg="yellow")
