"""`tocsin redact`: a person's name, numbers and addresses are taken out of what is kept; the chains stay provable."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent import clock
from agent.cli import output
from agent.cli.backup import routes_option, store_of, store_option
from agent.errors import NotFound, TocsinError

if TYPE_CHECKING:
    from agent.rules.redaction import Person
    from agent.store.redacting import Found


@click.command()
@click.argument("contact")
@click.option("--yes", is_flag=True, help="Do it. Without this nothing is changed; what would go is counted.")
@click.option("--reason", default="", help="Why; it stays on file. Needed with --yes.")
@click.option("--also", "others", multiple=True, metavar="TEXT", help="Something else to take out, word for word.")
@routes_option
@store_option
@output.json_option
def redact(
    contact: str, yes: bool, reason: str, others: tuple[str, ...], routes: Path, store: str, as_json: bool
) -> None:
    """Take the name, phone numbers and addresses of CONTACT out of the archive: notices as sent, what people said,
    reports, alerts as they came, details of facts. The contact's id stays: it says who did what.

    The chains go on holding: an erased detail leaves its hash, and a new fact says the rest of it. What is taken out is
    gone for good, from this archive; backups and bundles handed out earlier keep it. Stop the agent first, and take the
    person out of routes.yaml as well.

    \b
    Examples:
      tocsin redact lee
      tocsin redact lee --yes --reason "left the company" --also "Ann from the night desk"
    """
    from agent import store as archive
    from agent.store import redacting
    from agent.store.connections import path_of

    url = store or store_of(routes)
    path = path_of(url)
    person = _person(path, routes, contact, frozenset(filter(None, (each.strip() for each in others))))
    if not yes:
        _tell(contact, redacting.look(path, person), as_json, is_done=False)
        return
    if not reason.strip():
        raise click.UsageError("say why with --reason: it stays on file in place of what is taken out")
    held = archive.hold(url)
    try:
        found = redacting.redact(path, person, clock.now(), reason.strip())
    finally:
        held.close()
    _tell(contact, found, as_json, is_done=True)


def _person(path: Path, routes: Path, contact: str, others: frozenset[str]) -> "Person":
    """What the file and the archive know of the contact.

    Raises:
        NotFound: neither knows anything, and nothing else is named.
    """
    from agent.rules.redaction import in_address
    from agent.store import redacting

    kept = redacting.known(path, contact)
    found = replace(kept, others=others)
    contacts, urls = _of_file(routes)
    written = contacts.get(contact)
    if written is not None:
        addresses = [in_address(url) for url in urls.get(contact, ())]
        found = replace(
            found,
            names=kept.names | ({written.name} - {""}),
            phones=kept.phones.union({written.phone} - {""}, *(numbers for _, numbers in addresses)),
            emails=kept.emails.union({written.email} - {""}, *(emails for emails, _ in addresses)),
        )
    found = replace(found, ids=frozenset({contact, *contacts}))
    if not found:
        raise NotFound(f"nothing is known of {contact[:40]!r} in {routes} or the archive: name it with --also TEXT")
    return found


def _of_file(routes: Path) -> tuple[Mapping[str, Any], Mapping[str, tuple[str, ...]]]:
    """The contacts of the file, and the addresses of each; nothing where it cannot be read."""
    from agent.cli.file import load

    try:
        settings = load(routes)
    except (TocsinError, OSError):
        return {}, {}
    reached = {
        id_: tuple(settings.endpoints[each].url.reveal() for each in contact.reach if each in settings.endpoints)
        for id_, contact in settings.contacts.items()
    }
    return settings.contacts, reached


def _tell(contact: str, found: "Found", as_json: bool, *, is_done: bool) -> None:
    told = {
        "contact": contact,
        "done": is_done,
        "facts": {incident or "none": numbers for incident, numbers in found.facts.items()},
        "rows": dict(found.rows),
        "bodies": found.bodies,
        "attachments": list(found.attachments),
    }
    output.answer(told, as_json, _show)


def _show(told: dict[str, Any]) -> None:
    facts = sum(map(len, told["facts"].values()))
    if not (facts or told["rows"] or told["bodies"]):
        output.line(f"nothing of {told['contact']} is on file")
    for name, count in told["rows"].items():
        output.line(f"{count:6} {name}")
    if told["bodies"]:
        output.line(f"{told['bodies']:6} bodies as they came in")
    for incident, numbers in told["facts"].items():
        output.line(f"{len(numbers):6} facts of {incident}: {', '.join(map(str, numbers))}")
    for hash_ in told["attachments"]:
        output.line(f"look yourself: attachment {hash_[:12]} of a report by {told['contact']}")
    if told["done"]:
        output.line("taken out; the chains hold: tocsin evidence verify", bold=True)
        output.line(f"take {told['contact']} out of routes.yaml too, and let old backups and bundles go")
    else:
        output.line("nothing was changed: stop the agent, then --yes --reason WHY", bold=True)
