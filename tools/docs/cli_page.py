"""docs/cli.md: every command's own help."""

from collections.abc import Iterator

import click

from agent.cli import main

HEAD = """# Commands

`make install` puts the command at `.venv/bin/tocsin`. Every command takes `--help`; those that answer something take
`--json`. What follows is what `--help` prints.
"""


def text() -> str:
    context = click.Context(main, info_name="tocsin", terminal_width=100, max_content_width=100)
    parts = [HEAD, _help(main, context)]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        parts += list(_sections(command, name, context))
    return "\n".join(parts)


def _sections(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, parent=parent, info_name=name, terminal_width=100, max_content_width=100)
    yield f"## {context.command_path}\n\n{_help(command, context)}"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _sections(found, inner, context)


def _help(command: click.Command, context: click.Context) -> str:
    lines = (line.rstrip() for line in command.get_help(context).splitlines())
    return "```text\n" + "\n".join(lines) + "\n```\n"
