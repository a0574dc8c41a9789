"""`agreement:` — the head of the agreement, its functions and its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from agent.agreement.calendars import calendar
from agent.agreement.tables import grade_table
from agent.config import overlays, terms, times
from agent.config.faults import Faults, suggest
from agent.config.shapes import (
    FLAG,
    PROSE,
    Either,
    Entry,
    Field,
    ListOf,
    MapOf,
    Placed,
    Record,
    Scalar,
    Shape,
    measured,
    one_of,
    whole,
)
from agent.errors import Malformed
from agent.model import (
    SYSTEM,
    Agreement,
    Availability,
    Calendar,
    Criticality,
    Function,
    Grade,
    Period,
    Quorum,
    Recovery,
)
from agent.rules.units import DURATION, RATIO, duration, ratio

DURATION_SHAPE = measured("a duration such as 90s", duration, pattern=DURATION)
RATIO_SHAPE = measured("a ratio such as 95%", ratio, pattern=RATIO)
DAY = Scalar("a date such as 2026-12-31", times.day)
MOMENT = Scalar('a time such as "2026-12-06 02:00"', times.moment)
DAY_OR_MOMENT = Scalar("a date, or a time", times.day_or_moment)
HOURS = Scalar(f'working hours such as "{times.WORK_WEEK}"', times.hours)


def name_of(what: str) -> Any:
    """A check of names that the file chooses: letters of any script, digits, dots, - and _."""

    def check(text: str) -> str:
        if not text or not all(character.isalnum() or character in "._-" for character in text):
            raise ValueError(f"{text!r} is no {what}: use letters, digits, dots, - and _")
        return text

    return check


_WORDS = ListOf(PROSE)
_FUNCTION = Record(
    {
        "name": Field(PROSE, "what the parties call it"),
        "criticality": Field(one_of(Criticality), "core, important or auxiliary; core where it is not said"),
        "depends_on": Field(Placed(_WORDS), "functions without which this one fails"),
    },
    "an agreed function (1.2)",
)
_ADOPTED = Record(
    {
        "provider": Field(PROSE, "who signed for the provider", True),
        "customer": Field(PROSE, "who signed for the customer", True),
        "at": Field(DAY, "when", True),
        "terms": Field(_WORDS, "all, or the names of the duties adopted", True),
    },
    "who adopted the terms; without it defaults are targets, not duties",
)
_FIELDS: Mapping[str, tuple[Shape, str]] = {
    "id": (PROSE, "the agreement's number"),
    "system": (PROSE, "the system it is about"),
    "version": (whole(1, 1_000_000), "kept with its hash, and pinned to each incident"),
    "effective": (DAY, "the first day"),
    "expires": (DAY, "the last day"),
    "status": (one_of(("in_force", "trial")), "trial: the customer's messages go to the provider's coordinator"),
    "adopted": (_ADOPTED, ""),
    "time_zone": (Scalar("a time zone such as Asia/Shanghai", times.zone), "of the host where it is not said"),
    "calendar": (PROSE, "country whose working days count, such as CN"),
    "hours": (HOURS, f'working hours; "{times.WORK_WEEK}" where it is not said'),
    "service_hours": (HOURS, "agreed service hours"),
    "assurance": (
        ListOf(Record({"from": Field(MOMENT, "begin", True), "to": Field(MOMENT, "end", True)})),
        "declared assurance periods (重保)",
    ),
    "functions": (MapOf(_FUNCTION, name_of("function id")), "the agreed functions (1.2)"),
    "availability": (
        Record(
            {
                "target": Field(RATIO_SHAPE, "per month; 99.9% where it is not said"),
                "exclude": Field(
                    ListOf(one_of(("announced_maintenance", "force_majeure", "customer_cause"))),
                    "what may be left out; announced_maintenance where it is not said",
                ),
            }
        ),
        "the availability level (1.6)",
    ),
    "recovery": (
        Record(
            {
                "good": Field(whole(1, 1000), "good readings of every probe of the function"),
                "stable": Field(Either(DURATION_SHAPE, terms.by_grade(DURATION_SHAPE)), "without a bad reading"),
            }
        ),
        "when a recovery is believed (3.4(d))",
    ),
    "launch": (
        Record(
            {
                "principal_or_deputy": Field(whole(0, 100), "principals, or deputies of theirs"),
                "member": Field(whole(0, 100), "members"),
            }
        ),
        "so many of a party acknowledge before its team is launched (3.3(a)); one of two roles counts for both",
    ),
    "auto_receipt_discharges": (FLAG, "whether the agent's own receipt acknowledges a report; only where agreed"),
    "terms": (terms.SHAPE, "duties amended by name"),
    "grades": (
        Record(
            {
                "scope": Field(MapOf(RATIO_SHAPE, terms.grade_key, "^[12]$"), "{1: 50%, 2: 5%}"),
                "total_outage_to_1_after": Field(DURATION_SHAPE, "a core function totally out: grade 1 after"),
            }
        ),
        "numbers of the grade table (3.1)",
    ),
    "overlays": (overlays.SHAPE, "statutory clocks, off unless named: a name, or what is set of it; drafts only"),
}
SHAPE = Record(
    {name: Field(shape, doc, name == "system") for name, (shape, doc) in _FIELDS.items()},
    "the head of the agreement",
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the rest of the file needs to know of the agreement."""

    agreement: Agreement
    zone: tzinfo
    functions: Mapping[str, Function]


def build(entry: Entry, hash_: str, environment: Mapping[str, str], now: datetime, faults: Faults) -> Head:
    """The agreement; faults are named and replaced by the default, so that the rest of the file can be checked."""
    zone = entry.get("time_zone") or times.host_zone(environment)
    functions = _functions(entry, faults)
    amended = entry.get("terms", {})
    terms.check(amended, entry.at("terms"), faults)
    _check_periods(entry, faults)
    in_force = terms.in_force(amended, entry.get("adopted"))
    statutes, statutory = overlays.build(entry.get("overlays", ()), tuple(in_force), faults)
    plain = Agreement(system="")
    launch = dict(plain.launch_limit)
    for name, grade in terms.LAUNCH.items():
        limit = terms.limits(amended, name, plain.launch_limit, only=grade)[grade]
        # the launch of both teams is one promise: the shorter limit paces both ladders
        launch[grade] = min(limit, launch[grade]) if name == "launch_customer" else limit
    agreement = Agreement(
        system=entry.get("system", ""),
        id=entry.get("id", ""),
        version=entry.get("version", 1),
        hash=hash_,
        status=entry.get("status", "in_force"),
        zone=zone,
        calendar=_calendar(entry, zone, now, faults),
        functions=functions,
        recovery=_recovery(entry.get("recovery")),
        launch=_launch(entry.get("launch"), faults),
        grades=_grades(entry, faults),
        launch_limit=launch,
        first_notice=terms.limits(amended, "first_notice", plain.first_notice),
        terms={**in_force, **statutory},
        overlays=statutes,
        effective=entry.get("effective"),
        expires=entry.get("expires"),
        auto_receipt_discharges=entry.get("auto_receipt_discharges", False),
        service_hours=_service_hours(entry, zone),
        availability=_availability(entry.get("availability")),
        assurance=_assurance(entry, zone, faults),
    )
    return Head(agreement, zone, functions)


def _functions(entry: Entry, faults: Faults) -> dict[str, Function]:
    written: Mapping[str, Entry] = entry.get("functions", {})
    found = {id_: _function(id_, item) for id_, item in written.items()}
    for item in written.values():
        for place, other in item.get("depends_on", ()):
            if other not in written:
                faults.error(place, f"unknown function {other!r}: {suggest(other, written)}")
    for id_ in cycle({id_: function.depends_on for id_, function in found.items()}):
        faults.error(written[id_].at("depends_on"), f"depends on itself in the end: {id_} must not need what needs it")
    if SYSTEM not in found:
        weight = Criticality.IMPORTANT if found else Criticality.CORE
        found[SYSTEM] = Function(SYSTEM, entry.get("system") or SYSTEM, weight)
    return found


def _function(id_: str, item: Entry) -> Function:
    return Function(
        id_,
        item.get("name", id_),
        item.get("criticality", Criticality.CORE),
        tuple(other for _, other in item.get("depends_on", ())),
    )


def cycle(needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """One member of each circle among `needs`, in the order of the file."""
    done: set[str] = set()
    circles: list[str] = []
    for start in needs:
        stack, on_path = [(start, iter(needs[start]))], {start}
        while stack:
            name, others = stack[-1]
            other = next(others, None)
            if other is None:
                stack.pop()
                on_path.discard(name)
                done.add(name)
            elif other in on_path:
                circles.append(name)
            elif other in needs and other not in done:
                stack.append((other, iter(needs[other])))
                on_path.add(other)
    return tuple(dict.fromkeys(circles))


def _calendar(entry: Entry, zone: tzinfo, now: datetime, faults: Faults) -> Calendar:
    hours = entry.get("hours") or times.hours(times.WORK_WEEK)
    try:
        return calendar(entry.get("calendar", ""), hours, zone, times.year_of(now, zone))
    except Malformed as fault:
        faults.error(entry.at("calendar"), str(fault))
        return calendar("", hours, zone, times.year_of(now, zone))


def _service_hours(entry: Entry, zone: tzinfo) -> Calendar | None:
    """Plain weeks: what is agreed for each day is agreed for holidays too. None: at any time."""
    hours = entry.get("service_hours")
    always = times.hours("Mon..Sun 00:00-24:00")
    return None if hours is None or hours == always else Calendar(zone, hours)


def _assurance(entry: Entry, zone: tzinfo, faults: Faults) -> tuple[Period, ...]:
    found: list[Period] = []
    for period in entry.get("assurance", ()):
        begin, end = period.get("from"), period.get("to")
        if begin is None or end is None:
            continue
        try:
            placed = Period(times.placed(begin, zone), times.placed(end, zone))
        except ValueError as fault:
            faults.error(period.node, str(fault))
            continue
        if placed.begins_at < placed.ends_at:
            found.append(placed)
        else:
            faults.error(period.at("to"), "must lie after `from`")
    return tuple(sorted(found, key=lambda each: each.begins_at))


def _availability(entry: Entry | None) -> Availability:
    default = Availability()
    if entry is None:
        return default
    excluded = tuple(dict.fromkeys(entry.get("exclude", default.exclude)))
    return Availability(entry.get("target", default.target), excluded, is_agreed="target" in entry)


def _launch(entry: Entry | None, faults: Faults) -> Quorum:
    default = Quorum()
    if entry is None:
        return default
    found = Quorum(
        entry.get("principal_or_deputy", default.principal_or_deputy),
        entry.get("member", default.member),
    )
    if not found.principal_or_deputy and not found.member:
        faults.error(entry.node, "a team is launched by somebody: ask for one principal_or_deputy or member at least")
        return default
    return found


def _recovery(entry: Entry | None) -> Recovery:
    default = Recovery()
    if entry is None:
        return default
    stable: Any = entry.get("stable", {})
    if isinstance(stable, timedelta):
        stable = dict.fromkeys(default.stable, stable)
    return Recovery(entry.get("good", default.good), {**default.stable, **stable})


def _grades(entry: Entry, faults: Faults) -> Any:
    written = entry.get("grades")
    if written is None:
        return grade_table()
    scope: Mapping[Grade, float] = written.get("scope", {})
    first, second = scope.get(1, 0.5), scope.get(2, 0.05)
    if first <= second:
        faults.error(written.at("scope"), "the share for grade 1 must be larger than the one for grade 2")
    return grade_table(first, second, written.get("total_outage_to_1_after", timedelta(minutes=5)))


def _check_periods(entry: Entry, faults: Faults) -> None:
    first, last = entry.get("effective"), entry.get("expires")
    if first and last and last < first:
        faults.error(entry.at("expires"), f"lies before the first day, {first}")
    adopted = entry.get("adopted")
    for name in adopted.get("terms", ()) if adopted else ():
        if name != "all" and name not in terms.NAMES and name not in entry.get("terms", {}):
            faults.error(adopted.at("terms"), f"unknown duty {name!r}: {suggest(name, ('all', *terms.NAMES))}")
