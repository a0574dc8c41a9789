"""A load of alerts on one receiver, from a process of its own: `python -m tests.bench.load URL KIND …` prints JSON.

Each sender has one connection and waits for each answer before it sends again, as a monitor does. What is sent is
made beforehand where it can be, so that the load costs less than what it measures.
"""

import argparse
import asyncio
import itertools
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

KINDS = ("webhook", "direct")
"""`webhook` is Alertmanager's body to a receiver, `direct` a list as Prometheus posts it to /api/v2/alerts."""

_LABELS = '{{"alertname":"Load{rule}","instance":"{sender}-{number}","job":"node","severity":"warning"}}'


def body(kind: str, sender: int, numbers: range) -> bytes:
    """One message with an alert per number, all of one rule; equal numbers are equal alerts."""
    alerts = []
    rule = numbers.start // len(numbers) % 100
    for number in numbers:
        labels = _LABELS.format(rule=rule, sender=sender, number=number)
        alerts.append(
            f'{{"status":"firing","labels":{labels},"annotations":{{"summary":"load"}},'
            '"startsAt":"2026-11-23T03:16:27.642787Z","endsAt":"0001-01-01T00:00:00Z",'
            f'"generatorURL":"http://prometheus.example/graph","fingerprint":"{sender:04x}{number:012x}"}}'
            if kind == "webhook"
            else f'{{"labels":{labels},"annotations":{{"summary":"load"}},'
            '"generatorURL":"http://prometheus.example/graph"}'
        )
    listed = ",".join(alerts)
    if kind == "direct":
        return f"[{listed}]".encode()
    return (
        f'{{"receiver":"load","status":"firing","alerts":[{listed}],"groupLabels":{{}},"commonLabels":{{}},'
        '"commonAnnotations":{},"externalURL":"http://alertmanager.example","version":"4",'
        f'"groupKey":"{{}}:{{sender={sender}}}","truncatedAlerts":0}}'
    ).encode()


@dataclass
class Tally:
    answered: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)


class Sender(asyncio.Protocol):
    """One connection: send, wait for the whole answer, send again, until told to stop."""

    def __init__(self, request: Callable[[], bytes | None], tally: Tally, until_s: float) -> None:
        self._request, self._tally, self._until_s = request, tally, until_s
        self._seen = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is none of asyncio's classes
        self._send()

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, found, rest = self._seen.partition(b"\r\n\r\n")
        if not found or len(rest) < _length_of(head):
            return
        self._tally.seconds.append(time.perf_counter() - self._sent_s)
        self._tally.answered += 1
        self._tally.refused += head[9:12] != b"200"
        self._seen = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        self._sent_s = time.perf_counter()
        content = self._request() if self._sent_s < self._until_s else None
        if content is None:
            self._transport.close()
        else:
            self._transport.write(content)


def _length_of(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def load(
    url: str, kind: str, senders: int, size: int, seconds: float, is_new: bool, first: int, most: int
) -> Tally:
    """What came of `senders` that each sent bodies of `size` alerts for so many seconds, or `most` alerts in all."""
    place = urlsplit(url)
    path = "/webhooks/alertmanager" if kind == "webhook" else "/api/v2/alerts"
    head = f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\nContent-Length: "
    tally = Tally()
    until_s = time.perf_counter() + seconds

    def requests_of(sender: int) -> Callable[[], bytes | None]:
        last = first + most // senders if most else math.inf
        numbers = itertools.count(first, size)

        def one() -> bytes | None:
            start = next(numbers) if is_new else first
            if start >= last:
                return None
            content = body(kind, sender, range(start, start + size))
            return f"{head}{len(content)}\r\n\r\n".encode() + content

        same = one()
        return one if is_new else lambda: same

    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(
            lambda sender=sender: Sender(requests_of(sender), tally, until_s), place.hostname, place.port
        )
        for sender in range(senders)
    ]
    await asyncio.wait([asyncio.ensure_future(protocol.done) for _, protocol in made], timeout=seconds + 30)
    return tally


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("url")
    asked.add_argument("kind", choices=KINDS)
    asked.add_argument("--senders", type=int, default=16)
    asked.add_argument("--size", type=int, default=10)
    asked.add_argument("--seconds", type=float, default=2.0)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--most", type=int, default=0)
    asked.add_argument("--repeated", action="store_true")
    given = asked.parse_args()
    import uvloop

    tally = uvloop.run(
        load(
            given.url,
            given.kind,
            given.senders,
            given.size,
            given.seconds,
            not given.repeated,
            given.first,
            given.most,
        )
    )
    spent = sorted(tally.seconds)
    print(
        json.dumps(
            {
                "alerts_s": tally.answered * given.size / given.seconds,
                "refused": tally.refused,
                "p50_ms": spent[len(spent) // 2] * 1000 if spent else None,
                "p99_ms": spent[int(len(spent) * 0.99)] * 1000 if spent else None,
            }
        )
    )


if __name__ == "__main__":
    main()
