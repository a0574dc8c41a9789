"""Statutory overlays at the desk (fact 11): what starts their clocks, the level that a person decides, what was filed.

The contract grade and the regulatory level are two things. Nothing is ever sent to an authority: people file, and
record that they did.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.engine.desk import lookup, pinned
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Condition, Evidence, Incident, Kind, Obligation, Overlay, Owing
from agent.rules.statutes import CLAUSE, FILED

CONFIRMED = frozenset({Condition.CONFIRMED, Condition.DATA_BREACH})


def look(turn: Turn, incident: Incident, evidence: Sequence[Evidence]) -> None:
    """Put on record since when a security event is confirmed, and a leak of data known; once each."""
    if incident.kind is not Kind.SECURITY or not pinned.agreement_of(turn, incident.number).overlays:
        return
    told = _told(turn, incident.number)
    confirmed = [each.detected_at for each in evidence if each.line.condition in CONFIRMED]
    leaked = [each.detected_at for each in evidence if each.line.condition is Condition.DATA_BREACH]
    if confirmed and "security_confirmed" not in told:
        told.add("security_confirmed")
        turn.fact(incident.number, "security_confirmed", at=min(confirmed))
    if leaked and "data_breach_known" not in told:
        told.add("data_breach_known")
        turn.fact(incident.number, "data_breach_known", at=min(leaked))


def check_level(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact says beside the words: whether this level has to be reported, and since when it counts.

    Raises:
        Refused: no such overlay or level.
        WrongParty: the other party owes the report.
    """
    overlay = _overlay(turn, incident, act.what)
    _check_party(turn, act, overlay)
    name = str(act.said.get("level", ""))
    level = overlay.level(name)
    if level is None:
        known = ", ".join(each.name for each in overlay.levels)
        raise Refused(f"{name[:40]!r} is no level of {overlay.name}: {known}", CLAUSE)
    at = _moment(turn, act, "since") or turn.now
    return {"owes": level.owes, "counts_from": max(at, incident.detected_at).isoformat()}


def check_filing(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact says beside the words: when it was filed.

    Raises:
        IllegalStep: nothing of that name is owed of the incident now.
        WrongParty: the other party owes it.
        Refused: it was filed in the future.
    """
    rows = _open(turn, incident, act.what)
    if not rows:
        owed = ", ".join(_filings(turn, incident)) or "none"
        raise IllegalStep(f"{incident.number} owes no filing {act.what[:60]!r} now; open: {owed}", CLAUSE)
    party = turn.settings.contacts[act.by].party
    if rows[0].debtor is not Owing(party):
        raise WrongParty(f"{act.what} is owed by the {rows[0].debtor}: {act.by} cannot file it", CLAUSE)
    at = _moment(turn, act, "filed_at") or turn.now
    return {"counts_from": max(at, *(each.started_at for each in rows)).isoformat(), "overlay": _of(turn, rows[0])}


def _open(turn: Turn, incident: Incident, name: str) -> list[Obligation]:
    """Clocks that this filing would stop."""
    terms = pinned.agreement_of(turn, incident.number).terms
    met_by = f"{FILED}/{name}"
    rows = turn.known.ledger.book(incident.number).open()
    return [each for each in rows if each.name in terms and met_by in terms[each.name].met_by]


def _filings(turn: Turn, incident: Incident) -> list[str]:
    terms = pinned.agreement_of(turn, incident.number).terms
    rows = turn.known.ledger.book(incident.number).open()
    met = [event for each in rows if each.name in terms for event in terms[each.name].met_by]
    return sorted({event.partition("/")[2] for event in met if event.startswith(FILED)})


def _of(turn: Turn, obligation: Obligation) -> str:
    term = pinned.agreement_of(turn, obligation.incident).terms.get(obligation.name)
    return term.overlay if term else ""


def _overlay(turn: Turn, incident: Incident, name: str) -> Overlay:
    overlays = pinned.agreement_of(turn, incident.number).overlays
    found = next((each for each in overlays if each.name == name), None)
    if found is None:
        known = ", ".join(each.name for each in overlays) or "none: `agreement.overlays` names them"
        raise Refused(f"{name[:40]!r} is no overlay of {incident.number}: {known}", CLAUSE)
    return found


def _check_party(turn: Turn, act: Record, overlay: Overlay) -> None:
    party = turn.settings.contacts[act.by].party
    if party is not overlay.owed_by:
        raise WrongParty(f"{overlay.name} is the {overlay.owed_by}'s to decide; {act.by} is the {party}'s", CLAUSE)


def _moment(turn: Turn, act: Record, name: str) -> datetime | None:
    at = lookup.time_said(act.said, name, CLAUSE)
    if at is not None and at > turn.now:
        raise Refused(f"{name}: {act.said[name]} lies ahead", CLAUSE)
    return at


def _told(turn: Turn, incident: str) -> set[str]:
    """Which of these facts stand in the chain already; read once."""
    known = turn.known.certain
    if incident not in known:
        known[incident] = {sealed.fact.kind for sealed in turn.store.timeline(incident)} & {
            "security_confirmed",
            "data_breach_known",
        }
    return known[incident]
