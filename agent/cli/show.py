"""`tocsin show`: one incident, like the minutes of a meeting."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from operator import itemgetter
from typing import Any

import click

from agent.cli import answered, client, output, owed, waiting
from agent.rules import attributed, party_names
from agent.rules.minutes import is_told, sentence

HEADINGS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "provisional": "provisional",
        "began": "Began",
        "detected": "Detected",
        "on file": "On file",
        "recovered": "Recovered",
        "closed": "Closed",
        "acknowledged": "Acknowledged",
        "nobody": "nobody yet",
        "rests": "Reminders rest",
        "until": "until",
        "waits for": "Waits for",
        "without": "Not waited for",
        "recurrence of": "Recurrence of",
        "signals": "Signals",
        "agreement": "Agreement",
        "version": "version",
        "pinned": ", as it opened; another is in force now",
        "regulatory": "Regulatory level",
        "duties": "Duties",
        "minutes": "Minutes",
        "empty": "nothing on file",
    },
    "zh": {
        "provisional": "暂定",
        "began": "开始",
        "detected": "发现",
        "on file": "登记",
        "recovered": "恢复",
        "closed": "关闭",
        "acknowledged": "确认",
        "nobody": "尚无人确认",
        "rests": "催促暂停",
        "until": "至",
        "waits for": "等待",
        "without": "无须等待",
        "recurrence of": "疑似重复发生",
        "signals": "信号",
        "agreement": "协议",
        "version": "版本",
        "pinned": "（立案时的版本，现已有新版本生效）",
        "regulatory": "监管级别",
        "duties": "义务履行",
        "minutes": "经过",
        "empty": "暂无记录",
    },
}
AGAIN: Mapping[str, tuple[str, str]] = {
    "en": (" ({count} times)", " ({count} times until {until})"),
    "zh": ("（共{count}次）", "（至{until}共{count}次）"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"1": "grade 1", "2": "grade 2", "3": "grade 3"},
    "zh": {
        "1": "一级",
        "2": "二级",
        "3": "三级",
        "fault": "故障",
        "security": "安全事件",
        "other": "其他紧急事件",
        "open": "处置中",
        "verifying": "恢复验证中",
        "recovered": "已恢复",
        "closed": "已关闭",
        "void": "误报撤销",
        "assessment": "评估",
        "containment": "抑制",
        "eradication": "根除",
        "recovery": "恢复",
        "review": "总结",
    },
}


@click.command()
@click.argument("incident")
@output.language_option
@client.url_option
@output.json_option
def show(incident: str, language: str, url: str, as_json: bool) -> None:
    """Show one incident like the minutes of a meeting: what is owed and was done, who said what, when.

    \b
    Examples:
      tocsin show INC-20261123-001
      tocsin show 20261123-001 --lang zh
      tocsin show INC-20261123-001 --json | jq .timeline
    """
    found = client.call(url, "GET", client.incident_path(incident))
    facts = client.call(url, "GET", client.incident_path(incident, "timeline"))["items"]
    duties = client.every(url, f"/obligations?incident={found['number']}")["items"]
    given, stated = (
        client.call(url, "GET", client.incident_path(incident, what))["items"]
        for what in ("acknowledgements", "statements")
    )
    whole = {
        "incident": found,
        "acknowledgements": given,
        "statements": stated,
        "obligations": duties,
        "timeline": facts,
    }
    output.answer(whole, as_json, lambda _: _read_out(whole, language))


def _read_out(whole: Mapping[str, Any], language: str) -> None:
    incident, duties = whole["incident"], whole["obligations"]
    colour = {1: "red", 2: "yellow", 3: "cyan"}.get(incident["grade"])
    output.line(title(incident, language), bold=True, fg=colour)
    for line in head(incident, language):
        output.line(line)
    said = answered.HEADINGS[language]
    parties = _parties(incident, language)
    _section(said["acknowledged"], answered.acknowledged(whole["acknowledgements"], language, parties=parties))
    _section(said["stated"], answered.stated(whole["statements"], language, parties=parties))
    _section(HEADINGS[language]["duties"], owed.lines(duties, language, parties=parties) if duties else ())
    told = minutes(whole["timeline"], language, duties=owed.names(duties, language), parties=parties)
    _section(HEADINGS[language]["minutes"], told)


def _section(heading: str, lines: Iterable[str]) -> None:
    """A heading and what stands under it; nothing where there is nothing."""
    listed = list(lines)
    if listed:
        click.echo()
        output.line(heading, bold=True)
        for line in listed:
            output.line(f"  {line}")


def title(incident: Mapping[str, Any], language: str) -> str:
    """`INC-20261123-001 · grade 1, provisional · fault · checkout · open, assessment`."""
    said, words = HEADINGS[language], WORDS[language]
    provisional = {"en": f", {said['provisional']}", "zh": f"·{said['provisional']}"}[language]
    grade = words[str(incident["grade"])] + (provisional if incident.get("provisional") else "")
    state, phase = (words.get(incident.get(key) or "", incident.get(key) or "") for key in ("state", "phase"))
    is_live = incident.get("state") in ("open", "verifying")
    kind = words.get(incident.get("kind", ""), incident.get("kind", ""))
    drill = {"en": "[DRILL] ", "zh": "【演练】"}[language] if incident.get("drill") else ""
    pieces = [grade, kind, ", ".join(incident.get("functions") or ()), f"{state}, {phase}" if is_live else state]
    return drill + " · ".join([incident["number"], *(piece for piece in pieces if piece)])


def head(incident: Mapping[str, Any], language: str, zone: tzinfo | None = None) -> Iterator[str]:
    """Times, who acknowledged for each party, what the recovery waits for, and the agreement in force."""
    said, parties = HEADINGS[language], _parties(incident, language)
    times = {"began": "started_at", "detected": "detected_at", "on file": "opened_at"}
    times |= {"recovered": "recovered_at", "closed": "closed_at"}
    rows = [(said[name], _moment(incident[key], zone)) for name, key in times.items() if incident.get(key)]
    rows += [
        (f"{said['acknowledged']}, {parties[party]}", _acknowledged(incident, party, language, zone))
        for party in ("provider", "customer")
    ]
    rows += [
        (said["waits for"], waiting.said(wait, language, zone, parties)) for wait in incident.get("waits_for") or ()
    ]
    if incident.get("without"):
        rows.append((said["without"], ", ".join(incident["without"])))
    rows += [(said["rests"], _rests(each, language, zone, parties)) for each in incident.get("snoozes") or ()]
    if incident.get("recurrence_of"):
        rows.append((said["recurrence of"], incident["recurrence_of"]))
    if incident.get("signals_total"):
        rows.append((said["signals"], str(incident["signals_total"])))
    levels = ", ".join(f"{name} {level}" for name, level in (incident.get("regulatory") or {}).items())
    if levels:
        rows.append((said["regulatory"], levels))
    agreement = incident.get("agreement") or {}
    if agreement:
        hash_ = str(agreement.get("hash") or "")[:8]
        pinned = f"{said['version']} {agreement.get('version')}, {hash_}".rstrip(", ")
        rows.append((said["agreement"], pinned + (said["pinned"] if agreement.get("in_force") is False else "")))
    width = max(owed.columns(name) for name, _ in rows) + 2
    return (f"{name}{' ' * (width - owed.columns(name))}{text}" for name, text in rows)


def minutes(
    facts: list[Mapping[str, Any]],
    language: str,
    zone: tzinfo | None = None,
    duties: Mapping[str, str] | None = None,
    parties: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """One line per fact, with a heading where a day begins; `duties` and `parties` say what they are called.

    What is said several times in a row, as in a storm, stands once with its count.

    A fact whose detail is withheld from the reader's party is left out where nothing of it can be said.
    """
    told = _told(facts, language, zone, duties, parties)
    for day, of_day in groupby(told, key=lambda each: f"{each[0]:%Y-%m-%d} {_offset(each[0])}"):
        yield day
        for said, times in groupby(of_day, key=itemgetter(1)):
            clock = [f"{at:%H:%M:%S}" for at, _ in times]
            again = AGAIN[language][clock[0] != clock[-1]].format(count=len(clock), until=clock[-1])
            yield f"{clock[0]}  {said}{again if clock[1:] else ''}"
    if not facts:
        yield HEADINGS[language]["empty"]


def _told(
    facts: list[Mapping[str, Any]],
    language: str,
    zone: tzinfo | None,
    duties: Mapping[str, str] | None,
    parties: Mapping[str, str] | None,
) -> Iterator[tuple[datetime, str]]:
    standing = attributed.standings((fact["kind"], _by(fact), _detail(fact)) for fact in facts)
    for fact in facts:
        at = datetime.fromisoformat(fact["at"]).astimezone(zone)
        where = at.tzinfo or UTC
        if fact.get("withheld") and not is_told(fact["kind"], _by(fact), _detail(fact), at, where):
            continue
        by, detail = _by(fact), _detail(fact)
        said = sentence(fact["kind"], by, attributed.bare(detail), at, where, language, duties=duties, parties=parties)
        yield at, attributed.attributed(said, by, detail, standing, language)


def _parties(incident: Mapping[str, Any], language: str) -> Mapping[str, str]:
    """What the parties are called, by the labels of the agent's file."""
    return party_names.called(incident.get("labels") or {}, language)


def _acknowledged(incident: Mapping[str, Any], party: str, language: str, zone: tzinfo | None) -> str:
    by = (incident.get("acknowledged") or {}).get(party)
    if not by:
        return HEADINGS[language]["nobody"]
    who = by.get("contact") or by.get("by") or ""
    return f"{who}, {_moment(by['at'], zone)}" if by.get("at") else str(who)


def _rests(snooze: Mapping[str, Any], language: str, zone: tzinfo | None, parties: Mapping[str, str]) -> str:
    said = HEADINGS[language]
    whose = snooze.get("contact") or parties[snooze["party"]]
    return f"{whose}, {said['until']} {_moment(snooze['until'], zone)} ({snooze['by']})"


def _moment(text: str, zone: tzinfo | None) -> str:
    at = datetime.fromisoformat(text).astimezone(zone)
    return f"{at:%Y-%m-%d %H:%M:%S} {_offset(at)}"


def _offset(at: datetime) -> str:
    offset = at.strftime("%z")
    return "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:5]}"


def _by(fact: Mapping[str, Any]) -> str:
    return fact.get("by") or "agent"


def _detail(fact: Mapping[str, Any]) -> Mapping[str, Any]:
    return fact.get("detail") or {}
