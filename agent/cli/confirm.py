"""`tocsin confirm | dispute`: what was recorded on behalf of one's own people, or told by the other party (fact 15)."""

import re
from typing import Any
from urllib.parse import quote

import click

from agent.cli import client, output


@click.command()
@click.argument("incident")
@click.argument("entry")
@click.option("--as", "contact", required=True, metavar="CONTACT", help="Who confirms, of the party that was asked.")
@client.url_option
@output.json_option
def confirm(incident: str, entry: str, contact: str, url: str, as_json: bool) -> None:
    """Confirm that it was as the other party recorded it (fact 15).

    ENTRY is the number that `tocsin show` gives it, S2, or that of the entry or report that it became. INCIDENT may
    be a line of a register, a claim or an agreement part as well. Who recorded it cannot confirm it.

    \b
    Examples:
      tocsin confirm INC-20261123-001 S1 --as wang
      tocsin confirm 20261123-001 REP-20261123-001 --as wang --json
      tocsin confirm IMP-20261123-001 S1 --as wang
      tocsin confirm agreement-2 S1 --as wang
    """
    _answer(url, incident, entry, "confirmation", {"by": contact}, as_json)


@click.command()
@click.argument("incident")
@click.argument("entry")
@click.option("--as", "contact", required=True, metavar="CONTACT", help="Who corrects it.")
@click.option("--because", required=True, help="What was said and done instead.")
@client.url_option
@output.json_option
def dispute(incident: str, entry: str, contact: str, because: str, url: str, as_json: bool) -> None:
    """Correct what the other party recorded (fact 15). It stays on record, marked, beside the correction.

    \b
    Example:
      tocsin dispute INC-20261123-001 S1 --as wang --because "nobody called me"
    """
    _answer(url, incident, entry, "dispute", {"by": contact, "text": because}, as_json)


_MATTER = re.compile(r"(IMP|DEC|VUL|MNT|ATT|EXC|CT|agreement)-", re.IGNORECASE)
"""What may be stated of that is no incident."""


def _answer(url: str, incident: str, entry: str, act: str, body: dict[str, Any], as_json: bool) -> None:
    whole = entry.strip()
    named = whole.rpartition("/")[2] if re.match(r"INC-|.*/S\d+$", whole, re.IGNORECASE) else whole
    matter = _MATTER.match(incident.strip())
    if matter:
        subject = incident.strip().lower() if matter[1].lower() == "agreement" else incident.strip().upper()
        path = f"/statements/{quote(subject, safe='')}/{quote(named, safe='')}/{act}"
    else:
        path = client.incident_path(incident, f"statements/{quote(named, safe='')}/{act}")
    done = client.call(url, "POST", path, {"means": "cli", **body})
    output.answer(done, as_json, _show)


def _show(done: dict[str, Any]) -> None:
    already = " already" if done.get("repeated") else ""
    what = f"{done['kind'].replace('_', ' ')} of {done['by']}"
    output.line(f"{done['id']}, {what}: {done['state']}{already} by {done['answered_by']}")
