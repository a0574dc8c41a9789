"""`tocsin connect`: what a monitor must be told so that its alerts reach this agent."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli import output
from agent.cli.file import file_argument

if TYPE_CHECKING:
    from agent.cli.senders import Way
    from agent.config.settings import Settings, Token

ANYWHERE = ("0.0.0.0", "::")
SIGNING = ("grafana",)
"""Those that sign the body where the token wants that; the others can only show a secret."""
SHOWING = ("alertmanager", "prometheus", "nagios")
"""Those whose pieces say which client certificate to show."""
SYSTEMS = ("alertmanager", "prometheus", "grafana", "nagios")


@click.command()
@click.argument("monitor", type=click.Choice(SYSTEMS))
@file_argument
@click.option("--address", default="", metavar="URL", help="Where the monitor reaches the agent, if not by the file.")
@output.json_option
def connect(monitor: str, file: Path, address: str, as_json: bool) -> None:
    """Print what MONITOR must be told so that its alerts reach the agent of FILE: address, token and files included.

    The secret itself is never printed: the pieces name the file or the variable that holds it.

    \b
    Examples:
      tocsin connect alertmanager
      tocsin connect prometheus /etc/tocsin/routes.yaml --address https://tocsin.example:8119
      tocsin connect nagios --json | jq -r '.pieces[0].text' > /usr/local/bin/tocsin-nagios
    """
    from agent.cli.senders import SENDERS

    settings = _load(file)
    way, remarks = way_in(settings, monitor, address)
    pieces = SENDERS[monitor](way)
    told = {
        "monitor": monitor,
        "url": way.url,
        "token": way.token or None,
        "pieces": [{"file": piece.file, "text": piece.text} for piece in pieces],
        "remarks": remarks,
    }
    output.answer(told, as_json, _show)


def way_in(settings: "Settings", monitor: str, address: str = "") -> tuple["Way", list[str]]:
    """How the monitor comes in, and what still has to be done for it."""
    from agent.cli.senders import Way

    server = settings.server
    scheme = "https" if server.cert else "http"
    host = socket.getfqdn() if server.host in ANYWHERE else server.host
    placed = f"[{host}]" if ":" in host else host
    url = (address if "://" in address or not address else f"{scheme}://{address}").rstrip("/")
    url = url or f"{scheme}://{placed}:{server.port}"
    token = _token(server.tokens, monitor)
    remarks = []
    if not address and host in ("127.0.0.1", "::1", "localhost"):
        remarks.append(
            f"the agent listens on {server.host}: from another host it is not reached; "
            "set server.listen and server.tokens, or name a proxy with --address"
        )
    if server.tokens and token is None:
        remarks.append(f"no token of server.tokens may intake: tocsin token new {monitor} --may intake")
    if monitor == "prometheus" and token and not token.may & {"read", "admin"}:
        remarks.append(f"scraping /metrics needs the right `read` as well: add it to server.tokens.{token.name}.may")
    if all(row.heartbeat for row in settings.rows):
        remarks.append("no row of `signals:` says what an alert means: the customer will hear of none")
    if server.client_ca and monitor not in SHOWING:
        remarks.append(f"the agent asks for a client certificate: give {monitor} one of server.tls.client_ca as well")
    way = Way(
        url,
        monitor if server.tokens else "",
        has_tls=url.startswith("https:"),
        needs_certificate=server.client_ca is not None,
    )
    if token is None:
        return way, remarks
    signed = replace(way, hmac_header=token.hmac_header, hmac_timestamp_header=token.hmac_timestamp_header)
    return replace(signed, token=token.name, is_basic=token.is_basic), remarks


def _token(tokens: "tuple[Token, ...]", monitor: str) -> "Token | None":
    """The token named like the monitor, else the one with the fewest rights, of those that let alerts of it in."""
    able = [
        token for token in tokens if token.may & {"intake", "admin"} and (monitor in SIGNING or not token.hmac_header)
    ]
    return min(able, key=lambda token: (token.name != monitor, "admin" in token.may, len(token.may)), default=None)


def _load(file: Path) -> "Settings":
    import collectors
    from agent.config.load import load

    return load(file, collectors.catalogue())


def _show(told: dict[str, Any]) -> None:
    pieces = told["pieces"]
    for number, piece in enumerate(pieces):
        if number:
            click.echo("---" if piece["file"].endswith((".yml", ".yaml")) else "")
        is_script = piece["text"].startswith("#!")
        click.echo(f"# {piece['file']}{'  (chmod 755; what follows, up to the next file)' if is_script else ''}")
        click.echo(piece["text"], nl=False)
    for remark in told["remarks"]:
        click.echo(click.style(f"# note: {output.safe(remark)}", fg="yellow"), err=True)
