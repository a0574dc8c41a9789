"""What `tocsin watch` is told on the command line and in its variables, read as values."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from agent.model import Secret
    from agent.watching.addressees import Addressee


def span(_: click.Context, __: click.Parameter, text: str) -> timedelta:
    """`5m`, at least a second.

    Raises:
        click.BadParameter
    """
    from agent.rules.units import duration

    try:
        found = duration(text)
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from None
    if found < timedelta(seconds=1):
        raise click.BadParameter(f"{text} is shorter than a second")
    return found


def host_port(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, int] | None:
    """`192.0.2.1:443`; None for nothing.

    Raises:
        click.BadParameter
    """
    if not text:
        return None
    host, _colon, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port[:6]) < 65536:
        raise click.BadParameter(f"{text!r} is no HOST:PORT")
    return host.removeprefix("[").removesuffix("]"), int(port)


def web(_: click.Context, __: click.Parameter, text: str) -> str:
    """The agent's address without a slash at its end.

    Raises:
        click.BadParameter
    """
    try:
        split = urlsplit(text)
        is_web = split.scheme in {"http", "https"} and bool(split.hostname) and (split.port or 1) > 0
    except ValueError:
        is_web = False
    if not is_web or split.username or split.query:
        raise click.BadParameter("is no web address of an agent: write https://host or http://host:port")
    return text.rstrip("/")


def addressees(
    provider: tuple[str, ...],
    customer: tuple[str, ...],
    routes: Path | None,
    language: str,
    environment: Mapping[str, str],
) -> "tuple[list[Addressee], str, dict[str, str]]":
    """Whom to tell, the system's name where a file says it, and its channels that cannot be built here, each with why.

    Raises:
        Unusable, BadConfig
    """
    from agent.model import Party
    from agent.watching.addressees import Unusable, given, of_routes

    found = given(provider, Party.PROVIDER, language, environment)
    found += given(customer, Party.CUSTOMER, language, environment)
    system, broken = "", dict[str, str]()
    if routes is not None:
        from agent.cli.file import load

        settings = load(routes)
        broken = {each.id: each.broken for each in settings.endpoints.values() if each.broken}
        found += of_routes(settings)
        system = settings.agreement.system
    for party in Party:
        if not any(each.party is party for each in found):
            raise Unusable(
                f"nobody of the {party} would be told: name an Apprise URL with --{party}, or a file with --routes"
            )
    return found, system, broken


def token(environment: Mapping[str, str]) -> "Secret | None":
    """What $TOCSIN_TOKEN says, which may be a reference; None for nothing.

    Raises:
        Unusable
    """
    from agent.config.references import Vault
    from agent.model import Secret
    from agent.watching.addressees import Unusable

    text = environment.get("TOCSIN_TOKEN", "")
    if not text:
        return None
    try:
        found = Vault(Path.cwd(), environment).resolve(text)
    except ValueError as fault:
        raise Unusable(f"$TOCSIN_TOKEN: {fault}") from None
    if found.missing:
        raise Unusable(f"$TOCSIN_TOKEN: {'; '.join(found.missing)}")
    return Secret(found.text)


def state_file(url: str, environment: Mapping[str, str]) -> Path:
    """Where the memory of the agent at `url` lies."""
    given = environment.get("STATE_DIRECTORY", "").partition(":")[0]
    home = environment.get("XDG_STATE_HOME", "") or str(Path.home() / ".local/state")
    folder = Path(given) if given else Path(home) / "tocsin"
    return folder / f"watch-{hashlib.sha256(url.encode()).hexdigest()[:8]}.json"
