"""`sources.generic`: where the body of a monitor with a shape of its own says what."""

import re
from collections.abc import Mapping

from agent.config.faults import Faults
from agent.config.head import name_of
from agent.config.settings import Layout
from agent.config.shapes import TEXT, Either, Entry, Field, ListOf, MapOf, Record, Scalar

_WAY = r"[^.\s]+(\.[^.\s]+)*"


def _way(text: str) -> tuple[str, ...]:
    if not re.fullmatch(_WAY, text):
        raise ValueError("is no way into a body: write names with dots between, such as trigger.name, or list them")
    return tuple(text.split("."))


_STANDS = Either(
    Scalar("a way into the body such as trigger.name", _way, {"type": "string", "pattern": f"^{_WAY}$"}),
    ListOf(TEXT, at_least=1),
)
_NAMED = MapOf(_STANDS)
_WORDS = ListOf(TEXT)

SHAPE = MapOf(
    Record(
        {
            "title": Field(_STANDS, "where its name stands: `trigger.name`, or a list where a name holds a dot", True),
            "each": Field(_STANDS, "where the list of alerts stands; the body is one alert where it is not said"),
            "status": Field(_STANDS, "where its state stands; without it `ends_at` decides"),
            "firing": Field(_WORDS, "its own words for a fault, beside those that are known"),
            "resolved": Field(_WORDS, "its own words for the end of one, beside those that are known"),
            "labels": Field(_NAMED, "labels for the rows of `signals:`, each with where it stands"),
            "annotations": Field(_NAMED, "what the provider reads, each with where it stands"),
            "starts_at": Field(_STANDS, "where its begin stands: RFC 3339 with a zone, or Unix time"),
            "ends_at": Field(_STANDS, "where its end stands"),
            "fingerprint": Field(_STANDS, "where its identity stands; title and labels where it is not said"),
        },
        "takes its bodies at `/webhooks/generic/NAME`",
    ),
    name_of("monitor's name"),
)


def build(sources: Entry | None, faults: Faults) -> Mapping[str, Layout]:
    """By the monitor's name."""
    found: Mapping[str, Entry] = (sources.get("generic") if sources else None) or {}
    return {name: _layout(entry, faults) for name, entry in found.items()}


def _layout(entry: Entry, faults: Faults) -> Layout:
    fires = {word.strip().lower() for word in entry.get("firing", ())}
    over = {word.strip().lower() for word in entry.get("resolved", ())}
    for word in sorted(fires & over):
        faults.error(entry.at("resolved"), f"{word!r} stands under `firing:` too: it can mean one of them only")
    return Layout(
        title=entry.get("title", ()),
        each=entry.get("each", ()),
        status=entry.get("status", ()),
        words={**dict.fromkeys(fires, True), **dict.fromkeys(over, False)},
        labels=entry.get("labels", {}),
        annotations=entry.get("annotations", {}),
        starts_at=entry.get("starts_at", ()),
        ends_at=entry.get("ends_at", ()),
        fingerprint=entry.get("fingerprint", ()),
    )
