"""`routes:` — who is told; the file's own, then the defaults that always follow them."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import product

from agent.config.faults import Faults, suggest
from agent.config.head import DURATION_SHAPE
from agent.config.people import ROLE_WORDS, People
from agent.config.shapes import FLAG, TEXT, Entry, Field, ListOf, Placed, Record, measured, one_of
from agent.config.terms import GRADE
from agent.model import Function, Grade, Kind, Party, Role, Route, Step
from agent.rules.units import DURATION, RATIO, duration, ratio, written


def _after(text: str) -> timedelta | float:
    return ratio(text) if text.rstrip().endswith("%") else duration(text)


_TO = Placed(ListOf(TEXT, at_least=1))
_STEP = Record(
    {
        "after": Field(
            measured("a duration or a ratio", _after, pattern=f"{DURATION}|{RATIO}"), "time, or % of the limit", True
        ),
        "to": Field(_TO, "roles or contact ids", True),
    },
    "one rung of the ladder",
)
SHAPE = Record(
    {
        "party": Field(one_of(Party), "whose people are told", True),
        "grade": Field(ListOf(GRADE), "only these grades"),
        "kind": Field(ListOf(one_of(Kind)), "only these kinds of incident"),
        "function": Field(Placed(ListOf(TEXT)), "only these functions"),
        "hours": Field(one_of(("work", "off")), "only in, or only outside of working hours"),
        "to": Field(_TO, "roles, contact ids, everyone, on_call", True),
        "hold": Field(DURATION_SHAPE, "told after so long; a blip is on record only"),
        "digest": Field(DURATION_SHAPE, "gathered for so long into one message, for grade 3; 0s: each by itself"),
        "escalate": Field(ListOf(_STEP), "the ladder while that party has not acknowledged"),
        "continue": Field(FLAG, "go on to the next route that matches"),
    },
    "who is told; per party the first match wins",
)

GRADES: tuple[Grade, ...] = (1, 2, 3)
Cell = tuple[Grade, Kind, str, str]
"""One sort of incident at one sort of time: grade, kind, function, hours."""


def defaults() -> tuple[Route, ...]:
    """The routes that follow the file's own, for both parties (routes.md, "Default routes")."""
    found: list[Route] = []
    for party in Party:
        found += [
            Route(party, ("everyone",), grades=(1,), name="default grade 1"),
            _security(party, 2, "on_call", "coordinator"),
            _security(party, 3, "coordinator"),
            Route(party, ("on_call", "coordinator"), grades=(2,), name="default grade 2"),
            Route(party, ("coordinator",), (3,), hours="work", digest=timedelta(minutes=30), name="default grade 3"),
        ]
    return tuple(found)


def _security(party: Party, grade: Grade, *to: str) -> Route:
    return Route(party, (*to, "security"), (grade,), (Kind.SECURITY,), name=f"default security grade {grade}")


def build(
    entries: tuple[Entry, ...],
    people: People,
    functions: Mapping[str, Function],
    first_notice: Mapping[Grade, timedelta],
    faults: Faults,
) -> tuple[Route, ...]:
    """All routes, in the order they are asked."""
    own = [_route(entry, number, people, functions, faults) for number, entry in enumerate(entries)]
    known = [(entry, route) for entry, route in zip(entries, own, strict=True) if route]
    _check_reachable(known, functions, faults)
    for entry, route in known:
        _check_principal(entry, route, [other for _, other in known], people, faults)
        _check_hold(entry, route, first_notice, faults)
        if route.digest and route.grades and 3 not in route.grades:
            faults.warn(entry.at("digest"), "gathers nothing: grades 1 and 2 never wait; it is for grade 3")
        elif route.digest and route.digest > first_notice[3] / 4:
            longest = written(first_notice[3] / 4)
            faults.warn(entry.at("digest"), f"is cut to {longest}: a quarter of first_notice at grade 3 (OB-303)")
        if route.escalate and route.grades == (3,):
            faults.warn(entry.at("escalate"), "calls nobody: grade 3 has no ladder; it is for grades 1 and 2")
    return (*(route for _, route in known), *defaults())


def agreed(entries: tuple[Entry, ...], people: People, functions: Mapping[str, Function]) -> tuple[Route, ...]:
    """The customer's routes as both parties accepted them; what has gone from the file since tells nobody."""
    read = (_route(entry, number, people, functions, Faults()) for number, entry in enumerate(entries))
    return tuple(route for route in read if route)


def is_own(route: Route) -> bool:
    """Whether the file has it; the others are the defaults."""
    return route.name.startswith("routes[")


def _route(
    entry: Entry, number: int, people: People, functions: Mapping[str, Function], faults: Faults
) -> Route | None:
    party: Party | None = entry.get("party")
    for place, id_ in entry.get("function", ()):
        if id_ not in functions:
            faults.error(place, f"unknown function {id_!r}: {suggest(id_, functions)}")
    to = _to(entry, party, people, faults)
    escalate = tuple(_step(step, party, people, faults) for step in entry.get("escalate", ()))
    if party is None:
        return None
    return Route(
        party=party,
        to=to,
        grades=tuple(dict.fromkeys(entry.get("grade", ()))),
        kinds=tuple(dict.fromkeys(entry.get("kind", ()))),
        functions=tuple(id_ for _, id_ in entry.get("function", ())),
        hours=entry.get("hours", ""),
        hold=entry.get("hold"),
        digest=entry.get("digest"),
        escalate=escalate if "escalate" in entry else None,
        then=entry.get("continue", False),
        name=f"routes[{number}]",
    )


def _to(entry: Entry, party: Party | None, people: People, faults: Faults) -> tuple[str, ...]:
    """The words of `to`; whom nobody knows is named."""
    found = entry.get("to", ())
    if party is not None:
        own = [contact.id for contact in people.of(party)]
        for place, word in found:
            if word in people.contacts and word not in own:
                faults.error(place, f"{word} is a contact of the {party.other}: a route tells people of its own party")
            elif word not in ROLE_WORDS and word not in own:
                faults.error(place, f"unknown role or contact {word!r}: {suggest(word, [*own, *sorted(ROLE_WORDS)])}")
    return tuple(word for _, word in found)


def _step(entry: Entry, party: Party | None, people: People, faults: Faults) -> Step:
    after = entry.get("after")
    to = _to(entry, party, people, faults)
    return Step(to, share=after) if isinstance(after, float) else Step(to, after=after)


def _check_reachable(known: list[tuple[Entry, Route]], functions: Mapping[str, Function], faults: Faults) -> None:
    """Name each route for which nothing is left by those before it."""
    taken: dict[Party, dict[Cell, str]] = {party: {} for party in Party}
    for entry, route in known:
        cells = set(_cells(route, functions))
        before = taken[route.party]
        if cells and cells <= before.keys():
            guilty = " and ".join(sorted({before[cell] for cell in cells}))
            faults.error(
                entry.node,
                f"is never reached: {guilty} before it took everything; move this one up, "
                "or let the earlier one `continue: true`",
            )
        elif not route.then:
            before.update((cell, route.name) for cell in cells if cell not in before)


def _cells(route: Route, functions: Mapping[str, Function]) -> Iterable[Cell]:
    # an incident of kind `other` needs no function: "" stands for none
    return product(
        route.grades or GRADES,
        route.kinds or tuple(Kind),
        route.functions or (*functions, ""),
        (route.hours,) if route.hours else ("work", "off"),
    )


def _check_principal(entry: Entry, route: Route, own: list[Route], people: People, faults: Faults) -> None:
    if route.then or (route.grades and 1 not in route.grades):
        return
    also = [other for other in own[: own.index(route)] if other.party is route.party and other.then]
    told = {word for other in (*also, route) for word in other.to}
    principals = [contact.id for contact in people.of(route.party) if Role.PRINCIPAL in contact.roles]
    left_out = [id_ for id_ in principals if not told & {id_, "everyone", Role.PRINCIPAL.value}]
    if left_out:
        faults.warn(entry.at("to"), f"leaves {', '.join(left_out)} (principal) out of grade 1 (3.3(a)): add principal")


def _check_hold(entry: Entry, route: Route, first_notice: Mapping[Grade, timedelta], faults: Faults) -> None:
    if route.hold is None:
        return
    for grade in route.grades or GRADES:
        longest = first_notice[grade] / 2
        if route.hold > longest:
            faults.warn(entry.at("hold"), f"is cut to {written(longest)} at grade {grade}: half of first_notice")
            return
