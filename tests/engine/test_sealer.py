"""The daily seal: what was on file is signed, and an end that is cut off afterwards shows."""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import pytest

from agent import metrics
from agent.engine.sealer import Sealer
from agent.engine.self_audit import SelfAudit
from agent.engine.works import Work
from agent.rules import seals
from agent.store import open_store, seal_key
from agent.store.evidence import broken, sealed
from tests.support.brittle import BrittleStore, before
from tests.support.world import START, World


@pytest.fixture
def brittle() -> BrittleStore:
    return BrittleStore()


@pytest.fixture
def world(tmp_path: Path, brittle: BrittleStore) -> Iterator[World]:
    made = World(tmp_path, wrap=brittle.around)
    made.alert("CheckoutDown")
    yield made
    made.end()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    seal_key.make(tmp_path / "seal.key")
    return tmp_path / "seal.key"


def sealer_of(world: World, key: Path) -> Sealer:
    return Sealer(world.store, key.exists, partial(seal_key.sign, key), world.desk.submit)


def live(world: World, sealer: Sealer, hours: float) -> None:
    """The sealer turns when it asked to, but at least every minute."""
    end = world.clock.now() + timedelta(hours=hours)
    while world.clock.now() < end:
        due = sealer.tick(world.clock.now())
        world.desk.turn()
        world.clock.advance(max(min(due, end) - world.clock.now(), timedelta(seconds=1)))
    sealer.tick(world.clock.now())
    world.desk.turn()


def archive(world: World) -> Path:
    return world.folder / "tocsin.db"


def read(world: World) -> tuple[list[seals.Head], list[str]]:
    return seals.read(((each.fact, raw) for each, raw in sealed(archive(world))), seal_key.is_signed)


def test_the_heads_of_all_chains_are_signed_once_a_day(world: World, key: Path) -> None:
    """Ed25519, over every chain that there is, by the agent itself."""
    sealer = sealer_of(world, key)
    first = world.incident().number

    live(world, sealer, 1)
    world.alert("ReportsDown")
    second = world.incident().number
    live(world, sealer, 46)

    heads, wrong = read(world)
    at = [f"{each.fact.at - START}" for each, _ in sealed(archive(world))]
    assert (len(at), wrong) == (2, [])
    assert at[0] == "0:00:00"
    assert {first, second, ""} == {head.incident for head in heads}
    assert metrics.EVIDENCE_SEALED_AT._value.get() == sealed(archive(world))[-1][0].fact.at.timestamp()


def test_a_seal_lists_only_the_chains_that_have_grown(world: World, key: Path) -> None:
    sealer = sealer_of(world, key)
    first = world.incident().number
    live(world, sealer, 0.01)
    world.store.checkpoint()

    live(world, sealer, 25)

    [_, (later, raw)] = sealed(archive(world))

    assert raw is not None
    assert first.encode() not in raw
    assert later.fact.detail["chains"] == 2


def test_without_a_key_nothing_is_sealed_and_nothing_is_late(world: World, tmp_path: Path) -> None:
    sealer = sealer_of(world, tmp_path / "none.key")

    live(world, sealer, 30)

    assert sealed(archive(world)) == []
    assert sealer.missing() == ""


def test_a_key_that_comes_later_is_found(world: World, tmp_path: Path) -> None:
    sealer = sealer_of(world, tmp_path / "late.key")
    live(world, sealer, 1)

    seal_key.make(tmp_path / "late.key")
    live(world, sealer, 0.05)

    assert len(sealed(archive(world))) == 1


def audited(world: World, sealer: Sealer) -> str:
    """What the self-audit says of the seal, after half a minute."""
    audit = SelfAudit(
        world.store, lambda: world.settings, world.watcher.state, world.desk.submit, world.clock, sealer.missing
    )
    for _ in range(30):
        world.clock.advance(timedelta(seconds=1))
        world.settle()
        audit.tick(world.clock.now())
    return audit.found()[0]["seal"]


def test_a_late_seal_wakes_nobody_and_one_that_is_missing_for_three_days_fails_the_self_audit(
    world: World, key: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """4.1(b), evidence: at three in the morning a seal that is two hours late can wait; none for days cannot."""
    sealer = sealer_of(world, key)
    live(world, sealer, 0.01)
    key.unlink()

    world.clock.advance(timedelta(hours=27))
    sealer.tick(world.clock.now())
    late = audited(world, sealer)
    world.clock.advance(timedelta(hours=48))
    sealer.tick(world.clock.now())
    missing = audited(world, sealer)

    assert late == ""
    assert missing == "the chains were sealed last 75 h ago; its key is missing"
    assert [record.message for record in caplog.records].count("seal late") == 1


def test_an_agent_that_was_away_for_days_seals_first_and_is_not_late(
    world: World, key: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sealer = sealer_of(world, key)
    live(world, sealer, 0.01)

    world.clock.advance(timedelta(days=5))
    live(world, sealer, 0.05)

    assert audited(world, sealer) == ""
    assert "seal late" not in caplog.text


def test_seals_that_come_again_make_it_well(world: World, key: Path) -> None:
    sealer = sealer_of(world, key)
    live(world, sealer, 0.01)
    kept = key.read_bytes()
    key.unlink()
    world.clock.advance(timedelta(hours=75))
    sealer.tick(world.clock.now())

    key.write_bytes(kept)
    live(world, sealer, 0.05)

    assert audited(world, sealer) == ""


def test_a_key_that_is_none_is_named_in_the_self_audit_after_days(world: World, tmp_path: Path) -> None:
    (tmp_path / "odd.key").write_text("no key", encoding="utf-8")
    sealer = sealer_of(world, tmp_path / "odd.key")
    live(world, sealer, 1)
    at_first = sealer.missing()

    world.clock.advance(timedelta(hours=74))
    sealer.tick(world.clock.now())

    assert at_first == ""
    assert "could not be sealed" in sealer.missing()
    assert "is no Ed25519 key" in sealer.missing()


def test_a_seal_that_could_not_be_written_is_made_again(world: World, key: Path, brittle: BrittleStore) -> None:
    sealer = sealer_of(world, key)
    world.settle()
    brittle.fail(before)
    sealer.tick(world.clock.now())
    world.desk.turn()
    nothing = sealed(archive(world))

    live(world, sealer, 0.1)

    assert (nothing, brittle.failures) == ([], 1)
    assert len(sealed(archive(world))) == 1


def test_a_restart_seals_no_earlier_than_a_day_after_the_last(world: World, key: Path) -> None:
    live(world, sealer_of(world, key), 0.01)

    again = sealer_of(world, key)
    live(world, again, 23)
    soon = len(sealed(archive(world)))
    live(world, again, 2)

    assert soon == 1
    assert len(sealed(archive(world))) == 2


@pytest.mark.parametrize("what", ["body", "signature", "root", "chain"])
def test_what_is_done_to_a_seal_or_behind_it_shows(world: World, key: Path, what: str) -> None:
    sealer = sealer_of(world, key)
    number = world.incident().number
    live(world, sealer, 1)

    outside = apsw.Connection(str(archive(world)))
    outside.execute("DROP TRIGGER fact_stays; DROP TRIGGER fact_stays_as_it_is")
    if what == "body":
        outside.execute("DELETE FROM body WHERE source = 'seal'")
    elif what == "chain":
        outside.execute(
            "DELETE FROM fact WHERE incident = ? AND seq > (SELECT MAX(seq) - 1 FROM fact WHERE incident = ?)",
            (number, number),
        )
    else:
        path, value = {"signature": ("$.signature", "00" * 64), "root": ("$.root", "0" * 64)}[what]
        outside.execute("UPDATE fact SET detail = json_set(detail, ?, ?) WHERE kind = 'heads_sealed'", (path, value))
    outside.close()
    heads, wrong = read(world)

    found = [*wrong, *(f"fact {bad.seq} of {bad.incident} {bad.why}" for bad in broken(archive(world), heads)[1])]
    expected = {"body": "its list of heads is missing", "chain": f"of {number} is missing: the chain had"}
    assert any(expected.get(what, "is not signed by this key") in each for each in found), found


def test_an_archive_without_a_fact_has_nothing_to_seal(tmp_path: Path, key: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/empty.db", create=True)
    asked: list[Work] = []

    def submit(work: Work) -> "Future[Any]":
        asked.append(work)
        return Future()

    sealer = Sealer(store, key.exists, partial(seal_key.sign, key), submit)

    sealer.tick(START)
    store.close()

    assert asked == []
