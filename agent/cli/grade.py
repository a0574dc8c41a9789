"""`tocsin grade test`: which grade an alert would get, and by which rules."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from agent.cli import output, times
from agent.cli.file import file_argument, load

RULES: Mapping[str, str] = {
    "R0": "function and state, by the row or the labels",
    "R1": "held already, by the alert rule's own `for`",
    "R3": "certainty of a security event",
    "R4": "the grade table, or the row's own grade",
    "R5": "severity, since no row says a state",
    "R6": "the last redundancy of a core function",
    "R7": "time",
    "R8": "the circumstances: assurance period, service hours, recurrence, another grade 2 beside",
    "R9": "the highest wins",
    "R10": "a person is needed",
}


@click.group()
def grade() -> None:
    """Try the grading of a file before an alert does.

    \b
    Example:
      tocsin grade test routes.yaml alertname=CheckoutDown severity=critical
    """


@grade.command()
@file_argument
@click.argument("labels", nargs=-1, metavar="LABEL=VALUE...")
@click.option(
    "--for",
    "lasting",
    callback=times.duration,
    default="0s",
    metavar="DURATION",
    help="How long it has lasted, such as 10m.",
)
@click.option("--firing", type=click.IntRange(1), default=1, help="Distinct firing values, where the row has a scope.")
@click.option("--second-evidence", is_flag=True, help="As if another probe, a report or a person said so too.")
@click.option("--at", default="", metavar="TIME", help='When, in the agreement\'s zone: "2026-11-23 03:00"; else now.')
@click.option("--times", "occurred", type=click.IntRange(1), default=1, help="How often in 30 days, this one counted.")
@click.option("--beside", is_flag=True, help="As if another grade 2 of the same core function were open.")
@output.json_option
def test(
    file: Path,
    labels: tuple[str, ...],
    lasting: timedelta,
    firing: int,
    second_evidence: bool,
    at: str,
    occurred: int,
    beside: bool,
    as_json: bool,
) -> None:
    """Print the grade of an alert with these labels: the row that matched, the rules, and what time alone adds.

    \b
    Examples:
      tocsin grade test routes.yaml alertname=CheckoutDown
      tocsin grade test routes.yaml alertname=CheckoutDown --for 10m --second-evidence
      tocsin grade test routes.yaml alertname=CheckoutSlow --at "2026-11-10 20:00" --times 3
      tocsin grade test routes.yaml job=ledger-db severity=critical --firing 7 --json
    """
    from agent.cli.graded import Alert, graded

    settings = load(file)
    when = times.moment(at, settings.agreement.zone)
    found = graded(Alert(_labels(labels), when, lasting, firing, second_evidence, occurred, beside), settings)
    output.answer(found, as_json, _show)


def _labels(written: tuple[str, ...]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for each in written:
        name, equals, value = each.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{each!r} is no label: write alertname=CheckoutDown")
        labels[name] = value
    if not labels:
        raise click.UsageError("name the alert's labels: alertname=CheckoutDown severity=critical")
    return labels


def _show(found: dict[str, Any]) -> None:
    grade = found["grade"]
    colour = {1: "red", 2: "yellow", 3: "cyan"}.get(grade)
    output.line(_headline(found), bold=True, fg=colour)
    if found["row"]:
        output.line(f"row       {found['row']['name']}: {', '.join(found['row']['match'])}")
    else:
        output.line("row       none matched")
    if found["function"]:
        scope = "" if found["scope"] is None else f", {found['scope']:.0%} of it"
        output.line(f"function  {found['function']} ({found['criticality']}), {found['state'] or 'no state'}{scope}")
    for rule in found["rules"]:
        output.line(f"{rule:<9} {RULES.get(rule, '')}{_step(rule, found['steps'])}")
    for what, held in found["inputs"].get("modifiers", {}).items():
        output.line(f"R8        {_HELD[what]} {held}")
    if found["proposed"]:
        output.line("R8        grade 1 is proposed, paged loudly, and waits for a person: another grade 2 beside it")
    for rise in found["next"]:
        condition = ", given second evidence" if rise["needs_second_evidence"] else ""
        span = times.span(timedelta(seconds=rise["in_s"]))
        output.line(f"then      grade {rise['grade']} in {span}{condition} ({rise['rule']})")
    for note in found["notes"]:
        output.line(f"note      {note}")


_HELD = {"assurance": "assurance period", "service_hours": "service hours:", "recurrence": "same cause"}


def _headline(found: dict[str, Any]) -> str:
    if found["outcome"]:
        return {
            "heartbeat": "a heartbeat: its silence is what counts",
            "out_of_scope": "out of scope: kept and counted, nobody is told",
            "alert_only": "alert only: on record, no incident, nobody is told",
        }[found["outcome"]]
    return f"grade {found['grade']}, provisional"


def _step(rule: str, steps: list[list[Any]]) -> str:
    given = [str(grade) for named, grade in steps if named == rule]
    return f": grade {', '.join(given)}" if given else ""
