"""`tocsin token new`: a secret for a machine, and the lines that let it in."""

import hashlib
import secrets
from typing import Any

import click

from agent.cli import output

MAY = ("intake", "read", "act", "ping", "admin")
BYTES = 32


@click.group()
def token() -> None:
    """Make the tokens by which machines come in.

    \b
    Example:
      tocsin token new alertmanager
    """


@token.command()
@click.argument("name", default="alertmanager")
@click.option(
    "--may",
    multiple=True,
    type=click.Choice(MAY),
    default=("intake",),
    show_default=True,
    help="Right; may be repeated.",
)
@output.json_option
def new(name: str, may: tuple[str, ...], as_json: bool) -> None:
    """Print a random secret for the machine NAME, its SHA-256, and the lines for routes.yaml.

    The secret is kept nowhere and cannot be printed again: the file holds its SHA-256 only.

    \b
    Examples:
      tocsin token new alertmanager
      tocsin token new prometheus --may intake --may read
      tocsin token new nagios --json | jq -r .secret > nagios.token
    """
    _check(name)
    secret = secrets.token_urlsafe(BYTES)
    hash_ = f"sha256:{hashlib.sha256(secret.encode()).hexdigest()}"
    rights = list(dict.fromkeys(may))
    lines = f'server:\n  tokens:\n    {name}: {{may: [{", ".join(rights)}], secret: "{hash_}"}}\n'
    told = {"name": name, "may": rights, "secret": secret, "hash": hash_, "lines": lines}
    output.answer(told, as_json, _show)


def _check(name: str) -> None:
    """Refuse what the file would refuse.

    Raises:
        click.BadParameter
    """
    from agent.config.head import name_of

    try:
        name_of("token name")(name)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="NAME") from None


def _show(told: dict[str, Any]) -> None:
    output.line(f"# the secret, for the machine {told['name']} alone, in a file that only it can read:")
    output.line(told["secret"], bold=True)
    output.line("")
    output.line("# for routes.yaml; then: tocsin check && tocsin reload")
    click.echo(told["lines"], nl=False)
