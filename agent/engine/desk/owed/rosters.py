"""Whether each party's team is complete (OB-101, 1.5, 2.1): on record when it becomes so, told when it is no longer."""

from datetime import datetime

from agent.engine.desk.told import standing_notices
from agent.engine.desk.turn import Turn
from agent.model import Fact, Party, Role
from agent.rules import roster
from agent.rules.periods import Force
from agent.rules.roster import Lack

LOOKED_BACK = 60
"""So many facts of a sort are looked at to find the last word on either party."""


def look(turn: Turn, force: Force, *, is_first: bool) -> None:
    """Each party's team as it is now.

    `is_first`: the agent sees the agreement in force for the first time; what the file says then was so from its
    first day on.
    """
    for party in Party:
        lacks = roster.lacking(turn.settings.contacts_of(party), turn.settings.endpoints)
        last = _last_word(turn, party, force)
        was_complete = last is not None and last.kind == "roster_complete"
        if not lacks and not was_complete:
            turn.fact("", "roster_complete", at=_since(turn, force, is_first=is_first), party=party)
        elif lacks and was_complete:
            _tell_lost(turn, party, lacks)


def _since(turn: Turn, force: Force, *, is_first: bool) -> datetime:
    return force.begins_at if is_first else turn.now


def _tell_lost(turn: Turn, party: Party, lacks: tuple[Lack, ...]) -> None:
    listed = [{"what": lack.what, "people": list(lack.people), "count": lack.count} for lack in lacks]
    turn.fact("", "roster_incomplete", party=party, lacks=[lack.what for lack in lacks])
    standing_notices.tell(turn, party, "roster", (Role.COORDINATOR,), party=party, lacks=listed)


def _last_word(turn: Turn, party: Party, force: Force) -> Fact | None:
    """What was said of the party's team last since the agreement's first day; each first day asks anew."""
    said = [
        sealed
        for kind in ("roster_complete", "roster_incomplete")
        for sealed in turn.store.facts_of_agent(kind, LOOKED_BACK)
        if sealed.fact.detail.get("party") == party and sealed.fact.at >= force.begins_at
    ]
    return max(said, key=lambda sealed: sealed.seq).fact if said else None
