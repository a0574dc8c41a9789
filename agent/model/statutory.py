"""What statutes add to the agreement: clocks and drafts only (fact 11). Nothing is ever sent to an authority."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.model.words import Grade, Party

Words = Mapping[str, str]
"""Language -> text."""


@dataclass(frozen=True, slots=True)
class Level:
    """One regulatory level. It is no contract grade: a person decides it."""

    name: str  # relatively_major
    called: Words
    owes: bool  # whether it has to be reported


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One item that a report must hold, and which of the incident's facts fill it."""

    called: Words
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """One statute as a table: its levels and what a report holds; its duties are terms like any other."""

    name: str  # cn-incident-report
    title: Words
    law: Words
    owed_by: Party
    operator: str = ""  # where the limit depends on who operates the system
    operators: Mapping[str, Words] = field(default_factory=dict)
    from_grade: Grade | None = None  # a contract grade that starts its clocks by itself; None: none does
    levels: tuple[Level, ...] = ()
    items: tuple[DraftItem, ...] = ()

    def level(self, name: str) -> Level | None:
        return next((each for each in self.levels if each.name == name), None)
