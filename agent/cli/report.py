"""`tocsin report`: tell the other party what is wrong (3.2(b)); add what was missing; see what became of it."""

import base64
import mimetypes
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from agent.cli import client, output, times
from agent.cli.phoned import Call, on_the_phone, recorder_option
from agent.rules import reporting

TITLES = ("number", "incident", "by", "received", "symptom", "acknowledged")
KEYS = frozenset(
    {
        *("reporter", "occurred_at", "discovered_at", "symptom", "scope", "measures", "functions", "kind"),
        *("suggested_grade", "attachments", "called_at"),
    }
)

attach_option = click.option(
    "--attach",
    "attached",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file: picture, PDF, text, JSON, CSV or archive, at most 5 MiB; may be repeated.",
)
symptom_option = click.option("--symptom", default="", help="What is wrong, as people see it.")
scope_option = click.option("--scope", default="", help="Who and what is affected.")
measures_option = click.option("--measures", default="", help='What was done already; "none so far" is an answer.')
since_option = click.option(
    "--since", default="", metavar="TIME", help='When it began: 03:02, 40m ago, or "2026-11-23 03:02".'
)


@click.group(invoke_without_command=True)
@click.option("--as", "reporter", default="", metavar="CONTACT", help="Who reports.")
@recorder_option
@symptom_option
@scope_option
@measures_option
@since_option
@click.option("--discovered", default="", metavar="TIME", help="When it was noticed; else when it began.")
@click.option("--function", "functions", multiple=True, metavar="ID", help="What fails; may be repeated.")
@click.option("--kind", type=click.Choice(["fault", "security", "other"]), default=None, help="Else fault.")
@click.option("--grade", type=click.IntRange(1, 3), default=None, help="The grade that you suggest.")
@attach_option
@click.option(
    "--file",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The report as YAML or JSON, by the names of the API; options go before it.",
)
@client.url_option
@output.json_option
@click.pass_context
def report(
    ctx: click.Context,
    reporter: str,
    called: Call,
    symptom: str,
    scope: str,
    measures: str,
    since: str,
    discovered: str,
    functions: tuple[str, ...],
    kind: str | None,
    grade: int | None,
    attached: tuple[Path, ...],
    source: Path | None,
    url: str,
    as_json: bool,
) -> None:
    """Report something to the other party. It counts at once, whole or not; what it lacks is asked for.

    The provider has 15 minutes to acknowledge a report of the customer. Times are in this machine's zone.

    \b
    Examples:
      tocsin report --as wang --symptom "tills show a blank page" --scope "all shops" \\
        --measures "none so far" --since 03:02 --function checkout
      tocsin report --as wang --file report.yaml --attach till.png
      tocsin report --as wang --by chen --called-at 03:04 --symptom "tills show a blank page"
      tocsin report supplement REP-20261123-001 --as wang --scope "all shops"
      tocsin report list
      tocsin report show REP-20261123-001
    """
    if ctx.invoked_subcommand is not None:
        return
    body = _read(source) if source else {}
    told: dict[str, Any] = {
        "reporter": reporter,
        "symptom": symptom,
        "scope": scope,
        "measures": measures,
        "occurred_at": _time(since),
        "discovered_at": _time(discovered),
        "functions": list(functions),
        "kind": kind,
        "suggested_grade": grade,
        **on_the_phone(called),
    }
    body |= {name: value for name, value in told.items() if value not in (None, "", [])}
    body["attachments"] = [*body.get("attachments", []), *map(_attached, attached)]
    if not body.get("reporter"):
        raise click.UsageError("say who reports: --as CONTACT")
    done = client.call(url, "POST", "/reports", {"means": "cli", **body})
    output.answer(done, as_json, _show_filed)


@report.command()
@click.argument("number")
@click.option("--as", "contact", required=True, metavar="CONTACT", help="Who adds it, of the reporter's party.")
@recorder_option
@symptom_option
@scope_option
@measures_option
@since_option
@attach_option
@client.url_option
@output.json_option
def supplement(
    number: str,
    contact: str,
    called: Call,
    symptom: str,
    scope: str,
    measures: str,
    since: str,
    attached: tuple[Path, ...],
    url: str,
    as_json: bool,
) -> None:
    """Add what a report lacks (3.2(b)). What it says already stays.

    \b
    Example:
      tocsin report supplement REP-20261123-001 --as wang --scope "all shops" --measures "restarted a till"
    """
    body = {
        "by": contact,
        "symptom": symptom,
        "scope": scope,
        "measures": measures,
        "occurred_at": _time(since),
        "attachments": [_attached(each) for each in attached],
        "means": "cli",
        **on_the_phone(called),
    }
    told = {name: value for name, value in body.items() if value not in (None, "")}
    done = client.call(url, "POST", f"{path_of(number)}/supplement", told)
    output.answer(done, as_json, _show_filed)


@report.command("list")
@click.option("--incident", default="", metavar="INC", help="Only those of this incident.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@client.url_option
@output.json_option
def listed(incident: str, limit: int, url: str, as_json: bool) -> None:
    """List reports, newest first.

    \b
    Examples:
      tocsin report list
      tocsin report list --incident INC-20261123-001 --json
    """
    found = client.call(url, "GET", "/reports", incident=incident, limit=limit)
    output.answer(found, as_json, _show_list)


@report.command()
@click.argument("number")
@click.option("--save", type=click.Path(file_okay=False, path_type=Path), help="Put what is attached into this folder.")
@client.url_option
@output.json_option
def show(number: str, save: Path | None, url: str, as_json: bool) -> None:
    """Show one report with its clocks.

    \b
    Examples:
      tocsin report show REP-20261123-001
      tocsin report show REP-20261123-001 --save evidence/
    """
    found = client.call(url, "GET", path_of(number))
    output.answer(found, as_json, _show_one)
    if save is not None:
        _save(found, save, url)


def path_of(number: str) -> str:
    """`/reports/REP-20261123-001`; the number may be written in small letters or without REP-."""
    whole = number.strip().upper()
    return f"/reports/{quote(whole if whole.startswith('REP-') else f'REP-{whole}', safe='')}"


def _read(source: Path) -> dict[str, Any]:
    """A report in a file: JSON is YAML too.

    Raises:
        click.BadParameter
    """
    import yaml

    try:
        found = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise click.BadParameter(f"{source} cannot be read: {' '.join(str(fault).split())}") from None
    if not isinstance(found, dict):
        raise click.BadParameter(f"{source} holds no report: write `symptom: …` and the like")
    unknown = [str(key) for key in found if key not in KEYS]
    if unknown:
        known = ", ".join(sorted(KEYS))
        raise click.BadParameter(f"{source} says {', '.join(unknown)}, which no report has; it has {known}")
    return {name: _value(source, name, value) for name, value in found.items() if value not in ("", None)}


def _value(source: Path, name: str, value: Any) -> Any:
    if name.endswith("_at"):
        return _time(str(value))
    if name == "functions":
        return value if isinstance(value, list) else [value]
    if name == "attachments":
        return [_attached(source.parent / str(each)) for each in value]
    return int(value) if name == "suggested_grade" and str(value).isdigit() else value


def _time(text: str) -> str | None:
    return times.behind(text).isoformat() if text else None


def _attached(path: Path) -> dict[str, str]:
    """
    Raises:
        click.BadParameter: no such file, or one that the agent would not take: it is not read then.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise click.BadParameter(f"{path} is no file")
        if found.st_size > reporting.LARGEST_FILE:
            raise click.BadParameter(f"{reporting.too_large(path.name, found.st_size)} ({reporting.CLAUSE})")
        raw = path.read_bytes()
    except OSError as fault:
        raise click.BadParameter(f"{path} cannot be read: {fault.strerror}") from None
    sort, packed = mimetypes.guess_type(path.name)
    media_type = "application/gzip" if packed == "gzip" else sort or ("text/plain" if path.suffix == ".log" else "")
    content = base64.b64encode(raw).decode()
    return {"name": path.name, "media_type": media_type or "application/octet-stream", "content": content}


def _save(found: Mapping[str, Any], folder: Path, url: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in found.get("attachments") or ():
        raw = client.fetch(url, f"{path_of(found['number'])}/attachments/{each['sha256']}")
        place = folder / f"{each['sha256'][:8]}-{Path(str(each['name'])).name}"
        place.write_bytes(raw)
        output.line(f"saved {place}")


def _show_filed(done: dict[str, Any]) -> None:
    again = ", on file already" if done.get("repeated") else ""
    output.line(f"{done['number']} belongs to {done['incident']}{again}")
    if done.get("acknowledge_due_at"):
        output.line(f"  to be acknowledged by {output.local(done['acknowledge_due_at'], seconds=True)}")
    if done.get("missing"):
        output.line(f"  lacks {', '.join(done['missing'])}: tocsin report supplement {done['number']} --as CONTACT …")


def _show_list(found: dict[str, Any]) -> None:
    output.table(TITLES, (_row(each) for each in found["items"]), "no reports")
    if found.get("next"):
        click.echo("there are more: raise --limit, or narrow with --incident", err=True)


def _row(each: dict[str, Any]) -> tuple[str | output.Marked, ...]:
    by = each.get("acknowledged_by")
    symptom = str(each.get("symptom") or "–")
    return (
        each["number"],
        each["incident"],
        each["reporter"],
        output.local(each["received_at"]),
        symptom if len(symptom) <= 60 else f"{symptom[:59]}…",
        f"{by}, {output.local(each.get('acknowledged_at'))}" if by else output.Marked("not yet", "yellow"),
    )


def _show_one(found: dict[str, Any]) -> None:
    output.line(f"{found['number']} · {found['incident']} · {found['kind']}", bold=True)
    is_timed = "time" not in (found.get("missing") or ())
    is_found = is_timed or found["discovered_at"] != found["occurred_at"]
    rows = [
        ("Reported by", f"{found['reporter']}, {output.local(found['received_at'], seconds=True)}"),
        ("Began", output.local(found["occurred_at"], seconds=True) if is_timed else "not said"),
        ("Discovered", output.local(found["discovered_at"], seconds=True) if is_found else ""),
        ("Functions", ", ".join(found.get("functions") or ())),
        ("Symptom", found.get("symptom")),
        ("Scope", found.get("scope")),
        ("Measures", found.get("measures")),
        ("Suggests", f"grade {found['suggested_grade']}" if found.get("suggested_grade") else ""),
        ("Lacks", ", ".join(found.get("missing") or ())),
        ("Acknowledged", _acknowledged(found)),
    ]
    rows += [
        ("Attached", f"{each['name']}, {each['size']} bytes, sha256 {each['sha256']}")
        for each in found.get("attachments") or ()
    ]
    rows += [("Owed", _owed(each)) for each in found.get("obligations") or ()]
    for name, text in rows:
        if text:
            output.line(f"{name:<14}{text}")


def _acknowledged(found: Mapping[str, Any]) -> str:
    by = found.get("acknowledged_by")
    return f"{by}, {output.local(found.get('acknowledged_at'), seconds=True)}" if by else "not yet"


def _owed(each: Mapping[str, Any]) -> str:
    due = output.local(each["due_at"], seconds=True)
    return f"{each['name'].replace('_', ' ')} ({each['debtor']}), due {due}: {each['state'].replace('_', ' ')}"
