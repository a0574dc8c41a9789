"""Which minutes the parties leave out of the availability, and who may say so (1.6, 4.1(a)).

The provider claims them, for a reason that the annex knows; the creditor, which is the customer, accepts or declines.
What the customer leaves out itself counts at once.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Availability, Contact, Exclusion, ExclusionState, Party
from agent.rules.statements import is_observer

CLAUSE = "4.1(a)"
SORTS = ("announced_maintenance", "force_majeure", "customer_cause", "other")
LONGEST = timedelta(days=31)
FARTHEST = timedelta(days=366)


class Answer(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


FACTS = {
    ExclusionState.OPEN: "exclusion_claimed",
    ExclusionState.ACCEPTED: "exclusion_accepted",
    ExclusionState.DECLINED: "exclusion_declined",
    ExclusionState.WITHDRAWN: "exclusion_withdrawn",
}

_BECOMES = {
    Answer.ACCEPT: ExclusionState.ACCEPTED,
    Answer.DECLINE: ExclusionState.DECLINED,
    Answer.WITHDRAW: ExclusionState.WITHDRAWN,
}


def check_new(by: Contact, what: str, because: str, level: Availability) -> ExclusionState:
    """The state it begins in.

    Raises:
        Refused: with the clause.
    """
    _check_person(by)
    if what not in SORTS:
        raise Refused(f"{what[:40]!r} is no sort of exclusion: say {', '.join(SORTS)}", CLAUSE)
    if not because.strip():
        raise Refused("say why those minutes are left out, in words a person would", CLAUSE)
    if by.party is Party.CUSTOMER:
        return ExclusionState.ACCEPTED
    if what not in level.exclude:
        agreed = ", ".join(level.exclude) or "nothing"
        raise Refused(
            f"the annex leaves out {agreed}, not {what} (agreement.availability.exclude): only the customer may do so"
            " beyond it, by the same act",
            CLAUSE,
        )
    return ExclusionState.OPEN


def check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """
    Raises:
        Refused: time that cannot be left out.
    """
    if ends_at <= starts_at:
        raise Refused("it ends after it begins: look at its times", CLAUSE)
    if ends_at - starts_at > LONGEST:
        raise Refused(f"{LONGEST.days} days are left out at most by one act", CLAUSE)
    if abs(starts_at - now) > FARTHEST:
        raise Refused("time within a year can be left out: look at the date", CLAUSE)


def answered(exclusion: Exclusion, answer: Answer, by: Contact, text: str) -> ExclusionState | None:
    """The state that the answer leads to; None where it was given already.

    Raises:
        WrongParty, Refused, IllegalStep: with the clause.
    """
    _check_person(by)
    if answer is Answer.WITHDRAW:
        if by.party is not exclusion.party:
            raise WrongParty(f"{exclusion.id} was claimed by the {exclusion.party}: it may be declined instead", CLAUSE)
    elif by.party is not Party.CUSTOMER:
        raise WrongParty(f"{by.id} belongs to the provider: the customer is owed the availability", CLAUSE)
    after = _BECOMES[answer]
    if exclusion.state is after:
        return None
    if exclusion.state is not ExclusionState.OPEN:
        raise IllegalStep(f"{exclusion.id} is {exclusion.state}: it was answered before", CLAUSE)
    if answer is not Answer.ACCEPT and not text.strip():
        raise Refused(f"say why, to {answer} it", CLAUSE)
    return after


def disputed(exclusion: Exclusion, by: str, at: datetime, words: str) -> Exclusion:
    """What is left of an acceptance that whoever is said to have given it corrects.

    Only what the creditor accepted is left out: a claim waits for an answer again, and both figures are shown until
    that is settled; what the creditor is said to have left out itself is withdrawn.
    """
    if exclusion.state is not ExclusionState.ACCEPTED:
        return exclusion
    if exclusion.party is Party.CUSTOMER:
        return replace(exclusion, state=ExclusionState.WITHDRAWN, answered_by=by, answered_at=at, answer=words)
    return replace(exclusion, state=ExclusionState.OPEN, answered_by="", answered_at=None, answer="")


def _check_person(by: Contact) -> None:
    if is_observer(by):
        raise Refused(f"{by.id} is an observer and may not act for the {by.party}", CLAUSE)
