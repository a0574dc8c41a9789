"""One request at the door: what the handlers are given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from agent.web.access import Asked, Caller
from agent.web.guard import CERTIFICATE
from agent.web.office import Office
from agent.web.reception import SHARE, Share
from agent.web.wire import Answer, Receive, Scope, read_body


@dataclass(slots=True)
class Request:
    scope: Scope
    receive: Receive
    office: Office
    asked: Asked
    rest: str = ""  # of the path, after the place's own
    caller: Caller | None = None  # None where the place asks for none
    _body: bytes | None = field(default=None, init=False)

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def is_body_read(self) -> bool:
        """Whether nothing of a body is left on the wire."""
        headers = self.asked.headers
        has_body = b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
        return self._body is not None or not has_body

    @property
    def share(self) -> Share:
        """What its body holds of the reception."""
        share: Share = self.scope[SHARE]
        return share

    async def body(self, limit: int) -> bytes:
        """See `wire.read_body`."""
        if self._body is None:
            self._body = await read_body(self.scope, self.receive, limit)
        return self._body


Handler = Callable[[Request], Awaitable[Answer]]


def asked_by(scope: Scope) -> Asked:
    """What access looks at, of the real socket."""
    client, server = scope.get("client"), scope.get("server")
    return Asked(
        peer=client[0] if client else "",
        local=server[0] if server else "",
        headers=dict(scope["headers"]),
        certificate=scope[CERTIFICATE],
    )
