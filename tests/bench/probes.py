"""A thousand probes every ten seconds: what of a core they take, and how late they start."""

import re
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench import pair

SETTLE_S = 12.0
EVERY_S = 10

_BUCKET = re.compile(r'^tocsin_probe_lateness_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)


def show(number: int, seconds: float) -> None:
    print(f"Probes: {number:,} of a TCP port, every {EVERY_S} s")
    pair.table(["probes", "% of a core", "runs/s", "late p50 ms", "late p99 ms", "RSS MiB"], _rows(number, seconds))


def _rows(number: int, seconds: float) -> Iterator[list[str]]:
    with tempfile.TemporaryDirectory() as folder, pair.Sink() as sink, _listener() as port:
        probes = "".join(
            f"  p{each}: {{tcp_connect: {{host: 127.0.0.1, port: {port}}}, function: f0, every: {EVERY_S}s}}\n"
            for each in range(number)
        )
        with pair.tocsin(Path(folder), sink, f"probes:\n{probes}") as program:
            time.sleep(SETTLE_S)
            before, cpu_before_s = _late(program), program.cpu_s()
            time.sleep(seconds)
            after, cpu_s = _late(program), program.cpu_s() - cpu_before_s
            within = [(limit, after[limit] - before[limit]) for limit in after]
            runs = within[-1][1]
            late = (f"<= {_quantile(within, share) * 1000:g}" for share in (0.5, 0.99))
            yield [
                *(f"{number:,}", f"{cpu_s / seconds * 100:.0f}", f"{runs / seconds:.0f}"),
                *late,
                f"{program.rss_mib():.0f}",
            ]


def _late(program: pair.Program) -> dict[float, float]:
    """Upper limit in seconds -> probes that started no later than so."""
    return {float(limit): float(count) for limit, count in _BUCKET.findall(program.text("/metrics"))}


def _quantile(within: list[tuple[float, float]], share: float) -> float:
    return next(limit for limit, count in within if count >= share * within[-1][1])


@contextmanager
def _listener() -> Iterator[int]:
    """The port of something that takes connections and ends them."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as door:

        def take() -> None:
            with suppress(OSError):
                while True:
                    door.accept()[0].close()

        threading.Thread(target=take, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
