"""Which acknowledgements of a party stand: those since it was last asked anew; and which notices they are about."""

from collections.abc import Iterable
from datetime import datetime

from agent.model import Acknowledgement, Incident, Notice, NoticeState, NoticeType, Party

TO_ACKNOWLEDGE = frozenset(
    {NoticeType.OPENING, NoticeType.CHANGE, NoticeType.RELAPSE, NoticeType.REQUEST, NoticeType.RECOVERY}
)
"""Notices whose receipt a party acknowledges (4.2(c))."""


def standing(incident: Incident, said: Iterable[Acknowledgement], party: Party) -> tuple[Acknowledgement, ...]:
    """The party's answers that count, by time: first the one that its clock stopped at; none where it is being asked.

    What was said before a reopening or a raise stays on file and counts no more.
    """
    by = incident.acknowledged_provider if party is Party.PROVIDER else incident.acknowledged_customer
    answers = sorted((each for each in said if each.party is party), key=lambda each: each.at)
    stopped_at = max((each.at for each in answers if each.contact == by), default=None)
    return tuple(each for each in answers if stopped_at is not None and each.at >= stopped_at)


def told(notices: Iterable[Notice], party: Party, at: datetime, up_to: int | None = None) -> list[Notice]:
    """What a party had been told by then that it acknowledges, up to a number that a person says they had seen."""
    return [
        each
        for each in notices
        if each.party is party
        and not each.is_trial
        and each.type in TO_ACKNOWLEDGE
        and each.state is NoticeState.RELEASED
        and max(each.at, each.due_at) <= at
        and (up_to is None or each.seq <= up_to)
    ]


def newest(notices: Iterable[Notice], party: Party, at: datetime) -> int:
    """The number of the last of them, 0 for none."""
    return max((each.seq for each in told(notices, party, at)), default=0)
