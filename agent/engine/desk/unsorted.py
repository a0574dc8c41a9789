"""What is still to be sorted by the configuration in force: how far it was looked at, and what is to move."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Unsorted:
    """Episodes that were open when the configuration came into force; what begins later is sorted by it anyway."""

    until: int  # the last of them
    after: int = 0  # looked at up to here
    moves: dict[Any, list[int]] = field(default_factory=dict)  # by where they go: of one place all together
    leaving: Counter[str] = field(default_factory=Counter)  # line -> how many of its episodes are to move

    def add(self, place: Any, line: str, episode: int) -> None:
        self.moves.setdefault(place, []).append(episode)
        self.leaving[line] += 1

    def take(self, most: int) -> list[int]:
        """The next ones to move: whole places, as many as there is room for; one that is too large in parts."""
        taken: list[int] = []
        for place, ids in list(self.moves.items()):
            if taken and len(taken) + len(ids) > most:
                break
            taken += ids[:most]
            if len(ids) > most:
                self.moves[place] = ids[most:]
                break
            del self.moves[place]
        return taken

    def moved(self, line: str) -> None:
        self.leaving[line] -= 1
        if self.leaving[line] <= 0:
            del self.leaving[line]

    def holds_any(self, lines: Iterable[str]) -> bool:
        """Whether one of the lines is about to lose evidence: what it says beside the new ones is half a truth."""
        return any(line in self.leaving for line in lines)
