"""What an alert says about the system, looked up in `signals:` of one configuration."""

from collections.abc import Mapping

from agent.config.settings import Settings
from agent.rules import classify, matchers
from agent.rules.classify import Classified

_REMEMBERED = 100_000


class Sorter:
    """Looks labels up in `signals:` of one configuration; what was found once is remembered."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._match = matchers.compiled([row.match for row in settings.rows])
        self._seen: dict[tuple[object, ...], Classified] = {}

    def classify(self, labels: Mapping[str, str]) -> Classified:
        index = self._match(labels)
        key = classify.key_of(labels, self.settings.rows, index)
        found = self._seen.get(key)
        if found is None:
            found = classify.classify(labels, self.settings.rows, index, self.settings.agreement)
            if len(self._seen) < _REMEMBERED:
                self._seen[key] = found
        return found
