"""One of each noun, every field set, and a change that holds them all."""

from datetime import UTC, datetime, timedelta

from agent.model import (
    Acknowledgement,
    Attempt,
    Body,
    Change,
    Condition,
    Delivery,
    DeliveryState,
    Episode,
    Fact,
    Heartbeat,
    Incident,
    Kind,
    Ladder,
    Line,
    Link,
    Maintenance,
    Notice,
    NoticeState,
    NoticeType,
    Party,
    Phase,
    ProbeState,
    Recipient,
    Result,
    Snooze,
    State,
    TellState,
    Verdict,
)

NOW = datetime(2026, 11, 23, 3, 11, 15, 123_456, tzinfo=UTC)
NUMBER = "INC-20261123-001"


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


BODY = Body(hash="b0d1", received_at=NOW, source="alertmanager", raw=b'{"alerts": []}' * 50, fault="no alerts")
EPISODE = Episode(
    id=7,
    source="alertmanager",
    fingerprint="9f86d081884c7d65",
    line="row:3",
    labels={"alertname": "CheckoutDown", "机房": "上海"},
    annotations={"summary": "checkout is down"},
    started_at=at(-3),
    detected_at=at(-2),
    received_at=at(-1),
    body="b0d1",
    group='{}:{alertname="CheckoutDown"}',
    function="checkout",
    condition=Condition.DOWN,
    given=1,
    is_mapped=False,
    incident=NUMBER,
    outcome="joined",
    ended_at=at(5),
    end_received_at=at(6),
    is_end_inferred=True,
    value="shop-3",
    doubt="d0ub7",
    expires_at=at(4),
    muted="silenced",
)
LINE = Line(
    id="row:3",
    function="checkout",
    kind=Kind.SECURITY,
    condition=Condition.ATTEMPT,
    given=2,
    is_mapped=False,
    severity="page",
    is_local=True,
    share_of="instance",
    total=12,
    tell_at_risk=True,
    rules=("R1", "R4"),
)
INCIDENT = Incident(
    number=NUMBER,
    kind=Kind.FAULT,
    key="fault/checkout",
    state=State.VERIFYING,
    grade=2,
    is_provisional=True,
    functions=("checkout", "refunds"),
    rules=("R4", "R7"),
    started_at=at(-3),
    detected_at=at(-2),
    opened_at=NOW,
    graded_at=at(1),
    agreement_version=4,
    agreement_hash="a97ee",
    phase=Phase.ERADICATION,
    cleared_at=at(2),
    recovered_at=at(3),
    closed_at=at(4),
    verified_by="lee",
    acknowledged_provider="lee",
    acknowledged_customer="wang",
    recurrence_of="INC-20261120-002",
    reason="false alarm",
    truncated=("group a", "group b"),
    is_drill=True,
    is_mapped=False,
    is_flapping=True,
    was_lifted=True,
    told_provider=NoticeState.RELEASED,
    told_customer=NoticeState.HELD,
    signals_total=31,
    seq=5,
    overruled=1,
    told_functions=("checkout",),
    changed_at=at(8),
    wake_at=at(30),
)
ACKNOWLEDGEMENT = Acknowledgement(NUMBER, Party.CUSTOMER, "wang", NOW, "phone", recorded_by="lee", address="127.0.0.1")
NOTICE = Notice(
    id="n1",
    incident=NUMBER,
    seq=1,
    type=NoticeType.OPENING,
    party=Party.CUSTOMER,
    grade=1,
    at=NOW,
    due_at=at(2),
    state=NoticeState.HELD,
    recipients=(Recipient("wang", "default grade 1: everyone"),),
    content={"functions": ["checkout"], "down_s": 79.5, "is_full": None},
    is_loud=True,
    is_trial=True,
    asks=True,
    answer_by=at(15),
    generation=2,
    proof="a91f3c7e",
)
DELIVERY = Delivery(
    id="d1",
    notice="n1",
    incident=NUMBER,
    party=Party.CUSTOMER,
    contact="wang",
    endpoint="wang/call",
    grade=1,
    state=DeliveryState.SENDING,
    due_at=at(2),
    made_at=NOW,
    rank=1,
    attempt=2,
    lease_until=at(3),
    fence=4,
    subject="INC-20261123-001 #1",
    text="结账不可用",
    verdict=Verdict.RETRY,
    reason="503",
    finished_at=at(4),
    is_overtaken=True,
)
ATTEMPT = Attempt("d1", 2, at(2), Verdict.NOT_SENT, "refused", 0.25)
LADDER = Ladder(
    incident=NUMBER,
    party=Party.PROVIDER,
    started_at=NOW,
    limit=timedelta(minutes=15, microseconds=1),
    round=1,
    rung=2,
    next_at=at(7),
    asked_at=at(5),
    asked=3,
    unreachable_since=at(6),
)
LINK = Link("tok3n", NUMBER, Party.CUSTOMER, "", NOW, endpoint="room")
PROBE = ProbeState(
    name="checkout-page",
    kind="http_get",
    function="checkout",
    result=Result.BAD,
    since=at(-9),
    last_run_at=NOW,
    duration_s=0.125,
    values={"status": 503.0, "text": "busy", "is_up": False, "left_s": None},
    error="503",
    good_run=1,
    good_since=at(-20),
    unknown_run=2,
    tells=(
        TellState(
            is_telling=True,
            since=at(-8),
            bad_since=at(-9),
            good_since=at(-30),
            recent=(True, False),
            openings=(at(-60), at(-8)),
            is_flapping=True,
        ),
        TellState(),
    ),
    has_been_ok=True,
)
HEARTBEAT = Heartbeat("backup", NOW, has_failed=True, within_s=90.5)

MAINTENANCE = Maintenance(
    id="MW-20261123-001",
    what="数据库升级",
    starts_at=at(60),
    ends_at=at(150),
    announced_at=NOW,
    announced_until=at(120),
    by="lee",
    functions=("checkout",),
    probes=("ledger-db",),
    ended_at=at(140),
    ended_by="lee",
    reminded_of=at(150),
)
SNOOZE = Snooze(NUMBER, Party.PROVIDER, "lee", "lee", NOW, at(30), 2, "在路上")


def fact(kind: str = "incident_opened", incident: str = NUMBER, **detail: object) -> Fact:
    return Fact(incident, NOW, kind, "agent", detail)


def everything() -> Change:
    """A change with a row of every kind, and no fact."""
    return Change(
        bodies={BODY.hash: BODY},
        episodes={EPISODE.id: EPISODE},
        lines={LINE.id: LINE},
        incidents={INCIDENT.number: INCIDENT},
        acknowledgements=[ACKNOWLEDGEMENT],
        notices={NOTICE.id: NOTICE},
        deliveries={DELIVERY.id: DELIVERY},
        attempts=[ATTEMPT],
        ladders={(LADDER.incident, LADDER.party): LADDER},
        links=[LINK],
        probes={PROBE.name: PROBE},
        heartbeats={HEARTBEAT.name: HEARTBEAT},
        maintenance={MAINTENANCE.id: MAINTENANCE},
        snoozes={(SNOOZE.incident, SNOOZE.party, SNOOZE.contact): SNOOZE},
    )
