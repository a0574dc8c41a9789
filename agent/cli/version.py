"""`tocsin version`: which versions are in use; part of every fault report."""

import platform
from importlib import metadata

import click

from agent.cli import output


@click.command()
@output.json_option
def version(as_json: bool) -> None:
    """Print the versions in use: of Tocsin, Python, SQLite and Apprise.

    \b
    Example:
      tocsin version --json
    """
    import apsw

    found = {
        "tocsin": metadata.version("tocsin"),
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "apprise": metadata.version("apprise"),
    }
    output.answer(found, as_json, _show)


def _show(found: dict[str, str]) -> None:
    for name, number in found.items():
        output.line(f"{name} {number}")
