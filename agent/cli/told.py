"""Who of a party would be told of an incident, as a value: recipients, channels, hold and ladder, with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agent.model import Contact, Grade, Kind, Party, Rota
from agent.rules import escalation, rota, routing, workdays
from agent.rules.routing import Told

if TYPE_CHECKING:
    from agent.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Case:
    """The incident that is imagined."""

    grade: Grade
    kind: Kind
    functions: tuple[str, ...]
    at: datetime
    rotas: Mapping[Party, Rota] = field(default_factory=dict)  # as they are at that moment


def told_of(case: Case, party: Party, settings: "Settings") -> dict[str, Any]:
    """What `tocsin routes test --json` says of a party."""
    agreement = settings.agreement
    told = routing.told(
        party,
        case.grade,
        case.kind,
        case.functions,
        case.at,
        settings.routes,
        settings.contacts,
        agreement.calendar,
        rota.on_call(case.rotas.get(party), case.at),
        settings.endpoints,
    )
    hold = routing.hold_for(party, case.grade, case.kind, told, agreement.first_notice)
    is_trial = agreement.is_trial and party is Party.CUSTOMER
    is_asked = case.grade < 3 and not is_trial
    waits_until = workdays.next_working(case.at, agreement.calendar) if told.waits_for_hours else None
    again = escalation.ask_again_every(case.grade)
    return {
        "party": party.value,
        "routes": list(told.routes),
        "on_call": _on_call(case, party),
        "recipients": [
            {
                "contact": each.contact,
                "why": each.why,
                "channels": _channels(settings.contacts[each.contact], case.grade, settings),
            }
            for each in told.recipients
        ],
        "trial": is_trial,
        "hold_s": hold.total_seconds(),
        "waits_until": waits_until.isoformat() if waits_until else None,
        "digest_s": told.digest.total_seconds() if told.digest else None,
        "ladder": _ladder(told, case.grade, settings) if is_asked else [],
        "asked_again_s": again.total_seconds() if again and is_asked else None,
    }


def _on_call(case: Case, party: Party) -> dict[str, Any] | None:
    """Who is on call, and until when; None: the party has no rota."""
    found = case.rotas.get(party)
    if found is None:
        return None
    until = rota.changes_at(found, case.at)
    return {"contacts": list(rota.on_call(found, case.at)), "until": until.isoformat() if until else None}


def _channels(contact: Contact, grade: Grade, settings: "Settings") -> list[dict[str, Any]]:
    """All channels of the contact: those that start at once, and those that wait for a failure."""
    at_once = routing.endpoints_for(contact, settings.endpoints, grade, is_loud=grade < 3)
    return [
        {
            "id": endpoint.id,
            "manner": endpoint.manner.value,
            "at_once": endpoint in at_once,
            "broken": endpoint.broken or None,
        }
        for endpoint in (settings.endpoints[id_] for id_ in contact.reach)
    ]


def _ladder(told: Told, grade: Grade, settings: "Settings") -> list[dict[str, Any]]:
    """Whom of the party is called while nobody of it acknowledges."""
    limit = settings.agreement.launch_limit[grade]
    return [
        {"after_s": rung.after.total_seconds(), "name": rung.name, "to": list(rung.to)}
        for rung in escalation.rungs(told.escalate, limit)
    ]
