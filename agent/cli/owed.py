"""The duties of one incident as `tocsin show` reads them out: what, who owes it, until when, what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from agent.rules import limits, party_names
from agent.rules.wording import at_clock, lasting

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "both": "both",
        "comma": ", ",
        "due": "due {at}",
        "filed": ", on file {at}",
        "running": "running",
        "paused": "stands still",
        "overdue": "overdue",
        "missed": "target missed (a default that nobody signed)",
        "met": "met in {took}",
        "met_late": "met late, in {took}",
        "late": "target missed, done in {took}",
        "waived": "let go",
        "void": "void",
        "then": ", then {}",
        "disputed": ", DISPUTED",
        "lapsed": "no answer",
        "by": " ({who})",
        "target": ", target",
        "left out": "{count} more {are} void: tocsin obligations --incident {incident} --all",
    },
    "zh": {
        "both": "双方",
        "comma": "，",
        "due": "{at}到期",
        "filed": "，{at}登记",
        "running": "计时中",
        "paused": "暂停计时",
        "overdue": "已超时",
        "missed": "未达目标（默认值，未经双方约定）",
        "met": "已履行，用时{took}",
        "met_late": "逾时履行，用时{took}",
        "late": "未达目标，用时{took}",
        "waived": "已免除",
        "void": "已不再适用",
        "then": "，后{}",
        "disputed": "【有异议】",
        "lapsed": "未答复",
        "by": "（{who}）",
        "target": "，默认目标",
        "left out": "另有{count}项已被取代或不再适用：tocsin obligations --incident {incident} --all",
    },
}
_ARE = ("were superseded or are", "was superseded or is")
_LATE = timedelta(minutes=1)
_NOT_SHOWN = frozenset({"superseded", "void"})


def lines(
    owed: Sequence[Mapping[str, Any]],
    language: str,
    zone: tzinfo | None = None,
    parties: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """One line for each duty, in the order of their beginning, in columns; the rest is counted.

    `parties` says what they are called.
    """
    words = {**_WORDS[language], **(parties or party_names.called({}, language))}
    shown = sorted((each for each in owed if _is_shown(each)), key=lambda each: each["started_at"])
    rows = [_row(each, words, language, zone) for each in shown]
    widths = [max(columns(row[place]) for row in rows) for place in range(4)] if rows else []
    for row in rows:
        yield "  ".join(text + " " * (width - columns(text)) for text, width in zip(row, widths, strict=False)) + (
            f"  {row[4]}"
        )
    if len(shown) < len(owed):
        said = _WORDS[language]["left out"]
        count = len(owed) - len(shown)
        yield said.format(count=count, are=_ARE[count == 1], incident=owed[0]["incident"])


def names(owed: Sequence[Mapping[str, Any]], language: str) -> Mapping[str, str]:
    """What each duty is called; one that no term names any more is left out."""
    return {each["name"]: each["duty"][language] for each in owed if (each.get("duty") or {}).get(language)}


def columns(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _row(each: Mapping[str, Any], words: Mapping[str, str], language: str, zone: tzinfo | None) -> tuple[str, ...]:
    started_at, due_at = (datetime.fromisoformat(each[name]).astimezone(zone) for name in ("started_at", "due_at"))
    where = due_at.tzinfo
    assert where is not None
    called = (each.get("duty") or {}).get(language) or each["name"].replace("_", " ")
    about = f" {each['about']}" if str(each.get("about", "")).startswith(("R-", "F-")) else ""
    clauses = ", ".join((each["ob"], *each["clauses"])) if each.get("ob") else ", ".join(each["clauses"])
    limit = limits.said(each["limit"], language)
    due = words["due"].format(at=at_clock(due_at, where, started_at, language))
    filed_at = datetime.fromisoformat(each.get("on_file_at") or each["started_at"]).astimezone(zone)
    if filed_at - started_at >= _LATE:  # rule 1: it began before anybody here knew, the agent was away or a call told
        due += words["filed"].format(at=at_clock(filed_at, where, started_at, language))
    return (
        f"{called}{about}",
        clauses,
        words[each["debtor"]],
        f"{limit}{words['comma']}{due}",
        _state(each, words, language),
    )


def _state(each: Mapping[str, Any], words: Mapping[str, str], language: str) -> str:
    state, is_target = each["state"], bool(each.get("target"))
    name = {"overdue": "missed", "met_late": "late"}.get(state, state) if is_target else state
    took = ""
    if each.get("discharged_at"):
        spent = datetime.fromisoformat(each["discharged_at"]) - datetime.fromisoformat(each["started_at"])
        took = lasting(int(spent.total_seconds()), language)
    who = words["by"].format(who=each["discharged_by"]) if each.get("discharged_by") else ""
    why = f": “{each['reason']}”" if state == "waived" and each.get("reason") else ""
    target = words["target"] if is_target and state in ("running", "paused") else ""
    disputed = words["disputed"] if each.get("disputed") else ""
    said = words[name].format(took=took)
    if state in ("void", "waived") and each.get("overdue_at"):  # it is ended; that it was late is not
        said = words["missed" if is_target else "overdue"] + words["then"].format(said.removeprefix("已"))
    return said + target + who + why + disputed


def _is_shown(each: Mapping[str, Any]) -> bool:
    """What was superseded or is void is not, but for what was overdue before a false alarm ended it."""
    return each["state"] not in _NOT_SHOWN or (each["state"] == "void" and bool(each.get("overdue_at")))
