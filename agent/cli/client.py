"""A running agent, seen from the command line: its HTTP API."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from agent.cli.faults import Unreachable
from agent.errors import NotFound, Refused, TocsinError, WrongParty

DEFAULT = "http://127.0.0.1:8119"

url_option = click.option("--url", default="", metavar="URL", help="The agent; else $TOCSIN_URL, else the file here.")


def find(url: str, routes: Path = Path("routes.yaml")) -> str:
    """The agent's address: as given, $TOCSIN_URL, `server.listen` of the file here, or the default one."""
    if url or os.environ.get("TOCSIN_URL"):
        return (url or os.environ["TOCSIN_URL"]).rstrip("/")
    listen = _listen(routes)
    return f"http://{listen}" if listen else DEFAULT


def call(url: str, method: str, path: str, body: Mapping[str, Any] | None = None, **query: Any) -> Any:
    """The answer's JSON.

    Raises:
        Unreachable, NotFound, Refused, TocsinError: with what the agent said.
    """
    import requests

    base = find(url)
    token = os.environ.get("TOCSIN_TOKEN", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with requests.Session() as session:
        session.trust_env = False
        try:
            reply = session.request(
                method,
                f"{base}/api/v1{path}",
                json=body,
                params={name: value for name, value in query.items() if value not in (None, "")},
                headers=headers,
                timeout=20,
                allow_redirects=False,
            )
        except requests.RequestException as fault:
            why = "does not answer" if isinstance(fault, requests.Timeout) else "cannot be reached"
            raise Unreachable(f"the agent at {base} {why}: is it running? name another with --url") from None
    return _read(reply.status_code, reply.content, base)


_FAULTS: dict[int, Callable[[str], TocsinError]] = {
    401: lambda text: Refused(f"{text}: set TOCSIN_TOKEN to a token that may do this"),
    403: WrongParty,
    404: NotFound,
    409: Refused,
}


def _read(status: int, content: bytes, base: str) -> Any:
    import json

    try:
        value = json.loads(content)
    except ValueError:
        raise Unreachable(f"what answers at {base} is not Tocsin (HTTP {status})") from None
    if status < 400:
        return value
    text = str(value.get("detail") or value.get("title") or f"HTTP {status}") if isinstance(value, dict) else str(value)
    raise _FAULTS.get(status, TocsinError)(text)


def _listen(routes: Path) -> str:
    """`server.listen` of a file, read without checking the rest."""
    if not routes.is_file():
        return ""
    import yaml

    try:
        plain = yaml.safe_load(routes.read_text())
    except (yaml.YAMLError, OSError):
        return ""
    server = plain.get("server") if isinstance(plain, dict) else None
    listen = server.get("listen") if isinstance(server, dict) else ""
    return str(listen or "").replace("0.0.0.0:", "127.0.0.1:")
