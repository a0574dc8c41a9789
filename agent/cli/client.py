"""A running agent, seen from the command line: its HTTP API."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from agent.cli.faults import Unreachable
from agent.errors import NotFound, Refused, TocsinError, WrongParty

if TYPE_CHECKING:
    from requests import Session

DEFAULT = "http://127.0.0.1:8119"
FILES = (Path("routes.yaml"), Path("/etc/tocsin/routes.yaml"))
TIMEOUT_S = 20
PAGE = 500
NOT_KNOWN = ("unknown contact", "unknown function")
"""Titles of problems that name nothing of the agreement: the 422 that mean "not found"."""

url_option = click.option("--url", default="", metavar="URL", help="The agent; else $TOCSIN_URL, else the file here.")


def find(url: str, files: tuple[Path, ...] = FILES) -> str:
    """The agent's address: as given, $TOCSIN_URL, `server.listen` of the file here or in /etc, or the default one."""
    named = url or os.environ.get("TOCSIN_URL", "")
    if named:
        return (named if "://" in named else f"http://{named}").rstrip("/")
    return next((_listening(file) for file in files if file.is_file()), DEFAULT)


def incident_path(number: str, act: str = "") -> str:
    """`/incidents/INC-20261123-001/close`; the number may be written in small letters or without INC-."""
    whole = number.strip().upper()
    whole = whole if whole.startswith("INC-") else f"INC-{whole}"
    return f"/incidents/{quote(whole, safe='')}" + (f"/{act}" if act else "")


def call(url: str, method: str, path: str, body: Mapping[str, Any] | None = None, **query: Any) -> Any:
    """The answer's JSON.

    Raises:
        Unreachable, NotFound, Refused, TocsinError: with what the agent said.
    """
    return _read(*_asked(url, method, path, body, query))


def fetch(url: str, path: str) -> bytes:
    """The answer as it came.

    Raises:
        as `call`.
    """
    status, content, base = _asked(url, "GET", path, None, {})
    return content if status < 300 else bytes(_read(status, content, base))


def _asked(
    url: str, method: str, path: str, body: Mapping[str, Any] | None, query: Mapping[str, Any]
) -> tuple[int, bytes, str]:
    """Status, body and who answered."""
    import requests

    base = find(url)
    token = os.environ.get("TOCSIN_TOKEN", "")
    with requests.Session() as session:
        secure(session)
        try:
            reply = session.request(
                method,
                f"{base}/api/v1{path}",
                json=body,
                params={name: value for name, value in query.items() if value not in (None, "", ())},
                headers={"Authorization": f"Bearer {token}"} if token else {},
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError:
            raise Unreachable(
                f"no TLS with the agent at {base}: name it with --url as its certificate does, its own authority with "
                "$TOCSIN_CA, and your certificate, where it asks for one, with $TOCSIN_CERT and $TOCSIN_KEY"
            ) from None
        except requests.Timeout:
            raise Unreachable(f"the agent at {base} does not answer within {TIMEOUT_S} s: see its log") from None
        except ValueError:  # requests' own for a URL it cannot use
            raise Unreachable(f"{base} is no address of an agent: write http://HOST:PORT") from None
        except requests.RequestException:
            raise Unreachable(
                f"the agent at {base} cannot be reached: start it with `tocsin run`, or name another with --url"
            ) from None
    return reply.status_code, reply.content, base


def secure(session: "Session") -> None:
    """Whom to trust ($TOCSIN_CA), and what to show where a certificate is asked for ($TOCSIN_CERT, $TOCSIN_KEY)."""
    session.trust_env = False
    authority, cert, key = (os.environ.get(f"TOCSIN_{name}", "") for name in ("CA", "CERT", "KEY"))
    for name, path in (("TOCSIN_CA", authority), ("TOCSIN_CERT", cert), ("TOCSIN_KEY", key)):
        if path and not Path(path).is_file():
            raise Unreachable(f"${name} names {path}, and that is no file here")
    session.verify = authority or True
    session.cert = (cert, key) if cert and key else cert or None


def every(url: str, path: str) -> dict[str, Any]:
    """A whole list, page after page.

    Raises:
        as `call`.
    """
    found = call(url, "GET", path, limit=PAGE)
    items, following = list(found["items"]), found.get("next")
    while following:
        found = call(url, "GET", path, limit=PAGE, cursor=following)
        items, following = items + found["items"], found.get("next")
    return {"items": items, "next": None}


_FAULTS: dict[int, Callable[[str], TocsinError]] = {
    401: lambda text: Refused(f"{text}: set TOCSIN_TOKEN to a token that may do this"),
    403: WrongParty,
    404: NotFound,
    409: Refused,
    503: Unreachable,
}


def _read(status: int, content: bytes, base: str) -> Any:
    try:
        value = json.loads(content)
    except ValueError:
        raise Unreachable(f"what answers at {base} is not Tocsin (HTTP {status}): name the agent with --url") from None
    if status < 300:
        return value
    problem = value if isinstance(value, dict) else {"detail": value}
    title, told = problem.get("title"), problem.get("detail") or problem.get("title") or f"HTTP {status}"
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    clause = problem.get("clause")
    if isinstance(clause, str) and clause and clause not in text:
        text = f"{text} ({clause})"
    raise NotFound(text) if title in NOT_KNOWN else _FAULTS.get(status, TocsinError)(text)


def _listening(file: Path) -> str:
    """Where a file makes the agent listen, read without checking the rest, as an address one can connect to."""
    from agent.config.nodes import compose

    try:
        root = compose(file.read_text("utf-8"), lambda *_: None)
    except (OSError, ValueError):
        return DEFAULT
    if root is None:
        return DEFAULT
    server = root.at("server")
    scheme = "https" if server.at("tls").value else "http"
    listen = server.at("listen").value
    host, _, port = listen.rpartition(":") if isinstance(listen, str) and listen else ("127.0.0.1", "", "8119")
    return f"{scheme}://{_REACHED_AT.get(host, host)}:{port}"


_REACHED_AT = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}
