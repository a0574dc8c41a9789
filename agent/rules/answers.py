"""Which acknowledgements of a party stand: those since it was last asked anew."""

from collections.abc import Iterable

from agent.model import Acknowledgement, Incident, Party


def standing(incident: Incident, said: Iterable[Acknowledgement], party: Party) -> tuple[Acknowledgement, ...]:
    """The party's answers that count, by time: first the one that its clock stopped at; none where it is being asked.

    What was said before a reopening or a raise stays on file and counts no more.
    """
    by = incident.acknowledged_provider if party is Party.PROVIDER else incident.acknowledged_customer
    answers = sorted((each for each in said if each.party is party), key=lambda each: each.at)
    stopped_at = max((each.at for each in answers if each.contact == by), default=None)
    return tuple(each for each in answers if stopped_at is not None and each.at >= stopped_at)
