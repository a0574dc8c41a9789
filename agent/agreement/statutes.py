"""The shipped overlays (`overlays/*.yaml`): statutory clocks, off unless the file names them (fact 11)."""

from collections.abc import Mapping
from typing import Any

from agent.agreement.tables import read
from agent.agreement.terms import term
from agent.model import DraftItem, Grade, Level, Overlay, Party, Term

OVERLAYS = ("cn-incident-report", "cn-pipl", "eu-nis2", "eu-dora", "eu-gdpr", "us-sec")
"""By name, in the order of the agreement."""

FILED = "statute.filed"
"""Met by a person who records that it was filed; of each duty by its own name."""

_ENDS = ("statute.excluded", "incident.voided")
_MAY_FILE = ["principal", "coordinator", "security"]


def overlay(
    name: str, owed_by: Party | None = None, operator: str = "", from_grade: Grade | None = None
) -> tuple[Overlay, dict[str, Term]]:
    """One overlay and its duties, as the file sets it; what the file leaves out is as it ships."""
    table = read(f"overlays/{name}.yaml")
    found = Overlay(
        name=name,
        title=table["title"],
        law=table["law"],
        owed_by=owed_by or Party(table["owed_by"]),
        operator=operator or table.get("operator", ""),
        operators=table.get("operators", {}),
        from_grade=from_grade or table.get("from_grade"),
        levels=tuple(Level(level, _words(row), row["owes"]) for level, row in table["levels"].items()),
        items=tuple(DraftItem(_words(row), tuple(row["from"])) for row in table["items"]),
    )
    return found, {duty: _duty(duty, row, found) for duty, row in table["duties"].items()}


def _duty(name: str, row: Mapping[str, Any], of: Overlay) -> Term:
    written = row["limit"]
    return term(
        name,
        {
            "basis": "statute",
            "met_by": [FILED],
            "by": _MAY_FILE,
            **row,
            "debtor": of.owed_by.value,
            "limit": written[of.operator] if isinstance(written, Mapping) else written,
            "starts": [_own(event, of.name) for event in row["starts"]],
            "ends": [_own(event, of.name) for event in _ENDS],
        },
        of.name,
        of.from_grade,
    )


def _own(event: str, overlay: str) -> str:
    """What a person decides of a statute is about that one."""
    return f"{event}/{overlay}" if event in ("statute.applies", "statute.excluded") else event


def _words(row: Mapping[str, Any]) -> dict[str, str]:
    return {language: row[language] for language in ("en", "zh")}
