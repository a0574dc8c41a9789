"""HTTP for the post: one fresh connection per request, under the trip's deadline, everything noted.

A transport adapter for requests, mounted on a session of its own per request. It uses urllib3's connections without
its pools: no environment (proxies, CA bundles, .netrc), no redirects, no retries, at most `REPLY_BYTES` of the answer.
"""

import contextlib
import io
import socket
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse, HTTPResponse

from agent.notify import tls
from agent.notify.exchange import Exchange, Phase
from agent.notify.trip import Trip, current

REPLY_BYTES = 256 * 1024

_PORTS = {"http": 80, "https": 443}


def request(method: str, url: str, **options: Any) -> requests.Response:
    """What `requests.request` does, on the current trip; see the module."""
    options["allow_redirects"] = False
    with requests.Session() as session:
        session.trust_env = False
        carrier = Carrier(current())
        session.mount("http://", carrier)
        session.mount("https://", carrier)
        return session.request(method=method, url=url, **options)


class Carrier(HTTPAdapter):
    def __init__(self, trip: Trip) -> None:
        super().__init__()
        self._trip = trip

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # the plugin's own: the deadline stands above it
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        url = urlsplit(request.url or "")
        host = url.hostname or ""
        self._trip.phase = Phase.NAME
        try:
            raw = self._exchange(request, host, bool(verify))
        except (OSError, HTTPException, HTTPError, ValueError) as fault:
            self._trip.record(Exchange(host, self._trip.phase, fault=type(fault).__name__, is_late=self._trip.is_over))
            # without the cause: its text may quote the URL
            raise requests.ConnectionError(f"{host}: {type(fault).__name__}") from None
        return self.build_response(request, raw)

    def _exchange(self, request: requests.PreparedRequest, host: str, is_verified: bool) -> BaseHTTPResponse:
        trip = self._trip
        connection = _connection(trip, request.url or "", is_verified)
        try:
            connection.connect()
            trip.phase = Phase.SEND
            _put(connection, request)
            trip.phase = Phase.REPLY
            answer = connection.getresponse()
            body = _beginning(answer)
        finally:
            connection.close()
        if trip.is_over:  # cut off by us: headers that end early read as a complete answer
            raise TimeoutError("deadline")
        trip.phase = Phase.DONE
        trip.record(
            Exchange(
                host, Phase.DONE, status=answer.status, retry_after=answer.headers.get("Retry-After", ""), body=body
            )
        )
        headers = answer.headers
        for about_the_wire in ("Content-Encoding", "Content-Length", "Transfer-Encoding"):
            headers.discard(about_the_wire)
        return HTTPResponse(
            io.BytesIO(body),
            headers=headers,
            status=answer.status,
            reason=answer.reason,
            version=answer.version,
            preload_content=False,
            original_response=getattr(answer, "_original_response", None),  # where requests looks for cookies
            request_method=request.method,
        )


class _Plain(HTTPConnection):
    trip: Trip

    def _new_conn(self) -> socket.socket:
        return self.trip.open(self.host, self.port or self.default_port)


class _Secure(HTTPSConnection):
    trip: Trip

    def _new_conn(self) -> socket.socket:
        link = self.trip.open(self.host, self.port or self.default_port)
        self.trip.phase = Phase.TLS
        return link


def _connection(trip: Trip, url: str, is_verified: bool) -> _Plain | _Secure:
    place = urlsplit(url)
    origin = f"{place.scheme}://{place.netloc.rpartition('@')[2]}"
    place = urlsplit(trip.detours.get(origin, url))
    host, port = place.hostname or "", place.port or _PORTS[place.scheme]
    connection: _Plain | _Secure
    if place.scheme == "https":
        connection = _Secure(host, port, timeout=trip.left_s, ssl_context=tls.context_for(is_verified))
    else:
        connection = _Plain(host, port, timeout=trip.left_s)
    connection.trip = trip
    return connection


def _put(connection: HTTPConnection, request: requests.PreparedRequest) -> None:
    headers = dict(request.headers)
    headers["Accept-Encoding"] = "identity"
    body = request.body
    is_sized = body is None or "Content-Length" in request.headers
    # a server may answer and close before it has read everything; getresponse finds out
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request(
            request.method or "GET",
            request.path_url,
            body=body,
            headers=headers,
            chunked=not is_sized,
            preload_content=False,
            decode_content=True,
        )


def _beginning(answer: BaseHTTPResponse) -> bytes:
    """The first `REPLY_BYTES` of the answer, unpacked; the rest is never read."""
    body = bytearray()
    while len(body) < REPLY_BYTES:
        piece = answer.read(min(16384, REPLY_BYTES - len(body)), decode_content=True)
        if not piece:
            break
        body += piece
    return bytes(body)
