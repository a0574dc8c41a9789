"""What no rule forbids and an emergency would regret: the warnings of `tocsin check` that look at the whole."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import product

from agent.config.faults import Faults
from agent.config.nodes import Node
from agent.config.people import People
from agent.config.settings import Token
from agent.model import (
    SYSTEM,
    Agreement,
    Contact,
    Criticality,
    Endpoint,
    Function,
    Grade,
    Kind,
    Manner,
    Party,
    Plan,
    Probe,
    Role,
)
from agent.rules import availability, measuring, periods
from agent.rules import roster as rules

GRADES: tuple[Grade, ...] = (1, 2, 3)


def roster(people: People, endpoints: Mapping[str, Endpoint], root: Node, faults: Faults) -> None:
    """OB-101: one principal, two reachable members, two kinds of channel each; a principal can be woken."""
    for party in Party:
        own = people.of(party)
        if not own:
            continue
        place = root.at("parties").at(party.value).at("contacts")
        lacks = [rules.said(lack) for lack in rules.lacking(own, endpoints)]
        if lacks:
            faults.warn(place, f"the {party}'s roster is below OB-101 (2.1): {'; '.join(lacks)}")
        for contact in own:
            if Role.PRINCIPAL in contact.roles and not _is_loud(contact, endpoints):
                faults.warn(
                    people.places[contact.id].at("reach"),
                    "the principal has no loud channel: a call or a critical push wakes at three in the morning "
                    "(a channel with `loud: true`)",
                )


def _is_loud(contact: Contact, endpoints: Mapping[str, Endpoint]) -> bool:
    return any(endpoints[id_].manner is Manner.LOUD for id_ in contact.reach)


def ending(agreement: Agreement, node: Node, now: datetime, faults: Faults) -> None:
    """Fact 16: the agreement ends soon, or has ended."""
    ends_at = periods.ends_at(agreement.expires, agreement.zone)
    if ends_at is None or agreement.expires is None:
        return
    left = periods.days_until(agreement.expires, now, agreement.zone)
    if not left:
        faults.warn(node.at("expires"), "the agreement has ended: incidents still open, and say so in every notice")
    elif left <= max(periods.WARNED):
        faults.warn(node.at("expires"), f"the agreement ends in {left} day{'s' * (left != 1)}")


def unplanned(plans: tuple[Plan, ...], root: Node, faults: Faults) -> None:
    """3.1: each kind and grade has its plan."""
    covered = {(plan.kind, grade) for plan in plans for grade in ((plan.grade,) if plan.grade else GRADES)}
    missing: dict[Kind, list[str]] = {}
    for kind, grade in product((Kind.FAULT, Kind.SECURITY), GRADES):
        if (kind, grade) not in covered:
            missing.setdefault(kind, []).append(str(grade))
    if missing:
        listed = "; ".join(f"{kind} grade {', '.join(grades)}" for kind, grades in missing.items())
        faults.warn(root.at("plans"), f"no response plan (3.1) for {listed}")


def unwatched(
    functions: Mapping[str, Function], probes: Mapping[str, Probe], has_dead_man: bool, root: Node, faults: Faults
) -> None:
    """2.2(a): each function is asked, and not from one host alone that could take the agent down with it."""
    probes = {name: probe for name, probe in probes.items() if probe.party is Party.PROVIDER}
    watched = {probe.function for probe in probes.values()}
    core_ones = availability.core_of(functions)
    for id_ in functions:
        if id_ not in watched and (id_ != SYSTEM or not watched):
            said = f"no probe asks the function {id_}: only outside alerts and reports would tell of it"
            if id_ in core_ones:
                said += ", and its availability, with it that of the whole, reads 不可评定, cannot be assessed (1.6)"
            faults.warn(_place(id_, root), said)
        elif id_ in core_ones and id_ in watched:
            _by_the_minute(id_, probes, root, faults)
    core = [probe for probe in probes.values() if functions[probe.function].criticality is Criticality.CORE]
    if core and all(probe.is_local for probe in core) and not has_dead_man:
        faults.warn(
            root.at("dead_man"),
            "all probes of core functions ask this host: if it goes down nobody is told; add `dead_man:`, "
            "or a probe from outside",
        )


def own_watch(probes: Mapping[str, Probe], tokens: Iterable[Token], root: Node, faults: Faults) -> None:
    """2.3(a): the customer's own watch counts only under a token of the customer's."""
    has_token = any(token.party is Party.CUSTOMER and {"ping", "admin"} & token.may for token in tokens)
    for name, probe in probes.items():
        if probe.party is Party.CUSTOMER and not has_token:
            faults.warn(
                root.at("probes").at(name).at("party"),
                "nobody can ping it: add a token with `party: customer` and `may: [ping]` under server.tokens",
            )


def _by_the_minute(function: str, probes: Mapping[str, Probe], root: Node, faults: Faults) -> None:
    """1.6: what the system stands with is looked at by somebody at least once a minute."""
    own = [probe for probe in probes.values() if probe.function == function]
    if any(not measuring.is_slow(probe.kind, probe.every) for probe in own):
        return
    faults.warn(
        _place(function, root),
        f"no probe looks at the function {function} at least once a minute: its availability (1.6) is what "
        f"{', '.join(sorted(probe.name for probe in own))} said last, which sees no outage in between; minutes without "
        "its word are unknown, and below 95 % known the month reads 不可评定, cannot be assessed",
    )


def _place(function: str, root: Node) -> Node:
    return root.at("probes") if function == SYSTEM else root.at("agreement").at("functions").at(function)
