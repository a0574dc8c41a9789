"""The phases of a response (1.4, 3.4): which have their record, and where an incident stands.

They may overlap: a phase can be recorded before the one ahead of it. The gate makes the record of the recovery.
"""

from collections.abc import Iterable, Mapping

from agent.model import Entry, EntryKind, Incident, Phase, State

CLAUSES: Mapping[Phase, str] = {
    Phase.ASSESSMENT: "3.4(a)",
    Phase.CONTAINMENT: "3.4(b)",
    Phase.ERADICATION: "3.4(c)",
    Phase.RECOVERY: "3.4(d)",
    Phase.REVIEW: "3.4(e)",
}

NEVER_SKIPPED = frozenset({Phase.ASSESSMENT, Phase.RECOVERY})
"""A person confirms the grade, and the gate is passed: neither can be not applicable."""

_OVER = frozenset({State.RECOVERED, State.CLOSED})


def records(entries: Iterable[Entry], incident: Incident) -> Mapping[Phase, Entry]:
    """The last record of each phase, or why it does not apply. A review from before the recovery counts no more."""
    found: dict[Phase, Entry] = {}
    for entry in entries:
        if entry.kind is not EntryKind.PHASE:
            continue
        phase = Phase(entry.what)
        is_stale = phase is Phase.REVIEW and (incident.recovered_at is None or entry.on_file_at < incident.recovered_at)
        if not is_stale:
            found[phase] = entry
    return found


def missing(entries: Iterable[Entry], incident: Incident) -> tuple[Phase, ...]:
    """Those without a record, in their order."""
    recorded = set(records(entries, incident))
    if incident.state in _OVER:
        recorded.add(Phase.RECOVERY)
    else:
        recorded.discard(Phase.RECOVERY)  # said, not verified yet
    return tuple(phase for phase in Phase if phase not in recorded)


def current(entries: Iterable[Entry], incident: Incident) -> Phase:
    """The first phase that has no record yet; the review once all have."""
    return next(iter(missing(entries, incident)), Phase.REVIEW)
