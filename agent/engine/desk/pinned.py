"""The agreement that was in force when an incident opened is pinned to it: its clocks go by that one (clock rule 7)."""

import os

from agent.config import parts
from agent.config.people import People
from agent.engine.desk.known import Known
from agent.engine.desk.turn import Turn
from agent.errors import Malformed
from agent.log import Log
from agent.model import Agreement

log = Log("agent.engine.desk.desk")


def agreement_of(turn: Turn, subject: str) -> Agreement:
    """The agreement pinned to an incident; of "", and of what is older than its being kept, the one in force."""
    in_force = turn.settings.agreement
    hash_ = _hash_of(turn.known, subject) if subject else ""
    if hash_ in ("", in_force.hash):
        return in_force
    pinned = turn.known.pinned
    if hash_ not in pinned:
        pinned[hash_] = _read(turn, hash_)
    return pinned[hash_] or in_force


def forget(known: Known) -> None:
    """Drop those that no incident needs any more."""
    needed = {_hash_of(known, subject) for subject in (*known.incidents, *known.ledger.books)}
    for hash_ in known.pinned.keys() - needed:
        del known.pinned[hash_]


def _hash_of(known: Known, subject: str) -> str:
    incident = known.incidents.get(subject) or known.ended.get(subject)
    if incident is not None:
        return incident.agreement_hash
    book = known.ledger.books.get(subject)
    return next((each.agreement_hash for each in book.rows.values()), "") if book else ""


def _read(turn: Turn, hash_: str) -> Agreement | None:
    part = turn.store.agreement_part(hash_)
    if part is None:
        return None
    settings = turn.settings
    people = People(settings.parties, settings.contacts, {})
    try:
        return parts.agreed(part.text, people, os.environ, turn.now).agreement
    except Malformed as fault:
        log.error("pinned agreement cannot be read; the one in force is used", hash=hash_[:8], fault=str(fault))
        return None
