"""`probes:` and `reference:` — what the agent asks by itself, and what the answers say."""

import ipaddress
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from agent.config import options
from agent.config.faults import Faults, suggest
from agent.config.head import DURATION_SHAPE, cycle, name_of
from agent.config.nodes import Node
from agent.config.references import Vault
from agent.config.rows import SAYS, SECURITY, STATE, check_function, says
from agent.config.shapes import TEXT, WORDS, Entry, Field, ListOf, MapOf, Placed, Record, measured, one_of
from agent.config.terms import GRADE
from agent.errors import Malformed
from agent.model import SYSTEM, Condition, Function, Hold, Party, Probe, Tell
from agent.ports import Collector
from agent.rules import expressions
from agent.rules.units import DURATION, duration, written

HEARTBEAT = "heartbeat"
LONGEST_SILENCE = timedelta(hours=24)
SHORTEST = timedelta(seconds=1)
_DEFAULTS = Probe("", "", None)
_DIMENSIONS = {
    "seconds": ("s", "in seconds", "500ms or 4h"),
    "share": ("ratio", "a share", "95%"),
    "bytes": ("B", "in bytes", "5GiB"),
}
"""By the first word of a value's description: its dimension, what it is, and how an amount of it is written."""


def _hold(text: str) -> Hold:
    if re.fullmatch(r"[0-9]{1,4}", text) and int(text) > 0:
        return Hold(times=int(text))
    share = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    if share:
        times, of = int(share[1]), int(share[2])
        if not 0 < times <= of:
            raise ValueError(f"{text}: so many of so few cannot be: write 3/5")
        return Hold(times=times, of=of)
    try:
        return Hold(lasting=duration(text))
    except ValueError:
        raise ValueError(f"{text!r} is none of 3 (in a row), 3/5 (three of five) and 90s") from None


def _flap(text: str) -> tuple[int, timedelta]:
    count, _, within = text.partition("/")
    if not count.isdigit() or not within or int(count[:6]) < 2:
        raise ValueError(f"{text!r} is no flap rule: write 4/30m (four openings in 30 minutes)")
    return int(count[:6]), duration(within)


_HOLD = measured("3, 3/5 or 90s", _hold, pattern=rf"[0-9]{{1,4}}(?:/[0-9]{{1,4}})?|{DURATION}", may_be_number=True)
_TELL = Record(
    {
        "when": Field(TEXT, "an expression over what the collector yields, such as used > 95%", True),
        "state": Field(STATE, "what it then says of the function"),
        "security": Field(SECURITY, "certainty of a security event"),
        "grade": Field(GRADE, "replaces the grade table"),
        "for": Field(_HOLD, "how long it must be so; the probe's own `for` where it is not said"),
        "clear": Field(TEXT, "what must hold before it counts as over"),
    },
    "one thing the probe may say; worst first",
)
_RUN: dict[str, Field] = {
    "every": Field(DURATION_SHAPE, "how often; 30s where it is not said"),
    "timeout": Field(DURATION_SHAPE, "5s where it is not said"),
}
_PROBE: dict[str, Field] = {
    "function": Field(WORDS, "id of the function it speaks for; `system` where it is not said"),
    **_RUN,
    "for": Field(_HOLD, "3 in a row, 3/5 three of five, or 90s; 3 where it is not said"),
    "retry": Field(DURATION_SHAPE, "sooner, after the first bad reading"),
    "recover": Field(DURATION_SHAPE, "good for so long before it counts as over; 5m where it is not said"),
    "flap": Field(
        measured("a flap rule such as 4/30m", _flap, pattern=rf"[0-9]+/{DURATION}"), "so many openings within"
    ),
    "depends_on": Field(Placed(ListOf(WORDS)), "probes without which this one fails"),
    "tells": Field(ListOf(_TELL), "what it says, worst first; the collector's own where it is not said"),
    "grade": Field(GRADE, "replaces the grade table for all it tells"),
    "says": Field(SAYS, "what the customer reads: {zh: …, en: …}"),
    "party": Field(
        one_of(Party),
        "whose watch it is: `customer` of a heartbeat that only a token of the customer's may ping (2.3(a)); "
        "provider where it is not said",
    ),
}


def probe_shape(kinds: Mapping[str, Collector]) -> Record:
    """One probe: what it asks (exactly one kind), and how."""
    asks = {kind: Field(options.Options(kinds, kind)) for kind in kinds}
    return Record({**asks, **_PROBE}, "a health probe: one kind with its options, and how it is asked")


def reference_shape(kinds: Mapping[str, Collector]) -> Record:
    asks = {kind: Field(options.Options(kinds, kind)) for kind in kinds}
    return Record({**asks, **_RUN}, "something of nobody's: tells our own network from theirs")


def probes_shape(kinds: Mapping[str, Collector]) -> MapOf:
    return MapOf(probe_shape(kinds), name_of("probe name"))


def build(
    entries: Mapping[str, Entry],
    kinds: Mapping[str, Collector],
    functions: Mapping[str, Function],
    vault: Vault,
    faults: Faults,
) -> Mapping[str, Probe]:
    """Every probe that is clear."""
    found: dict[str, Probe] = {}
    for name, entry in entries.items():
        check_function(entry, entry.get("function", SYSTEM), functions, faults)
        for place, other in entry.get("depends_on", ()):
            if other not in entries:
                faults.error(place, f"unknown probe {other!r}: {suggest(other, entries)}")
        probe = _probe(name, entry, kinds, vault, faults)
        if probe is not None:
            found[name] = probe
    for name in cycle({name: probe.depends_on for name, probe in found.items()}):
        faults.error(
            entries[name].at("depends_on"), f"depends on itself in the end: {name} must not need what needs it"
        )
    return found


def reference(entry: Entry | None, kinds: Mapping[str, Collector], vault: Vault, faults: Faults) -> Probe | None:
    return _probe("reference", entry, kinds, vault, faults) if entry else None


def _probe(name: str, entry: Entry, kinds: Mapping[str, Collector], vault: Vault, faults: Faults) -> Probe | None:
    asked = [kind for kind in kinds if kind in entry]
    if len(asked) != 1:
        _name_kinds(entry, asked, kinds, faults)
        return None
    collector = kinds[asked[0]]
    own = options.read(collector, entry.at(asked[0]), vault, faults, beside=_PROBE)
    every = entry.get("every") or collector.every or _DEFAULTS.every
    timeout = entry.get("timeout") or _DEFAULTS.timeout
    party = Party(entry.get("party", Party.PROVIDER))
    _check_pace(entry, every, timeout, faults)
    if party is Party.CUSTOMER:
        _check_own_watch(entry, collector, own, faults)
    return Probe(
        name=name,
        kind=collector.kind,
        options=own,
        function=entry.get("function", SYSTEM),
        every=every,
        timeout=timeout,
        hold=entry.get("for", _DEFAULTS.hold),
        retry=entry.get("retry"),
        recover=entry.get("recover", _DEFAULTS.recover),
        flap=entry.get("flap"),
        depends_on=tuple(other for _, other in entry.get("depends_on", ())),
        tells=_tells(entry, collector, faults, party),
        says=says(entry),
        is_local=not collector.is_remote or is_loopback(_asked_host(own)),
        party=party,
    )


def _name_kinds(entry: Entry, asked: list[str], kinds: Mapping[str, Collector], faults: Faults) -> None:
    if asked:
        faults.error(entry.node, f"asks {' and '.join(asked)}: make it one probe for each kind")
    elif isinstance(entry.node.value, Mapping) and all(key in _PROBE for key in entry.node.value):
        # with an unknown key there the fault is that key, already named
        faults.error(entry.node, f"asks nothing: add one kind of {', '.join(kinds)}")


def _check_pace(entry: Entry, every: timedelta, timeout: timedelta, faults: Faults) -> None:
    for key in ("every", "retry", "timeout"):
        length = entry.get(key)
        if length is not None and length < (SHORTEST if key != "timeout" else timedelta(milliseconds=1)):
            faults.error(entry.at(key), f"{written(length)} is too short: {written(SHORTEST)} at least")
    if timeout > every:
        place = entry.at("timeout") if "timeout" in entry else entry.at("every")
        faults.warn(
            place, f"the timeout of {written(timeout)} is longer than every {written(every)}: turns are skipped"
        )


def _check_own_watch(entry: Entry, collector: Collector, own: Any, faults: Faults) -> None:
    """2.3(a): what the agent asks is the provider's watch, and what may be silent for days watches nothing."""
    if collector.kind != HEARTBEAT:
        faults.error(
            entry.at("party"), f"the agent asks {collector.kind} itself: the customer's own watch is a heartbeat"
        )
    elif own is not None and own.within + own.grace > LONGEST_SILENCE:
        faults.error(
            entry.at(HEARTBEAT),
            f"the customer's own watch is heard at least every {written(LONGEST_SILENCE)}, its grace included (2.3(a))",
        )


def _tells(entry: Entry, collector: Collector, faults: Faults, party: Party) -> tuple[Tell, ...]:
    grade = entry.get("grade")
    if "tells" not in entry:
        shipped = collector.tells or (Tell("fail", Condition.DOWN),)
        if party is Party.CUSTOMER:  # that its watch falls silent says nothing of the function, `/fail` does
            shipped = (Tell("failed > 0", Condition.DOWN),)
        return tuple(Tell(tell.when, tell.condition, tell.grade or grade, tell.hold, tell.clear) for tell in shipped)
    return tuple(_tell(item, collector, grade, faults) for item in entry.get("tells", ()))


def _tell(item: Entry, collector: Collector, grade: Any, faults: Faults) -> Tell:
    for key in ("when", "clear"):
        if key in item.values:
            _check_expression(item.at(key), item.values[key], collector, faults)
    if "state" in item and "security" in item:
        faults.error(item.at("security"), "a tell has either `state:` or `security:`; remove one")
    if not any(key in item for key in ("state", "security", "grade")) and grade is None:
        faults.error(item.node, "says nothing: add `state:` (down, degraded, at_risk), `security:` or `grade:`")
    said = item.get("security") or item.get("state")
    return Tell(
        when=item.get("when", "fail"),
        condition=Condition(said) if said else None,
        grade=item.get("grade", grade),
        hold=item.get("for"),
        clear=item.get("clear", ""),
    )


def _check_expression(node: Node, text: str, collector: Collector, faults: Faults) -> None:
    try:
        expression = expressions.parse(text)
    except Malformed as fault:
        faults.error(node, str(fault))
        return
    for comparison in expressions.comparisons(expression):
        if comparison.name not in collector.yields and "*" not in collector.yields:
            known = ", ".join(collector.yields) or "nothing; ask whether it is `fail`"
            near = suggest(comparison.name, collector.yields)
            hint = f"{near} " if near.startswith("did") else ""
            faults.error(node, f"unknown name {comparison.name!r}: {hint}{collector.kind} yields {known}")
            continue
        _check_unit(node, comparison, collector.yields.get(comparison.name, ""), faults)


def _check_unit(node: Node, comparison: expressions.Comparison, described: str, faults: Faults) -> None:
    """Name an amount that lacks its unit, or has one that its value is not measured in; 0 needs none."""
    word = described.partition(" ")[0]
    if word not in _DIMENSIONS or comparison.value == 0:
        return
    dimension, what, example = _DIMENSIONS[word]
    if comparison.dimension != dimension:
        bare = isinstance(comparison.value, float) and not comparison.dimension
        found = "a number without a unit" if bare else "that"
        faults.error(node, f"{comparison.name} is {what}: {found} does not compare with it; write {example}")


def _asked_host(own: Any) -> str:
    """The host that a collector's options name, "" for none."""
    url = getattr(own, "url", "")
    if url:
        try:
            return urlsplit(str(url)).hostname or ""
        except ValueError:
            return ""
    return str(getattr(own, "host", ""))


def is_loopback(host: str) -> bool:
    """Whether that host is this very machine, by its name or address alone; nothing is looked up."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
