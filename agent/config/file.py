"""The whole of routes.yaml as one shape: what may stand in it, for the reader and for the JSON Schema."""

from collections.abc import Mapping

from agent.config import channels, door, head, operations, people, probing, routes, rows
from agent.config.shapes import Field, ListOf, Record
from agent.ports import Collector


def shape(kinds: Mapping[str, Collector]) -> Record:
    """The sections of the file; probes may ask what `kinds` can."""
    return Record(
        {
            "agreement": Field(head.SHAPE, "the head of the agreement", True),
            "channels": Field(channels.SHAPE, "endpoints written once, by a name of your choosing"),
            "parties": Field(people.SHAPE, "the two parties and their contacts", True),
            "sources": Field(operations.SOURCES, "where alerts come from, as far as the agent must be told"),
            "signals": Field(ListOf(rows.SHAPE), "what outside alerts say about the system; the first match wins"),
            "plans": Field(operations.PLANS, "response plans (3.1)"),
            "routes": Field(ListOf(routes.SHAPE), "who is told; the defaults follow"),
            "reference": Field(probing.reference_shape(kinds), "something of nobody's"),
            "probes": Field(probing.probes_shape(kinds), "what the agent asks by itself"),
            "maintenance": Field(operations.MAINTENANCE, "announced windows"),
            "server": Field(door.SHAPE, "the HTTP door"),
            "store": Field(operations.STORE, "where everything is kept"),
            "notices": Field(operations.NOTICES, "your own wording"),
            "drills": Field(operations.DRILLS, "what is practised"),
            "dead_man": Field(operations.DEAD_MAN, "who notices when the agent falls silent"),
        }
    )
