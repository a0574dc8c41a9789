"""`signals:` — what an outside alert says about the system; the first row that matches wins."""

import re
from collections.abc import Mapping
from datetime import timedelta

from agent.config.faults import Faults, suggest
from agent.config.head import DURATION_SHAPE
from agent.config.people import LANGUAGE
from agent.config.shapes import FLAG, TEXT, WORDS, Either, Entry, Field, ListOf, MapOf, Record, Scalar, one_of, whole
from agent.config.terms import GRADE
from agent.model import SYSTEM, Condition, Function, Matcher, Row, Share
from agent.rules import matchers

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_LABEL = re.compile(r"label\.(\S+)")

CERTAINTIES = tuple(str(condition) for condition in Condition if condition.is_security)
CONDITIONS = tuple(str(condition) for condition in Condition)


def _state(text: str) -> Condition | str:
    if _TEMPLATE.search(text):
        return _templated(text)
    if text not in CONDITIONS:
        raise ValueError(f"unknown state {text!r}: {suggest(text, CONDITIONS)}")
    return Condition(text)


def _templated(text: str) -> str:
    for inside in _TEMPLATE.findall(text):
        if not _LABEL.fullmatch(inside):
            raise ValueError(f"unknown {{{inside}}}: a label of the alert is written {{label.NAME}}")
    return text


SAYS = Either(
    WORDS,
    MapOf(WORDS, LANGUAGE.parse, "^(zh|en)$"),
)
"""The customer's sentence: one text for both languages, or one per language."""

STATE = one_of(CONDITIONS)
SECURITY = one_of(CERTAINTIES)

SHAPE = Record(
    {
        "match": Field(
            ListOf(Scalar('a matcher such as severity="critical"', matchers.parse), at_least=1),
            "Alertmanager's matchers; all must hold",
            True,
        ),
        "function": Field(Scalar("a function id", _templated, {"type": "string"}), "id of a function, or {label.NAME}"),
        "held": Field(DURATION_SHAPE, "the alert rule's own `for`: the fault is that much older"),
        "says": Field(SAYS, "what the customer reads: {zh: …, en: …}"),
        "state": Field(
            Scalar("a state", _state, {"type": "string", "examples": list(CONDITIONS)}), ", ".join(CONDITIONS)
        ),
        "security": Field(SECURITY, "certainty of a security event"),
        "grade": Field(GRADE, "replaces the grade table for this row"),
        "scope": Field(
            Record(
                {
                    "share_of": Field(TEXT, "label whose firing values are counted", True),
                    "total": Field(whole(1, 10_000_000), "how many there are", True),
                }
            ),
            "scope as a share",
        ),
        "public_labels": Field(ListOf(TEXT), "labels that the customer may read"),
        "heartbeat": Field(DURATION_SHAPE, "a firing is a beat; silence beyond this is a monitoring gap"),
        "tell_at_risk": Field(FLAG, "tell the customer of a mere risk as well"),
    },
    "what an outside alert says about the system",
)

HEARTBEAT = timedelta(minutes=5)
SHIPPED = tuple(
    Row(match=(Matcher("alertname", "=", name),), heartbeat=HEARTBEAT) for name in ("Watchdog", "DeadMansSwitch")
)
"""Alerts that always fire: their silence is the monitoring gap of OB-201."""


def build(entries: tuple[Entry, ...], functions: Mapping[str, Function], faults: Faults) -> tuple[Row, ...]:
    """The file's rows, then the shipped heartbeats."""
    found: list[Row] = []
    for entry in entries:
        row = _row(entry, functions, faults)
        _check_order(entry, row, found, faults)
        found.append(row)
    return (*found, *SHIPPED)


def _row(entry: Entry, functions: Mapping[str, Function], faults: Faults) -> Row:
    state: Condition | str | None = entry.get("state")
    if "security" in entry.values:
        state = Condition(entry.values["security"])
    if "security" in entry and "state" in entry:
        faults.error(entry.at("security"), "a row has either `state:` or `security:`; remove one")
    if not any(key in entry for key in ("state", "security", "grade", "heartbeat")):
        faults.error(
            entry.node, "says nothing: add `state:` (down, degraded, at_risk), `security:`, `grade:` or `heartbeat:`"
        )
    function = entry.get("function", SYSTEM)
    check_function(entry, function, functions, faults)
    scope: Entry | None = entry.get("scope")
    return Row(
        match=entry.get("match", ()),
        function=function,
        condition=state if isinstance(state, Condition) else None,
        condition_from=state if isinstance(state, str) and not isinstance(state, Condition) else "",
        grade=entry.get("grade"),
        held=entry.get("held", timedelta()),
        says=says(entry),
        public_labels=entry.get("public_labels", ()),
        share=Share(scope.get("share_of", ""), scope.get("total", 1)) if scope else None,
        heartbeat=entry.get("heartbeat"),
        tell_at_risk=entry.get("tell_at_risk", False),
    )


def says(entry: Entry) -> Mapping[str, str]:
    """The customer's sentence by language."""
    written = entry.get("says", {})
    return {"zh": written, "en": written} if isinstance(written, str) else written


def check_function(entry: Entry, id_: str, functions: Mapping[str, Function], faults: Faults) -> None:
    """Name a function that nobody agreed."""
    if id_ not in functions and not _TEMPLATE.search(id_):
        faults.error(entry.at("function"), f"unknown function {id_!r}: {suggest(id_, functions)}")


def _check_order(entry: Entry, row: Row, earlier: list[Row], faults: Faults) -> None:
    for index, other in enumerate(earlier):
        if row.match and other.match and set(other.match) <= set(row.match):
            faults.warn(entry.node, f"never reached: signals[{index}] matches all that this row does; move this one up")
            return
