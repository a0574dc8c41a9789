"""From the nouns to the API's shapes: what is shown, and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from agent.config.settings import Fault, Settings
from agent.model import (
    Acknowledgement,
    Delivery,
    EntryKind,
    Episode,
    Incident,
    Notice,
    PartState,
    Party,
    Probe,
    ProbeState,
    SealedFact,
    Snooze,
    State,
)
from agent.rules import answers, joint, recovery, reporting
from agent.rules.recovery import Firing
from agent.web.api import models
from agent.web.office import Office

SIGNALS = 50


def incident(each: Incident, office: Office) -> models.IncidentShape:
    said = office.store.acknowledgements(each.number)
    episodes = office.store.episodes(each.number, SIGNALS)
    return models.IncidentShape(
        number=each.number,
        grade=each.grade,
        provisional=each.is_provisional,
        kind=each.kind,
        state=each.state,
        phase=each.phase,
        functions=list(each.functions),
        drill=each.is_drill,
        flapping=each.is_flapping,
        started_at=each.started_at,
        detected_at=each.detected_at,
        opened_at=each.opened_at,
        recovered_at=each.recovered_at,
        closed_at=each.closed_at,
        acknowledged=models.ByParty(
            provider=_acknowledged(each, said, Party.PROVIDER), customer=_acknowledged(each, said, Party.CUSTOMER)
        ),
        verified_by=each.verified_by or None,
        without=list(each.without),
        waits_for=_waits(each, episodes, office),
        recurrence_of=each.recurrence_of or None,
        reason=each.reason or None,
        rules=list(each.rules),
        signals=[_signal(episode) for episode in episodes],
        signals_total=each.signals_total,
        agreement=models.Pinned(
            version=each.agreement_version,
            hash=each.agreement_hash,
            in_force=_is_in_force(each, office),
        ),
        regulatory=_levels(each, office),
        snoozes=[snooze(one) for one in office.store.snoozes(each.number) if one.until > office.clock.now()],
        labels={party: each.label for party, each in office.settings().parties.items()},
    )


def snooze(each: Snooze) -> models.SnoozeShape:
    return models.SnoozeShape(
        incident=each.incident,
        party=each.party,
        contact=each.contact or None,
        by=each.by,
        until=each.until,
        reason=each.reason,
    )


def fact(sealed: SealedFact) -> models.FactShape:
    known = sealed.fact
    return models.FactShape(
        seq=sealed.seq,
        at=known.at,
        kind=known.kind,
        by=known.by,
        detail=dict(known.detail),
        prev_hash=sealed.prev_hash,
        hash=sealed.hash,
    )


def notice(each: Notice, deliveries: Iterable[Delivery]) -> models.NoticeShape:
    return models.NoticeShape(
        id=each.id,
        seq=each.seq,
        type=each.type,
        party=each.party,
        grade=each.grade,
        at=each.at,
        due_at=each.due_at,
        state=each.state,
        asks=each.asks,
        answer_by=each.answer_by,
        trial=each.is_trial,
        proof=each.proof,
        recipients=[models.RecipientShape(contact=who.contact, why=who.why) for who in each.recipients],
        deliveries=[_delivery(delivery) for delivery in deliveries if delivery.notice == each.id],
    )


def probe(each: Probe, state: ProbeState | None, maintenance_until: datetime | None = None) -> models.ProbeShape:
    """A configured probe and its last answer; one that was never read is unknown."""
    known = state or ProbeState(each.name, each.kind, each.function)
    return models.ProbeShape(
        name=each.name,
        kind=each.kind,
        function=each.function,
        result=known.result,
        since=known.since,
        last_run_at=known.last_run_at,
        duration_s=known.duration_s,
        values=dict(known.values),
        error=known.error,
        maintenance_until=maintenance_until,
    )


def _is_in_force(each: Incident, office: Office) -> bool:
    """Whether the agreement it was opened under still is; an older program kept none, and hashed the whole file."""
    is_same = each.agreement_hash == office.settings().agreement.hash
    return is_same or office.store.agreement_part(each.agreement_hash) is None


def _levels(each: Incident, office: Office) -> dict[str, str]:
    """Regulatory levels; where no statute is named nobody decides on one."""
    if not office.settings().agreement.overlays:
        return {}
    decided = [entry for entry in office.store.entries(each.number) if entry.kind is EntryKind.LEVEL]
    return {entry.what: str(entry.said.get("level", "")) for entry in decided}


def reloaded(settings: Settings, office: Office) -> models.ReloadShape:
    head = settings.agreement
    stands = joint.standing(office.store.standing_parts())
    newest = stands.newest
    is_rejected = newest is not None and newest.state is PartState.REJECTED and newest.text == settings.part
    return models.ReloadShape(
        waits_for=list(stands.proposed.waits_for) if stands.proposed else [],
        proposed=stands.proposed.version if stands.proposed else None,
        rejected_by=newest.ended_by if newest is not None and is_rejected else None,
        agreement=models.AgreementShape(
            id=head.id, system=head.system, version=head.version, hash=head.hash, status=head.status
        ),
        warnings=[fault(each) for each in settings.warnings],
    )


def fault(each: Fault) -> models.FaultShape:
    return models.FaultShape(line=each.line, key=each.key, message=each.message)


def _acknowledged(each: Incident, said: Iterable[Acknowledgement], party: Party) -> models.Acknowledged | None:
    """The answer that stands for the party; after a reopening the earlier ones do not any more."""
    first = next(iter(answers.standing(each, said, party)), None)
    return models.Acknowledged(contact=first.contact, at=first.at, means=first.means) if first else None


def _waits(each: Incident, episodes: Sequence[Episode], office: Office) -> list[models.WaitShape]:
    """What the recovery of a live incident waits for, by the same rule that the desk goes by."""
    if each.state not in (State.OPEN, State.VERIFYING):
        return []
    settings = office.settings()
    found = recovery.waits(
        each,
        _firing(episodes),
        recovery.asked(each, settings.probes, office.probes()),
        settings.agreement.recovery,
        office.clock.now(),
        needs_person=reporting.needs_person(each, office.store.reports(incident=each.number)[0]),
    )
    return [
        models.WaitShape(
            what=wait.what,
            name=wait.name,
            count=wait.count,
            since=wait.since,
            result=wait.result,
            until=wait.until,
            muted=wait.muted,
        )
        for wait in found
    ]


def _firing(episodes: Sequence[Episode]) -> list[Firing]:
    counted: dict[str, list[Episode]] = {}
    for episode in episodes:
        if episode.ended_at is None:
            counted.setdefault(episode.line, []).append(episode)
    return [
        Firing(line, len(found), min(each.started_at for each in found), sum(bool(each.muted) for each in found))
        for line, found in counted.items()
    ]


def _signal(episode: Episode) -> models.SignalShape:
    return models.SignalShape(
        source=episode.source,
        fingerprint=episode.fingerprint,
        labels=dict(episode.labels),
        firing=episode.ended_at is None,
        function=episode.function,
        condition=episode.condition,
        started_at=episode.started_at,
        received_at=episode.received_at,
        ended_at=episode.ended_at,
        is_end_presumed=episode.is_end_inferred,
        muted=episode.muted,
    )


def _delivery(each: Delivery) -> models.DeliveryShape:
    return models.DeliveryShape(
        contact=each.contact,
        endpoint=each.endpoint,
        state=each.state,
        attempts=each.attempt,
        verdict=each.verdict,
        reason=each.reason,
        made_at=each.made_at,
        finished_at=each.finished_at,
    )
