"""A party's team is launched (3.3(a), 3.3(b)): the acknowledgement that makes the quorum leaves a fact of its own."""

from datetime import datetime

from agent.engine.desk.turn import Turn
from agent.model import Incident, Owing, Party
from agent.rules import launching

_CLOCKS = frozenset({"launch_provider", "launch_customer", "launch_teams"})


def look_at(turn: Turn, incident: Incident, party: Party, by: str, at: datetime) -> None:
    """Write down that the team is launched, where the answer of `by`, on file already, is the one that makes it so."""
    since = _asked_at(turn, incident, party)
    if incident.grade == 3 or at < since:
        return  # answered as needed (3.3(c)); or answered before it was asked
    said = (*turn.store.acknowledgements(incident.number), *turn.change.acknowledgements)
    own = [
        each.contact for each in said if (each.incident, each.party) == (incident.number, party) and each.at >= since
    ]
    others = frozenset(own) - {by}
    before = others | {by} if own.count(by) > 1 else others
    people, quorum = turn.settings.contacts.values(), turn.settings.agreement.launch
    if launching.is_launched(before, people, party, quorum):
        return
    if launching.is_launched(others | {by}, people, party, quorum):
        who = sorted(others | {by})
        turn.fact(incident.number, "team_launched", by=by, at=at, party=party, grade=incident.grade, who=who)


def _asked_at(turn: Turn, incident: Incident, party: Party) -> datetime:
    """Since when the party's answers count: its launch was asked for then, or the incident took its grade.

    A grade that is lowered meanwhile asks nothing anew: what runs stays (rule 3).
    """
    book = turn.known.ledger.books.get(incident.number)
    clocks = [each for each in book.open() if each.name in _CLOCKS] if book else []
    asked = [each.started_at for each in clocks if each.debtor in (Owing(party), Owing.BOTH)]
    return min((*asked, incident.graded_at))
