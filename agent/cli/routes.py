"""`tocsin routes test`: who would be told, by which channels, and why."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from agent.cli import output, times
from agent.cli.file import check_functions, file_argument, load
from agent.cli.told import Case, told_of
from agent.model import SYSTEM, Agreement, Grade, Kind, Party, Rota

if TYPE_CHECKING:
    from agent.config.settings import Settings


@click.group()
def routes() -> None:
    """Try the routes of a file before an emergency does.

    \b
    Example:
      tocsin routes test routes.yaml --grade 1
    """


@routes.command()
@file_argument
@click.option("--grade", type=click.IntRange(1, 3), required=True, help="Of the incident.")
@click.option("--party", type=click.Choice([party.value for party in Party]), help="Only this one.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    default="fault",
    show_default=True,
    help="Of the incident.",
)
@click.option("--function", "functions", multiple=True, help="What is affected; `system` where none is said.")
@click.option("--at", default="", metavar="TIME", help='When, in the agreement\'s zone: "2026-11-23 03:00"; else now.')
@output.json_option
def test(
    file: Path, grade: int, party: str | None, kind: str, functions: tuple[str, ...], at: str, as_json: bool
) -> None:
    """Print who would be told when such an incident opens: contacts, channels, hold and ladder, and why.

    \b
    Examples:
      tocsin routes test routes.yaml --grade 1
      tocsin routes test routes.yaml --grade 2 --party customer --function checkout
      tocsin routes test routes.yaml --grade 3 --kind security --at "2026-11-23 03:00"
    """
    settings = load(file)
    check_functions(functions, settings)
    agreement = settings.agreement
    when = times.moment(at, agreement.zone)
    case = Case(cast("Grade", grade), Kind(kind), functions or (SYSTEM,), when, _rotas(settings, when))
    found = {
        "grade": grade,
        "kind": kind,
        "functions": list(case.functions),
        "at": case.at.isoformat(),
        "parties": [told_of(case, each, settings) for each in Party if party in (None, each)],
    }
    output.answer(found, as_json, lambda value: _show(value, agreement))


def _rotas(settings: "Settings", at: datetime) -> dict[Party, Rota]:
    """Who is on call around that moment, which may lie beyond what the file's own reading covers."""
    from agent.config import rotas

    return {party: rotas.again(settings.parties[party], settings.agreement.zone, at) for party in settings.rotas}


def _show(found: dict[str, Any], agreement: Agreement) -> None:
    when = times.placed(datetime.fromisoformat(found["at"]), agreement)
    output.line(f"grade {found['grade']} {found['kind']} of {', '.join(found['functions'])}, {when}")
    for party in found["parties"]:
        click.echo()
        output.line(f"{party['party']}: {', '.join(party['routes']) or 'no route'}", bold=True)
        for line in _party(party, agreement):
            output.line(f"  {line}")


def _party(party: dict[str, Any], agreement: Agreement) -> Iterator[str]:
    if party["on_call"] is not None:
        yield _on_call(party["on_call"], agreement)
    for each in party["recipients"]:
        yield f"{each['contact']} by {_by(each['channels'])}: {each['why']}"
    if party["trial"]:
        yield "trial: what they would be told goes to the provider's coordinator, marked"
    yield f"hold: {_span(party['hold_s'])}, a person's confirmation or a raise" if party["hold_s"] else "hold: none"
    if party["waits_until"]:
        yield f"waits until {times.placed(datetime.fromisoformat(party['waits_until']), agreement)}"
    if party["digest_s"]:
        yield f"digest: {_span(party['digest_s'])}"
    if not party["ladder"]:
        yield "ladder: none"
        return
    steps = "; ".join(f"{_span(rung['after_s'])} ({rung['name']}) {', '.join(rung['to'])}" for rung in party["ladder"])
    yield f"ladder until one of them acknowledges: {steps}; then over again"
    yield f"asked again: every {_span(party['asked_again_s'])}"


def _on_call(found: dict[str, Any], agreement: Agreement) -> str:
    who = ", ".join(found["contacts"]) or "nobody"
    if found["until"] is None:
        return f"on call: {who}"
    return f"on call: {who}, until {times.placed(datetime.fromisoformat(found['until']), agreement)}"


def _by(channels: list[dict[str, Any]]) -> str:
    """`lee/call (loud), ops (group); if that fails lee/mail (quiet)`."""
    working = [each for each in channels if not each["broken"]]
    at_once = ", ".join(_named(each) for each in working if each["at_once"]) or "no working channel"
    after = ", ".join(_named(each) for each in working if not each["at_once"])
    broken = [f"{each['id']} is broken: {each['broken']}" for each in channels if each["broken"]]
    return "; ".join([at_once, *([f"if that fails {after}"] if after else []), *broken])


def _named(channel: dict[str, Any]) -> str:
    return f"{channel['id']} ({channel['manner']})"


def _span(seconds: float) -> str:
    return times.span(timedelta(seconds=seconds))
