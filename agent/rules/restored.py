"""What people said of a recovery (3.4(d)): what was checked, lost, done about it, and what may still go wrong.

What nobody said stays unsaid: the recovery notice tells that it is being found out, and never makes it up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.errors import Refused
from agent.model import Entry, EntryKind, Incident, Phase

SAID = ("checked", "data", "fix", "is_temporary", "risk")
"""Words of a verification, or of the record of the phase of recovery: checks as `method: result`, then texts."""

CLAUSE = "3.4(d)"
_COLONS = (":", "：")


@dataclass(frozen=True, slots=True)
class Restored:
    checked: tuple[tuple[str, str], ...] = ()  # (contact, what was looked at and with what result), in order
    data: str = ""
    fix: str = ""
    is_temporary: bool | None = None
    risk: str = ""


def check(said: Mapping[str, Any]) -> None:
    """
    Raises:
        Refused: a check without its result.
    """
    for each in said.get("checked", ()):
        if not any(method.strip() and result.strip() for method, _, result in map(str(each).partition, _COLONS)):
            raise Refused(f"{each!r}: say how it was checked and with what result, as in “paid one order: ok”", CLAUSE)


def restored(entries: Iterable[Entry], incident: Incident) -> Restored:
    """What was said since the last signal cleared; of several words about the same thing the last one."""
    checked: dict[tuple[str, str], None] = {}
    last: dict[str, Any] = {}
    for entry in entries:
        if not _is_of_it(entry, incident):
            continue
        looked_at = entry.said.get("checked") or [entry.said.get("text", "")]
        checked.update(((entry.by, str(each)), None) for each in looked_at if str(each).strip())
        last.update((name, entry.said[name]) for name in SAID[1:] if entry.said.get(name) not in (None, ""))
    return Restored(checked=tuple(checked), **last)


def _is_of_it(entry: Entry, incident: Incident) -> bool:
    is_kind = entry.kind is EntryKind.VERIFICATION or (entry.kind, entry.what) == (EntryKind.PHASE, Phase.RECOVERY)
    return is_kind and incident.cleared_at is not None and entry.on_file_at >= incident.cleared_at
