"""What a fact means to the duties' clocks: the facts on file are the events that start, meet and end them.

Whoever reads the chain again comes to the same clocks. Events about notices are those to the customer.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from agent.model import Event, Fact, Incident, Party, Phase, State

_SAID: Mapping[str, tuple[str, ...]] = {
    "incident_reopened": ("incident.reopened",),
    "incident_relapsed": ("incident.relapsed",),
    "incident_recovered": ("recovery.verified", "incident.recovered"),
    "incident_split": ("recovery.claimed", "recovery.verified", "incident.recovered"),
    "incident_voided": ("incident.voided",),
    "signals_cleared": ("signals.cleared", "recovery.claimed"),
    "team_launched": ("team.launched",),
    "report_incomplete": ("report.incomplete",),
    "report_complete": ("report.complete",),
    "report_acknowledged": ("report.acknowledged",),
    "principals_spoke": ("principals.spoke",),
    "coordinator_named": ("coordinator.named",),
    "response_decided": ("response.decided",),
    "recovery_answered": ("recovery.answered",),
    "review_commented": ("review.commented",),
    "function_joined": ("incident.changed",),
    "heartbeat_silent": ("monitoring.lost",),
    "heartbeat_back": ("monitoring.back",),
    "probe_blind": ("monitoring.lost",),
    "probe_sees_again": ("monitoring.back",),
    "document_delivered": ("document.delivered",),
    "contact_changed": ("contact.changed",),
    "contact_told": ("contact.told",),
    "annex_adopted": ("annex.adopted",),
    "security_confirmed": ("security.confirmed",),
    "data_breach_known": ("data_breach.known",),
    "roster_complete": ("roster.complete",),
    "channels_tested": ("channels.tested",),
    "improvements_decided": ("improvements.decided",),
}
"""Facts that are one happening or two, told with what their detail says: what, party, report, about, due_at."""


def events_of(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """What happened, in order; () where no clock asks. `incident`: of the fact, as it is now; None for none."""
    if fact.kind in _REGISTERS:
        return _registered(_REGISTERS[fact.kind], fact)
    if incident is not None and not incident.is_mapped:
        return ()  # the provider's own matter: nothing is owed to the customer
    special = _SPECIAL.get(fact.kind)
    if special is not None:
        return special(fact, incident)
    return tuple(_event(name, fact, incident) for name in _SAID.get(fact.kind, ()))


def _opened(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    if incident is None:
        return ()
    return (
        _event("incident.detected", fact, incident, at=incident.detected_at),
        _event("incident.opened", fact, incident),
        _event("grade.set", fact, incident),
    )


def _regraded(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """After the recovery it is a matter of record: nobody is launched for it any more."""
    changed = _event("incident.changed", fact, incident, what="grade")
    return (_event("grade.changed", fact, incident), changed) if _goes_on(incident) else (changed,)


def _graded(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """An acceptance may take an objection back: then there is nothing left to decide (OB-403)."""
    said = _event("grade.answered", fact, incident)
    return (said, _event("objection.withdrawn", fact, incident)) if fact.detail.get("withdraws") else (said,)


def _decided(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """Both parties did, whoever put it on record."""
    return (_event("grade.decided", fact, incident, party=None),)


def _released(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """The customer was told a grade: from now on it may accept or object (3.1)."""
    is_grade = fact.detail.get("type") in ("opening", "change")
    if fact.detail.get("party") != Party.CUSTOMER or not is_grade:
        return ()
    return (_event("grade.told", fact, incident, party=None),)


def _withheld(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """It was over before the agreed hold was: it stays on record, and no notice of it is owed."""
    if fact.detail.get("party") != Party.CUSTOMER:
        return ()
    return (_event("notice.withheld", fact, incident, party=None),)


def _accepted(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """A carrier took it for a person of the customer; what a room shows is delivered to nobody (agreement.md 5)."""
    if fact.detail.get("party") != Party.CUSTOMER or not fact.detail.get("is_person"):
        return ()
    if fact.detail.get("type") == "maintenance":  # only what a person has is announced
        about = str(fact.detail.get("notice", "")).split("/")[0]
        return (_event("maintenance.announced", fact, incident, about=about, party=Party.PROVIDER),)
    about, what = str(fact.detail.get("seq", "")), str(fact.detail.get("type", ""))
    if fact.detail.get("is_regrade") is False:
        what = ""  # OB-306 asks for the receipt of a change of grade, not of everything that changes
    delivered = _event("notice.delivered", fact, incident, what=what, about=about, party=None)
    by = str(fact.detail.get("acknowledged_by") or "")  # the page was quicker than the carrier
    return (delivered, _event("notice.acknowledged", fact, incident, about=about, contact=by)) if by else (delivered,)


def _asked(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """What starts a clock names who is asked, not who asks."""
    return (_event("request.asked", fact, incident, party=Party(fact.detail["party"]).other),)


def _answered(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """Who answers a request has read the notice of it (OB-306)."""
    answered = _event("request.answered", fact, incident)
    seq = str(fact.detail.get("notice_seq") or "")
    read = (_event("notice.acknowledged", fact, incident, what="request", about=seq),) if seq else ()
    return (answered, *read)


def _shared(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """OB-308 runs from when the party knew it; what it does not say it learned before, it shared at once."""
    known_at = datetime.fromisoformat(str(fact.detail.get("known_at") or fact.at.isoformat()))
    return (_event("fact.known", fact, incident, at=known_at), _event("fact.shared", fact, incident))


def _acknowledged(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """OB-306: a clock for each notice, met by an acknowledgement of that very one; before, one was of all."""
    seqs = fact.detail.get("notices")
    if seqs is None:
        return (_event("notice.acknowledged", fact, incident),)
    return tuple(_event("notice.acknowledged", fact, incident, about=str(seq)) for seq in seqs or (0,))


def _planned(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """4.1(a): the limit runs back from the window's begin."""
    begins_at = datetime.fromisoformat(str(fact.detail["since"]))
    about = str(fact.detail["window"])
    return (_event("maintenance.planned", fact, incident, due_at=begins_at, about=about, party=Party.PROVIDER),)


def _called_off(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    about = str(fact.detail["window"])
    return (_event("maintenance.cancelled", fact, incident, about=about, party=Party.PROVIDER),)


def _reported(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """OB-204 runs from when the customer discovered it; to what the provider says itself nobody owes an answer."""
    if fact.detail.get("party") != Party.CUSTOMER:
        return ()
    discovered_at = datetime.fromisoformat(str(fact.detail.get("discovered_at") or fact.at.isoformat()))
    return (
        _event("report.discovered", fact, incident, at=discovered_at),
        _event("report.received", fact, incident),
    )


def _posted(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """3.5: progress is owed while it is not over; another expected time is a change that must be told."""
    found = [_event("update.posted", fact, incident)] if _goes_on(incident) else []
    if fact.detail.get("is_new_eta"):
        found.append(_event("incident.changed", fact, incident, what="eta"))
    return (*found, *_cause(fact, incident))


def _phase(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """A phase's record in words tells how it goes as well; an assessment made again starts no second containment."""
    is_again = bool(fact.detail.get("is_again")) and fact.detail.get("what") == Phase.ASSESSMENT
    found = () if is_again else (_event("phase.recorded", fact, incident),)
    told = (_event("update.posted", fact, incident, what=""),) if _goes_on(incident) else ()
    changed = _event("incident.changed", fact, incident, what="phase")
    return (*found, *told, changed, *_cause(fact, incident))


def _cause(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    return (_event("cause.known", fact, incident),) if fact.detail.get("is_first_cause") else ()


def _goes_on(incident: Incident | None) -> bool:
    return incident is not None and incident.state in (State.OPEN, State.VERIFYING)


def _reached(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    return (_event("notice.reached", fact, incident, party=None),)


def _effective(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    return (_event("agreement.effective", fact, incident),)


def _turned(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """The month that ended is told before the one that begins; each period is what its clocks are about."""
    return tuple(
        _event(name, fact, incident, about=str(fact.detail[word]))
        for word, name in _TURNS.items()
        if fact.detail.get(word)
    )


_TURNS: Mapping[str, str] = {
    "ended": "calendar.month_ended",
    "year": "calendar.year",
    "quarter": "calendar.quarter",
    "month": "calendar.month",
    "day": "calendar.day",
}


def _measured(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """OB-801: the level met; what was missed is told by the clock itself, at the month's end."""
    name = {"met": "availability.met", "not_assessable": "availability.not_assessable"}.get(str(fact.detail["outcome"]))
    return (_event(name, fact, incident, party=Party.PROVIDER),) if name else ()


def _watched(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """OB-203: the customer's own machines were heard through the quarter; else only it can say that it watched."""
    if fact.detail["outcome"] != "watched":
        return ()
    return (_event("own_use.watched", fact, incident, party=Party.CUSTOMER),)


def _away(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """OB-201 counts it once, in the chain of no incident; the others only tell of it."""
    if fact.incident:
        return ()
    since, until = (datetime.fromisoformat(str(fact.detail[key])) for key in ("since", "until"))
    about = f"agent {since:%Y-%m-%dT%H:%M}"
    return (
        _event("monitoring.lost", fact, incident, at=since, about=about),
        _event("monitoring.back", fact, incident, at=until, about=about),
    )


def _closed(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """OB-905 runs from the closing; where both had decided before, it is met at once."""
    closed = _event("incident.closed", fact, incident)
    decided = (_event("improvements.decided", fact, incident),) if fact.detail.get("decision") else ()
    return (closed, *decided)


_REGISTERS: Mapping[str, str] = {
    "attestation_given": "attestation.given",
    "attestation_withdrawn": "attestation.withdrawn",
    "maintenance_done": "maintenance.done",
    "maintenance_withdrawn": "maintenance.withdrawn",
    "vulnerability_known": "vulnerability.known",
    "vulnerability_fixed": "vulnerability.fixed",
    "vulnerability_accepted": "vulnerability.fixed",
    "vulnerability_withdrawn": "vulnerability.withdrawn",
    "improvement_agreed": "improvement.agreed",
    "improvement_verified": "improvement.verified",
    "improvement_withdrawn": "improvement.withdrawn",
}
"""Lines of the registers outlive their incident, and no regrade of it moves their clocks: these belong to none."""


def _registered(name: str, fact: Fact) -> tuple[Event, ...]:
    is_own, is_again = bool(fact.detail.get("is_internal")), name in _TAKEN_BACK
    return (replace(_event(name, fact, None), incident="", is_own=is_own, is_again=is_again),)


_TAKEN_BACK = frozenset({"attestation.withdrawn", "maintenance.withdrawn"})


def _levelled(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    """Fact 11: a person decided whether a statute's report is owed, and since when that counts."""
    name = "statute.applies" if fact.detail.get("owes") else "statute.excluded"
    at = datetime.fromisoformat(str(fact.detail["counts_from"]))
    return (_event(name, fact, incident, at=at, party=None),)


def _filed(fact: Fact, incident: Incident | None) -> tuple[Event, ...]:
    at = datetime.fromisoformat(str(fact.detail["counts_from"]))
    return (_event("statute.filed", fact, incident, at=at),)


_SPECIAL: Mapping[str, Callable[[Fact, Incident | None], tuple[Event, ...]]] = {
    "incident_opened": _opened,
    "incident_closed": _closed,
    "grade_raised": _regraded,
    "grade_set": _regraded,
    "grade_answered": _graded,
    "grade_decided": _decided,
    "cause_known": _cause,
    "notice_released": _released,
    "acknowledged": _acknowledged,
    "notice_withheld": _withheld,
    "notice_accepted": _accepted,
    "notice_reached": _reached,
    "update_posted": _posted,
    "phase_recorded": _phase,
    "report_received": _reported,
    "request_asked": _asked,
    "request_answered": _answered,
    "fact_shared": _shared,
    "maintenance_announced": _planned,
    "maintenance_called_off": _called_off,
    "agent_was_away": _away,
    "regulatory_level_set": _levelled,
    "statute_filed": _filed,
    "agreement_effective": _effective,
    "calendar_turned": _turned,
    "availability_measured": _measured,
    "own_use_measured": _watched,
}

KINDS = frozenset({*_SAID, *_SPECIAL, *_REGISTERS})
"""Facts that a clock may ask for."""


def _event(name: str, fact: Fact, incident: Incident | None, **other: Any) -> Event:
    detail = fact.detail
    party = detail.get("party")
    due_at = detail.get("due_at")
    said: dict[str, Any] = {
        "at": fact.at,
        "what": str(detail.get("what", detail.get("type", ""))),
        "incident": fact.incident,
        "report": str(detail.get("report", "")),
        "about": str(detail.get("about", detail.get("probe", detail.get("heartbeat", "")))),
        "party": Party(party) if party else None,
        "contact": "" if fact.by == "agent" else fact.by,
        "grade": incident.grade if incident else detail.get("grade"),
        "due_at": datetime.fromisoformat(due_at) if due_at else None,
        "begun_at": incident.detected_at if incident else None,
    }
    return Event(name=name, **{**said, **other})
