"""Stories of the customer's watch of its own use: its heartbeats, under its token, meet the duty (OB-203, 2.3(a))."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.engine import availability
from agent.engine.registered import Register
from agent.model import Change, ItemKind, Obligation, Result, Run
from tests.support.world import FILE, World

STANDING = FILE.replace(
    "system: Payment platform", "system: Payment platform\n  effective: 2026-01-01\n  time_zone: UTC"
)
WATCHED = (
    STANDING
    + """
probes:
  tills: {heartbeat: {within: 2h, grace: 1h}, function: checkout, every: 1m, party: customer}
"""
)
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
LAST_EVENING = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)


def lived(folder: Path, heard: Iterable[Run] = (), file: str = WATCHED) -> World:
    """The quarter's last evening, with what was measured before on file."""
    world = World(folder, file, start=LAST_EVENING)
    world.store.commit(Change(runs={(run.probe, run.function, run.since): run for run in heard}))
    if "tills" in file:
        world.ping("tills")
    return world


def run(since: datetime, until: datetime, result: Result = Result.OK) -> Run:
    return Run("tills", "checkout", result, since, until, is_slow=True)


def into_the_year(world: World) -> None:
    """Past midnight, pinged as it should be."""
    for _ in range(3):
        world.advance("2 h")
        if "tills" in world.settings.probes:
            world.ping("tills")


def duty(world: World, about: str = "2026-Q4") -> Obligation:
    found, _ = world.store.obligations(limit=500)
    return next(each for each in found if each.name == "watch_own_use" and each.about == about)


def measured(world: World) -> list[dict[str, Any]]:
    return [dict(each.fact.detail) for each in world.store.facts_of_agent("own_use_measured", 9)]


def test_heard_through_the_quarter_the_customers_own_watch_meets_the_duty(tmp_path: Path) -> None:
    """OB-203, 2.3(a): attestation, or own probes under B's token; measured at the end, and met in time."""
    world = lived(tmp_path, [run(OCTOBER, LAST_EVENING)])
    assert duty(world).state == "running"

    into_the_year(world)

    assert (duty(world).state, duty(world).discharged_at) == ("met", datetime(2027, 1, 1, tzinfo=UTC))
    [fact] = measured(world)
    assert (fact["about"], fact["outcome"], fact["probes"]) == ("2026-Q4", "watched", ["tills"])
    assert duty(world, "2027-Q1").state == "running"


def test_a_watch_that_was_silent_for_longer_than_a_twentieth_meets_nothing(tmp_path: Path) -> None:
    """OB-203, 2.3(a): 92 days, of which five were silent; what nobody knows of is not watched either."""
    silent = OCTOBER + timedelta(days=30)
    heard = [
        run(OCTOBER, silent),
        run(silent, silent + timedelta(days=5), Result.BAD),
        run(silent + timedelta(days=5), LAST_EVENING),
    ]
    world = lived(tmp_path, heard)

    into_the_year(world)

    assert duty(world).state == "overdue"
    assert [fact["outcome"] for fact in measured(world)] == ["not_watched"]
    assert duty(world).due_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_without_a_watch_of_its_own_only_the_customers_word_counts(tmp_path: Path) -> None:
    """OB-203, 2.3(a): as before; the provider's own probes are no watch of the customer's."""
    world = lived(tmp_path, [run(OCTOBER, LAST_EVENING)], WATCHED.replace(", party: customer", ""))

    into_the_year(world)

    assert (duty(world).state, measured(world)) == ("overdue", [])


def test_the_customers_word_counts_where_its_watch_fell_silent(tmp_path: Path) -> None:
    """OB-203, 2.3(a): either of them meets it, and what was attested is not measured."""
    world = lived(tmp_path)

    world.do(Register(ItemKind.ATTESTATION, "wang", "we looked ourselves", what="own_use"))
    into_the_year(world)

    assert (duty(world).state, duty(world).discharged_by, measured(world)) == ("met", "wang", [])


def test_a_restart_around_the_end_measures_it_once(tmp_path: Path) -> None:
    """OB-203: also where the agent is away at midnight."""
    world = lived(tmp_path, [run(OCTOBER, LAST_EVENING)])
    world.advance("3 h")
    world.ping("tills")
    world.end()
    world.clock.advance(timedelta(hours=2))
    world.begin()
    world.settle()
    world.advance("10 min")

    world.restart()
    world.advance("10 min")

    assert duty(world).state == "met"
    assert len(measured(world)) == 1


def test_nobody_is_reminded_while_the_watch_is_heard(tmp_path: Path) -> None:
    """OB-203, rule 6: what goes well needs no reminder; what has fallen silent does."""
    heard, silent = (_half_the_quarter(tmp_path / name, is_heard=name == "heard") for name in ("heard", "silent"))

    assert _reminders(heard) == []
    assert _reminders(silent) == ["watch_own_use 50 %: coordinator"]


NEW = "effective: 2026-10-01\n  adopted: {provider: lee, customer: wang, at: 2026-10-01, terms: all}"


def _half_the_quarter(folder: Path, *, is_heard: bool) -> World:
    """From its fortieth day to its forty-eighth."""
    folder.mkdir()
    begin = OCTOBER + timedelta(days=40)
    file = WATCHED.replace("every: 1m", "every: 30m").replace("effective: 2026-01-01", NEW)
    world = World(folder, file, start=begin)
    if is_heard:
        world.store.commit(Change(runs={("tills", "checkout", OCTOBER): run(OCTOBER, begin)}))
    for _ in range(96):
        if is_heard:
            world.ping("tills")
        world.advance("2 h")
    return world


def _reminders(world: World) -> list[str]:
    """Of what people were reminded about this duty, in order."""
    said = (dict(each.fact.detail) for each in world.store.timeline("") if each.fact.kind == "notice_released")
    why = (part for each in said if each["type"] == "reminder" for listed in each["why"] for part in listed.split("; "))
    return list(dict.fromkeys(part for part in why if part.startswith("watch_own_use")))


def test_the_customers_watch_is_no_probe_of_the_providers(tmp_path: Path) -> None:
    """1.6, 2.2(a), 3.4(d): it measures no availability, opens nothing by its silence, and holds up no recovery."""
    world = lived(tmp_path)
    world.alert("CheckoutDown")
    world.advance("5 h")
    month = availability.month(world.store, world.settings, "2026-12", world.clock.now())
    assert not month.functions["checkout"].has_readings
    assert [incident.kind for incident in world.incidents()] == ["fault"]

    world.resolve("CheckoutDown")
    world.advance("30 min")

    assert world.incident().state in ("recovered", "closed")


def test_that_its_machines_say_it_fails_is_a_fault(tmp_path: Path) -> None:
    """2.3(a), 4.2(a): `/fail` is the customer's own word."""
    world = lived(tmp_path)

    world.ping("tills", has_failed=True)

    assert [incident.functions for incident in world.incidents()] == [("checkout",)]
    world.ping("tills")
    world.advance("30 min")
    assert world.incident().state in ("recovered", "closed")
