"""A change as statements: which named query runs with which rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from agent.model import Change, Episode, Notice, State
from agent.model.hot import replace
from agent.rules import chain
from agent.store import rows
from agent.store.facts import Head
from agent.store.rows import Row

STRETCH = 256
"""So many numbers of episodes are one stretch; the schema says the same."""

_OPEN = frozenset({State.OPEN, State.VERIFYING})


def statements(change: Change, head_of: Callable[[str], Head | None]) -> Iterator[tuple[str, Iterable[Row]]]:
    """Every statement but those for facts. `head_of` knows the chains as they are after this change's facts."""
    yield "put_body", map(rows.BODY.pack, change.bodies.values())
    yield "forget_line", ((id_,) for id_ in change.forgotten_lines)
    yield "forget_heartbeat", ((name,) for name in change.forgotten_heartbeats)
    yield "put_line", map(rows.LINE.pack, change.lines.values())
    yield "put_episode", map(rows.EPISODE.pack, change.episodes.values())
    yield "end_episode", map(_end, change.ends.values())
    yield "adopt_episode", ((incident, id_) for id_, incident in change.adopted.items())
    yield "put_stretch", _stretches(change)
    yield "mute_episode", ((muted, id_) for id_, muted in change.mutes.items())
    yield "expire_episode", ((rows.to_us(at), id_) for id_, at in change.expiries.items())
    # the ended first: a new incident may take the key of one that this change ends
    incidents = sorted(change.incidents.values(), key=lambda incident: incident.state in _OPEN)
    yield "put_incident", map(rows.INCIDENT.pack, incidents)
    yield "grow_incident", ((total, number) for number, total in change.signals_total.items())
    yield "put_acknowledgement", map(rows.ACKNOWLEDGEMENT.pack, change.acknowledgements)
    yield "put_notice", (rows.NOTICE.pack(_with_proof(notice, head_of)) for notice in change.notices.values())
    yield "put_delivery", map(rows.DELIVERY.pack, change.deliveries.values())
    yield "put_attempt", map(rows.ATTEMPT.pack, change.attempts)
    yield "put_ladder", map(rows.LADDER.pack, change.ladders.values())
    yield "put_link", map(rows.LINK.pack, change.links)
    yield "put_probe", map(rows.PROBE.pack, change.probes.values())
    yield "put_heartbeat", map(rows.HEARTBEAT.pack, change.heartbeats.values())
    yield "put_maintenance", map(rows.MAINTENANCE.pack, change.maintenance.values())
    yield "put_snooze", map(rows.SNOOZE.pack, change.snoozes.values())
    yield "put_obligation", map(rows.OBLIGATION.pack, change.obligations.values())
    yield "put_entry", map(rows.ENTRY.pack, change.entries.values())
    yield "put_report", map(rows.REPORT.pack, change.reports.values())
    # what has ended first: of each state that stands there is one at most
    parts = sorted(change.parts.values(), key=lambda part: part.ended_at is None)
    yield "put_agreement_part", map(rows.PART.pack, parts)
    yield "put_statement", map(rows.STATEMENT.pack, change.statements.values())
    yield "put_contact", map(rows.CARD.pack, change.contacts.values())
    yield "put_item", map(rows.ITEM.pack, change.items.values())
    yield "forget_runs_ahead", ((probe, rows.to_us(at)) for probe, at in change.runs_ahead.items())
    yield "cut_runs_ahead", ((rows.to_us(at), probe, rows.to_us(at)) for probe, at in change.runs_ahead.items())
    gone = change.forgotten_runs - change.runs.keys()
    yield "forget_run", ((probe, function, rows.to_us(at)) for probe, function, at in gone)
    yield "put_run", map(rows.RUN.pack, change.runs.values())
    yield "put_exclusion", map(rows.EXCLUSION.pack, change.exclusions.values())
    yield "put_reminder", map(rows.REMINDER.pack, change.reminders.values())


def grown(heads: Mapping[str, Head]) -> dict[str, str]:
    """Incident -> hash of its chain's head."""
    return {incident: hash_ for incident, (_, hash_) in heads.items()}


def _stretches(change: Change) -> set[Row]:
    """Where the episodes of each incident are to be looked for."""
    taken = {(episode.incident, id_ // STRETCH) for id_, episode in change.episodes.items() if episode.incident}
    return taken | {(incident, id_ // STRETCH) for id_, incident in change.adopted.items() if incident}


def _end(episode: Episode) -> Row:
    ended_at, received_at = episode.ended_at, episode.end_received_at
    return (
        None if ended_at is None else rows.to_us(ended_at),
        None if received_at is None else rows.to_us(received_at),
        episode.is_end_inferred,
        episode.doubt,
        episode.id,
    )


def _with_proof(notice: Notice, head_of: Callable[[str], Head | None]) -> Notice:
    if notice.proof:
        return notice
    head = head_of(notice.incident)
    return replace(notice, proof=chain.short(head[1])) if head else notice
