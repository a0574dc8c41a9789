"""Who may do what during an incident, by which clause: one row per sort of entry.

A refusal names the clause and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Contact, EntryKind, Incident, Party, Role, State

_LIVE = frozenset({State.OPEN, State.VERIFYING, State.RECOVERED})
_ACTIVE = frozenset({State.OPEN, State.VERIFYING})
_ANYONE = frozenset({Role.PRINCIPAL, Role.COORDINATOR, Role.MEMBER, Role.SECURITY})
_LEADS = frozenset({Role.PRINCIPAL, Role.COORDINATOR})
_SIGNERS = frozenset({Role.PRINCIPAL, Role.COORDINATOR, Role.SECURITY})
_BOTH = frozenset(Party)
_PROVIDER = frozenset({Party.PROVIDER})
_CUSTOMER = frozenset({Party.CUSTOMER})


@dataclass(frozen=True, slots=True)
class Power:
    """What an act needs: the party, the role, the state, and what must be said."""

    clause: str
    fact: str  # the fact it leaves
    parties: frozenset[Party] = _BOTH
    roles: frozenset[Role] = _ANYONE
    states: frozenset[State] = _LIVE
    needs: tuple[str, ...] = ()  # of `said`
    what: tuple[str, ...] = ()  # the sorts there are; () needs none


POWERS: Mapping[EntryKind, Power] = {
    EntryKind.UPDATE: Power("3.5", "update_posted", needs=("text",)),
    EntryKind.PHASE: Power(
        "3.4",
        "phase_recorded",
        parties=_PROVIDER,
        states=frozenset(State) - {State.VOID},
        needs=("text",),
        what=("assessment", "containment", "eradication", "recovery", "review"),
    ),
    EntryKind.CAUSE: Power("3.4(c)", "cause_known", parties=_PROVIDER, needs=("text",)),
    EntryKind.GRADE_ANSWER: Power(
        "3.1", "grade_answered", roles=_LEADS, needs=("grade",), what=("accepted", "objection")
    ),
    EntryKind.GRADE_DECISION: Power("3.1", "grade_decided", roles=_LEADS, needs=("grade", "with", "text")),
    EntryKind.SAME_CAUSE: Power("3.4(a)", "cause_compared", parties=_PROVIDER, needs=("text",), what=("same", "other")),
    EntryKind.NOT_WORSE: Power("3.1", "not_worse", parties=_PROVIDER, states=_ACTIVE, needs=("text",)),
    EntryKind.CONVERSATION: Power("3.3(a)", "principals_spoke", needs=("with",)),
    EntryKind.COORDINATOR: Power("3.3(b)", "coordinator_named", needs=("contact",)),
    EntryKind.RESPONSE: Power(
        "3.3(c)", "response_decided", roles=_LEADS, needs=("text",), what=("respond", "not_respond")
    ),
    EntryKind.REQUEST: Power(
        "4.2(b)", "request_asked", needs=("text",), what=("support", "cooperation", "feedback", "invitation")
    ),
    EntryKind.ANSWER: Power(
        "4.2(b)",
        "request_answered",
        states=frozenset(State) - {State.VOID},
        needs=("text",),
        what=("support", "cooperation", "feedback", "invitation"),
    ),
    EntryKind.SHARED_FACT: Power("3.5", "fact_shared", needs=("text",)),
    EntryKind.VERIFICATION: Power("3.4(d)", "recovery_verified", parties=_PROVIDER, states=_ACTIVE),
    EntryKind.RECOVERY_ANSWER: Power(
        "4.2(c)",
        "recovery_answered",
        parties=_CUSTOMER,
        states=frozenset({State.RECOVERED}),
        what=("confirmed", "objection"),
    ),
    EntryKind.WAIVER: Power(
        "section 5", "duty_waived", roles=_LEADS, states=frozenset(State) - {State.VOID}, needs=("text",)
    ),
    EntryKind.WAIVER_REQUEST: Power(
        "section 5", "waiver_asked", roles=_LEADS, states=frozenset(State) - {State.VOID}, needs=("text",)
    ),
    EntryKind.PLAN_STEP: Power("3.1", "plan_step_done", parties=_PROVIDER, needs=("step",)),
    EntryKind.LEVEL: Power(
        "fact 11",
        "regulatory_level_set",
        roles=_SIGNERS,
        states=frozenset(State) - {State.VOID},
        needs=("level", "text"),
    ),
    EntryKind.FILING: Power(
        "fact 11", "statute_filed", roles=_SIGNERS, states=frozenset(State) - {State.VOID}, needs=("reference",)
    ),
    EntryKind.DISPUTE: Power("fact 15", "statement_disputed", states=frozenset(State), needs=("text",)),
}


def check(kind: EntryKind, what: str, said: Mapping[str, object], contact: Contact, incident: Incident) -> Power:
    """The power it rests on.

    Raises:
        WrongParty: the act belongs to the other party.
        IllegalStep: the incident's state does not allow it.
        Refused: the person may not, or something is not said.
    """
    power = POWERS[kind]
    act = kind.replace("_", " ")
    if contact.party not in power.parties:
        owner = next(iter(power.parties))
        raise WrongParty(f"{contact.id} belongs to the {contact.party}: this is for the {owner} to do", power.clause)
    if not power.roles & set(contact.roles):
        may = ", ".join(sorted(power.roles))
        raise Refused(f"{contact.id} may not: it takes a {may} of the {contact.party}", power.clause)
    if incident.state not in power.states:
        raise IllegalStep(
            f"{incident.number} is {incident.state}: {_when(power, incident)} for {_a(act)}", power.clause
        )
    if power.what and what not in power.what:
        raise Refused(f"{what or 'nothing'!r} is no sort of {act}: say {', '.join(power.what)}", power.clause)
    missing = [name for name in power.needs if not str(said.get(name, "")).strip()]
    if missing:
        raise Refused(f"{_a(act)} needs {', '.join(missing)}: say it in words a person would", power.clause)
    return power


def _when(power: Power, incident: Incident) -> str:
    """`too early` where the act's time is still to come, else `too late`."""
    order = list(State)
    is_ahead = any(order.index(state) > order.index(incident.state) for state in power.states - {State.VOID})
    return "too early" if is_ahead and incident.state in _ACTIVE else "too late"


def _a(act: str) -> str:
    return f"an {act}" if act[:1] in "aeiou" else f"a {act}"
