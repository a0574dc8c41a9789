"""What an incident still lacks before it may be closed (3.4), each with the command that would mend it.

Phases count in grades 1 and 2; grade 3 is answered as needed (3.3(c)). Duties count where the parties agreed on them: a
target that nobody signed holds nothing up (fact 2), nor does what the customer does not answer for five working days
(fact 13).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.model import Basis, Calendar, Entry, EntryKind, Incident, Obligation, Owing, Party, Phase
from agent.rules import phases
from agent.rules.workdays import add_working_days

SILENCE_WD = 5
"""So many working days after the recovery nobody waits for the customer any more."""

NEVER_HOLDS = frozenset({"improve", "decide_improvements"})

_MENDS: Mapping[str, str] = {
    "acknowledge_report": "tocsin report ack {report} --as CONTACT",
    "assess": "tocsin phase {incident} assessment --by CONTACT --text …",
    "contain": "tocsin phase {incident} containment --by CONTACT --text …",
    "eradicate": "tocsin phase {incident} eradication --by CONTACT --text …",
    "hold_review": "tocsin phase {incident} review --by CONTACT --text …",
    "decide_grade": "tocsin regrade {incident} GRADE --by CONTACT --with CONTACT --reason …",
}


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that keeps an incident from being closed."""

    what: str  # phase | duty | objection
    name: str
    clause: str
    mend: str  # the command, or what there is to wait for
    obligation: str = ""
    may_waive: bool = False  # by the provider, once nobody waits for the customer any more


def lacks(
    incident: Incident, entries: Iterable[Entry], obligations: Iterable[Obligation], silent_until: datetime | None
) -> tuple[Lack, ...]:
    """Everything that is missing, in the order of the phases, then objection, then duties."""
    if not incident.is_mapped:
        return ()  # the provider's own matter
    said = tuple(entries)
    found = [_phase(phase, incident) for phase in phases.missing(said, incident) if incident.grade < 3]
    objection = open_objection(said, incident)
    if objection is not None:
        mend = f"tocsin update {incident.number} --by CONTACT --about {objection.id} --text …"
        found.append(Lack("objection", objection.id, "4.2(c)", mend, may_waive=True))
    found += [_duty(each, silent_until) for each in obligations if _holds(each, incident)]
    return tuple(found)


def open_objection(entries: Iterable[Entry], incident: Incident) -> Entry | None:
    """What the customer objects to about the recovery, and nobody of the provider has answered."""
    standing: Entry | None = None
    for entry in entries:
        if incident.recovered_at is not None and entry.on_file_at < incident.recovered_at:
            continue
        if entry.kind is EntryKind.RECOVERY_ANSWER:
            standing = entry if entry.what == "objection" else None
        elif standing is not None and entry.about == standing.id and entry.party is Party.PROVIDER:
            standing = None
    return standing


def is_recovery_answered(entries: Iterable[Entry], incident: Incident) -> bool:
    """Whether the customer has answered to the last recovery (4.2(c))."""
    since = incident.recovered_at
    return since is not None and any(
        each.kind is EntryKind.RECOVERY_ANSWER and each.on_file_at >= since for each in entries
    )


def nobody_waits_from(incident: Incident, calendar: Calendar | None) -> datetime | None:
    """When the customer's silence holds nothing up any more; None before the recovery."""
    if incident.recovered_at is None:
        return None
    return add_working_days(incident.recovered_at, SILENCE_WD, calendar)


def _holds(each: Obligation, incident: Incident) -> bool:
    is_light = incident.grade == 3 and not each.report  # it closes by itself after a day, whatever its month's report
    if each.basis is Basis.STATUTE:
        return False  # what an authority is owed runs on, also when the incident is closed
    return each.state.is_open and not each.is_target and each.name not in NEVER_HOLDS and not is_light


def _phase(phase: Phase, incident: Incident) -> Lack:
    skips = "" if phase in phases.NEVER_SKIPPED else " [--not-applicable]"
    mend = f"tocsin phase {incident.number} {phase} --by CONTACT --text …{skips}"
    return Lack("phase", phase, phases.CLAUSES[phase], mend)


def _duty(each: Obligation, silent_until: datetime | None) -> Lack:
    clause = each.clauses[0] if each.clauses else ""
    name = f"{each.ob} {each.name}".strip()
    act = _MENDS.get(each.name, "").format(incident=each.incident, report=each.report)
    if each.debtor is Owing.PROVIDER:
        return Lack("duty", name, clause, act or "do it, or ask the customer to waive it", each.id)
    when = f" from {silent_until:%Y-%m-%d %H:%M} UTC on" if silent_until else ""
    mend = f"{act or 'ask for it'}; or{when} tocsin close {each.incident} --by CONTACT --waive-rest --note …"
    return Lack("duty", name, clause, mend, each.id, may_waive=True)
