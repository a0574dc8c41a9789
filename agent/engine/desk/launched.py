"""A party's team is launched (3.3(a), 3.3(b)): the acknowledgement that makes the quorum leaves a fact of its own."""

from collections.abc import Iterable
from datetime import datetime

from agent.engine.desk.turn import Turn
from agent.model import Acknowledgement, Incident, Owing, Party
from agent.rules import launching

_CLOCKS = frozenset({"launch_provider", "launch_customer", "launch_teams"})


def look_at(turn: Turn, incident: Incident, party: Party, by: str, at: datetime) -> None:
    """Write down that the team is launched, where the answer of `by` is the one that makes it so."""
    if incident.grade == 3:
        return  # answered as needed (3.3(c))
    since = _asked_at(turn, incident, party)
    said = (*turn.store.acknowledgements(incident.number), *turn.change.acknowledgements)
    own = [each for each in said if (each.incident, each.party) == (incident.number, party) and each.at >= since]
    before = _people(each for each in own if each.contact != by)
    people, quorum = turn.settings.contacts.values(), turn.settings.agreement.launch
    has_answered = any(each.contact == by for each in own[:-1])
    if has_answered or launching.is_launched(before, people, party, quorum):
        return
    if launching.is_launched(before | {by}, people, party, quorum):
        who = sorted(before | {by})
        turn.fact(incident.number, "team_launched", by=by, at=at, party=party, grade=incident.grade, who=who)


def _asked_at(turn: Turn, incident: Incident, party: Party) -> datetime:
    """Since when the party's answers count: its launch was asked for then, or the incident took its grade.

    A grade that is lowered meanwhile asks nothing anew: what runs stays (rule 3).
    """
    book = turn.known.ledger.books.get(incident.number)
    open_clocks = book.open() if book else []
    asked = [
        each.started_at for each in open_clocks if each.name in _CLOCKS and each.debtor in (Owing(party), Owing.BOTH)
    ]
    return min((*asked, incident.graded_at))


def _people(said: Iterable[Acknowledgement]) -> frozenset[str]:
    return frozenset(each.contact for each in said)
