"""Nouns as rows and back: values in the order of a noun's fields, each column packed by its codec or left as it is."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec

from agent.model import (
    Acknowledgement,
    AgreementPart,
    Attachment,
    Attempt,
    Basis,
    Body,
    Card,
    Condition,
    Delivery,
    DeliveryState,
    Entry,
    EntryKind,
    Episode,
    Exclusion,
    ExclusionState,
    Heartbeat,
    Incident,
    Item,
    ItemKind,
    ItemState,
    Kind,
    Ladder,
    Line,
    Link,
    Maintenance,
    Notice,
    NoticeState,
    NoticeType,
    Obligation,
    ObligationState,
    Owing,
    PartState,
    Party,
    Phase,
    Plan,
    ProbeState,
    Recipient,
    Reminder,
    Report,
    Result,
    Role,
    Run,
    Snooze,
    State,
    Statement,
    StatementState,
    TellState,
    Verdict,
    Waiting,
)

Noun = TypeVar("Noun")
Row = tuple[Any, ...]
Codec = tuple[Callable[[Any], Any] | None, Callable[[Any], Any]]
"""(to the database, from it); None in a column stays None both ways."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US = 86_400_000_000


@lru_cache(maxsize=1024)  # alerts of one message share their times
def to_us(at: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly.

    Raises:
        TypeError: `at` is naive.
    """
    since = at - _EPOCH
    return since.days * _DAY_US + since.seconds * 1_000_000 + since.microseconds


@lru_cache(maxsize=1024)  # rows of one message share their times: halves the loading of 100,000 of them
def from_us(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)


def json_text(value: Any) -> str:
    return _ENCODER.encode(value).decode()


def _plain(value: Any) -> Any:
    """What JSON has no word for: read-only mappings become objects, anything else its text."""
    return dict(value) if isinstance(value, Mapping) else str(value)


def _json(kind: Any = Any) -> Codec:
    return json_text, msgspec.json.Decoder(kind).decode


def _word(words: type[StrEnum]) -> Codec:
    return None, {word.value: word for word in words}.__getitem__


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_TIME: Codec = (to_us, from_us)
_SPAN: Codec = (lambda span: span // timedelta(microseconds=1), lambda us: timedelta(microseconds=us))
_FLAG: Codec = (None, bool)
_TEXTS = _json(tuple[str, ...])
_ZLIB_WINDOW = 13  # bits: alerts of one body resemble each other, and a larger window takes longer to make
_ZLIB: Codec = (lambda raw: zlib.compress(raw, 1, _ZLIB_WINDOW), zlib.decompress)


def _packer(names: Sequence[str], codecs: Mapping[str, Callable[[Any], Any]]) -> Callable[[Any], Row]:
    """A function from a noun to its row, written out field by field: a loop over the codecs takes thrice as long."""
    packed = {name: f"None if noun.{name} is None else to_{name}(noun.{name})" for name in codecs}
    values = ", ".join(packed.get(name, f"noun.{name}") for name in names)
    pack: Callable[[Any], Row] = eval(f"lambda noun: ({values},)", {f"to_{name}": to for name, to in codecs.items()})
    return pack


def _unpacker(
    noun: type[Noun], names: Sequence[str], codecs: Mapping[str, Callable[[Any], Any]]
) -> Callable[[Row], Noun]:
    """A function from a row to its noun, likewise."""
    unpacked = {name: f"None if {name} is None else from_{name}({name})" for name in codecs}
    values = ", ".join(unpacked.get(name, name) for name in names)
    made = {f"from_{name}": back for name, back in codecs.items()} | {"its": noun}
    unpack: Callable[[Row], Noun] = eval(f"lambda row: (lambda {', '.join(names)}: its({values}))(*row)", made)
    return unpack


class Shape(Generic[Noun]):
    """How one noun becomes a row of its table."""

    def __init__(self, noun: type[Noun], **codecs: Codec) -> None:
        names = [field.name for field in fields(noun)]  # type: ignore[arg-type]
        self.noun = noun
        self.pack = _packer(names, {name: to for name, (to, _) in codecs.items() if to is not None})
        self.unpack = _unpacker(noun, names, {name: back for name, (_, back) in codecs.items()})


BODY = Shape(Body, received_at=_TIME, raw=_ZLIB)
EPISODE = Shape(
    Episode,
    labels=_json(),
    annotations=_json(),
    started_at=_TIME,
    detected_at=_TIME,
    received_at=_TIME,
    condition=_word(Condition),
    is_mapped=_FLAG,
    ended_at=_TIME,
    end_received_at=_TIME,
    is_end_inferred=_FLAG,
    expires_at=_TIME,
)
LINE = Shape(
    Line,
    kind=_word(Kind),
    condition=_word(Condition),
    is_mapped=_FLAG,
    is_local=_FLAG,
    tell_at_risk=_FLAG,
    rules=_TEXTS,
)
INCIDENT = Shape(
    Incident,
    kind=_word(Kind),
    state=_word(State),
    is_provisional=_FLAG,
    functions=_TEXTS,
    rules=_TEXTS,
    started_at=_TIME,
    detected_at=_TIME,
    opened_at=_TIME,
    graded_at=_TIME,
    phase=_word(Phase),
    cleared_at=_TIME,
    recovered_at=_TIME,
    closed_at=_TIME,
    truncated=_TEXTS,
    is_drill=_FLAG,
    is_mapped=_FLAG,
    is_flapping=_FLAG,
    was_lifted=_FLAG,
    told_provider=_word(NoticeState),
    told_customer=_word(NoticeState),
    told_functions=_TEXTS,
    changed_at=_TIME,
    wake_at=_TIME,
    without=_TEXTS,
    runs=_json(),
    occurred=_json(tuple[datetime, ...]),
    warned_at=_TIME,
    plan=_json(Plan),
)
ACKNOWLEDGEMENT = Shape(Acknowledgement, party=_word(Party), at=_TIME, on_file_at=_TIME)
NOTICE = Shape(
    Notice,
    type=_word(NoticeType),
    party=_word(Party),
    at=_TIME,
    due_at=_TIME,
    state=_word(NoticeState),
    recipients=_json(tuple[Recipient, ...]),
    content=_json(),
    is_loud=_FLAG,
    is_trial=_FLAG,
    asks=_FLAG,
    answer_by=_TIME,
)
DELIVERY = Shape(
    Delivery,
    party=_word(Party),
    state=_word(DeliveryState),
    due_at=_TIME,
    made_at=_TIME,
    lease_until=_TIME,
    verdict=_word(Verdict),
    finished_at=_TIME,
    is_overtaken=_FLAG,
)
ATTEMPT = Shape(Attempt, at=_TIME, verdict=_word(Verdict))
LADDER = Shape(
    Ladder,
    party=_word(Party),
    started_at=_TIME,
    limit=_SPAN,
    next_at=_TIME,
    asked_at=_TIME,
    unreachable_since=_TIME,
)
LINK = Shape(Link, party=_word(Party), made_at=_TIME)
PROBE = Shape(
    ProbeState,
    result=_word(Result),
    since=_TIME,
    last_run_at=_TIME,
    values=_json(),
    good_since=_TIME,
    tells=_json(tuple[TellState, ...]),
    has_been_ok=_FLAG,
    measured=_word(Result),
    measured_since=_TIME,
    measured_after=_TIME,
)
RUN = Shape(Run, result=_word(Result), since=_TIME, until=_TIME, is_slow=_FLAG)
EXCLUSION = Shape(
    Exclusion,
    starts_at=_TIME,
    ends_at=_TIME,
    party=_word(Party),
    at=_TIME,
    state=_word(ExclusionState),
    answered_at=_TIME,
)
HEARTBEAT = Shape(Heartbeat, last_at=_TIME, has_failed=_FLAG)
MAINTENANCE = Shape(
    Maintenance,
    starts_at=_TIME,
    ends_at=_TIME,
    announced_at=_TIME,
    announced_until=_TIME,
    functions=_TEXTS,
    probes=_TEXTS,
    ended_at=_TIME,
    reminded_of=_TIME,
)
SNOOZE = Shape(Snooze, party=_word(Party), at=_TIME, until=_TIME)
OBLIGATION = Shape(
    Obligation,
    clauses=_TEXTS,
    basis=_word(Basis),
    is_target=_FLAG,
    debtor=_word(Owing),
    creditor=_word(Owing),
    state=_word(ObligationState),
    started_at=_TIME,
    on_file_at=_TIME,
    due_at=_TIME,
    mark_at=_TIME,
    paused_at=_TIME,
    overdue_at=_TIME,
    discharged_at=_TIME,
    is_retroactive=_FLAG,
)
ENTRY = Shape(
    Entry,
    kind=_word(EntryKind),
    party=_word(Party),
    at=_TIME,
    on_file_at=_TIME,
    said=_json(),
    is_on_behalf=_FLAG,
    confirmed_at=_TIME,
    is_not_applicable=_FLAG,
)
CARD = Shape(Card, party=_word(Party), roles=_json(tuple[Role, ...]), reach=_TEXTS, at=_TIME, is_gone=_FLAG)
REPORT = Shape(
    Report,
    party=_word(Party),
    received_at=_TIME,
    occurred_at=_TIME,
    discovered_at=_TIME,
    functions=_TEXTS,
    kind=_word(Kind),
    missing=_TEXTS,
    attachments=_json(tuple[Attachment, ...]),
    acknowledged_at=_TIME,
    joined=_FLAG,
)
PART = Shape(
    AgreementPart,
    state=_word(PartState),
    at=_TIME,
    provider_at=_TIME,
    customer_at=_TIME,
    in_force_at=_TIME,
    ended_at=_TIME,
)
ITEM = Shape(
    Item,
    kind=_word(ItemKind),
    party=_word(Party),
    origin=_word(Party),
    at=_TIME,
    on_file_at=_TIME,
    state=_word(ItemState),
    due_at=_TIME,
    items=_TEXTS,
    is_internal=_FLAG,
    done_at=_TIME,
    verified_at=_TIME,
    ended_at=_TIME,
)
STATEMENT = Shape(
    Statement,
    party=_word(Party),
    at=_TIME,
    on_file_at=_TIME,
    asked=_word(Party),
    said=_json(),
    state=_word(StatementState),
    asked_at=_TIME,
    due_at=_TIME,
    answered_at=_TIME,
)
REMINDER = Shape(Reminder, told_at=_TIME, look_at=_TIME, waits=_json(tuple[Waiting, ...]))
