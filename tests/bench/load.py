"""A load of alerts on one receiver, from a process of its own: `python -m tests.bench.load URL KIND …` prints JSON.

Each sender has one connection and waits for each answer before it sends again, as a monitor does. A body is filled
into what was written beforehand, so that the load costs less than what it measures.
"""

import argparse
import asyncio
import itertools
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

KINDS = ("webhook", "direct")
"""`webhook` is Alertmanager's body to a receiver, `direct` a list as Prometheus posts it to /api/v2/alerts."""

RULES = 100

PROMETHEUS_SAYS = timedelta(minutes=4)
"""So far ahead lies the end that Prometheus gives to what fires; each repetition moves it on."""

_LABELS = '{"alertname":"Load%d","instance":"SENDER-%d","job":"node","severity":"warning"}'
_ALERT = {
    "webhook": f'{{"status":"firing","labels":{_LABELS},"annotations":{{"summary":"load"}},'
    '"startsAt":"2026-11-23T03:16:27.642787Z","endsAt":"0001-01-01T00:00:00Z",'
    '"generatorURL":"http://prometheus.example/graph","fingerprint":"SENDER%012x"}',
    "direct": f'{{"labels":{_LABELS},"annotations":{{"summary":"load"}},'
    '"startsAt":"2026-11-23T03:16:27.642Z","endsAt":"%s",'
    '"generatorURL":"http://prometheus.example/graph"}',
}
_WHOLE = {
    "webhook": '{"receiver":"load","status":"firing","alerts":[ALERTS],"groupLabels":{},"commonLabels":{},'
    '"commonAnnotations":{},"externalURL":"http://alertmanager.example","version":"4",'
    '"groupKey":"{}:{sender=SENDER}","truncatedAlerts":0}',
    "direct": "[ALERTS]",
}


class Bodies:
    """What one sender writes, so many alerts a body; equal numbers are equal alerts."""

    def __init__(self, kind: str, sender: int, size: int, *, is_mixed: bool = False) -> None:
        """`is_mixed`: each alert of a body is of another rule, else all of them are of one."""
        text = _WHOLE[kind].replace("ALERTS", ",".join([_ALERT[kind]] * size))
        self._text = text.replace("SENDER", f"{sender:04d}")
        self._kind, self._sender, self._size = kind, sender, size
        self._step = 1 if is_mixed else 0

    def body(self, first: int) -> bytes:
        """The message with the alerts from number `first` on."""
        rule = self._sender * self._step + first // self._size
        end = _end() if self._kind == "direct" else None
        values: list[object] = []
        for part in range(self._size):
            number = first + part
            values += ((rule + part * self._step) % RULES, number, end or number)
        return (self._text % tuple(values)).encode()


def _end() -> str:
    """When what fires ends unless it is told again."""
    return (datetime.now(UTC) + PROMETHEUS_SAYS).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass
class Tally:
    answered: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)
    began_s: float = field(default_factory=time.perf_counter)
    ended_s: float = 0.0


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
        if not found or len(rest) < length_of(head):
            return
        self._tally.ended_s = time.perf_counter()
        self._tally.seconds.append(self._tally.ended_s - self._sent_s)
        self._tally.answered += 1
        self._tally.refused += head[9:12] != b"200"
        self._seen = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        content = self._request() if time.perf_counter() < self._until_s else None
        self._sent_s = time.perf_counter()
        if content is None:
            self._transport.close()
        else:
            self._transport.write(content)


def length_of(head: bytes) -> int:
    """How long the body is that these headers announce."""
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


@dataclass(frozen=True)
class Load:
    """So many senders, bodies of so many alerts, for so long."""

    senders: int = 16
    size: int = 10
    seconds: float = 1.5
    is_mixed: bool = False
    different: int = 0  # alerts that are sent again and again; 0: each is new
    first: int = 0
    most: int = 0  # alerts in all; 0: as many as there is time for

    def starts(self) -> Iterator[int]:
        """The first number of each body of one sender."""
        last = self.first + self.most // self.senders if self.most else math.inf
        count = self.different // self.senders // self.size
        numbers = itertools.cycle(range(self.first, self.first + count * self.size, self.size)) if count else None
        return itertools.takewhile(lambda start: start < last, numbers or itertools.count(self.first, self.size))


async def send(url: str, kind: str, load: Load) -> Tally:
    """What came of it."""
    place = urlsplit(url)
    path = "/webhooks/alertmanager" if kind == "webhook" else "/api/v2/alerts"
    head = f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\nContent-Length: "
    tally = Tally()
    until_s = tally.began_s + load.seconds

    def requests_of(sender: int) -> Callable[[], bytes | None]:
        bodies, starts = Bodies(kind, sender, load.size, is_mixed=load.is_mixed), load.starts()

        def one() -> bytes | None:
            start = next(starts, None)
            if start is None:
                return None
            content = bodies.body(start)
            return f"{head}{len(content)}\r\n\r\n".encode() + content

        return one

    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(
            lambda sender=sender: Sender(requests_of(sender), tally, until_s), place.hostname, place.port
        )
        for sender in range(load.senders)
    ]
    await asyncio.wait([asyncio.ensure_future(protocol.done) for _, protocol in made], timeout=load.seconds + 30)
    return tally


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("url")
    asked.add_argument("kind", choices=KINDS)
    asked.add_argument("load", help="the fields of a Load, as JSON")
    given = asked.parse_args()
    import uvloop

    load = Load(**json.loads(given.load))
    tally = uvloop.run(send(given.url, given.kind, load))
    spent = sorted(tally.seconds)
    print(
        json.dumps(
            {
                "alerts": tally.answered * load.size,
                "alerts_s": tally.answered * load.size / (tally.ended_s - tally.began_s) if spent else 0.0,
                "refused": tally.refused,
                "p50_ms": spent[len(spent) // 2] * 1000 if spent else None,
                "p99_ms": spent[int(len(spent) * 0.99)] * 1000 if spent else None,
            }
        )
    )


if __name__ == "__main__":
    main()
