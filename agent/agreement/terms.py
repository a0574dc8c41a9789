"""The shipped duties and the events that move their clocks, read from YAML into values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.agreement.tables import read
from agent.model import Basis, Grade, Limit, Owing, Role, Term
from agent.rules.limits import limit

GRADES: tuple[Grade, ...] = (1, 2, 3)
_OTHER = {Owing.PROVIDER: Owing.CUSTOMER, Owing.CUSTOMER: Owing.PROVIDER}


@dataclass(frozen=True, slots=True)
class EventWord:
    """One word of the closed list of events."""

    name: str
    meaning: Mapping[str, str]  # language -> what happened
    what: tuple[str, ...] = ()  # the sorts that a term may ask for


@cache
def events() -> Mapping[str, EventWord]:
    """The closed list of events, in its own order."""
    rows = read("events.yaml").items()
    return {name: EventWord(name, {"en": row["en"], "zh": row["zh"]}, tuple(row.get("what", ()))) for name, row in rows}


@cache
def event_names() -> tuple[str, ...]:
    """Everything that may stand in `starts`, `met_by` and `ends`: `phase.recorded`, `phase.recorded/review` …"""
    return tuple(
        name for word in events().values() for name in (word.name, *(f"{word.name}/{sort}" for sort in word.what))
    )


@cache
def shipped() -> Mapping[str, Term]:
    """The duties of agreement.md 5 by name, in the order of the agreement, with their default limits."""
    return {name: term(name, row) for name, row in read("terms.yaml").items()}


def term(name: str, row: Mapping[str, Any], overlay: str = "", from_grade: Grade | None = None) -> Term:
    """One row of a table of duties. `statute.filed` means that this very duty was filed.

    Raises:
        KeyError, ValueError: the row is not whole.
    """
    debtor = Owing(row["debtor"])
    return Term(
        name=name,
        ob=row.get("ob", ""),
        duty=row["duty"],
        clauses=tuple(row.get("clauses", ())),
        basis=Basis(row.get("basis", "default")),
        debtor=debtor,
        creditor=Owing(row["creditor"]) if "creditor" in row else _OTHER.get(debtor, debtor),
        starts=tuple(row["starts"]),
        met_by=of_its_own(name, row["met_by"]),
        limits=limits_of(row["limit"]),
        ends=tuple(row.get("ends", ())),
        by=tuple(Role(role) for role in row.get("by", ())),
        evidence=row.get("evidence", {}),
        is_right=row.get("right", False),
        keeps_start=row.get("keeps_start", False),
        may_pause=row.get("pauses", False),
        is_per_event=row.get("per_event", False),
        reminds_actor=row.get("reminds_actor", False),
        is_adopted=row.get("basis", "default") != "default",
        ref=row.get("ref", ""),
        overlay=overlay,
        from_grade=from_grade,
        after=row.get("after", ""),
    )


def of_its_own(name: str, met_by: Iterable[str]) -> tuple[str, ...]:
    """What meets a duty; a filing meets only the one that it names."""
    return tuple(f"{event}/{name}" if event == "statute.filed" else event for event in met_by)


def limits_of(written: str | Mapping[int, str]) -> dict[Grade, Limit]:
    """By grade, of `15m` or `{1: 15m, 2: 30m}`."""
    if isinstance(written, str):
        return dict.fromkeys(GRADES, limit(written))
    return {grade: limit(written[grade]) for grade in GRADES if grade in written}
