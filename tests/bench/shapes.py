"""Intake as it looks in practice, 16 senders with bodies of ten: each row makes one thing less easy than the first.

Both programs are alive at once and asked in turn, round after round, so that what else the machine does meets both. The
ratio is the median of the rounds' ratios. What a row means says docs/figures.md.
"""

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench import pair
from tests.bench.intake import Found, loaded, median, prepare
from tests.bench.load import Load

BY_INSTANCE = "alertname, instance"
FILL = 5 * 10**8
"""The number from which on are those alerts that are open before the load begins."""
APART = 10**6
"""So many numbers lie between the new alerts of one round and of the next."""


@dataclass(frozen=True)
class Shape:
    """One row: what is sent, and how Alertmanager keeps it together."""

    name: str
    load: Load
    kind: str = "direct"  # what Tocsin gets; Alertmanager gets what Prometheus posts
    by: str = "alertname"
    opened: int = 0  # alerts that are open already


def shapes(seconds: float) -> tuple[Shape, ...]:
    one_rule = Load(seconds=seconds)
    mixed = replace(one_rule, is_mixed=True)
    again = replace(mixed, different=10_000)
    return (
        Shape("one rule", one_rule, kind="webhook"),
        Shape("ten rules", mixed),
        Shape("by instance", mixed, by=BY_INSTANCE),
        Shape("100,000 open", mixed, opened=100_000),
        Shape("again", again),
        Shape("again, by instance", again, by=BY_INSTANCE),
        Shape("again, webhook", again, kind="webhook"),
        Shape("for long", replace(mixed, seconds=10 * seconds)),  # both have told, tidied and checkpointed by then
    )


TITLES = ["shape", "Tocsin/s", "AM/s", "ratio", "p50 ms", "AM p50 ms", "p99 ms", "AM p99 ms", "p99 ratio"]
TITLES += ["CPU us", "AM CPU us", "refused"]


def show(names: list[str], seconds: float, rounds: int) -> None:
    print("Shapes: durable Tocsin, Alertmanager with the same rules; 16 senders, bodies of ten")
    chosen = [shape for shape in shapes(seconds) if not names or shape.name in names]
    pair.table(TITLES, (_row(shape, rounds) for shape in chosen))


def _row(shape: Shape, rounds: int) -> list[str]:
    with (
        pair.Sink() as sink,
        tempfile.TemporaryDirectory() as ours,
        tempfile.TemporaryDirectory() as theirs,
        pair.tocsin(Path(ours), sink) as tocsin,
        pair.alertmanager(Path(theirs), sink, shape.by) as other,
    ):
        programs = ((tocsin, shape.kind), (other, "direct"))
        for program, kind in programs:
            prepare(program, kind, *_before(shape))
        found: list[tuple[Found, Found]] = []
        for number in range(rounds):
            load = shape.load if shape.load.different else replace(shape.load, first=(number + 1) * APART)
            first, second = programs if number % 2 else programs[::-1]
            one, two = loaded(*first, load), loaded(*second, load)
            found.append((one, two) if number % 2 else (two, one))
    return _cells(shape.name, found)


def _cells(name: str, found: list[tuple[Found, Found]]) -> list[str]:
    own, other = median([each for each, _ in found]), median([each for _, each in found])
    ratio = statistics.median(ours.alerts_s / theirs.alerts_s for ours, theirs in found)
    return [
        *(name, f"{own.alerts_s:.0f}", f"{other.alerts_s:.0f}", f"{ratio:.2f}"),
        *(f"{own.p50_ms:.1f}", f"{other.p50_ms:.1f}", f"{own.p99_ms:.1f}", f"{other.p99_ms:.1f}"),
        *(f"{own.p99_ms / other.p99_ms:.2f}", f"{own.cpu_us:.0f}", f"{other.cpu_us:.0f}", str(own.refused)),
    ]


def _before(shape: Shape) -> Iterator[Load]:
    """What opens alerts beforehand."""
    load = shape.load
    if shape.opened:
        yield replace(load, senders=10, size=100, seconds=120.0, first=FILL, most=shape.opened)
    if load.different:
        yield replace(load, seconds=120.0, different=0, most=load.different)
