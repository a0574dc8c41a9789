"""What the desk spends on an alert: turns of eight bodies of ten on one thread, with nothing beside it.

python -m tests.bench.turns [--turns 300] [--shape "again, direct"] [--profile]
"""

import argparse
import cProfile
import logging
import pstats
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import collectors
from agent.clock import SystemClock
from agent.config.load import load
from agent.engine.desk.desk import Desk
from agent.engine.memory import collect_rarely
from agent.engine.works import Post
from agent.store import open_store
from agent.web.intake import alertmanager, prometheus
from tests.bench import pair
from tests.bench.load import Bodies

PER_BODY = 10
PER_TURN = 8
WARM = 30
READERS = {"webhook": alertmanager.read, "direct": prometheus.read}


@dataclass(frozen=True)
class Shape:
    name: str
    kind: str
    is_mixed: bool = True  # ten rules in a body, else one
    different: int = 0  # turns after which the same alerts come again; 0: each is new


SHAPES = (
    Shape("one rule", "webhook", is_mixed=False),
    Shape("ten rules, webhook", "webhook"),
    Shape("ten rules, direct", "direct"),
    Shape("again, webhook", "webhook", different=WARM),
    Shape("again, direct", "direct", different=WARM),
)


@contextmanager
def _desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as named, pair.Sink() as sink:
        folder = Path(named)
        (folder / "routes.yaml").write_text(pair.routes_file(sink))
        settings = load(folder / "routes.yaml", collectors.catalogue(), environment={"STATE_DIRECTORY": named})
        store = open_store(settings.store_url, create=True)
        tokens = map(str, count())
        yield Desk(store, lambda: settings, SystemClock(), hand_over=lambda _: None, draw_token=lambda: next(tokens))
        store.close()


def spent_us(shape: Shape, turns: int, profile: cProfile.Profile | None) -> list[float]:
    """Processor time of an alert, turn by turn, the cheapest first."""
    senders = [Bodies(shape.kind, number, PER_BODY, is_mixed=shape.is_mixed) for number in range(2 * PER_TURN)]
    found: list[float] = []
    with _desk() as desk:
        for number in range(WARM + turns):
            turn = number % shape.different if shape.different else number
            bodies = [each.body(turn // 2 * PER_BODY) for each in senders[turn % 2 :: 2]]
            posts = [Post(raw, shape.kind, datetime.now(UTC), READERS[shape.kind]) for raw in bodies]
            answers = [desk.submit(post) for post in posts]
            if profile and number >= WARM:
                profile.enable()
            began_s = time.thread_time()
            desk.turn()
            spent_s = time.thread_time() - began_s
            if profile:
                profile.disable()
            for answer in answers:
                answer.result(0)
            if number >= WARM:
                found.append(spent_s / (PER_BODY * PER_TURN) * 1e6)
    return sorted(found)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--turns", type=int, default=300)
    asked.add_argument("--shape", choices=[shape.name for shape in SHAPES])
    asked.add_argument("--profile", action="store_true", help="where the time of that shape goes")
    options = asked.parse_args()
    logging.disable(logging.WARNING)
    collect_rarely()
    profile = cProfile.Profile() if options.profile else None
    print(f"{'CPU us per alert':20} {'tenth':>8} {'median':>8}")
    for shape in SHAPES:
        if options.shape in (None, shape.name):
            found = spent_us(shape, options.turns, profile)
            print(f"{shape.name:20} {found[len(found) // 10]:>8.1f} {found[len(found) // 2]:>8.1f}", flush=True)
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
