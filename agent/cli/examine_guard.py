"""What the doctor looks at of the door, and of who notices when nobody is behind it any more."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli import client
from agent.cli.faults import Unreachable
from agent.cli.findings import Finding, ok, warn
from agent.errors import TocsinError

if TYPE_CHECKING:
    from agent.config.settings import Server, Settings

WATCH = "add dead_man:, and run tocsin watch on the other party's side"


def outside(settings: "Settings") -> Iterator[Finding]:
    """Whether anybody notices when this host, or the agent on it, is gone."""
    dead_man = settings.dead_man
    if dead_man is None:
        yield warn("dead man", "nobody notices when this agent or its host goes down", WATCH)
        return
    if not dead_man.urls:
        yield warn("dead man", "no address of dead_man can be resolved here", "see its warning under config")
        return
    count = len(dead_man.urls)
    every = f"{dead_man.every.total_seconds():g} s"
    yield ok("dead man", f"{count} address{'es' * (count > 1)} pinged every {every}, after a self-audit that passed")
    for index, url in enumerate(dead_man.urls):
        if url.reveal().lower().startswith("http://"):
            yield warn("dead man", f"dead_man.urls[{index}] goes over the network in the clear", "write https://")


def access(server: "Server") -> Iterator[Finding]:
    """Who may come in by the file, machines and people."""
    for token in server.tokens:
        yield ok("access", f"{token.name} ({token.party}) may {', '.join(sorted(token.may))}")
    if not server.tokens:
        yield warn(
            "access",
            "every program on this host may do everything, in nobody's name",
            "tocsin token new; one closes this",
        )
    elif not any(token.may & {"read", "admin"} for token in server.tokens):
        yield warn(
            "access", "no token may read: no command can show an incident", "tocsin token new operator --may admin"
        )
    if server.client_ca:
        yield ok("access", f"machines must show a certificate signed by {server.client_ca}")
    if server.public_url.startswith("http://"):
        yield warn("access", "links in notices go over the network in the clear", "give public_url an https:// address")


def entry(url: str, files: tuple[Path, ...]) -> Iterator[Finding]:
    """Whether this user's commands get in at the agent that answers."""
    base = client.find(url, files)
    try:
        client.call(base, "GET", "/incidents", limit=1)
    except Unreachable:
        return  # told as the agent's own trouble
    except TocsinError as refused:
        yield warn("access", f"commands of this user are not let in: {refused}", "ask the agent's keeper for a token")
    else:
        yield ok("access", f"commands of this user are let in at {base}")
