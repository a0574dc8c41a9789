"""`parties.*.on_call` — the rotas as they are now: read when the file is, and kept fresh by the running agent."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from agent.agreement import rotas
from agent.config.faults import Faults, suggest
from agent.config.nodes import Node
from agent.config.people import People
from agent.config.shapes import Entry
from agent.errors import Malformed
from agent.model import Party, PartyTerms, Rota
from agent.rules import rota

LOOKED_AHEAD = timedelta(days=30)
"""So far a gap is warned about."""


def build(
    parties: Entry | None, people: People, zone: tzinfo, now: datetime, faults: Faults, *, is_strict: bool
) -> Mapping[Party, Rota]:
    """The rota of each party that has one; what is wrong with it is named, and stops no agent.

    A file that is cut or gone in the night must not keep the agent from its start: then whoever holds the role is told.
    """
    found: dict[Party, Rota] = {}
    for party, terms in people.parties.items():
        path = Path(terms.on_call)
        if not terms.on_call or not path.exists():  # that it is not there was said
            continue
        place = (parties.node if parties else people.places[terms.contacts[0]]).at(party.value).at("on_call")
        try:
            read = rotas.read_file(path, terms.contacts, zone, now)
        except Malformed as fault:
            say = faults.error if is_strict else faults.warn
            say(place.at("calendar"), f"{fault}; until it is mended role member is told in place of who is on call")
            continue
        found[party] = read
        for title in read.unknown:
            meant = suggest(title, terms.contacts)
            faults.warn(place.at("calendar"), f"an event is called {title[:40]!r}, no contact of the {party}: {meant}")
        _warn_of_gap(place.at("calendar"), read, now, zone, faults)
    return found


def again(terms: PartyTerms, zone: tzinfo, now: datetime) -> Rota:
    """One party's rota read once more.

    Raises:
        Malformed: it cannot be read.
    """
    return rotas.read_file(Path(terms.on_call), terms.contacts, zone, now)


def _warn_of_gap(place: Node, read: Rota, now: datetime, zone: tzinfo, faults: Faults) -> None:
    gap = rota.first_gap(read, now, now + LOOKED_AHEAD)
    if gap is not None:
        begins_at, ends_at = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in gap)
        faults.warn(place, f"nobody is on call from {begins_at} to {ends_at}: role member is told then")
