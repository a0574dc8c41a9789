"""A store in front of the store, which fails when told to: before a commit, after it, or at a question."""

from collections.abc import Callable, Mapping
from typing import Any

from agent.errors import StoreUnavailable
from agent.model import Change
from agent.ports import Store

Fault = Callable[[Callable[[], Any]], Any]
"""What to do instead of one call, given the call."""


def before(call: Callable[[], Any]) -> Any:
    """Fails, and nothing was written."""
    raise StoreUnavailable("injected: nothing was written")


def after(call: Callable[[], Any]) -> Any:
    """Fails, and it was written all the same: a commit that failed is ambiguous."""
    call()
    raise StoreUnavailable("injected: but it was written")


class BrittleStore:
    """Counts commits and questions, and fails those that are due to. `around` puts it in front of a store.

    The counts go on across restarts: there is one of it however often the store is opened.
    """

    def __init__(self) -> None:
        self.commits = 0
        self.questions = 0
        self.failures = 0
        self.commit_faults: dict[int, Fault] = {}  # number of the commit, from 1
        self.question_faults: set[int] = set()
        self.on_commit: Callable[[Change], object] = lambda change: None
        self._store: Any = None

    def around(self, store: Store) -> Store:
        self._store = store
        return self  # type: ignore[return-value]

    def fail(self, fault: Fault) -> None:
        """The next commit."""
        self.commit_faults[self.commits + 1] = fault

    def commit(self, change: Change) -> Mapping[str, str]:
        self.commits += 1
        self.on_commit(change)
        fault = self.commit_faults.get(self.commits)
        if fault is None:
            heads: Mapping[str, str] = self._store.commit(change)
            return heads
        self.failures += 1
        failed: Mapping[str, str] = fault(lambda: self._store.commit(change))
        return failed

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._store, name)
        if name in ("close", "version", "path", "integrity", "checkpoint") or not callable(asked):
            return asked

        def ask(*values: Any, **named: Any) -> Any:
            self.questions += 1
            if self.questions in self.question_faults:
                self.failures += 1
                raise StoreUnavailable(f"injected: {name} could not be read")
            return asked(*values, **named)

        return ask
