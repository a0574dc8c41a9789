"""The shipped tables, read from YAML into values."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from agent.model import Cell, Condition, Criticality, Grade, GradeTable, Rise

ALERT_ONLY = "alert_only"


def grade_table(
    scope_1: float = 0.5, scope_2: float = 0.05, total_outage_to_1_after: timedelta = timedelta(minutes=5)
) -> GradeTable:
    """The grade table of `grades.yaml` with the agreement's own scopes and outage time."""
    shipped = read("grades.yaml")
    scopes = {"wide": scope_1, "part": scope_2, "any": 0.0}
    return GradeTable(
        scope_1=scope_1,
        scope_2=scope_2,
        total_outage_to_1_after=total_outage_to_1_after,
        base={
            Criticality(criticality): {
                Condition(condition): tuple(_cell(cell, scopes, total_outage_to_1_after) for cell in cells)
                for condition, cells in conditions.items()
            }
            for criticality, conditions in shipped["faults"].items()
        },
        security={Condition(certainty): _grade(given) for certainty, given in shipped["security"].items()},
        lifts={grade: _span(after) for grade, after in shipped["lifts"].items()},
    )


@cache
def read(name: str) -> Mapping[str, Any]:
    """A shipped table as plain values."""
    import yaml

    # the C loader where PyYAML has it: twelve times faster, and the commands read tables too
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    table: Mapping[str, Any] = yaml.load(files("agent.agreement").joinpath(name).read_text("utf-8"), Loader=loader)
    return table


def _cell(row: Mapping[str, Any], scopes: Mapping[str, float], outage: timedelta) -> Cell:
    scope = row["scope"]
    rise = None
    if then := row.get("then"):
        after = outage if then["after"] == "outage" else _span(then["after"])
        rise = Rise(after, then["grade"], needs_second_evidence=then.get("needs") == "second_evidence")
    return Cell(scopes[scope] if isinstance(scope, str) else scope, _grade(row["grade"]), rise)


def _grade(given: Any) -> Grade | None:
    grade: Grade | None = None if given == ALERT_ONLY else given
    return grade


def _span(text: str) -> timedelta:
    """`15m` or `24h`."""
    return timedelta(**{{"m": "minutes", "h": "hours"}[text[-1]]: int(text[:-1])})
