"""One request on a fresh connection, within a deadline that also ends a dripping server; requests does the rest."""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from agent import clock
from collectors import _tls
from collectors._net import BoundedSocket, Deadline, connect

PIECE = 64 * 1024
IMPERSONAL = frozenset({"User-Agent", "Accept", "Connection"})


class Unfinished(Exception):
    """The exchange failed; `cause` is the network's own fault beneath the library's wrapping."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(slots=True)
class Exchange:
    """What was seen on the way; filled in as it happens, so that a failed one tells how far it came."""

    deadline: Deadline
    connect_s: float | None = None  # of the last connection, name resolution included
    tls_s: float | None = None
    first_byte_s: float | None = None  # from the start to the headers of the last answer
    certificate_left_s: float | None = None
    redirects: int = 0
    status: int | None = None
    location: str = ""  # where a redirect that was not followed points
    body: bytearray = field(default_factory=bytearray)
    is_cut: bool = False  # the body was longer than allowed
    encoding: str = "utf-8"
    date: str = ""  # the server's own time of day, as its last answer says it


def get(
    url: str,
    headers: Mapping[str, str],
    trust: Callable[[], ssl.SSLContext],
    exchange: Exchange,
    *,
    redirects: int,
    limit: int,
    post: bytes | None = None,
) -> None:
    """Fetch `url` into `exchange`, following up to `redirects` redirects, reading up to `limit` decoded bytes.

    With `post` that is what is sent, by POST; a redirect of it is not followed whatever `redirects` says.

    Raises:
        Unfinished: there was no whole answer.
    """
    started = clock.monotonic()
    sent = dict(headers)
    adapter = _Adapter(trust, exchange)
    try:
        while True:
            request = requests.Request("GET" if post is None else "POST", url, headers=sent, data=post).prepare()
            answer = adapter.send(request, stream=True, timeout=exchange.deadline.left_s())
            exchange.first_byte_s = clock.monotonic() - started
            exchange.status = answer.status_code
            exchange.date = answer.headers.get("Date", "")
            exchange.location = _target(answer, url)
            if not exchange.location or exchange.redirects >= redirects or post is not None:
                _read(answer, exchange, limit)
                return
            answer.close()
            if not _is_same_place(url, exchange.location):  # keys are meant for one host alone
                sent = {name: value for name, value in sent.items() if name in IMPERSONAL}
            url = exchange.location
            exchange.redirects += 1
    except (RequestException, HTTPError, OSError, UnicodeError, ValueError) as fault:
        raise Unfinished(_cause(fault)) from fault
    finally:
        adapter.close()


def _target(answer: requests.Response, url: str) -> str:
    """Where a redirect points, "" where the answer is none."""
    if not answer.is_redirect:
        return ""
    target = urljoin(url, answer.headers["location"])
    if urlsplit(target).scheme not in {"http", "https"}:
        raise OSError(f"redirected to {urlsplit(target).scheme}:, which is not followed")
    return target


def _is_same_place(url: str, other: str) -> bool:
    """Whether two addresses belong to one server; the step from http to https on their usual ports stays there."""
    here, there = urlsplit(url), urlsplit(other)
    if here.hostname != there.hostname:
        return False
    is_upgrade = (here.scheme, there.scheme) == ("http", "https") and here.port is None and there.port is None
    return is_upgrade or (here.scheme, here.port) == (there.scheme, there.port)


def _read(answer: requests.Response, exchange: Exchange, limit: int) -> None:
    charset = re.search(r"charset=[\"']?([\w.:-]+)", answer.headers.get("Content-Type", ""), re.IGNORECASE)
    exchange.encoding = charset[1] if charset else "utf-8"
    with answer:
        for piece in answer.raw.stream(PIECE, decode_content=True):
            exchange.body += piece
            if len(exchange.body) > limit:
                del exchange.body[limit:]
                exchange.is_cut = True
                return


def _cause(fault: BaseException) -> BaseException:
    """The network's own fault beneath the libraries' wrappings, else the innermost one."""
    chain = list(_wrapped(fault))
    plain = [each for each in chain if isinstance(each, OSError) and not isinstance(each, RequestException)]
    return (plain or chain)[-1]


def _wrapped(fault: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    waiting = [fault]
    while waiting:
        at = waiting.pop(0)
        if at in seen:
            continue
        seen.append(at)
        yield at
        nested = (at.__cause__, at.__context__, getattr(at, "reason", None), *at.args)
        waiting.extend(each for each in nested if isinstance(each, BaseException))


class _Adapter(HTTPAdapter):
    """Makes connections of ours: one context for all, every socket bound to the deadline, nothing kept alive."""

    def __init__(self, trust: Callable[[], ssl.SSLContext], exchange: Exchange) -> None:
        self._trust = trust
        self._exchange = exchange
        super().__init__(pool_connections=1, pool_maxsize=1)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        place = urlsplit(request.url or "")
        host, port = place.hostname or "", place.port
        pool: HTTPConnectionPool
        if place.scheme == "https":
            pool = _SecuredPool(host, port, ssl_context=self._trust(), maxsize=1)
            pool.ConnectionCls = _secured(self._exchange)
        else:
            pool = HTTPConnectionPool(host, port, maxsize=1)
            pool.ConnectionCls = _plain(self._exchange)
        return pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: the context given at the start knows whom to trust."""


class _SecuredPool(HTTPSConnectionPool):
    def _validate_conn(self, conn: Any) -> None:
        """Connect; where `verify: false` was chosen, without a warning on every look."""
        conn.connect()


def _plain(exchange: Exchange) -> type[HTTPConnection]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> BoundedSocket:
            return _opened(self, exchange)

    return Plain


def _secured(exchange: Exchange) -> type[HTTPSConnection]:
    class Secured(HTTPSConnection):
        def _new_conn(self) -> BoundedSocket:
            return _opened(self, exchange)

        def connect(self) -> None:
            started = clock.monotonic()
            super().connect()
            exchange.tls_s = clock.monotonic() - started - (exchange.connect_s or 0.0)
            plug = self.sock
            assert isinstance(plug, ssl.SSLSocket)
            _tls.bound(plug, exchange.deadline)
            exchange.certificate_left_s = _tls.certificate_left_s(plug)

    return Secured


def _opened(link: HTTPConnection, exchange: Exchange) -> BoundedSocket:
    started = clock.monotonic()
    plug = connect(link.host, link.port or link.default_port, exchange.deadline)
    exchange.connect_s = clock.monotonic() - started
    return plug
