"""`agreement.terms`: duties amended by name (agreement.md 5), and duties of the parties' own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agent.agreement.terms import GRADES, event_names, of_its_own, shipped
from agent.config.faults import Faults, suggest
from agent.config.nodes import Node
from agent.config.shapes import FLAG, PROSE, TEXT, Either, Entry, Field, ListOf, MapOf, Record, Scalar, measured, one_of
from agent.model import Basis, Grade, Limit, Owing, Role, Term
from agent.rules.limits import LIMIT, limit

NAMES = tuple(shipped())
"""The duties that ship, in the order of the agreement."""

EVENTS = event_names()
"""What starts and meets clocks."""

_OWN = ("clauses", "basis", "debtor", "creditor", "starts", "limit", "met_by")

_GRADES: Mapping[str, Grade] = {"1": 1, "2": 2, "3": 3}


def grade_key(text: str) -> Grade:
    """The grade that a key `1:` means.

    Raises:
        ValueError: it is none.
    """
    if text not in _GRADES:
        raise ValueError(f"{text!r} is no grade: 1, 2 or 3")
    return _GRADES[text]


GRADE = Scalar("a grade: 1, 2 or 3", grade_key, {"enum": [1, 2, 3]})


def by_grade(shape: Scalar) -> MapOf:
    """`{1: …, 2: …, 3: …}`."""
    return MapOf(shape, grade_key, "^[123]$")


_LIMIT = measured("a limit such as 15m, 2wd or month_end", limit, pattern=LIMIT)
_PARTIES = one_of(("provider", "customer", "both", "each"))
_EVENT = one_of(EVENTS)

SHAPE = MapOf(
    Record(
        {
            "limit": Field(Either(_LIMIT, by_grade(_LIMIT)), "one for all grades, or {1: 15m, 2: 30m, 3: 4h}"),
            "basis": Field(one_of(("contract", "annex", "default", "statute")), "what the number rests on"),
            "ref": Field(PROSE, "where it is written, such as annex 2"),
            "clauses": Field(ListOf(TEXT), "clauses of the agreement"),
            "debtor": Field(_PARTIES, "who owes it"),
            "creditor": Field(_PARTIES, "to whom"),
            "starts": Field(ListOf(_EVENT), "the events that start its clock"),
            "met_by": Field(ListOf(_EVENT), "the events that meet it"),
            "duty": Field(Either(PROSE, Record({"en": Field(PROSE), "zh": Field(PROSE)})), "what is owed, in words"),
            "ends": Field(ListOf(_EVENT), "the events that void it; incident.closed and incident.voided if not said"),
            "by": Field(ListOf(one_of(Role)), "who may discharge it; the agent as well if not said"),
            "deemed_accepted": Field(FLAG, "whether silence counts as acceptance; not unless the parties agreed it"),
        }
    )
)

LAUNCH: Mapping[str, Grade] = {"launch_provider": 1, "launch_customer": 1, "launch_teams": 2, "decide_response": 3}


def check(terms: Mapping[str, Entry], section: Node, faults: Faults) -> None:
    """Name what no duty is called, unless it is whole enough to be one of the parties' own."""
    for name, term in terms.items():
        if name in NAMES:
            continue
        missing = [key for key in _OWN if key not in term]
        if len(missing) > len(_OWN) // 2:
            own = f"a duty of your own needs {', '.join(_OWN)}"
            faults.error(section.at(name), f"unknown duty: {suggest(name, NAMES)} ({own})")
        elif missing:
            faults.error(section.at(name), f"a duty of your own needs also {', '.join(missing)}")


def in_force(terms: Mapping[str, Entry], adopted: Entry | None) -> dict[str, Term]:
    """The shipped duties as the file amends them, then the parties' own; what they adopted is no mere target."""
    found = {name: _amended(term, terms.get(name)) for name, term in shipped().items()}
    found |= {name: _own(name, entry) for name, entry in terms.items() if name not in found and not _lacks(entry)}
    signed = set(adopted.get("terms", ())) if adopted else set()
    if not signed:
        return found
    return {name: replace(term, is_adopted=True) if {"all", name} & signed else term for name, term in found.items()}


def _amended(term: Term, entry: Entry | None) -> Term:
    if entry is None:
        return term
    basis = Basis(entry.get("basis", term.basis))
    return replace(
        term,
        limits={**term.limits, **_by_grade(entry.get("limit"), tuple(term.limits))},
        basis=basis,
        is_adopted=basis is not Basis.DEFAULT,
        ref=entry.get("ref", term.ref),
        clauses=tuple(entry.get("clauses", term.clauses)),
        deemed_accepted=entry.get("deemed_accepted", term.deemed_accepted),
    )


def _own(name: str, entry: Entry) -> Term:
    basis = Basis(entry.values["basis"])
    return Term(
        name=name,
        ob="",
        duty=_words(name, entry.get("duty")),
        clauses=tuple(entry.values["clauses"]),
        basis=basis,
        debtor=Owing(entry.values["debtor"]),
        creditor=Owing(entry.values["creditor"]),
        starts=tuple(entry.values["starts"]),
        met_by=of_its_own(name, entry.values["met_by"]),
        limits=_by_grade(entry.values["limit"], GRADES),
        ends=tuple(entry.get("ends", ("incident.closed", "incident.voided"))),
        by=tuple(entry.get("by", ())),
        is_per_event=any(name.startswith("calendar.") for name in entry.values["starts"]),  # each month is its own
        is_adopted=basis is not Basis.DEFAULT,
        ref=entry.get("ref", ""),
    )


def _words(name: str, said: Any) -> dict[str, str]:
    """What is owed, in both languages: as said, else the name."""
    if isinstance(said, str):
        return {"en": said, "zh": said}
    told = dict(said.values) if said is not None else {}
    return {"en": name.replace("_", " "), "zh": name, **told}


def _by_grade(written: Any, grades: tuple[Grade, ...]) -> dict[Grade, Limit]:
    return dict.fromkeys(grades, written) if isinstance(written, Limit) else dict(written or {})


def _lacks(entry: Entry) -> bool:
    """Whether a duty of the parties' own is not whole: named by `check`, and left out."""
    return any(key not in entry.values for key in _OWN)


def limits(
    terms: Mapping[str, Entry], name: str, defaults: Mapping[Grade, timedelta], only: Grade | None = None
) -> dict[Grade, timedelta]:
    """The limits of a duty by grade, as amended; `only`: the duty has one grade."""
    amended: Any = terms[name].get("limit") if name in terms else None
    found = dict(defaults)
    if isinstance(amended, Limit):
        amended = {only: amended} if only else dict.fromkeys(defaults, amended)
    for grade, value in (amended or {}).items():
        if value.span is not None and (only is None or grade == only):
            found[grade] = value.span.longest
    return found
