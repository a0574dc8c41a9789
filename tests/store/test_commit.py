"""One transaction: whole or not at all, kept as it was given, and the same twice as once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import StoreUnavailable
from agent.model import Change, DeliveryState, NoticeState, State, Verdict
from agent.rules import chain
from agent.store.sqlite import SqliteStore
from tests.store import nouns
from tests.store.nouns import NUMBER, at, everything, fact
from tests.support.store import temporary_store


def dump(path: Path, *, facts: bool = True) -> list[tuple[object, ...]]:
    """Every row of every table, read from outside."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    wanted = [name for name in tables if facts or name != "fact"]
    found = [(name, *row) for name in wanted for row in connection.execute(f'SELECT * FROM "{name}"')]
    connection.close()
    return found


def test_every_noun_comes_back_as_it_was_given(store: SqliteStore) -> None:
    store.commit(everything())

    assert store.body("b0d1") == nouns.BODY
    assert store.bodies() == [nouns.BODY]
    assert store.episodes(NUMBER) == [nouns.EPISODE]
    assert list(store.marks(at(0))) == [replace(nouns.EPISODE, annotations={})]
    assert store.lines() == [nouns.LINE]
    assert store.incident(NUMBER) == nouns.INCIDENT
    assert store.live_incidents() == [nouns.INCIDENT]
    assert store.acknowledgements(NUMBER) == [nouns.ACKNOWLEDGEMENT]
    assert store.notice("n1") == nouns.NOTICE
    assert store.notices(NUMBER) == [nouns.NOTICE]
    assert store.held_notices() == [nouns.NOTICE]
    assert store.delivery("d1") == nouns.DELIVERY
    assert store.deliveries_of("n1") == store.deliveries_of("n1", "wang") == [nouns.DELIVERY]
    assert store.deliveries_for(NUMBER) == [nouns.DELIVERY]
    assert store.ladders() == [nouns.LADDER]
    assert store.link("tok3n") == nouns.LINK
    assert store.live_links() == [nouns.LINK]
    assert store.probe_states() == {"checkout-page": nouns.PROBE}
    assert store.heartbeats() == {"backup": nouns.HEARTBEAT}
    assert store.maintenance(at(0)) == [store.maintenance_window("MW-20261123-001")] == [nouns.MAINTENANCE]
    assert store.live_snoozes() == store.snoozes(NUMBER) == [nouns.SNOOZE]
    assert store.reminders() == [nouns.REMINDER]


def test_what_is_not_set_comes_back_unset(store: SqliteStore) -> None:
    bare = replace(
        nouns.EPISODE,
        condition=None,
        given=None,
        incident=None,
        ended_at=None,
        end_received_at=None,
        is_end_inferred=False,
        labels={},
        annotations={},
    )
    incident = replace(nouns.INCIDENT, functions=(), truncated=(), wake_at=None, told_customer=None, closed_at=None)

    store.commit(Change(episodes={7: bare}, incidents={NUMBER: incident}))

    assert list(store.marks(at(0))) == [bare]
    assert store.incident(NUMBER) == incident


def test_the_attempt_is_on_file(store: SqliteStore) -> None:
    store.commit(everything())

    assert ("attempt", "d1", 2, 1795403595123456, "not_sent", "refused", 0.25) in dump(store.path)


def test_a_later_row_of_the_same_key_takes_the_place_of_the_earlier(store: SqliteStore) -> None:
    store.commit(everything())
    episode = replace(nouns.EPISODE, incident=None, doubt="", ended_at=None, end_received_at=None)
    incident = replace(nouns.INCIDENT, state=State.CLOSED, seq=9)

    store.commit(Change(episodes={7: episode}, incidents={NUMBER: incident}))

    assert list(store.marks(at(0))) == [replace(episode, annotations={})]
    assert store.incident(NUMBER) == incident
    assert store.live_incidents() == []


def test_an_end_changes_nothing_but_the_end_and_its_doubt(store: SqliteStore) -> None:
    open_ = replace(nouns.EPISODE, ended_at=None, end_received_at=None, is_end_inferred=False, doubt="")
    store.commit(Change(episodes={7: open_}))

    store.commit(Change(ends={7: replace(nouns.EPISODE, labels={}, function="other", outcome="other")}))

    assert store.episodes(NUMBER) == [nouns.EPISODE]


def test_an_older_episode_is_adopted_by_an_incident(store: SqliteStore) -> None:
    store.commit(Change(episodes={7: replace(nouns.EPISODE, incident=None)}))

    store.commit(Change(adopted={7: NUMBER}))

    assert store.episodes(NUMBER) == [nouns.EPISODE]


def test_what_is_forgotten_is_gone_unless_the_same_change_brings_it_back(store: SqliteStore) -> None:
    other, silent = replace(nouns.LINE, id="alert:Other"), replace(nouns.HEARTBEAT, name="alert:Silent")
    store.commit(
        Change(
            lines={nouns.LINE.id: nouns.LINE, other.id: other},
            heartbeats={nouns.HEARTBEAT.name: nouns.HEARTBEAT, silent.name: silent},
        )
    )

    store.commit(
        Change(
            forgotten_lines={nouns.LINE.id, other.id},
            forgotten_heartbeats={silent.name, "never heard of"},
            lines={other.id: other},
        )
    )

    assert store.lines() == [other]
    assert list(store.heartbeats()) == [nouns.HEARTBEAT.name]


def test_an_incident_may_take_the_key_of_one_that_ends_in_the_same_change(store: SqliteStore) -> None:
    store.commit(Change(incidents={NUMBER: nouns.INCIDENT}))
    new = replace(nouns.INCIDENT, number="INC-20261123-002", state=State.OPEN)
    ended = replace(nouns.INCIDENT, state=State.RECOVERED)

    store.commit(Change(incidents={new.number: new, NUMBER: ended}))

    assert [incident.number for incident in store.live_incidents()] == [NUMBER, "INC-20261123-002"]


def test_two_open_incidents_of_one_key_are_impossible(store: SqliteStore) -> None:
    store.commit(Change(incidents={NUMBER: nouns.INCIDENT}))
    twin = replace(nouns.INCIDENT, number="INC-20261123-002", state=State.OPEN)

    with pytest.raises(StoreUnavailable, match="rule of the archive"):
        store.commit(Change(incidents={twin.number: twin}))

    assert store.incident("INC-20261123-002") is None


def test_a_late_couriers_row_changes_nothing(store: SqliteStore) -> None:
    store.commit(everything())
    late = replace(nouns.DELIVERY, fence=3, state=DeliveryState.GIVEN_UP)
    newer = replace(nouns.DELIVERY, fence=5, state=DeliveryState.ACCEPTED, verdict=Verdict.ACCEPTED)

    store.commit(Change(deliveries={"d1": late}))
    after_late = store.delivery("d1")
    store.commit(Change(deliveries={"d1": newer}))

    assert after_late == nouns.DELIVERY
    assert store.delivery("d1") == newer


def test_an_empty_change_writes_nothing(store: SqliteStore) -> None:
    assert store.commit(Change()) == {}


# --- facts and proofs
def test_facts_are_sealed_in_order_each_in_its_own_chain(store: SqliteStore) -> None:
    store.commit(Change(facts=[fact("opened", n=1), fact("agent_started", ""), fact("graded", n=2)]))
    store.commit(Change(facts=[fact("closed")]))

    chained = store.timeline(NUMBER)
    assert [(one.seq, one.fact) for one in chained] == [
        (1, fact("opened", n=1)),
        (2, fact("graded", n=2)),
        (3, fact("closed")),
    ]
    assert [one.seq for one in store.timeline("")] == [1]
    assert chain.verify(chained) is None
    assert len({one.salt for one in chained}) == 3


def test_commit_answers_with_the_heads_of_the_chains_that_grew(store: SqliteStore) -> None:
    store.commit(Change(facts=[fact("opened"), fact("agent_started", "")]))

    heads = store.commit(Change(facts=[fact("graded"), fact("closed")]))

    assert heads == {NUMBER: store.timeline(NUMBER)[-1].hash}


def test_a_chain_goes_on_after_the_archive_was_opened_again(store: SqliteStore, tmp_path: Path) -> None:
    store.commit(Change(facts=[fact("opened")]))
    store.close()

    again = temporary_store(tmp_path)
    again.commit(Change(facts=[fact("closed")]))

    assert [one.seq for one in again.timeline(NUMBER)] == [1, 2]
    assert again.integrity() == []
    again.close()


def test_a_notice_carries_the_head_of_its_chain_after_the_facts_of_the_same_change(store: SqliteStore) -> None:
    notice = replace(nouns.NOTICE, proof="")
    other = replace(notice, id="n2", incident="INC-20261123-002")

    heads = store.commit(Change(facts=[fact("opened"), fact("told")], notices={"n1": notice, "n2": other}))

    assert store.notice("n1") == replace(notice, proof=heads[NUMBER][:8])
    assert store.notice("n2") == other  # its chain has not begun


def test_a_notice_without_new_facts_carries_the_head_on_file(store: SqliteStore, tmp_path: Path) -> None:
    heads = store.commit(Change(facts=[fact("opened")]))
    store.close()

    again = temporary_store(tmp_path)
    again.commit(Change(notices={"n1": replace(nouns.NOTICE, proof="")}))

    assert again.notice("n1") == replace(nouns.NOTICE, proof=heads[NUMBER][:8])
    again.close()


@pytest.fixture
def outside(store: SqliteStore) -> Iterator[apsw.Connection]:
    """Another hand on the file, with three facts in it."""
    store.commit(Change(facts=[fact("opened", n=1), fact("graded"), fact("closed")]))
    connection = apsw.Connection(str(store.path))
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM fact WHERE seq = 2",
        "UPDATE fact SET kind = 'other' WHERE seq = 2",
        "UPDATE fact SET detail = '{}' WHERE seq = 1",
        "UPDATE fact SET detail = NULL WHERE seq = 1",
        "UPDATE fact SET detail = NULL, salt = NULL, \"by\" = 'lee' WHERE seq = 1",
    ],
)
def test_facts_are_only_added(store: SqliteStore, outside: apsw.Connection, statement: str) -> None:
    with pytest.raises(apsw.ConstraintError):
        outside.execute(statement)

    assert store.integrity() == []


def test_a_detail_may_be_erased_and_the_chain_still_holds(store: SqliteStore, outside: apsw.Connection) -> None:
    outside.execute("UPDATE fact SET detail = NULL, salt = NULL WHERE seq = 1")

    assert store.timeline(NUMBER)[0].fact.detail == {}
    assert store.integrity() == []


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("DELETE FROM fact WHERE seq = 2", 2),
        ("UPDATE fact SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE fact SET detail = '{\"n\":2}' WHERE seq = 1", 1),
    ],
)
def test_who_takes_the_triggers_away_is_found_by_the_chain(
    store: SqliteStore, outside: apsw.Connection, statement: str, place: int
) -> None:
    outside.execute("DROP TRIGGER fact_stays; DROP TRIGGER fact_stays_as_it_is")
    outside.execute(statement)

    assert store.integrity() == [f"the chain of {NUMBER} does not hold at fact {place}"]


# --- whole or not at all
PARTS = [
    "bodies",
    "episodes",
    "lines",
    "incidents",
    "acknowledgements",
    "notices",
    "deliveries",
    "attempts",
    "ladders",
    "links",
    "probes",
    "heartbeats",
    "maintenance",
    "snoozes",
    "reminders",
    "facts",
]


@pytest.mark.parametrize("part", PARTS)
def test_a_failure_anywhere_leaves_nothing_and_the_next_commit_works(store: SqliteStore, part: str) -> None:
    store.commit(Change(facts=[fact("before")]))
    table = {"bodies": "body", "deliveries": "delivery"}.get(part, part.removesuffix("s"))
    store.close()
    with_fault = apsw.Connection(str(store.path))
    with_fault.execute(f"CREATE TRIGGER fault BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'injected'); END")
    again = SqliteStore(store.path)
    before = dump(store.path)
    change = everything()
    change.say(fact("during"))

    with pytest.raises(StoreUnavailable, match="injected"):
        again.commit(change)

    assert dump(store.path) == before
    with_fault.execute("DROP TRIGGER fault")
    with_fault.close()
    again.commit(change)
    assert [one.fact.kind for one in again.timeline(NUMBER)] == ["before", "during"]
    assert again.integrity() == []
    again.close()


@pytest.mark.parametrize(
    "unfit",
    [
        replace(nouns.EPISODE, fingerprint="\ud800"),
        replace(nouns.EPISODE, labels={"a": "\ud800"}),
        replace(nouns.EPISODE, fingerprint=object()),  # type: ignore[arg-type]
        replace(nouns.EPISODE, id=2**70),
        replace(nouns.EPISODE, started_at=nouns.NOW.replace(tzinfo=None)),
        replace(nouns.EPISODE, started_at=None),  # type: ignore[arg-type]
        replace(nouns.EPISODE, given=4),  # type: ignore[arg-type]
    ],
)
def test_a_value_that_cannot_be_kept_leaves_nothing(store: SqliteStore, unfit: object) -> None:
    before = dump(store.path)

    with pytest.raises(StoreUnavailable):
        store.commit(Change(facts=[fact("opened")], episodes={1: nouns.EPISODE, 2: unfit}))  # type: ignore[dict-item]

    assert dump(store.path) == before
    store.commit(Change(facts=[fact("opened")]))
    assert [one.seq for one in store.timeline(NUMBER)] == [1]


def test_nul_and_any_script_are_kept(store: SqliteStore) -> None:
    labels = {"路径": "C:\\temp\0", "emoji": "🔥", "quote": "'; DROP TABLE fact; --"}

    store.commit(Change(episodes={7: replace(nouns.EPISODE, labels=labels, fingerprint="a\0b")}))

    assert store.episodes(NUMBER) == [replace(nouns.EPISODE, labels=labels, fingerprint="a\0b")]


# --- twice is once
@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Any selection of rows in any state, each key at most once."""
    whole = everything()
    change = Change()
    for part in draw(st.lists(st.sampled_from([part for part in PARTS if part != "facts"]), unique=True)):
        setattr(change, part, getattr(whole, part))
    state = draw(st.sampled_from(State))
    change.incidents = {number: replace(row, state=state) for number, row in change.incidents.items()}
    held = draw(st.sampled_from(NoticeState))
    proof = draw(st.sampled_from(["", "a91f3c7e"]))
    change.notices = {id_: replace(row, state=held, proof=proof) for id_, row in change.notices.items()}
    fence = draw(st.integers(0, 9))
    change.deliveries = {id_: replace(row, fence=fence) for id_, row in change.deliveries.items()}
    if draw(st.booleans()):
        change.ends = {7: replace(nouns.EPISODE, is_end_inferred=draw(st.booleans()))}
    if draw(st.booleans()):
        change.adopted = {7: draw(st.sampled_from([NUMBER, "INC-20261123-002"]))}
    if draw(st.booleans()):
        change.forgotten_lines, change.forgotten_heartbeats = {nouns.LINE.id}, {nouns.HEARTBEAT.name}
    return change


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(earlier=st.lists(changes(), max_size=2), change=changes())
def test_committing_the_same_change_twice_is_committing_it_once(
    store: SqliteStore, earlier: list[Change], change: Change
) -> None:
    for one in earlier:
        store.commit(one)
    store.commit(change)
    once = dump(store.path, facts=False)

    store.commit(change)

    assert dump(store.path, facts=False) == once
