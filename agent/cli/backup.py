"""`tocsin backup` and `tocsin restore`: the archive in one file, and back."""

import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent import clock
from agent.cli import output
from agent.errors import TocsinError

if TYPE_CHECKING:
    from agent.store.copying import Copy

NAME = "tocsin-{:%Y%m%dT%H%M%SZ}.db"
OURS = re.compile(r"tocsin-\d{8}T\d{6}Z\.db")

routes_option = click.option(
    "--routes", default="routes.yaml", show_default=True, type=click.Path(path_type=Path), help="Whose store.url."
)
store_option = click.option("--store", default="", metavar="URL", help="Instead of the file's store.url.")


@click.command()
@click.argument("to", type=click.Path(path_type=Path))
@routes_option
@store_option
@click.option("--keep", type=click.IntRange(1), metavar="N", help="Remove all but the newest N copies from the folder.")
@output.json_option
def backup(to: Path, routes: Path, store: str, keep: int | None, as_json: bool) -> None:
    """Copy the archive, also from under a running agent, into the new file TO, or into a folder under the time.

    The copy is read through, chains of evidence and all, before it appears under its name. Older copies are removed
    only after that.

    \b
    Examples:
      tocsin backup /var/backups/tocsin --keep 14
      tocsin backup before-upgrade.db --store sqlite:////var/lib/tocsin/tocsin.db
    """
    from agent import store as archive

    is_folder = to.is_dir()
    if keep and not is_folder:
        raise click.BadParameter(f"copies are kept in a folder, and {to} is none", param_hint="--keep")
    copied = archive.backup(store or store_of(routes), to / NAME.format(clock.now()) if is_folder else to)
    removed = _remove_older(to, keep) if keep else []
    told = {**_told(copied), "removed": [str(path) for path in removed]}
    output.answer(told, as_json, lambda _: _show_backup(copied, removed))


@click.command()
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
@routes_option
@store_option
@output.json_option
def restore(source: Path, routes: Path, store: str, as_json: bool) -> None:
    """Put the copy FROM, or the newest of a folder, in the archive's place. Stop the agent first.

    The copy is read through first. What stood in its place is kept beside it under another name. What happened after
    the copy was made is in that one only.

    \b
    Examples:
      tocsin restore /var/backups/tocsin
      tocsin restore before-upgrade.db --store sqlite:////var/lib/tocsin/tocsin.db
    """
    from agent import store as archive

    file = _newest(source) if source.is_dir() else source
    restored, aside = archive.restore(file, store or store_of(routes), clock.now())
    told = {**_told(restored), "from": str(file), "aside": None if aside is None else str(aside)}
    output.answer(told, as_json, lambda _: _show_restored(restored, file, aside))


def store_of(routes: Path) -> str:
    """`store.url` with an absolute path; the rest of the file may be as faulty as it likes.

    Raises:
        TocsinError: no file, no YAML, or a reference in the URL that cannot be resolved here.
    """
    from agent.config.nodes import compose
    from agent.config.operations import DEFAULT_STORE, placed
    from agent.config.references import Vault

    try:
        root = compose(routes.read_text("utf-8"), lambda *_: None)
    except (OSError, ValueError) as fault:
        raise TocsinError(f"{routes} cannot be read ({fault}): name the archive with --store") from None
    if root is None:
        raise TocsinError(f"{routes} is no YAML: name the archive with --store, and see: tocsin check {routes}")
    url = root.at("store").at("url").value
    vault = Vault(routes.parent, os.environ)
    found = vault.resolve(url if isinstance(url, str) and url else DEFAULT_STORE)
    if found.missing:
        raise TocsinError(f"store.url: {found.missing[0]}: name the archive with --store")
    return placed(found.text, vault)


def _copies(folder: Path) -> list[Path]:
    """Our copies, oldest first: other files of the folder are nobody's business."""
    return sorted(path for path in folder.iterdir() if OURS.fullmatch(path.name))


def _newest(folder: Path) -> Path:
    if not (found := _copies(folder)):
        raise TocsinError(f"{folder} holds no copy (tocsin-DATE.db): name the file itself")
    return found[-1]


def _remove_older(folder: Path, keep: int) -> list[Path]:
    older = _copies(folder)[:-keep]
    for path in older:
        path.unlink()
    return older


def _told(copied: "Copy") -> dict[str, Any]:
    last_at = copied.last_at.isoformat() if copied.last_at else None
    return {"file": str(copied.path), "bytes": copied.size, "facts": copied.facts, "last_fact_at": last_at}


def _show_backup(copied: "Copy", removed: Sequence[Path]) -> None:
    output.line(f"wrote {copied.path}: {_size(copied)}, {_until(copied)}")
    for path in removed:
        output.line(f"removed {path}")


def _show_restored(restored: "Copy", source: Path, aside: Path | None) -> None:
    output.line(f"restored {restored.path} from {source}: {_until(restored)}")
    if aside:
        output.line(f"kept what was there before as {aside}")


def _size(copied: "Copy") -> str:
    return f"{copied.size / 1024**2:.1f} MiB"


def _until(copied: "Copy") -> str:
    at: datetime | None = copied.last_at
    return f"{copied.facts} facts, the last of {at:%Y-%m-%d %H:%M:%S} UTC" if at else "no facts yet"
