"""`tocsin obligations`: what is owed, by whom, until when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import click

from agent import clock
from agent.cli import client, output, times

TITLES = {
    "en": ("duty", "clause", "of", "owed by", "state", "due", "left", "basis"),
    "zh": ("义务", "条款", "所属", "义务方", "状态", "到期", "剩余", "依据"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"target missed": "target missed", "disputed": "{}, disputed", "notice": " no. {}"},
    "zh": {
        "running": "计时中",
        "paused": "暂停计时",
        "overdue": "已超时",
        "met": "已履行",
        "met_late": "逾时履行",
        "waived": "已免除",
        "lapsed": "未答复",
        "void": "已不再适用",
        "superseded": "已被取代",
        "target missed": "未达目标",
        "disputed": "{}【有异议】",
        "notice": " 第{}号通知",
        "both": "双方",
        "provider": "服务方",
        "customer": "客户方",
        "default": "默认（已约定）",
        "target": "目标",
        "contract": "合同",
        "annex": "附件",
        "statute": "法规",
    },
}
OPEN = ("running", "paused", "overdue")
ENDED = ("met", "met_late", "waived", "lapsed", "void", "superseded")


@click.command()
@click.option("--overdue", is_flag=True, help="Only what is overdue now.")
@click.option("--all", "everything", is_flag=True, help="Also what is met, waived, lapsed, void or superseded.")
@click.option("--state", "states", multiple=True, type=click.Choice((*OPEN, *ENDED)), help="Only these.")
@click.option("--incident", default="", metavar="INC", help="Only those of this incident.")
@click.option("--report", default="", metavar="REP", help="Only those of this report.")
@click.option("--debtor", type=click.Choice(["provider", "customer", "both"]), help="Only what this party owes.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@output.language_option
@client.url_option
@output.json_option
def obligations(
    overdue: bool,
    everything: bool,
    states: tuple[str, ...],
    incident: str,
    report: str,
    debtor: str | None,
    limit: int,
    language: str,
    url: str,
    as_json: bool,
) -> None:
    """List what is owed and not done yet, the latest begun first: who owes it, until when, how long is left.

    A limit that nobody signed is a target; missing it reads so, and makes no overdue record.

    \b
    Examples:
      tocsin obligations
      tocsin obligations --overdue
      tocsin obligations --incident INC-20261123-001 --all
      tocsin obligations --debtor provider --json
    """
    wanted = ("overdue",) if overdue else states or (() if everything else OPEN)
    asked = {"incident": incident, "report": report, "debtor": debtor}
    narrowed: dict[str, Any] = {name: value for name, value in asked.items() if value}
    found = client.call(url, "GET", "/obligations", state=wanted, limit=limit, **narrowed)
    output.answer(found, as_json, lambda found: _show(found, language))


def _show(found: dict[str, Any], language: str) -> None:
    output.table(TITLES[language], (_row(each, language) for each in found["items"]), "nothing is owed")
    if found.get("next"):
        click.echo("there are more: raise --limit, or narrow with --incident or --debtor", err=True)


def _row(owed: dict[str, Any], language: str) -> tuple[str | output.Marked, ...]:
    words = WORDS[language]
    basis = "target" if owed["target"] else owed["basis"]
    return (
        (owed.get("duty") or {}).get(language) or owed["name"].replace("_", " "),
        ", ".join((*([owed["ob"]] if owed.get("ob") else []), *owed["clauses"])),
        _of(owed, words),
        words.get(owed["debtor"], owed["debtor"]),
        _state(owed, words),
        output.local(owed["due_at"]),
        _left(owed, clock.now()),
        words.get(basis, basis),
    )


def _of(owed: dict[str, Any], words: Mapping[str, str]) -> str:
    """The report, else the incident and what of it is meant: a notice, a request, a period."""
    about = owed.get("about") or ""
    if owed.get("report"):
        return str(owed["report"])
    if not owed.get("incident"):
        return str(about)
    which = words["notice"].format(about) if owed["name"] == "acknowledge_notice" else f" {about}"
    return str(owed["incident"]) + (which if about else "")


def _state(owed: dict[str, Any], words: Mapping[str, str]) -> str | output.Marked:
    """In words; a target that was missed is no overdue record (fact 2)."""
    if owed["state"] == "overdue":
        missed = output.Marked(words["target missed"], "yellow")
        return missed if owed["target"] else output.Marked(words.get("overdue", "overdue"), "red")
    state = words.get(owed["state"], str(owed["state"]).replace("_", " "))
    return output.Marked(words["disputed"].format(state), "yellow") if owed.get("disputed") else state


def _left(owed: dict[str, Any], now: datetime) -> str:
    """`12m5s`, or `-3m` past its due time, in two units at most; of what has ended nothing."""
    if owed["state"] not in OPEN:
        return ""
    left = datetime.fromisoformat(owed["due_at"]) - now
    seconds = round(abs(left).total_seconds())
    unit = 1 if seconds < 3600 else 60 if seconds < 86400 else 3600 if seconds < 10 * 86400 else 86400
    whole = timedelta(seconds=seconds // unit * unit)
    return times.span(whole) if left >= timedelta() else f"-{times.span(whole)}"
