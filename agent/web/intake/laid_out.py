"""A monitor with a shape of its own: the file's layout says where its body says what.

Whatever stands there is read as text: numbers and truth values as JSON writes them, and what is nested as JSON too.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from agent.config.settings import Layout, Limits
from agent.errors import Malformed
from agent.model import Letter, Signal
from agent.web.intake import generic, shape

_Time = msgspec.json.Decoder(datetime)
MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138."""


def read(raw: bytes, source: str, received_at: datetime, limits: Limits, layout: Layout) -> Letter:
    """The body's alerts as signals, and why the bad ones among them could not be read.

    Raises:
        Malformed: nothing of it can be read.
    """
    shape.refuse_other_encodings(raw)
    shape.refuse_swarms(raw, 4 * limits.alerts)
    shape.refuse_depth(raw, limits.depth)
    pieces = _pieces(raw, layout)
    shape.refuse_crowds(len(pieces), limits)
    digest = sha256(raw).hexdigest()
    signals: list[Signal] = []
    bad: list[tuple[int, str]] = []
    for index, piece in enumerate(pieces):
        try:
            alert = _alert(piece, layout, source.partition("/")[2])
            signals.append(generic.signal(alert, source, received_at, limits, digest, layout.words))
        except (msgspec.DecodeError, ValueError, RecursionError) as fault:
            bad.append((index, str(fault)))
    return Letter(source=source, signals=tuple(signals), bad=tuple(bad), body=digest)


def _pieces(raw: bytes, layout: Layout) -> list[Any]:
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise Malformed(shape.not_json(fault)) from None
    if not layout.each:
        return body if isinstance(body, list) else [body]
    found = _at(body, layout.each)
    if not isinstance(found, list):
        raise Malformed(f"no list of alerts stands at {_named(layout.each)}")
    return found


def _alert(piece: Any, layout: Layout, monitor: str) -> generic.Alert:
    """
    Raises:
        ValueError: with what is wrong with this alert.
    """
    title = _text(_at(piece, layout.title))
    if not title:
        raise ValueError(f"no title: nothing stands at {_named(layout.title)}")
    return generic.Alert(
        title=title,
        status=_text(_at(piece, layout.status)),
        labels=_texts(piece, {"alertname": title, "monitor": monitor}, layout.labels),
        annotations=_texts(piece, {}, layout.annotations),
        starts_at=_moment(piece, layout.starts_at),
        ends_at=_moment(piece, layout.ends_at),
        fingerprint=_text(_at(piece, layout.fingerprint)),
    )


def _texts(piece: Any, own: dict[str, str], ways: Any) -> msgspec.Raw:
    found = {name: text for name, way in ways.items() if (text := _text(_at(piece, way)))}
    return msgspec.Raw(msgspec.json.encode({**own, **found}))


def _at(piece: Any, way: tuple[str, ...]) -> Any:
    """What stands there; None where nothing does."""
    if not way:
        return None
    for step in way:
        if isinstance(piece, dict):
            piece = piece.get(step)
        elif isinstance(piece, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(piece):
            piece = piece[int(step[:9])]
        else:
            return None
    return piece


def _text(found: Any) -> str:
    if found is None:
        return ""
    return found.strip() if isinstance(found, str) else msgspec.json.encode(found).decode()


def _moment(piece: Any, way: tuple[str, ...]) -> datetime | None:
    """
    Raises:
        ValueError: something stands there that is no time.
    """
    text = _text(_at(piece, way))
    if text.strip("0.") == "":  # 0 is none to those that write Unix time
        return None
    try:
        return _unix(float(text)) if text.replace(".", "", 1).isdigit() else _dated(text)
    except (msgspec.DecodeError, ValueError, OverflowError, OSError):
        raise ValueError(f"{_named(way)} is no time: write RFC 3339 with a zone, or Unix time") from None


def _unix(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC)


def _dated(text: str) -> datetime:
    at = _Time.decode(msgspec.json.encode(text))
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at


def _named(way: tuple[str, ...]) -> str:
    return ".".join(way)
