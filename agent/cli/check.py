"""`tocsin check`: every fault of a routes.yaml, in one run."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli import output
from agent.cli.faults import FAULTY

if TYPE_CHECKING:
    from agent.config.settings import Fault, Settings


@dataclass(frozen=True, slots=True)
class Looked:
    """What is wrong with one file, and what of it waits for a later version."""

    file: Path
    faults: "tuple[Fault, ...]"
    later: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()  # what it changes of the agreement in force: both principals have to accept it

    @property
    def is_good(self) -> bool:
        return all(fault.is_warning for fault in self.faults)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@output.json_option
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Name every fault and warning of each FILE (routes.yaml without one): FILE:LINE: key: message.

    Exits 1 where a file cannot be used as it is; warnings alone are no reason. What the file says and this version
    does not act on yet is listed as accepted, not active yet. Where the archive that it names is here, what it changes
    of the agreement in force is listed: that waits until both principals have accepted it.

    \b
    Examples:
      tocsin check routes.yaml
      tocsin check --json routes.yaml | jq '.files[].faults[] | select(.warning | not)'
    """
    looked = [look(file) for file in files or (Path("routes.yaml"),)]
    output.answer(_as_value(looked), as_json, lambda _: _show(looked))
    if not all(each.is_good for each in looked):
        sys.exit(FAULTY)


def look(file: Path) -> Looked:
    """Everything that is wrong with the file, broken channels included."""
    import collectors
    from agent.config.load import BadConfig, load
    from agent.notify import why_unbuildable

    try:
        settings = load(file, collectors.catalogue(), why_unbuildable, strict_channels=True)
    except BadConfig as bad:
        return Looked(file, bad.faults)
    late = settings.late_start
    is_news = late is not None and str(settings.agreement.effective) not in _first_days(settings)
    faults = (*settings.warnings, late) if late is not None and is_news else settings.warnings
    return Looked(file, tuple(sorted(faults, key=lambda fault: fault.line)), settings.later, _changes(settings))


def _first_days(settings: "Settings") -> frozenset[str]:
    """Those on record in the archive that the file names; none where it is not here."""
    from agent.errors import StoreUnavailable

    path = _archive(settings)
    if path is None:
        return frozenset()
    from agent.store.evidence import first_days

    try:
        return first_days(path)
    except StoreUnavailable:
        return frozenset()


def _archive(settings: "Settings") -> Path | None:
    path = Path(settings.store_url.removeprefix("sqlite:///"))
    return path if settings.store_url.startswith("sqlite:///") and path.is_file() else None


def _changes(settings: "Settings") -> tuple[str, ...]:
    """Keys of the agreement part that differ from what is in force here; () where no archive is, or in a trial."""
    from agent.errors import StoreUnavailable
    from agent.rules import joint

    path = _archive(settings)
    if path is None:
        return ()
    from agent.store.evidence import part_in_force

    try:
        text = part_in_force(path)
    except StoreUnavailable:
        return ()  # `tocsin doctor` says what is wrong with it
    if not text or joint.wanted(text).is_trial:
        return ()
    return tuple(each.key for each in joint.differences(text, settings.part))


def _as_value(looked: Sequence[Looked]) -> dict[str, Any]:
    return {
        "ok": all(each.is_good for each in looked),
        "files": [
            {
                "file": str(each.file),
                "ok": each.is_good,
                "faults": [
                    {"line": fault.line, "key": fault.key, "message": fault.message, "warning": fault.is_warning}
                    for fault in each.faults
                ],
                "not_active_yet": list(each.later),
                "awaits_acceptance": list(each.joint),
            }
            for each in looked
        ],
    }


def _show(looked: Sequence[Looked]) -> None:
    for each in looked:
        for fault in each.faults:
            output.line(f"{each.file}:{fault}", fg="yellow" if fault.is_warning else "red")
        if each.later:
            output.line(f"{each.file}: accepted, not active yet: {', '.join(each.later)}", dim=True)
        if each.joint:
            output.line(f"{each.file}: both principals will have to accept: {', '.join(each.joint)}", fg="yellow")
    if output.is_terminal():
        for each in looked:
            output.line(_summary(each), fg="green" if each.is_good else "red", bold=True)


def _summary(looked: Looked) -> str:
    warnings = sum(fault.is_warning for fault in looked.faults)
    told = f"{_count(len(looked.faults) - warnings, 'fault')}, {_count(warnings, 'warning')}"
    return f"{looked.file}: {'can be used' if looked.is_good else 'cannot be used'}: {told}"


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'s' * (number != 1)}"
