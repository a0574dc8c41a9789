"""Commits in a loop and prints each number once it is on file: a process for the crash test to kill."""

import sys
from dataclasses import replace
from pathlib import Path

from agent.model import Change
from agent.store.sqlite import SqliteStore
from tests.store import nouns
from tests.store.nouns import fact


def main(path: Path) -> None:
    store = SqliteStore(path, create=True)
    number = store.last_episode()
    while True:
        number += 1
        episode = replace(nouns.EPISODE, id=number, fingerprint=f"{number:016x}")
        store.commit(Change(facts=[fact("signal_joined", n=number)], episodes={number: episode}))
        if number % 50 == 0:
            store.checkpoint()
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
