"""What the desk, the courier and the pages are answered."""

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import Malformed
from agent.model import (
    Attempted,
    Change,
    Condition,
    Delivery,
    DeliveryState,
    Incident,
    ItemKind,
    ItemState,
    ObligationState,
    Owing,
    State,
)
from agent.store import queries, rows
from agent.store.sqlite import SqliteStore
from tests.store import nouns
from tests.store.nouns import NUMBER, at, fact


# --- the desk
def test_marks_are_the_latest_episode_of_each_signal_that_is_open_then_of_those_that_ended_lately(
    store: SqliteStore,
) -> None:
    ended = replace(nouns.EPISODE, annotations={})
    open_ = replace(ended, ended_at=None, end_received_at=None)
    long_ago = replace(ended, id=1, fingerprint="long ago", end_received_at=at(-61))
    told_late = replace(ended, id=2, fingerprint="told late", ended_at=at(-300), end_received_at=at(-59))
    not_told = replace(ended, id=3, fingerprint="not told", ended_at=at(-59), end_received_at=None)
    again = [replace(ended, id=4, fingerprint="again"), replace(open_, id=9, fingerprint="again")]
    other_source = replace(open_, id=8, source="probe", fingerprint="again")
    rows_ = [long_ago, told_late, not_told, *again, other_source]
    store.commit(Change(episodes={row.id: row for row in rows_}))

    marks = list(store.marks(at(-60)))

    assert [mark.id for mark in marks] == [8, 9, 2, 3]
    assert marks[1] == again[1]


def test_of_a_signal_that_came_and_went_a_thousand_times_the_last_episode_is_its_mark(store: SqliteStore) -> None:
    ended = replace(nouns.EPISODE, annotations={})
    rows_ = [replace(ended, id=id_, fingerprint=f"f{id_ % 2}", end_received_at=at(0)) for id_ in range(1, 2002)]
    store.commit(Change(episodes={row.id: row for row in rows_}))

    assert [mark.id for mark in store.marks(at(-60))] == [2000, 2001]


def test_open_episodes_come_by_age_between_two_ids(store: SqliteStore) -> None:
    ended = replace(nouns.EPISODE, annotations={})
    open_ = replace(ended, ended_at=None, end_received_at=None)
    rows_ = [replace(open_, id=id_, fingerprint=str(id_)) for id_ in range(1, 9)] + [replace(ended, id=9)]
    rows_[4] = replace(ended, id=5, fingerprint="5")
    store.commit(Change(episodes={row.id: row for row in rows_}))

    assert [row.id for row in store.open_episodes(2, 7, 3)] == [3, 4, 6]
    assert [row.id for row in store.open_episodes(6, 7, 3)] == [7]
    assert store.open_episodes(2, 3, 3) == [rows_[2]]


def test_an_episode_is_found_whole_by_its_id(store: SqliteStore) -> None:
    store.commit(Change(episodes={7: nouns.EPISODE}))

    assert (store.episode(7), store.episode(8)) == (nouns.EPISODE, None)


def test_attempts_are_counted_by_function_from_a_moment_until_another(store: SqliteStore) -> None:
    """R3"""
    one = replace(nouns.EPISODE, annotations={}, condition=Condition.ATTEMPT, incident=None, started_at=at(0))
    rows_ = [
        one,
        replace(one, id=2, fingerprint="2", started_at=at(5), incident=NUMBER),
        replace(one, id=3, fingerprint="3", started_at=at(3), function="ledger"),
        replace(one, id=4, fingerprint="4", started_at=at(-1)),
        replace(one, id=5, fingerprint="5", started_at=at(10)),
        replace(one, id=6, fingerprint="6", condition=Condition.SUSPECTED),
    ]
    store.commit(Change(episodes={row.id: row for row in rows_}))

    assert store.attempts(at(0), at(10)) == [
        Attempted(one.function, 2, 1, at(0), at(5)),
        Attempted("ledger", 1, 0, at(3), at(3)),
    ]


def test_maintenance_is_what_is_not_over_or_ended_since(store: SqliteStore) -> None:
    long_ago = replace(nouns.MAINTENANCE, id="MW-20261101-001", ended_at=at(-61))
    ahead = replace(nouns.MAINTENANCE, id="MW-20261123-012", starts_at=at(900), ended_at=None)
    store.commit(Change(maintenance={each.id: each for each in (ahead, nouns.MAINTENANCE, long_ago)}))

    assert [each.id for each in store.maintenance(at(-60))] == ["MW-20261123-001", "MW-20261123-012"]
    assert [store.last_maintenance(day) for day in ("20261123", "20261101", "20261102")] == [12, 1, 0]


def test_what_began_in_maintenance_is_counted_by_line_until_it_has_an_incident_or_ends(store: SqliteStore) -> None:
    waits = replace(nouns.EPISODE, outcome="maintenance", incident=None, ended_at=None, function="ledger")
    rows_ = [
        replace(waits, id=1),
        replace(waits, id=2, fingerprint="another"),
        replace(waits, id=3, incident=NUMBER),
        replace(waits, id=4, ended_at=at(0)),
        replace(waits, id=5, outcome="alert_only"),
    ]
    store.commit(Change(episodes={row.id: row for row in rows_}))

    assert store.lines_in_maintenance() == [("row:3", "ledger", 2)]


def test_live_incidents_are_neither_closed_nor_void(store: SqliteStore) -> None:
    store.commit(Change(incidents=dict(incident(n, state) for n, state in enumerate(State))))

    assert [one.state for one in store.live_incidents()] == ["open", "verifying", "recovered"]


def test_ended_incidents_are_those_closed_since(store: SqliteStore) -> None:
    number, early = incident(1, State.CLOSED)
    late = replace(early, number=f"{number}9", closed_at=at(90))
    store.commit(Change(incidents={number: early, late.number: late}))

    assert store.ended_incidents(at(60)) == [late]


def test_links_and_ladders_of_live_incidents_are_known_again(store: SqliteStore) -> None:
    gone, closed = incident(2, State.CLOSED)
    here, live = incident(1, State.OPEN)
    links = [nouns.LINK, replace(nouns.LINK, token="gone", incident=gone)]
    link = replace(nouns.LINK, incident=here)
    ended = replace(nouns.LADDER, incident=gone, next_at=None)
    silent = replace(nouns.LADDER, incident=here, next_at=None)
    running = replace(nouns.LADDER, incident="INC-20260101-001")
    ladders = {(ladder.incident, ladder.party): ladder for ladder in (ended, silent, running)}
    store.commit(Change(incidents={gone: closed, here: live}, links=[*links[1:], link], ladders=ladders))

    assert store.live_links() == [link]
    assert store.ladders() == [running, silent]


def test_numbers_go_on_from_the_highest_of_the_day(store: SqliteStore) -> None:
    numbers = ["INC-20261122-007", "INC-20261123-002", "INC-20261123-999", "INC-20261123-1000", "INC-20261124-003"]
    for number in numbers:
        store.commit(Change(incidents={number: replace(nouns.INCIDENT, number=number, state=State.CLOSED)}))

    assert store.last_number("20261123") == 1000
    assert store.last_number("20261124") == 3
    assert store.last_number("20261125") == 0


# --- the courier
def delivery(id_: str, due: float, grade: int = 2, **changed: object) -> tuple[str, Delivery]:
    row = replace(
        nouns.DELIVERY,
        id=id_,
        state=DeliveryState.WAITING,
        due_at=at(due),
        made_at=at(due),
        grade=grade,  # type: ignore[arg-type]
        lease_until=None,
    )
    return id_, replace(row, **changed)  # type: ignore[arg-type]


def test_due_deliveries_are_grade_1_first_then_oldest(store: SqliteStore) -> None:
    sending = DeliveryState.SENDING
    rows_ = [
        delivery("old", -9),
        delivery("older", -10),
        delivery("grade 3", -99, 3),
        delivery("grade 1", -1, 1),
        delivery("later", 1, 1),
        delivery("leased", -9, 1, state=sending, lease_until=at(1)),
        delivery("lease ended", -9, 1, state=sending, lease_until=at(0)),
        *(delivery(state, -9, 1, state=state) for state in ("accepted", "given_up", "cancelled")),
    ]
    store.commit(Change(deliveries=dict(rows_)))

    assert [row.id for row in store.due_deliveries(at(0), 10)] == ["lease ended", "grade 1", "older", "old", "grade 3"]
    assert [row.id for row in store.due_deliveries(at(0), 2)] == ["lease ended", "grade 1"]


def test_the_courier_wakes_for_the_next_due_or_the_next_lease_that_ends(store: SqliteStore) -> None:
    nothing = store.next_delivery_at()
    store.commit(Change(deliveries=dict([delivery("a", 5), delivery("b", 9)])))
    due = store.next_delivery_at()
    leased = delivery("c", -9, state=DeliveryState.SENDING, lease_until=at(3))
    store.commit(Change(deliveries=dict([leased, delivery("d", -9, state=DeliveryState.ACCEPTED)])))

    assert (nothing, due, store.next_delivery_at()) == (None, at(5), at(3))


def test_deliveries_of_a_notice_may_be_asked_for_one_contact(store: SqliteStore) -> None:
    store.commit(
        Change(deliveries=dict([delivery("a", 1), delivery("b", 2, contact="zhao"), delivery("c", 3, notice="n2")]))
    )

    assert [row.id for row in store.deliveries_of("n1")] == ["a", "b"]
    assert [row.id for row in store.deliveries_of("n1", "zhao")] == ["b"]
    assert [row.id for row in store.deliveries_for(NUMBER)] == ["a", "b", "c"]


def test_what_was_sent_long_ago_and_has_ended_may_be_left_out(store: SqliteStore) -> None:
    long_ago = delivery("ended", 1, made_at=at(-9), state=DeliveryState.ACCEPTED, finished_at=at(-8))
    still_tried = delivery("tried", 1, made_at=at(-9), finished_at=None)
    store.commit(Change(deliveries=dict([long_ago, still_tried, delivery("fresh", 1, made_at=at(0))])))

    assert [row.id for row in store.deliveries_for(NUMBER, at(0))] == ["tried", "fresh"]
    assert len(store.deliveries_for(NUMBER)) == 3


def test_a_link_is_found_by_contact_or_by_room(store: SqliteStore) -> None:
    mine = replace(nouns.LINK, token="mine", contact="lee", endpoint="", about="")
    newer = replace(mine, token="newer", made_at=at(1))
    store.commit(Change(links=[newer, mine, nouns.LINK]))

    assert store.link_for(NUMBER, "lee") == newer
    assert store.link_for(NUMBER, "room", "statements") == nouns.LINK
    assert store.link_for(NUMBER, "room") is None
    assert store.link_for(NUMBER, "wang") is None
    assert store.link("unknown") is None


# --- the pages
def incident(n: int, state: State = State.CLOSED) -> tuple[str, Incident]:
    number = f"INC-20261123-{n:03d}"
    opened_at = nouns.NOW + timedelta(minutes=n // 2)  # two at the same moment
    return number, replace(nouns.INCIDENT, number=number, key=number, state=state, opened_at=opened_at)


def test_incidents_come_newest_first_page_by_page(store: SqliteStore) -> None:
    store.commit(Change(incidents=dict(incident(n) for n in range(7))))

    pages, cursor = [], ""
    while True:
        page, cursor = store.incidents(before=cursor, limit=3)
        pages.append([int(one.number[-3:]) for one in page])
        if not cursor:
            break

    assert pages == [[6, 5, 4], [3, 2, 1], [0]]


def test_a_full_last_page_has_no_next(store: SqliteStore) -> None:
    store.commit(Change(incidents=dict(incident(n) for n in range(3))))

    assert store.incidents(limit=3)[1] == ""
    assert store.incidents(states=["open"]) == ([], "")


def test_incidents_may_be_asked_by_state(store: SqliteStore) -> None:
    store.commit(Change(incidents=dict(incident(n, state) for n, state in enumerate(State))))

    assert [one.state for one in store.incidents(states=["open", "void"])[0]] == ["void", "open"]
    assert store.incidents(states=["nonsense"]) == ([], "")


@pytest.mark.parametrize("cursor", ["x", "x.INC-20261123-001", "'; DROP TABLE fact"])
def test_a_cursor_that_is_not_ours_is_refused(store: SqliteStore, cursor: str) -> None:
    with pytest.raises(Malformed, match="no cursor"):
        store.incidents(before=cursor)


def test_episodes_come_open_ones_first_then_by_age(store: SqliteStore) -> None:
    ended = {n: replace(nouns.EPISODE, id=n) for n in (1, 2, 5)}
    open_ = {n: replace(nouns.EPISODE, id=n, ended_at=None) for n in (3, 4)}
    store.commit(Change(episodes=ended | open_))

    assert [one.id for one in store.episodes(NUMBER)] == [3, 4, 1, 2, 5]
    assert [one.id for one in store.episodes(NUMBER, limit=3)] == [3, 4, 1]


def test_unmapped_names_come_most_frequent_first_with_the_latest_labels(store: SqliteStore) -> None:
    def row(id_: int, name: str, is_mapped: bool = False) -> None:
        episodes[id_] = replace(
            nouns.EPISODE,
            id=id_,
            line=f"alert:{name}",
            labels={"alertname": name, "n": str(id_)},
            is_mapped=is_mapped,
            received_at=at(id_),
        )

    episodes: dict[int, object] = {}
    for n, name in enumerate(["DiskFull", "HighLoad", "DiskFull"], start=1):
        row(n, name)
    row(4, "Known", is_mapped=True)
    store.commit(Change(episodes=episodes))  # type: ignore[arg-type]

    assert store.unmapped() == [
        {"alertname": "DiskFull", "count": 2, "last_at": at(3), "labels": {"alertname": "DiskFull", "n": "3"}},
        {"alertname": "HighLoad", "count": 1, "last_at": at(2), "labels": {"alertname": "HighLoad", "n": "2"}},
    ]
    assert len(store.unmapped(limit=1)) == 1


def test_bodies_are_kept_once_and_compressed(store: SqliteStore) -> None:
    other = replace(nouns.BODY, hash="07e4", raw=b"x" * 100_000, fault="")
    store.commit(Change(bodies={"b0d1": nouns.BODY}))
    store.commit(Change(bodies={"b0d1": replace(nouns.BODY, received_at=at(9)), "07e4": other}))

    assert store.bodies() == [other, nouns.BODY]
    assert store.bodies(limit=1) == [other]
    assert store.body("none") is None
    assert store.stats()["log_bytes"] < 100_000


def test_stats_count_what_is_kept(store: SqliteStore) -> None:
    store.commit(nouns.everything())
    store.commit(Change(facts=[fact(), fact()]))

    stats = store.stats()

    assert {name: stats[name] for name in ("episodes", "facts", "bodies", "incidents")} == {
        "episodes": 7,
        "facts": 2,
        "bodies": 1,
        "incidents": 1,
    }
    assert stats["bytes"] > 0


# --- the texts of the queries
SHAPES = {
    "body": rows.BODY,
    "episode": rows.EPISODE,
    "line": rows.LINE,
    "incident": rows.INCIDENT,
    "acknowledgement": rows.ACKNOWLEDGEMENT,
    "notice": rows.NOTICE,
    "delivery": rows.DELIVERY,
    "attempt": rows.ATTEMPT,
    "ladder": rows.LADDER,
    "link": rows.LINK,
    "probe": rows.PROBE,
    "heartbeat": rows.HEARTBEAT,
    "maintenance": rows.MAINTENANCE,
    "snooze": rows.SNOOZE,
    "obligation": rows.OBLIGATION,
    "entry": rows.ENTRY,
    "report": rows.REPORT,
    "statement": rows.STATEMENT,
    "contact": rows.CARD,
    "item": rows.ITEM,
    "reminder": rows.REMINDER,
    "run": rows.RUN,
    "exclusion": rows.EXCLUSION,
    "agreement_part": rows.PART,
}
RENAMED = {"group_key": "group", "limit_us": "limit", "limit_text": "limit", "found": "values", '"by"': "by"}


NOUNS = [
    *(nouns.BODY, nouns.EPISODE, nouns.LINE, nouns.INCIDENT, nouns.ACKNOWLEDGEMENT, nouns.NOTICE, nouns.DELIVERY),
    *(nouns.ATTEMPT, nouns.LADDER, nouns.LINK, nouns.PROBE, nouns.HEARTBEAT),
    *(
        nouns.MAINTENANCE,
        nouns.SNOOZE,
        nouns.OBLIGATION,
        nouns.ENTRY,
        nouns.REPORT,
        nouns.CARD,
        nouns.ITEM,
        nouns.REMINDER,
        nouns.RUN,
        nouns.EXCLUSION,
    ),
    *(nouns.STATEMENT, nouns.PART),
]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
def test_the_examples_set_every_field(noun: object) -> None:
    """So that a round trip proves something of each of them."""
    unset = [field.name for field in fields(noun) if getattr(noun, field.name) == field.default]  # type: ignore[arg-type]

    assert unset == []


@pytest.mark.parametrize("table", SHAPES)
def test_every_field_of_a_noun_is_a_column_in_its_place(store: SqliteStore, table: str) -> None:
    """A field added to the model asks for a migration and its place in the queries."""
    expected = [field.name for field in fields(SHAPES[table].noun)]
    text = queries.load()[f"put_{table}"]

    written = [name.strip() for name in text[text.index("(") + 1 : text.index(")")].split(",")]

    assert [RENAMED.get(name, name) for name in written] == expected
    assert text.count("?") == len(expected)


def test_the_same_text_serves_another_placeholder() -> None:
    text = "-- about\n\n-- name: one\n-- why\nSELECT a FROM b WHERE c = ? AND d = ?;\n\n-- name: two\nSELECT 1;\n"

    assert queries.parse(text, "%s") == {"one": "SELECT a FROM b WHERE c = %s AND d = %s", "two": "SELECT 1"}


def test_a_query_of_one_file_never_takes_the_place_of_anothers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "twice").mkdir()
    for name in ("a.sql", "b.sql"):
        (tmp_path / "twice" / name).write_text(f"-- name: one\nSELECT '{name}';\n")
    monkeypatch.setattr(queries, "files", lambda package: tmp_path)

    with pytest.raises(ValueError, match=r"b\.sql: another file has a query one"):
        queries.load("twice")


def test_no_query_holds_what_a_driver_would_take_for_a_placeholder() -> None:
    for text in queries.load().values():
        assert "%" not in text
        assert "'?" not in text


# --- what is owed
def test_obligations_are_found_by_state_incident_report_and_debtor_page_by_page(store: SqliteStore) -> None:
    first = replace(nouns.OBLIGATION, id="a", state=ObligationState.RUNNING)
    second = replace(first, id="b", started_at=nouns.at(1), debtor=Owing.CUSTOMER, report="")
    third = replace(first, id="c", started_at=nouns.at(2), incident="", state=ObligationState.MET)
    store.commit(Change(obligations={each.id: each for each in (first, second, third)}))

    newest, cursor = store.obligations(limit=2)
    rest, end = store.obligations(limit=2, before=cursor)

    assert ([*newest, *rest], end) == ([third, second, first], "")
    assert store.obligations(states=["running"]) == ([second, first], "")
    assert store.obligations(debtor="customer") == ([second], "")
    assert store.obligations(incident=nouns.NUMBER, report=nouns.REPORT.number) == ([first], "")
    assert store.obligations(states=["no such"]) == ([], "")
    assert store.obligation("c") == third


def test_open_obligations_and_standing_ones_are_known_again(store: SqliteStore) -> None:
    ended = replace(nouns.OBLIGATION, id="ended", incident="INC-20260101-001", state=ObligationState.MET)
    open_ = replace(ended, id="open", state=ObligationState.OVERDUE)
    standing = replace(ended, id="standing", incident="")
    old = replace(standing, id="old", started_at=nouns.at(-99))
    store.commit(Change(obligations={each.id: each for each in (ended, open_, standing, old)}))

    found = store.live_obligations(nouns.at(-60))

    assert {each.id for each in found} == {"open", "standing"}


def test_obligations_are_due_once_their_time_or_their_reminder_has_come(store: SqliteStore) -> None:
    late = replace(nouns.OBLIGATION, id="late", state=ObligationState.RUNNING, due_at=nouns.at(-2), mark_at=None)
    later = replace(late, id="later", due_at=nouns.at(2))
    reminded = replace(later, id="reminded", mark_at=nouns.at(-1))
    overdue = replace(late, id="overdue", state=ObligationState.OVERDUE)
    asked = replace(overdue, id="asked", mark_at=nouns.at(0))
    ended = replace(asked, id="ended", state=ObligationState.SUPERSEDED)
    store.commit(Change(obligations={each.id: each for each in (late, later, reminded, overdue, asked, ended)}))

    assert [each.id for each in store.due_obligations(nouns.at(0))] == ["asked", "late", "reminded"]


def test_reports_and_entries_are_found_again(store: SqliteStore) -> None:
    waiting = replace(nouns.REPORT, number="REP-20261123-002", received_at=nouns.at(1), acknowledged_at=None)
    store.commit(Change(reports={each.number: each for each in (nouns.REPORT, waiting)}, entries={"e": nouns.ENTRY}))

    assert store.reports() == ([waiting, nouns.REPORT], "")
    assert store.reports(incident="INC-1") == ([], "")
    assert store.report(nouns.REPORT.number) == nouns.REPORT
    assert store.live_reports() == [waiting]
    assert store.last_report("20261123") == 2
    assert store.last_report("20261124") == 0
    assert store.entries(nouns.NUMBER) == [nouns.ENTRY]


# --- the registers
def test_items_are_found_by_kind_state_incident_and_owner_page_by_page(store: SqliteStore) -> None:
    first = replace(nouns.ITEM, id="IMP-20261123-001", state=ItemState.OPEN)
    second = replace(first, id="VUL-20261123-012", kind=ItemKind.VULNERABILITY, on_file_at=nouns.at(2), owner="chen")
    third = replace(nouns.ITEM, id="IMP-20261124-001", on_file_at=nouns.at(3), incident="")
    store.commit(Change(items={each.id: each for each in (first, second, third)}))

    newest, cursor = store.items(limit=2)
    rest, end = store.items(limit=2, before=cursor)

    assert ([*newest, *rest], end) == ([third, second, first], "")
    assert store.items(kinds=["vulnerability"], states=["open", "done"]) == ([second], "")
    assert store.items(owner="lee", incident=NUMBER) == ([first], "")
    assert store.items(states=["lost"]) == ([], "")
    assert store.items_of_incident(NUMBER) == [first, second]
    assert store.items_of_incident("") == []
    assert store.item("VUL-20261123-012") == second
    assert [store.last_item("VUL", "20261123"), store.last_item("IMP", "20261122")] == [12, 0]
