"""`tocsin terms level | filed | draft`: what a statute asks for. Drafts only: nothing is ever sent to an authority."""

from pathlib import Path
from typing import Any

import click

from agent.cli import client, output, times
from agent.cli.phoned import Call, called_option, on_the_phone
from agent.errors import TocsinError


@click.command()
@click.argument("incident")
@click.argument("overlay")
@click.argument("level")
@click.option("--by", required=True, metavar="CONTACT", help="Who decides, of the party that owes the report.")
@called_option
@click.option("--text", required=True, help="Why.")
@click.option("--since", default="", metavar="TIME", help="Since when it counts: 04:30, or 40m ago; now if not said.")
@client.url_option
@output.json_option
def level(
    incident: str, overlay: str, level: str, by: str, called: Call, text: str, since: str, url: str, as_json: bool
) -> None:
    """Decide on the regulatory LEVEL of INCIDENT by OVERLAY: it starts or ends that statute's clocks.

    The grade of the contract is another thing and stays as it is. docs/terms.md lists the levels of each overlay.

    \b
    Examples:
      tocsin terms level INC-20261123-001 cn-incident-report relatively_major --by lee --text "1.2 M people"
      tocsin terms level 20261123-001 eu-dora not_major --by wang --text "no client was affected"
    """
    body: dict[str, Any] = {"by": by, "means": "cli", "overlay": overlay, "level": level, "text": text}
    body |= on_the_phone(called)
    if since:
        body["since"] = times.behind(since).isoformat()
    done = client.call(url, "POST", client.incident_path(incident, "levels"), body)
    output.answer(done, as_json, _show_level)


@click.command()
@click.argument("incident")
@click.argument("duty")
@click.option("--by", required=True, metavar="CONTACT", help="Who filed it, of the party that owes it.")
@called_option
@click.option("--reference", required=True, help="What the authority gave, or how it can be found again.")
@click.option("--at", default="", metavar="TIME", help='When: 04:30, 40m ago, or "2026-11-23 04:30"; now if not said.')
@click.option("--text", default="", help="What there is to say.")
@client.url_option
@output.json_option
def filed(
    incident: str, duty: str, by: str, called: Call, reference: str, at: str, text: str, url: str, as_json: bool
) -> None:
    """Record that a report was filed with an authority; it meets DUTY of INCIDENT. Tocsin itself files nothing.

    \b
    Examples:
      tocsin terms filed INC-20261123-001 cn_first_report --by lee --reference 12387-20261123-0007
      tocsin terms filed 20261123-001 gdpr_notification --by wang --reference AP-4711 --at "2026-11-23 18:00"
    """
    body: dict[str, Any] = {"by": by, "means": "cli", "duty": duty, "reference": reference, "text": text}
    body |= on_the_phone(called)
    if at:
        body["filed_at"] = times.behind(at).isoformat()
    done = client.call(url, "POST", client.incident_path(incident, "filings"), body)
    output.answer(done, as_json, _show_filed)


@click.command()
@click.argument("overlay")
@click.argument("incident")
@output.language_option
@click.option("--out", type=click.Path(path_type=Path), help="File to write; else it is printed.")
@client.url_option
@output.json_option
def draft(overlay: str, incident: str, language: str, out: Path | None, url: str, as_json: bool) -> None:
    """Write what OVERLAY asks for about INCIDENT, from what is on file. A draft: check it, file it yourself.

    Nothing is sent to any authority, and this is no legal advice.

    \b
    Examples:
      tocsin terms draft cn-incident-report INC-20261123-001 --language zh
      tocsin terms draft eu-gdpr 20261123-001 --out gdpr.txt
    """
    found = client.call(url, "GET", client.incident_path(incident, f"drafts/{overlay}"), language=language)
    if out is not None:
        _write(out, str(found["text"]))
    output.answer(found, as_json, lambda _: _show_draft(found, out))


def _write(out: Path, text: str) -> None:
    """
    Raises:
        TocsinError: it is there already, or cannot be written.
    """
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise TocsinError(f"{out} is there already: name another with --out") from None
    except OSError as fault:
        raise TocsinError(f"{out} cannot be written: {fault.strerror}: name another place with --out") from None


def _show_level(entry: dict[str, Any]) -> None:
    said = "on file already" if entry.get("repeated") else "on file"
    output.line(f"{entry['id']} {said}: {entry['what']} {entry['said'].get('level', '')}")


def _show_filed(entry: dict[str, Any]) -> None:
    said = "on file already" if entry.get("repeated") else "on file"
    output.line(f"{entry['id']} {said}: {entry['what']}, reference {entry['said'].get('reference', '')}")


def _show_draft(found: dict[str, Any], out: Path | None) -> None:
    if out is None:
        click.echo(found["text"], nl=False)
    else:
        output.line(f"wrote {out}; nothing was sent")
    if found["lacks"]:
        click.echo(f"not all of it is on file yet: item {', '.join(map(str, found['lacks']))}", err=True)
