"""Alertmanager's webhook (version 4, Grafana's variant too): what its body says of each alert.

The status at the top lies: only `alerts` is walked. A body is decoded in one go; only where that fails is it taken
apart, so that one bad alert does not take the good ones with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from agent.config.settings import Limits
from agent.errors import Malformed
from agent.model import Letter, Signal
from agent.web.intake import shape
from agent.web.intake.labels import annotations, clean, fingerprint, labels

LIMITS = Limits()
GRAFANA = "grafana"
"""Another source: no Alertmanager knows what it says."""

MOST_TRUNCATED = 2**31 - 1

_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_NONE = msgspec.Raw(b"null")


class _Alert(msgspec.Struct, gc=False):
    status: str = ""
    labels: msgspec.Raw = _NONE
    annotations: msgspec.Raw = _NONE
    startsAt: _Time | None = None  # noqa: N815
    endsAt: _Time | None = None  # noqa: N815
    fingerprint: str = ""


class _Body(msgspec.Struct, gc=False):
    alerts: list[_Alert] | None
    groupKey: str = ""  # noqa: N815
    truncatedAlerts: int = 0  # noqa: N815
    orgId: msgspec.Raw = _NONE  # noqa: N815  Grafana alone has one


class _Pieces(msgspec.Struct, gc=False):
    """A body of which something is not as it should be."""

    alerts: list[msgspec.Raw] | None
    groupKey: msgspec.Raw = _NONE  # noqa: N815
    truncatedAlerts: msgspec.Raw = _NONE  # noqa: N815
    orgId: msgspec.Raw = _NONE  # noqa: N815


_BODY = msgspec.json.Decoder(_Body)
_PIECES = msgspec.json.Decoder(_Pieces)
_ALERT = msgspec.json.Decoder(_Alert)


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What all alerts of one body share."""

    source: str
    received_at: datetime
    limits: Limits
    digest: str
    has_nul: bool
    group: str


def read(raw: bytes, source: str, received_at: datetime, limits: Limits = LIMITS) -> Letter:
    """The body's alerts as signals, and why the bad ones among them could not be read.

    Raises:
        Malformed: nothing of it can be read.
    """
    shape.refuse_other_encodings(raw)
    shape.refuse_swarms(raw, 4 * limits.alerts)
    try:
        body = _BODY.decode(raw)
    except msgspec.ValidationError:
        return _piecewise(raw, source, received_at, limits)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise Malformed(shape.not_json(fault)) from None
    alerts = body.alerts or []
    shape.refuse_crowds(len(alerts), limits)
    source = source if bytes(body.orgId) == b"null" else GRAFANA
    envelope = _Envelope(source, received_at, limits, shape.digest(raw), b"\\u0000" in raw, clean(body.groupKey))
    letter = _letter(enumerate(alerts), envelope, body.truncatedAlerts, [])
    # what is no signal's own could be nested, at the deepest below an alert
    if shape.openings(raw) - _own_openings(letter) > limits.depth - 3:
        shape.refuse_depth(raw, limits.depth)
    return letter


def _own_openings(letter: Letter) -> int:
    """The brackets that the body, its list and its good alerts are known to have: never too many."""
    return 2 + 2 * len(letter.signals) + sum(1 for signal in letter.signals if signal.annotations)


def _piecewise(raw: bytes, source: str, received_at: datetime, limits: Limits) -> Letter:
    shape.refuse_depth(raw, limits.depth)
    try:
        body = _PIECES.decode(raw)
    except msgspec.ValidationError as fault:
        raise Malformed(f"no Alertmanager webhook: {fault}; expected an object with a list `alerts`") from None
    except (msgspec.DecodeError, RecursionError) as fault:
        raise Malformed(shape.not_json(fault)) from None
    shape.refuse_crowds(len(body.alerts or ()), limits)
    alerts: list[tuple[int, _Alert]] = []
    bad: list[tuple[int, str]] = []
    for index, piece in enumerate(body.alerts or ()):
        try:
            alerts.append((index, _ALERT.decode(piece)))
        except (msgspec.DecodeError, RecursionError) as fault:
            bad.append((index, str(fault).replace("`$.", "`")))
    source = source if bytes(body.orgId) == b"null" else GRAFANA
    envelope = _Envelope(source, received_at, limits, shape.digest(raw), b"\\u0000" in raw, clean(_text(body.groupKey)))
    return _letter(alerts, envelope, _count(body.truncatedAlerts), bad)


def _letter(
    alerts: Iterable[tuple[int, _Alert]], envelope: _Envelope, truncated: int, bad: list[tuple[int, str]]
) -> Letter:
    signals: list[Signal] = []
    for index, alert in alerts:
        try:
            signals.append(_signal(alert, envelope))
        except (ValueError, RecursionError) as fault:
            bad.append((index, str(fault)))
    return Letter(
        source=envelope.source,
        signals=tuple(signals),
        bad=tuple(sorted(bad)),
        group=envelope.group,
        truncated=min(max(truncated, 0), MOST_TRUNCATED),
        body=envelope.digest,
    )


def _signal(alert: _Alert, envelope: _Envelope) -> Signal:
    """
    Raises:
        ValueError: with what is wrong with this alert.
    """
    limits, received_at = envelope.limits, envelope.received_at
    names = labels(bytes(alert.labels), limits)
    if not names:
        raise ValueError("labels are missing: an alert is known by them")
    ended_at = shape.moment(alert.endsAt)
    if alert.status == "firing":
        ended_at = None
    elif alert.status == "resolved":
        ended_at = ended_at or received_at
    elif alert.status:
        raise ValueError(f"status {alert.status[:40]!r} is neither firing nor resolved")
    elif ended_at is not None and ended_at > received_at:
        ended_at = None
    given = alert.fingerprint  # the sender's, where it is one
    return Signal(
        envelope.source,
        given if len(given) <= 64 and given.isascii() and given.isalnum() else fingerprint(names),
        ended_at is None,
        names,
        annotations(bytes(alert.annotations), limits, envelope.has_nul),
        shape.moment(alert.startsAt) or received_at,
        received_at,
        ended_at,
        envelope.digest,
        envelope.group,
    )


def _text(raw: msgspec.Raw) -> str:
    """A text, or "" for what is none."""
    try:
        return msgspec.json.decode(raw, type=str)
    except msgspec.DecodeError:
        return ""


def _count(raw: msgspec.Raw) -> int:
    """A number, written as a number or a text; 0 for what is none."""
    try:
        return msgspec.json.decode(raw, type=int, strict=False)
    except msgspec.DecodeError:
        return 0
