"""`tocsin accept | object`: a party's answer to the grade (3.1), and the customer's to a recovery (4.2(c))."""

from typing import Any

import click

from agent.cli import client, output
from agent.cli.phoned import Call, called_option, on_the_phone

STANDING = 0
"""`--grade` without a number: the one that stands."""


@click.command()
@click.argument("incident")
@click.option(
    "--grade",
    is_flag=False,
    flag_value=STANDING,
    type=click.IntRange(0, 3),
    metavar="[GRADE]",
    help="The grade that stands, or the one that the other party asks for.",
)
@click.option("--recovery", is_flag=True, help="It works again; for the customer to say.")
@click.option("--by", required=True, metavar="CONTACT", help="Who says so.")
@click.option("--text", default="", help="What was looked at, or why.")
@called_option
@client.url_option
@output.json_option
def accept(
    incident: str, grade: int | None, recovery: bool, by: str, text: str, called: Call, url: str, as_json: bool
) -> None:
    """Accept the grade for your party (3.1), or confirm for the customer that it works again (4.2(c)).

    Without --grade and --recovery it is the one of them that is open. Whoever accepts the grade that the other party
    asks for has decided on it with them.

    \b
    Examples:
      tocsin accept INC-20261123-001 --by wang
      tocsin accept INC-20261123-001 --grade 3 --by lee --text "one of twelve shops"
      tocsin accept INC-20261123-001 --recovery --by wang
    """
    standing = None
    if grade is None and not recovery:
        standing, recovery = _open_one(url, incident)
    said: dict[str, Any] = {"by": by, "means": "cli", **({"text": text} if text else {}), **on_the_phone(called)}
    if recovery:
        _put(url, incident, "recovery", {**said, "answer": "confirmed"}, as_json)
        return
    chosen = grade or standing or client.call(url, "GET", client.incident_path(incident))["grade"]
    _put(url, incident, "grade/answers", {**said, "answer": "accepted", "grade": chosen}, as_json)


@click.command()
@click.argument("incident")
@click.option("--grade", type=click.IntRange(1, 3), metavar="GRADE", help="The grade that it should be.")
@click.option("--recovery", is_flag=True, help="It does not work as it should; for the customer to say.")
@click.option("--by", required=True, metavar="CONTACT", help="Who objects.")
@click.option("--because", "--text", "text", required=True, help="Why; of a recovery what does not work.")
@called_option
@client.url_option
@output.json_option
def object(  # noqa: A001
    incident: str, grade: int | None, recovery: bool, by: str, text: str, called: Call, url: str, as_json: bool
) -> None:
    """Object for your party to the grade (3.1), or for the customer to a recovery (4.2(c)).

    A graver grade rules at once, a lighter one changes nothing until both parties have decided: the other one is told,
    with the time. An objection to a recovery keeps the incident from being closed until it is answered.

    \b
    Examples:
      tocsin object INC-20261123-001 --grade 1 --by wang --because "all shops stand still"
      tocsin object INC-20261123-001 --recovery --by wang --because "the tills of two shops still fail"
    """
    if grade is None and not recovery:
        _, recovery = _open_one(url, incident)
        if not recovery:
            raise click.UsageError("an objection to the grade names the one it should be: --grade 1, 2 or 3")
    said: dict[str, Any] = {"by": by, "means": "cli", "answer": "objection", "text": text, **on_the_phone(called)}
    if recovery:
        _put(url, incident, "recovery", said, as_json)
    else:
        _put(url, incident, "grade/answers", {**said, "grade": grade}, as_json)


def _open_one(url: str, incident: str) -> tuple[int, bool]:
    """The grade that stands, and whether it is the recovery that waits for an answer; exactly one thing must."""
    found = client.call(url, "GET", client.incident_path(incident, "grade"))
    waiting = found["to_answer"]
    if not waiting:
        raise click.UsageError(f"{found['incident']}: nothing waits for an answer; `tocsin show` says how it stands")
    if len(waiting) > 1:
        raise click.UsageError(f"{found['incident']}: grade and recovery are both open: say --grade or --recovery")
    return found["grade"], waiting == ["recovery"]


def _put(url: str, incident: str, path: str, body: dict[str, Any], as_json: bool) -> None:
    done = client.call(url, "POST", client.incident_path(incident, path), body)
    output.answer(done, as_json, _show)


def _show(entry: dict[str, Any]) -> None:
    grade = entry.get("said", {}).get("grade")
    what = f"{entry['what']}, grade {grade}" if grade else entry["what"]
    output.line(f"{what}: {entry['id']} {'already ' if entry.get('repeated') else ''}on file")
