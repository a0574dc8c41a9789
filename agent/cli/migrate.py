"""`tocsin migrate`: bring the store to this version."""

import sys
from pathlib import Path

import click

from agent.cli import output
from agent.cli.faults import FAULTY


@click.command()
@click.option(
    "--routes", default="routes.yaml", show_default=True, type=click.Path(path_type=Path), help="Whose store.url."
)
@click.option("--store", default="", metavar="URL", help="Instead of the file's store.url.")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where something is left to do.")
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would be done.")
@output.json_option
def migrate(routes: Path, store: str, check: bool, dry_run: bool, as_json: bool) -> None:
    """Bring the store to this version. Stop the agent and make a backup first.

    \b
    Examples:
      tocsin migrate --dry-run
      tocsin migrate --routes /etc/tocsin/routes.yaml
      tocsin migrate --store sqlite:////var/lib/tocsin/tocsin.db --check
    """
    from agent import store as archive

    url = store or _store_of(routes)
    is_look = check or dry_run
    names = archive.pending(url) if is_look else archive.migrate(url)
    output.answer({"pending" if is_look else "applied": names}, as_json, lambda _: _show(names, is_look))
    if check and names:
        sys.exit(FAULTY)


def _show(names: list[str], is_look: bool) -> None:
    for name in names:
        output.line(f"{'pending' if is_look else 'applied'} {name}")
    if not names:
        output.line("the store is of this version")


def _store_of(routes: Path) -> str:
    import collectors
    from agent.config.load import load

    return load(routes, collectors.catalogue()).store_url
