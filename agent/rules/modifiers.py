"""R8: what the circumstances add to a grade or take from it (agreement.md 3, "Modifiers").

Each fires once and they add up: one grade up in a declared assurance period (重保), one up where the same cause showed
itself three times in 30 days, one down for a fault outside of the agreed service hours. What alone calls for no grade
stays so, and nothing leaves 1 to 3. They are asked anew whenever an incident is looked at, and what they call for acts
as every proposal does: a boundary that is passed may raise a grade by itself, and never lowers one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.model import Agreement, Criticality, Grade, Incident, Kind, Line, Period, State
from agent.rules.workdays import is_working, next_working

TIMES = 3
"""So often must the same cause show itself …"""

WITHIN = timedelta(days=30)
"""… within this."""

DECLARED = "declared"
"""The severity of a report's line whose grade a person named: whoever did knew the circumstances."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds at one moment, whatever the evidence says."""

    assurance: Period | None = None  # the declared period that this is
    is_out_of_service: bool = False  # outside of agreed service hours
    times: int = 1  # that the same cause showed itself within 30 days, this one counted
    next_at: datetime | None = None  # when a boundary is passed behind which the same evidence may be graver

    @property
    def recurs(self) -> bool:
        return self.times >= TIMES

    @property
    def weighs(self) -> bool:
        """Whether anything holds at all; mostly nothing does."""
        return self.assurance is not None or self.is_out_of_service or self.recurs

    def shift(self, line: Line) -> int:
        """By how many grades this line of evidence is graver, or less grave where negative."""
        if line.severity == DECLARED and line.id.startswith("report:"):
            return 0
        down = self.is_out_of_service and line.kind is Kind.FAULT
        return int(self.assurance is not None) + int(self.recurs) - int(down)

    def inputs(self) -> dict[str, Any]:
        """Those that hold, as they are written down with a grade."""
        held: dict[str, Any] = {}
        if self.assurance is not None:
            held["assurance"] = f"{self.assurance.begins_at.isoformat()}/{self.assurance.ends_at.isoformat()}"
        if self.is_out_of_service:
            held["service_hours"] = "outside"
        if self.recurs:
            held["recurrence"] = f"{self.times} times in {WITHIN.days} days"
        return held


def circumstances(agreement: Agreement, now: datetime, times: int) -> Circumstances:
    """What holds now; `times` as `occurred_lately` counts them."""
    if not agreement.assurance and agreement.service_hours is None:
        return Circumstances(times=times)
    is_out = not is_working(now, agreement.service_hours)
    ahead = [period.begins_at for period in agreement.assurance if period.begins_at > now]
    if is_out:
        ahead.append(next_working(now, agreement.service_hours))
    return Circumstances(
        assurance=next((period for period in agreement.assurance if period.begins_at <= now < period.ends_at), None),
        is_out_of_service=is_out,
        times=times,
        next_at=min((at for at in ahead if at > now), default=None),
    )


def modified(graded: Grade, shift: int) -> Grade:
    """The grade moved by so many, within 1 to 3."""
    moved = min(max(graded - shift, 1), 3)
    return 1 if moved == 1 else 2 if moved == 2 else 3


# ------------------------------------------------------------------------------------------------------ recurrence


def occurred_lately(incident: Incident | None, now: datetime) -> int:
    """How often the cause of an incident showed itself within 30 days, the incident's own opening counted."""
    if incident is None:
        return 1
    return max(sum(1 for at in incident.occurred if now - at <= WITHIN), 1)


def occurred(earlier: Incident | None, now: datetime) -> tuple[datetime, ...]:
    """When it showed itself, `now` included, where this is the same cause as `earlier`; what is too old is let go."""
    known = () if earlier is None else earlier.occurred or (earlier.opened_at,)
    return (*(at for at in known if now - at <= WITHIN), now)


# ----------------------------------------------------------------------------------------------------- concurrency


def independent(incident: Incident, others: Sequence[Incident], agreement: Agreement) -> tuple[str, ...]:
    """Other grade 2 matters that go on on a core function of this one: two of them call for grade 1.

    What says the same of a function joins one incident, so that two of them are two matters: an intrusion is suspected
    where something fails, or a person said that the cause is another one. A window, a drill or an alert that nobody
    mapped proves nothing.
    """
    if not _counts(incident):
        return ()
    core = {id_ for id_ in incident.functions if _is_core(id_, agreement)}
    found = (other for other in others if other.number != incident.number and _counts(other))
    return tuple(sorted(other.number for other in found if core & set(other.functions)))


def _counts(incident: Incident) -> bool:
    is_grave = incident.grade == 2 and incident.state is State.OPEN
    return is_grave and incident.is_mapped and not incident.is_drill


def _is_core(function: str, agreement: Agreement) -> bool:
    found = agreement.functions.get(function)
    return found is not None and found.criticality is Criticality.CORE
