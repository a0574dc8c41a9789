"""Any other monitor: `{"title": …, "status": …, "labels": {…}}`, one or a list. Unknown fields are tolerated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from agent.config.settings import Limits
from agent.errors import Malformed
from agent.model import Letter, Signal
from agent.web.intake import shape
from agent.web.intake.labels import annotations, clean, fingerprint, labels

LIMITS = Limits()
LONGEST_FINGERPRINT = 128

FIRES: Mapping[str, bool] = {
    **dict.fromkeys(("firing", "alerting", "down", "problem", "open", "triggered", "critical", "warning"), True),
    **dict.fromkeys(("resolved", "ok", "up", "recovered", "closed", "normal"), False),
}
"""What monitors call it, in any case of letters."""

NO_WORDS: Mapping[str, bool] = {}

_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_NONE = msgspec.Raw(b"null")


class Alert(msgspec.Struct, gc=False):
    """One alert, as this door would have it."""

    title: str = ""
    status: str = ""
    labels: msgspec.Raw = _NONE
    annotations: msgspec.Raw = _NONE
    starts_at: _Time | None = None
    ends_at: _Time | None = None
    fingerprint: str = ""


_PIECES = msgspec.json.Decoder(list[msgspec.Raw])
_ALERT = msgspec.json.Decoder(Alert)


def read(raw: bytes, source: str, received_at: datetime, limits: Limits = LIMITS) -> Letter:
    """The body's alerts as signals, and why the bad ones among them could not be read.

    Raises:
        Malformed: nothing of it can be read.
    """
    shape.refuse_other_encodings(raw)
    shape.refuse_swarms(raw, 4 * limits.alerts)
    shape.refuse_depth(raw, limits.depth)
    pieces = _pieces(raw)
    shape.refuse_crowds(len(pieces), limits)
    digest = shape.digest(raw)
    signals: list[Signal] = []
    bad: list[tuple[int, str]] = []
    for index, piece in enumerate(pieces):
        try:
            signals.append(signal(_ALERT.decode(piece), source, received_at, limits, digest))
        except (msgspec.DecodeError, ValueError, RecursionError) as fault:
            bad.append((index, str(fault).replace("`$.", "`")))
    return Letter(source=source, signals=tuple(signals), bad=tuple(bad), body=digest)


def _pieces(raw: bytes) -> list[msgspec.Raw]:
    try:
        return _PIECES.decode(raw)
    except msgspec.ValidationError:
        if raw.lstrip()[:1] == b"{":
            return [msgspec.Raw(raw)]
        raise Malformed('no alert: expected {"title": …, "status": …, "labels": {…}}, or a list of them') from None
    except (msgspec.DecodeError, RecursionError) as fault:
        raise Malformed(shape.not_json(fault)) from None


def signal(
    alert: Alert, source: str, received_at: datetime, limits: Limits, digest: str, own: Mapping[str, bool] = NO_WORDS
) -> Signal:
    """The alert as the desk takes it; `own` are the sender's words of state, beside those that are known.

    Raises:
        ValueError: with what is wrong with this alert.
    """
    title = clean(alert.title).strip()
    if len(title.encode()) > limits.label:
        raise ValueError(f"title is longer than the {limits.label} bytes that are read")
    names = labels(bytes(alert.labels), limits)
    if title and "alertname" not in names:
        names = {"alertname": title, **names}
    if not names:
        raise ValueError("neither title nor labels: an alert is known by them")
    ends_at = shape.moment(alert.ends_at)
    fires = _fires(alert.status, own, ends_at, received_at)
    described = annotations(bytes(alert.annotations), limits, has_nul=True)
    return Signal(
        source=source,
        fingerprint=_identity(alert.fingerprint) or fingerprint(names),
        firing=fires,
        labels=names,
        annotations={"summary": title, **described} if title else described,
        started_at=shape.moment(alert.starts_at) or received_at,
        received_at=received_at,
        ended_at=None if fires else ends_at or received_at,
        body=digest,
        expires_at=ends_at if fires and ends_at is not None and ends_at > received_at else None,
    )


def _fires(status: str, own: Mapping[str, bool], ends_at: datetime | None, received_at: datetime) -> bool:
    if not status:
        return ends_at is None or ends_at > received_at
    word = status.strip().lower()
    known = own.get(word, FIRES.get(word))
    if known is None:
        raise ValueError(f"status {status[:40]!r} is not known here: write firing or resolved")
    return known


def _identity(given: str) -> str:
    """The sender's own; "" has it computed from the labels."""
    given = clean(given).strip()
    if len(given.encode()) > LONGEST_FINGERPRINT:
        raise ValueError(f"fingerprint is longer than {LONGEST_FINGERPRINT} bytes")
    return given
