"""Minutes left out of the availability: claimed, accepted, declined, withdrawn; each act is on file (4.1(a))."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from agent.engine.desk import lookup
from agent.engine.desk.owed import monthly
from agent.engine.desk.seen import maintenance
from agent.engine.desk.stated import behalf
from agent.engine.desk.told import standing_notices
from agent.engine.desk.turn import Turn
from agent.engine.measured import AnswerExclusion, Exclude, Excluded
from agent.errors import NotFound, WrongParty
from agent.model import Contact, Exclusion, ExclusionState, Party, Role, Statement
from agent.rules import exclusions, statements
from agent.rules.exclusions import CLAUSE

CALLED_BACK = timedelta(days=7)
"""So old may a call be that is put on record."""


def exclude(turn: Turn, act: Exclude) -> Excluded:
    """Minutes to be left out: a claim of the provider, or what the customer leaves out itself.

    Raises:
        NotFound, WrongParty, Refused: with the clause; nothing has changed.
    """
    by = _contact(turn, act)
    state = exclusions.check_new(by, act.what, act.because, turn.settings.agreement.availability)
    exclusions.check_times(act.starts_at, act.ends_at, turn.now)
    if act.function:
        maintenance.check_function(turn, act.function)
    at = statements.acted_at(act.called_at, turn.now - CALLED_BACK, turn.now, CLAUSE, "a week ago")
    drafted = Exclusion(
        id="",
        function=act.function,
        what=act.what,
        starts_at=act.starts_at,
        ends_at=act.ends_at,
        because=act.because.strip(),
        party=by.party,
        by=by.id,
        at=at,
        state=state,
        answered_by=by.id if state is ExclusionState.ACCEPTED else "",
        answered_at=at if state is ExclusionState.ACCEPTED else None,
        means=act.means,
        recorded_by=act.recorded_by,
    )
    filed = {each.id: each for each in turn.store.exclusions(act.starts_at, act.ends_at)} | turn.change.exclusions
    for each in filed.values():
        if _words(each) == _words(drafted) and each.state is not ExclusionState.WITHDRAWN:
            return Excluded(each, is_repeated=True)
    return _write(turn, replace(drafted, id=_next_id(turn)), by, act)


def answer(turn: Turn, act: AnswerExclusion) -> Excluded:
    """What becomes of a claim.

    Raises:
        NotFound, WrongParty, Refused, IllegalStep: with the clause; nothing has changed.
    """
    by = _contact(turn, act)
    found = turn.change.exclusions.get(act.exclusion) or turn.store.exclusion(act.exclusion)
    if found is None:
        raise NotFound(f"there is no exclusion {act.exclusion[:40]!r}: `tocsin availability` lists those of a month")
    after = exclusions.answered(found, act.answer, by, act.text)
    if after is None:
        return Excluded(found, is_repeated=True)
    at = statements.acted_at(act.called_at, found.at, turn.now, CLAUSE, found.id)
    answered = replace(found, state=after, answered_by=by.id, answered_at=at, answer=act.text.strip())
    return _write(turn, answered, by, act)


def disputed(turn: Turn, statement: Statement) -> None:
    """The creditor's acceptance, which the other party wrote down, was none: the month is measured again."""
    found = turn.change.exclusions.get(statement.matter) or turn.store.exclusion(statement.matter)
    accepted = exclusions.FACTS[ExclusionState.ACCEPTED]
    if found is None or statement.kind != accepted or statement.party is not Party.CUSTOMER:
        return
    after = exclusions.disputed(found, statement.answered_by, turn.now, statement.answer)
    if after is not found:
        turn.change.exclusions[after.id] = after
        monthly.again(turn, after)


def _write(turn: Turn, exclusion: Exclusion, by: Contact, act: Exclude | AnswerExclusion) -> Excluded:
    turn.change.exclusions[exclusion.id] = exclusion
    detail: dict[str, Any] = {
        "exclusion": exclusion.id,
        "party": by.party,
        "what": exclusion.what,
        "function": exclusion.function,
        "since": exclusion.starts_at.isoformat(),
        "until": exclusion.ends_at.isoformat(),
        "reason": exclusion.answer or exclusion.because,
        "means": act.means if act.means == "phone" else "",
        "recorded_by": act.recorded_by,
    }
    fact, at = exclusions.FACTS[exclusion.state], exclusion.answered_at or exclusion.at
    detail |= behalf.state_of(turn, exclusion.id, fact, by, act, at=at, said={"reason": detail["reason"]})
    turn.fact("", fact, by=by.id, at=at, **{name: value for name, value in detail.items() if value})
    standing_notices.tell(
        turn,
        by.party.other,
        "exclusion",
        (Role.COORDINATOR,),
        about=exclusion.id,
        exclusion=exclusion.id,
        state=exclusion.state,
        by=by.id,
        since=exclusion.starts_at.isoformat(),
        until=exclusion.ends_at.isoformat(),
        function=exclusion.function,
        because=exclusion.because,
        answer=exclusion.answer,
    )
    monthly.again(turn, exclusion)
    return Excluded(exclusion)


def _words(each: Exclusion) -> tuple[Any, ...]:
    return each.by, each.function, each.what, each.starts_at, each.ends_at, each.because


def _next_id(turn: Turn) -> str:
    """`EXC-20261123-001`: the day in the agreement's zone, and a number within it."""
    day = turn.now.astimezone(turn.settings.agreement.zone).strftime("%Y%m%d")
    given = [int(id_.rsplit("-", 1)[1]) for id_ in turn.change.exclusions if id_.startswith(f"EXC-{day}-")]
    return f"EXC-{day}-{max(turn.store.last_exclusion(day), *given, 0) + 1:03d}"


def _contact(turn: Turn, act: Exclude | AnswerExclusion) -> Contact:
    contact = lookup.contact(turn, act.by)
    if act.party is not None and contact.party is not act.party:
        raise WrongParty(f"{contact.id} belongs to the {contact.party}; this comes from the {act.party}", CLAUSE)
    return contact
