"""`tocsin token new`: a secret for a machine, and the lines that let it in."""

import hashlib
import secrets
from typing import Any

import click

from agent.cli import output

MAY = ("intake", "read", "act", "ping", "admin")
PARTIES = ("provider", "customer")
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
@click.option(
    "--party",
    type=click.Choice(PARTIES),
    default="provider",
    show_default=True,
    help="Whose it is; the customer's sees nothing technical.",
)
@click.option("--contact", default="", metavar="CONTACT", help="The one person who has it, a contact of that party.")
@output.json_option
def new(name: str, may: tuple[str, ...], party: str, contact: str, as_json: bool) -> None:
    """Print a random secret for NAME, its SHA-256, and the lines for routes.yaml.

    The secret is kept nowhere and cannot be printed again: the file holds its SHA-256 only.

    \b
    Examples:
      tocsin token new alertmanager
      tocsin token new prometheus --may intake --may read
      tocsin token new nagios --json | jq -r .secret > nagios.token
      tocsin token new shop --may read --may act --party customer
    """
    _check(name, "token name", "NAME")
    if contact:
        _check(contact, "contact id", "--contact")
    secret = secrets.token_urlsafe(BYTES)
    hash_ = f"sha256:{hashlib.sha256(secret.encode()).hexdigest()}"
    rights = list(dict.fromkeys(may))
    whose = (f", party: {party}" if party != "provider" else "") + (f", contact: {contact}" if contact else "")
    lines = f'server:\n  tokens:\n    {name}: {{may: [{", ".join(rights)}]{whose}, secret: "{hash_}"}}\n'
    told = {"name": name, "may": rights, "party": party, "contact": contact or None}
    told |= {"secret": secret, "hash": hash_, "lines": lines}
    output.answer(told, as_json, _show)


def _check(name: str, what: str, hint: str) -> None:
    """Refuse what the file would refuse.

    Raises:
        click.BadParameter
    """
    from agent.config.head import name_of

    try:
        name_of(what)(name)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint=hint) from None


def _show(told: dict[str, Any]) -> None:
    output.line(f"# the secret, for {told['name']} alone, in a file that nobody else can read:")
    output.line(told["secret"], bold=True)
    output.line("")
    output.line("# for routes.yaml; then: tocsin check && tocsin reload")
    click.echo(told["lines"], nl=False)
