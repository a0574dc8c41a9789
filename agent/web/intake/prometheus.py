"""What Prometheus, vmalert, Loki and `amtool alert add` post to Alertmanager's own API: a list of alerts.

There is no status: an alert fires until its `endsAt`, which every repetition moves on, and has ended after it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from agent.config.settings import Limits
from agent.errors import Malformed
from agent.model import Letter, Signal
from agent.web.intake import shape
from agent.web.intake.labels import annotations, fingerprint_of, labels

LIMITS = Limits()

RESOLVE_TIMEOUT = timedelta(minutes=5)
"""How long an alert fires that came without an end; Alertmanager's own default."""

_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_NONE = msgspec.Raw(b"null")


class _Alert(msgspec.Struct, gc=False):
    labels: msgspec.Raw = _NONE
    annotations: msgspec.Raw = _NONE
    startsAt: _Time | None = None  # noqa: N815
    endsAt: _Time | None = None  # noqa: N815


_ALERTS = msgspec.json.Decoder(list[_Alert] | None)
_PIECES = msgspec.json.Decoder(list[msgspec.Raw] | None)
_ALERT = msgspec.json.Decoder(_Alert)


def read(raw: bytes, source: str, received_at: datetime, limits: Limits = LIMITS) -> Letter:
    """The body's alerts as signals, and why the bad ones among them could not be read.

    Raises:
        Malformed: nothing of it can be read.
    """
    shape.refuse_other_encodings(raw)
    shape.refuse_swarms(raw, 4 * limits.alerts)
    bad: list[tuple[int, str]] = []
    alerts: Iterable[tuple[int, _Alert]]
    try:
        whole = _ALERTS.decode(raw) or []
        shape.refuse_crowds(len(whole), limits)
        alerts = enumerate(whole)
    except msgspec.ValidationError:
        alerts = _piecewise(raw, limits, bad)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise Malformed(shape.not_json(fault)) from None
    digest = shape.digest(raw)
    has_nul = b"\\u0000" in raw
    signals: list[Signal] = []
    for index, alert in alerts:
        try:
            signals.append(_signal(alert, source, received_at, limits, digest, has_nul))
        except (ValueError, RecursionError) as fault:
            bad.append((index, str(fault)))
    # what is no signal's own could be nested, at the deepest in an alert
    if shape.openings(raw) - _own_openings(signals) > limits.depth - 2:
        shape.refuse_depth(raw, limits.depth)
    return Letter(source=source, signals=tuple(signals), bad=tuple(sorted(bad)), body=digest)


def _own_openings(signals: list[Signal]) -> int:
    """The brackets that the list and its good alerts are known to have: never too many."""
    return 1 + 2 * len(signals) + sum(1 for signal in signals if signal.annotations)


def _piecewise(raw: bytes, limits: Limits, bad: list[tuple[int, str]]) -> list[tuple[int, _Alert]]:
    """The alerts that can be read, each with its index; the others go to `bad`."""
    shape.refuse_depth(raw, limits.depth)
    try:
        pieces = _PIECES.decode(raw) or []
    except msgspec.ValidationError as fault:
        raise Malformed(f"no alerts: {fault}; expected a list of them") from None
    shape.refuse_crowds(len(pieces), limits)
    good: list[tuple[int, _Alert]] = []
    for index, piece in enumerate(pieces):
        try:
            good.append((index, _ALERT.decode(piece)))
        except (msgspec.DecodeError, RecursionError) as fault:
            bad.append((index, str(fault).replace("`$.", "`")))
    return good


def _signal(alert: _Alert, source: str, received_at: datetime, limits: Limits, digest: str, has_nul: bool) -> Signal:
    """
    Raises:
        ValueError: with what is wrong with this alert.
    """
    raw = bytes(alert.labels)
    names = labels(raw, limits)
    if "" in names.values():  # a label without a value is no label: with it the fingerprint would be another
        names = {name: value for name, value in names.items() if value}
    if not names:
        raise ValueError("at least one label pair required")
    starts_at, ends_at = shape.moment(alert.startsAt), shape.moment(alert.endsAt)
    if starts_at is not None and ends_at is not None and ends_at < starts_at:
        raise ValueError("start time must be before end time")
    ends_at = ends_at or received_at + RESOLVE_TIMEOUT
    fires = ends_at > received_at
    return Signal(  # by position: by name it takes three times as long
        source,
        fingerprint_of(raw, names),
        fires,
        names,
        annotations(bytes(alert.annotations), limits, has_nul),
        starts_at or min(received_at, ends_at),
        received_at,
        None if fires else ends_at,
        digest,
        "",
        False,
        "",
        "",
        None,
        None,
        None,
        ends_at if fires else None,
    )
