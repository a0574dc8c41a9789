"""`tocsin doctor`: is everything here that the agent needs?"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from agent.cli import client, output
from agent.cli.faults import FAULTY
from agent.cli.findings import Finding, Level, fault

COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAULT: "red"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--send", default="", metavar="CONTACT", help="Send a marked test message through CONTACT's channels.")
@client.url_option
@output.json_option
def doctor(file: Path | None, send: str, url: str, as_json: bool) -> None:
    """Look at everything the agent of FILE needs, and name what is wrong, with its remedy.

    Config, permissions, certificates, who may come in, archive, clock, channels, who notices when the agent is gone,
    and the agent that runs. Nothing is changed; nothing is sent without --send. Run it as the agent's user. Exits 1
    where there is a fault; warnings alone are no reason.

    \b
    Examples:
      tocsin doctor
      tocsin doctor /etc/tocsin/routes.yaml --send lee
      tocsin doctor --json | jq -r '.findings[] | select(.level == "fault") | .remedy'
    """
    routes = file or next((path for path in client.FILES if path.is_file()), client.FILES[0])
    found = list(findings(routes, url, send))
    is_well = all(each.level is not Level.FAULT for each in found)
    listed = [{"topic": f.topic, "level": f.level.value, "text": f.text, "remedy": f.remedy or None} for f in found]
    output.answer({"ok": is_well, "findings": listed}, as_json, lambda _: _show(found))
    if not is_well:
        sys.exit(FAULTY)


def findings(file: Path, url: str, contact: str) -> Iterator[Finding]:
    """Everything, in the order in which it is mended best.

    Raises:
        NotFound: no such contact.
    """
    from agent.cli import examine, examine_guard, examine_rota, examine_seal, examine_store, examine_tls, marked_message

    settings, found = examine.config(file)
    yield from found
    if settings is None:
        yield from examine.time_of_day(None)
        yield from examine.running(url, (file,))
        if contact:
            yield fault("send", "nothing was sent", "mend the file first")
        return
    sent: tuple[Finding, ...] = ()
    if contact:
        sent = tuple(marked_message.send(contact, settings))
    yield from examine.permissions(settings, file)
    yield from examine_tls.certificates(settings.server)
    yield from examine_guard.access(settings.server)
    stored, last_at = examine_store.store(settings.store_url)
    yield from stored
    yield from examine_seal.seal(settings.store_url)
    yield from examine.time_of_day(last_at)
    yield examine.pinging(settings)
    yield from examine.channels(settings)
    yield from examine_rota.rotas(settings)
    yield from examine_guard.outside(settings)
    yield from examine.running(url, (file,))
    yield from examine_guard.entry(url, (file,))
    yield from sent


def _show(found: list[Finding]) -> None:
    for each in found:
        mark: Any = click.style(f"{each.level.value:5}", fg=COLOURS[each.level])
        click.echo(f"{mark} {each.topic:11} {output.safe(each.text)}")
        if each.remedy:
            click.echo(f"{'':18}→ {output.safe(each.remedy)}")
    faults = sum(each.level is Level.FAULT for each in found)
    warnings = sum(each.level is Level.WARN for each in found)
    told = f"{faults or 'no'} fault{'s' * (faults != 1)}, {warnings or 'no'} warning{'s' * (warnings != 1)}"
    output.line(told, bold=True)
