"""What was acknowledged is on file, whoever dies; who reads sees what was committed, while it goes on."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

from agent.model import Change, Episode
from agent.store.sqlite import SqliteStore
from tests.store import nouns
from tests.store.nouns import NUMBER, at, fact

ROOT = Path(__file__).parents[2]


def episode(number: int) -> Episode:
    return replace(nouns.EPISODE, id=number, fingerprint=f"{number:016x}")


def test_everything_acknowledged_before_a_kill_is_on_file(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    acknowledged = 0

    for _ in range(4):
        command = [sys.executable, "-m", "tests.store.committer", str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                acknowledged = int(line)
                if acknowledged % 60 == 0:
                    process.kill()
                    break
            acknowledged = max([acknowledged, *map(int, process.stdout.read().split())])

        store = SqliteStore(path)
        numbers = {one.fact.detail["n"] for one in store.timeline(NUMBER)}
        assert acknowledged >= 60
        assert numbers >= set(range(1, acknowledged + 1))
        assert store.last_episode() == len(numbers) == max(numbers)
        assert store.integrity() == []
        store.close()


def test_whoever_reads_after_a_commit_sees_it(store: SqliteStore) -> None:
    """Every thread on its own connection, while the writer goes on and the log is folded in."""
    committed = 0
    faults: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            before = committed
            facts = store.timeline(NUMBER)
            last = store.last_episode()
            if not before <= len(facts) <= last:  # a later question sees at least as much
                faults.append(f"{before} committed, {len(facts)} facts, then episode {last}")

    def fold() -> None:
        while not stop.is_set():
            store.checkpoint()

    threads = [threading.Thread(target=work) for work in (read, read, read, fold)]
    for thread in threads:
        thread.start()
    for number in range(1, 151):
        store.commit(Change(facts=[fact("signal_joined", n=number)], episodes={number: episode(number)}))
        committed = number
    stop.set()
    for thread in threads:
        thread.join()

    assert faults == []
    assert store.integrity() == []
    store.close()
    store.close()


def test_an_ended_thread_takes_its_connection_with_it(store: SqliteStore) -> None:
    for _ in range(5):
        thread = threading.Thread(target=store.incidents)
        thread.start()
        thread.join()

    assert len(store._readers) == 0


def test_the_log_starts_anew_once_it_is_long(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "tocsin.db", create=True, restart_pages=10)
    store.commit(Change(episodes={number: episode(number) for number in range(1, 200)}))
    long, folded = store.checkpoint()
    store.commit(Change(episodes={1: episode(1)}))

    short, _ = store.checkpoint()

    assert long == folded > 10
    assert short < 10
    assert len(list(store.marks(at(0)))) == 199
    store.close()


def test_a_reader_that_stays_does_not_stop_the_writer(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "tocsin.db", create=True, restart_pages=1)
    store.commit(Change(episodes={number: episode(number) for number in range(1, 200)}))
    store.incidents()
    reading = store._reader().execute("SELECT id FROM episode")
    next(reading)

    store.commit(Change(episodes={200: episode(200)}))
    pages, folded = store.checkpoint()
    store.commit(Change(episodes={201: episode(201)}))
    reading.close()

    assert folded < pages
    assert store.last_episode() == 201
    store.close()
