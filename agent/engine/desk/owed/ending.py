"""The agreement's end (fact 16): both parties are warned of it; afterwards incidents still open, and say so."""

from agent.engine.desk.told import standing_notices
from agent.engine.desk.turn import Turn
from agent.model import Agreement, NoticeType, Party, Role
from agent.rules import periods

LOOKED_BACK = 100
"""So many notices are looked at to find which warnings were told."""


def look(turn: Turn) -> None:
    """Tell the warning that is due; after an absence only the latest."""
    agreement = turn.settings.agreement
    ends_at = periods.ends_at(agreement.expires, agreement.zone)
    if ends_at is None:
        return
    days = periods.warning_due(ends_at, turn.now, _told(turn, agreement))
    if days is None:
        return
    if days:
        turn.fact("", "agreement_ends_soon", expires=str(agreement.expires), days=days)
    else:
        turn.fact("", "agreement_ended", expires=str(agreement.expires))
    for party in Party:
        roles = (Role.PRINCIPAL, Role.COORDINATOR)
        standing_notices.tell(turn, party, "ending", roles, expires=str(agreement.expires), days=days)


def is_over(turn: Turn) -> bool:
    agreement = turn.settings.agreement
    ends_at = periods.ends_at(agreement.expires, agreement.zone)
    return ends_at is not None and ends_at <= turn.now


def mark(turn: Turn, incident: str) -> None:
    """A new incident says so in its own chain, whatever is agreed on later."""
    if is_over(turn):
        turn.fact(incident, "agreement_expired", expires=str(turn.settings.agreement.expires))


def _told(turn: Turn, agreement: Agreement) -> list[int]:
    """The warnings of this very end, as days before it."""
    contents = [notice.content for notice in turn.store.notices_of_agent(NoticeType.AGREEMENT, LOOKED_BACK)]
    return [
        content["days"]
        for content in contents
        if content.get("event") == "ending" and content.get("expires") == str(agreement.expires)
    ]
