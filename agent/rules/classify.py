"""What an outside alert says about the system: the first half of R0, R1 and R5 (agreement.md 4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from agent.model import SYSTEM, Agreement, Condition, Kind, Line, Row, Signal

UNMATCHED = -1
"""The index of an alert that no row matched."""

Outcome = Literal["", "out_of_scope", "heartbeat", "alert_only"]

_LONGEST_NAME = 40
_PLACE = re.compile(r"\{label\.([^{}]+)\}")
_BY_SEVERITY = {"critical": Condition.DEGRADED, "info": None}  # all else, none too, is at risk


@dataclass(frozen=True, slots=True)
class Classified:
    """What became of an alert: a line of evidence, or the outcome that needs none.

    `outcome` is "" for a line that is graded, `alert_only` for one that never is (severity info), `heartbeat` for a
    beat and `out_of_scope` for an alert of no agreed function (1.1); the last two have no line. `row` is the
    row that holds, None where none does. `why` says what a row's template named in vain.
    """

    line: Line | None
    outcome: Outcome = ""
    row: Row | None = None
    why: str = ""


def classify(labels: Mapping[str, str], rows: tuple[Row, ...], index: int, agreement: Agreement) -> Classified:
    """What an alert says, given the row that matched it (`UNMATCHED` for none).

    R0: the row says function and state; without one the function is named by the label `function` or `service`; else
    it is `system` where no functions are agreed, else out of scope. A row whose template names no agreed function
    counts as no row. R5: severity speaks only where no row does.
    """
    if index < 0:
        return _unmatched(labels, agreement, "")
    row = rows[index]
    if row.heartbeat is not None:
        return Classified(None, "heartbeat", row)
    function = _filled(row.function, labels)
    if "{" in row.function and function not in agreement.functions:  # a literal one was checked with the file
        return _unmatched(labels, agreement, f"signals[{index}]: function {row.function} is {function!r}: not agreed")
    return _matched(labels, row, index, function)


def key_of(labels: Mapping[str, str], rows: tuple[Row, ...], index: int) -> tuple[object, ...]:
    """What `classify` looks at: equal keys, equal answers, as long as rows and agreement stay the same."""
    get = labels.get
    if index >= 0:
        row = rows[index]
        if _says_it_all(row):
            return (index,)
        named = _filled(row.function, labels), _filled(row.condition_from, labels)
        return index, *named, get("alertname"), get("severity"), get("function"), get("service")
    return index, get("alertname"), get("severity"), get("function"), get("service")


def name_of(row: Row) -> str:
    """`CheckoutDown-3f2a1c`: the same for as long as a row says the same of the same alerts, wherever it stands.

    A row that is written above it in the file must not hand it the open alerts of another, nor another's sentence.
    """
    told = (row.function, row.condition, row.condition_from, row.grade, row.share, row.tell_at_risk)
    text = "\x1f".join([*(f"{each.name}{each.op}{each.value}" for each in row.match), *map(str, told)])
    said = next((each.value for each in row.match if each.name == "alertname"), row.match[0].value if row.match else "")
    shown = "".join(letter if letter.isalnum() or letter in "_.-" else "_" for letter in said[:_LONGEST_NAME])
    return f"{shown}-{sha256(text.encode()).hexdigest()[:6]}"


def times(signal: Signal, row: Row | None) -> tuple[datetime, datetime]:
    """(started_at, detected_at) of an episode, neither later than its arrival (agreement.md 4, "Times").

    Prometheus says in `startsAt` when the rule fired, its `for` already over: that is when monitoring knew, and the
    fault is `held` older. A signal that knows its own detection says so.
    """
    fired_at = min(signal.started_at, signal.received_at)
    if signal.detected_at is not None:
        return fired_at, min(signal.detected_at, signal.received_at)
    return fired_at - (row.held if row else timedelta()), fired_at


def _matched(labels: Mapping[str, str], row: Row, index: int, function: str) -> Classified:
    condition, severity, why = row.condition, "", ""
    if row.condition_from:
        said = _filled(row.condition_from, labels)
        condition = _condition(said)
        why = "" if condition else f"signals[{index}]: state {row.condition_from} is {said!r}: not a state"
    is_by_severity = condition is None and row.grade is None
    if is_by_severity:  # the function is agreed, its state is not said: as if no row had matched
        severity = labels.get("severity") or "none"
        condition = _by_severity(severity)
    name = f"row:{name_of(row)}"
    if not _says_it_all(row):
        name += f"/{function}{_tail(condition or '')}" + _tail(severity)
    line = Line(
        id=name,
        function=function,
        kind=_kind(condition),
        condition=condition,
        given=row.grade,
        severity=severity,
        share_of=row.share.of if row.share else "",
        total=row.share.total if row.share else 0,
        tell_at_risk=row.tell_at_risk,
        rules=("R0", "R1", "R5") if is_by_severity else ("R0", "R1"),
    )
    return Classified(line, "" if condition or row.grade else "alert_only", row, why)


def _unmatched(labels: Mapping[str, str], agreement: Agreement, why: str) -> Classified:
    named = next((labels[name] for name in ("function", "service") if _is_agreed(labels.get(name), agreement)), "")
    if not named and agreement.has_functions:
        return Classified(None, "out_of_scope", why=why)
    severity = labels.get("severity", "")
    condition = _by_severity(severity)
    line = Line(
        id=f"alert:{labels.get('alertname', '')}{_tail(named)}{_tail(severity)}",
        function=named or SYSTEM,
        kind=Kind.FAULT,
        condition=condition,
        is_mapped=bool(named),
        severity=severity,
        rules=("R0", "R1", "R5"),
    )
    return Classified(line, "" if condition else "alert_only", why=why)


def _says_it_all(row: Row) -> bool:
    """Whether function and state stand in the row itself: then all its alerts are one line."""
    if row.heartbeat is not None:
        return True
    return "{" not in row.function and not row.condition_from and (row.condition is not None or row.grade is not None)


def _is_agreed(name: str | None, agreement: Agreement) -> bool:
    return name is not None and name != SYSTEM and name in agreement.functions


def _by_severity(severity: str) -> Condition | None:
    """R5: critical -> degraded, info -> alert only (None), warning or none or anything else -> at risk."""
    return _BY_SEVERITY.get(severity.lower(), Condition.AT_RISK)


def _condition(said: str) -> Condition | None:
    try:
        return Condition(said.strip().lower())
    except ValueError:
        return None


def _kind(condition: Condition | None) -> Kind:
    return Kind.SECURITY if condition is not None and condition.is_security else Kind.FAULT


def _filled(template: str, labels: Mapping[str, str]) -> str:
    """The template with `{label.x}` replaced; a label that is not there is empty."""
    if "{" not in template:
        return template
    return _PLACE.sub(lambda place: labels.get(place[1], ""), template)


def _tail(text: str) -> str:
    return f"/{text}" if text else ""
