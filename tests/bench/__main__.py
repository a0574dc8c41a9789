"""`make bench`: the agent's figures, beside Alertmanager's own in the same run. docs/figures.md says what is compared.

python -m tests.bench [intake shapes memory notice probes growth start] prints those tables;
all of them where none is named. Trust the ratios: the seconds belong to this machine.
"""

import argparse
from collections.abc import Callable

from tests.bench import growth, intake, notices, probes, shapes, sizes, starting

TABLES: dict[str, Callable[[argparse.Namespace], None]] = {
    "start": lambda given: starting.show(given.long),
    "notice": lambda given: notices.show(4),
    "intake": lambda given: intake.show(given.senders, given.sizes, given.seconds, given.rounds),
    "shapes": lambda given: shapes.show(given.shape, given.seconds, given.rounds),
    "memory": lambda given: sizes.show(given.open),
    "probes": lambda given: probes.show(1000, given.long),
    "growth": lambda given: growth.show(given.facts),
}


def main() -> None:
    asked = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("tables", nargs="*", metavar="table", help=", ".join(TABLES))
    asked.add_argument("--seconds", type=float, default=1.0, help="of each load on the intake")
    asked.add_argument("--shape", nargs="+", default=[], help="of these rows only")
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--senders", type=int, nargs="+", default=[1, 16, 64])
    asked.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100])
    asked.add_argument("--open", type=int, nargs="+", default=[10_000, 100_000], help="alerts, for memory")
    asked.add_argument("--facts", type=int, default=1_000_000)
    asked.add_argument("--long", type=float, default=20.0, help="seconds of watching idle and probes")
    given = asked.parse_args()
    for unknown in set(given.tables) - set(TABLES):
        asked.error(f"no table {unknown!r}: {', '.join(TABLES)}")
    for name in given.tables or TABLES:
        TABLES[name](given)


if __name__ == "__main__":
    main()
