"""A first day that lies behind: clocks start at their own day (rule 1), so some of its duties are missed at once.

Putting the day on file late is no fault, and what was not done by then was not done. But nobody should be surprised by
it: what would be missed is said before it is on record.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from agent.config.nodes import Node
from agent.config.people import People
from agent.config.settings import Fault
from agent.model import Agreement, Endpoint, Owing, Party, Term
from agent.rules import clocks, joint, periods, roster
from agent.rules.joint import Wanted

STARTS = "agreement.effective"


def warning(
    agreement: Agreement, file: Wanted, people: People, endpoints: Mapping[str, Endpoint], node: Node, now: datetime
) -> Fault | None:
    """What a first day costs that is not on record yet; None where it costs nothing."""
    lost = list(_missed(agreement, file, people, endpoints, now))
    if not lost:
        return None
    place = node.at("effective")
    said = (
        f"the first day, {agreement.effective}, lies behind, and duties count from it (clock rule 1): past their limit "
        f"already, and missed as soon as it is in force: {', '.join(lost)}; name a later first day, or let it stand so"
    )
    return Fault(place.line, place.key, said, is_warning=True)


def _missed(
    agreement: Agreement, file: Wanted, people: People, endpoints: Mapping[str, Endpoint], now: datetime
) -> Iterator[str]:
    """`complete_roster of the customer 2026-01-08` and so on, in the order of the terms."""
    force = periods.force(agreement.effective, agreement.expires, agreement.zone)
    if force is None or not force.has_begun(now):
        return
    for term in agreement.terms.values():
        limit = term.limits.get(3)
        if STARTS not in term.starts or limit is None:
            continue
        due = clocks.due_at(limit, force.begins_at, agreement.calendar)
        if due <= now and not _is_adopted(term, file, due, agreement):
            whose = _whose(term, people, endpoints)
            if whose is not None:
                yield f"{term.name}{whose} {due.astimezone(agreement.zone):%Y-%m-%d}"


def _whose(term: Term, people: People, endpoints: Mapping[str, Endpoint]) -> str | None:
    """Of which party, "" where the duty says it; None where the file itself meets it."""
    if "roster.complete" not in term.met_by or term.debtor is not Owing.EACH:
        return ""
    lacking = [party for party in Party if roster.lacking(people.of(party), endpoints)]
    return f" of the {' and the '.join(lacking)}" if lacking else None


def _is_adopted(term: Term, file: Wanted, due: datetime, agreement: Agreement) -> bool:
    """Whether it was met on paper in time (OB-105, OB-106)."""
    if file.adopted_on is None or periods.midnight(file.adopted_on, agreement.zone) > due:
        return False
    return term.name in {joint.ANNEXES[name] for name in joint.on_paper(file)}
