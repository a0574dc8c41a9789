"""`tocsin reload`: make the running agent read its file again."""

from typing import Any

import click

from agent.cli import client, output


@click.command()
@client.url_option
@output.json_option
def reload(url: str, as_json: bool) -> None:
    """Make the running agent read its file again: all or nothing. With a fault the old configuration stays.

    What changes the agreement waits until both principals have accepted it (`tocsin terms diff`); the rest is in force.

    \b
    Example:
      tocsin check routes.yaml && tocsin reload
    """
    done = client.call(url, "POST", "/reload")
    output.answer(done, as_json, _show)


def _show(done: dict[str, Any]) -> None:
    agreement = done["agreement"]
    output.line(f"configuration loaded; in force: agreement version {agreement['version']}, {agreement['hash'][:8]}")
    if done.get("proposed"):
        whose = " and ".join(f"the principal of the {party}" for party in done.get("waits_for", ()))
        output.line(f"version {done['proposed']} waits for {whose}: tocsin terms diff", fg="yellow")
    if done.get("rejected_by"):
        output.line(f"the file's agreement was rejected by {done['rejected_by']}: tocsin terms diff", fg="yellow")
    for warning in done.get("warnings", ()):
        output.line(f"line {warning['line']}: {warning['key']}: warning: {warning['message']}", fg="yellow")
