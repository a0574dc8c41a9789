"""The API behind a curtain: FastAPI and what it brings load when it is first asked for, not at start."""

import asyncio
import threading
from collections.abc import MutableMapping
from typing import Any

from agent import metrics
from agent.web.access import Right
from agent.web.office import Office
from agent.web.request import Request
from agent.web.wire import App, Send

BODY = 64 * 1024
"""What people write is short; webhooks have their own limit."""


class Late:
    """The ASGI application under /api, loaded off the event loop: FastAPI takes half a second and 20 MB."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._app: App | None = None
        self._loading = threading.Lock()

    @staticmethod
    def right(method: str, path: str) -> Right:
        """Reading reads, everything else acts; a reload is for administrators."""
        if method in ("GET", "HEAD", "OPTIONS"):
            return Right.READ
        return Right.ADMIN if path.startswith("/api/v1/reload") else Right.ACT

    async def answer(self, request: Request, send: Send) -> None:
        """Let the API answer.

        Raises:
            TooLarge, Malformed, Gone: the body could not be read; nothing was answered yet.
        """
        raw = await request.body(self._most(request))
        app = self._app
        if app is None:
            app = await asyncio.to_thread(self._load)
        status = 500
        unread = [{"type": "http.request", "body": raw, "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            return unread.pop() if unread else await request.receive()

        async def counted(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        request.scope["tocsin"] = request
        try:
            await app(request.scope, receive, counted)
        finally:
            metrics.HTTP_REQUESTS.labels("/api", str(status)).inc()

    def _most(self, request: Request) -> int:
        """Reports bring attachments along."""
        is_report = request.method == "POST" and str(request.scope["path"]).startswith("/api/v1/reports")
        return self._office.settings().server.limits.body if is_report else BODY

    def _load(self) -> App:
        with self._loading:
            if self._app is None:
                from agent.web.api.app import app

                self._app = app(self._office)
            return self._app
