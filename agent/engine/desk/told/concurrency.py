"""Two independent grade 2 matters on one core function: grade 1 is proposed, and waits for a person (R8).

“Own fault first”: what a rule concludes from coincidence is paged loudly and never executed by itself. A pair is told
once, the fact on file says so; `tocsin regrade` confirms it, or leaves the grade as it is.
"""

from dataclasses import replace

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import Incident, Kind, Notice, NoticeState, NoticeType, Party
from agent.rules import grading, modifiers

FACT = "concurrency_found"


def propose(turn: Turn, incident: Incident) -> Incident:
    """Page everyone of the provider where another grade 2 goes on on a core function of this one."""
    for other in modifiers.independent(incident, _others(turn, incident), turn.settings.agreement):
        if not _is_told(turn, incident.number, other):
            turn.known.proposed.add(frozenset((incident.number, other)))
            incident = _tell(turn, incident, turn.known.incidents[other])
    return incident


def _tell(turn: Turn, incident: Incident, other: Incident) -> Incident:
    """Of the two, the one that may be spoken of on every channel is told; the incident looked at, as it then is."""
    about, beside = (other, incident) if incident.kind is Kind.SECURITY else (incident, other)
    graded = grading.grade(
        turn.known.evidence(about.number), turn.settings.agreement, turn.now, current=about, beside=(beside.number,)
    )
    inputs = {"beside": [beside.number], "steps": graded.inputs["steps"]}
    turn.fact(about.number, FACT, to_grade=1, beside=[beside.number], rules=list(graded.rules), inputs=inputs)
    about = notices.numbered(turn, about)
    notice = _notice(turn, about, beside)
    if notice.recipients:
        notices.let_go(turn, notice)
    return about if about.number == incident.number else incident


def _others(turn: Turn, incident: Incident) -> list[Incident]:
    if incident.grade != 2:
        return []
    known = turn.known
    numbers = {number for function in incident.functions for number in known.by_function.get(function, ())}
    return [known.incidents[number] for number in sorted(numbers) if number in known.incidents]


def _is_told(turn: Turn, one: str, other: str) -> bool:
    """Whether this pair was told, whichever of the two it was told of; after a start the chains remember it."""
    pair = frozenset((one, other))
    if pair in turn.known.proposed:
        return True
    for number in pair:
        for sealed in turn.store.timeline(number):
            if sealed.fact.kind == FACT and pair - {number} <= set(sealed.fact.detail.get("beside", ())):
                turn.known.proposed.add(pair)
                return True
    return False


def _notice(turn: Turn, incident: Incident, beside: Incident) -> Notice:
    """To whoever of the provider a grade 1 would be told, by all channels at once; an opening says it itself."""
    opening = _opening(turn, incident, beside.number)
    asked = {recipient.contact for recipient in opening.recipients} if opening else set()
    told = notices.route(turn, incident, Party.PROVIDER, grade=1)
    people = tuple(each for each in told.recipients if each.contact not in asked)
    said = {"beside": [beside.number]}
    notice = notices.made(turn, incident, NoticeType.PROPOSAL, Party.PROVIDER, people, said)
    return replace(notice, is_loud=True, asks=True)


def _opening(turn: Turn, incident: Incident, beside: str) -> Notice | None:
    """The opening that leaves in this very turn, with the proposal in it: one message asks it all."""
    for notice in turn.change.notices.values():
        is_ours = notice.incident == incident.number and notice.party is Party.PROVIDER
        if is_ours and notice.type is NoticeType.OPENING and notice.state is NoticeState.RELEASED:
            told = replace(notice, content={**notice.content, "beside": [beside]})
            turn.change.notices[notice.id] = told
            return told
    return None
