"""`tocsin schema`: the JSON Schema of routes.yaml."""

import json
from pathlib import Path

import click

from agent.errors import TocsinError


@click.command()
@click.option("--output", "to", type=click.Path(path_type=Path), help="Write it to this file instead of printing it.")
@click.option("--json", "_", is_flag=True, help="It is JSON in any case.")
def schema(to: Path | None, _: bool) -> None:
    """Print the JSON Schema of routes.yaml, by which editors complete and check it.

    A file names its schema in the first line: # yaml-language-server: $schema=routes.schema.json

    \b
    Examples:
      tocsin schema
      tocsin schema --output routes.schema.json
    """
    text = schema_text()
    if to is None:
        click.echo(text, nl=False)
        return
    try:
        to.write_text(text, "utf-8")
    except OSError as fault:
        raise TocsinError(f"{to} cannot be written: {fault.strerror}: name another file with --output") from None


def schema_text() -> str:
    """The schema as it is written down."""
    import collectors
    from agent.config.schema import json_schema

    return json.dumps(json_schema(collectors.catalogue()), ensure_ascii=False, indent=2) + "\n"
