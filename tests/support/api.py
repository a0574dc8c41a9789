"""An agent's API with scripted answers, on a real socket; it remembers what it was asked."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    token: str


@dataclass
class Api:
    """`api.answers["GET /incidents"] = (200, {…})`; whatever is not scripted is a 404 problem."""

    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    pages: dict[str, list[Any]] = field(default_factory=dict)  # one after the other
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> "Api":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self) -> None:
            split = urlsplit(self.path)
            path = split.path.removeprefix("/api/v1")
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(raw) if raw else None
            api.asked.append(
                Asked(self.command, path, parse_qs(split.query), body, self.headers.get("Authorization", ""))
            )
            problem = {"title": "not found", "detail": f"there is no {path}", "status": 404}
            status, value = api.answers.get(f"{self.command} {path}", (404, problem))
            if pages := api.pages.get(f"{self.command} {path}"):
                status, value = 200, pages.pop(0)
            content = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
