"""What an alert says about the system, looked up in `signals:` of one configuration."""

from collections.abc import Mapping
from functools import cached_property

from agent.config.settings import Settings
from agent.log import Log
from agent.model import Row
from agent.rules import classify, matchers
from agent.rules.classify import Classified

log = Log("agent.engine.desk.desk")

_REMEMBERED = 20_000
"""So many sorts at most, then it begins anew: some monitors make a name of every alert."""

_WARNED = 1_000
"""Of so many sorts at most. The list of the unmapped has them all."""


class Sorter:
    """Looks labels up in `signals:` of one configuration; what was found once is remembered."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._match = matchers.compiled([row.match for row in settings.rows])
        self._seen: dict[tuple[object, ...], Classified] = {}
        self._warned: set[tuple[object, ...]] = set()

    def sorts_like(self, other: "Sorter") -> bool:
        """Whether both find the same in all labels."""
        mine, theirs = self.settings, other.settings
        return self is other or (
            mine.rows == theirs.rows and mine.agreement.functions.keys() == theirs.agreement.functions.keys()
        )

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """The rows by name; of those that say the same the first."""
        return {classify.name_of(row): row for row in reversed(self.settings.rows)}

    def classify(self, labels: Mapping[str, str]) -> Classified:
        index = self._match(labels)
        key = classify.key_of(labels, self.settings.rows, index)
        found = self._seen.get(key)
        if found is None:
            found = classify.classify(labels, self.settings.rows, index, self.settings.agreement)
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[key] = found
            self._warn_once(key, labels, found)
        return found

    def _warn_once(self, key: tuple[object, ...], labels: Mapping[str, str], found: Classified) -> None:
        if len(self._warned) < _WARNED and key not in self._warned and (found.why or found.outcome == "out_of_scope"):
            self._warned.add(key)
            _warn(labels, found)


def _warn(labels: Mapping[str, str], found: Classified) -> None:
    """Once for each sort: what the file does not know is kept, but nobody hears of it from us."""
    name = labels.get("alertname", "")
    if found.outcome == "out_of_scope":
        more = {"why": found.why} if found.why else {}
        log.warning("alert belongs to no agreed function", alertname=name, see="tocsin signals unmapped", **more)
    elif found.why:
        log.warning("row of signals does not fit the alert", alertname=name, why=found.why)
