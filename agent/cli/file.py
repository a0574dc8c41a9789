"""A routes.yaml that a command asks: read whole, as the agent would."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from agent.config.settings import Settings

file_argument = click.argument("file", type=click.Path(path_type=Path), default="routes.yaml")


def load(file: Path) -> "Settings":
    """The file as a value; a channel that cannot be built is marked broken.

    Raises:
        BadConfig: with every fault in it.
    """
    import collectors
    from agent.config.load import load as load_file
    from agent.notify import why_unbuildable

    return load_file(file, collectors.catalogue(), why_unbuildable)


def check_functions(functions: tuple[str, ...], settings: "Settings") -> None:
    """Refuse what is not agreed.

    Raises:
        click.BadParameter
    """
    known = settings.agreement.functions
    for function in functions:
        if function not in known:
            raise click.BadParameter(f"{function!r} is no agreed function; the file knows {', '.join(known)}")
