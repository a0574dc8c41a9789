"""Stories of the small registers: improvements, vulnerabilities, upkeep, attestations, and the decision on them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.engine.registered import Advance, Register
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import Item, ItemKind, Obligation
from agent.rules.register import Act
from tests.support.world import FILE, World

STANDING = FILE.replace(
    "system: Payment platform", "system: Payment platform\n  effective: 2026-01-01\n  time_zone: UTC"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def standing(tmp_path: Path) -> World:
    """An agreement in force: this month, quarter and year have their duties."""
    world = World(tmp_path, STANDING)
    world.advance("1 min")
    return world


def put(world: World, kind: str, by: str, text: str, what: str = "", **more: Any) -> Item:
    return world.do(Register(ItemKind(kind), by, text, what, **more)).item  # type: ignore[no-any-return]


def act(world: World, item: Item, what: str, by: str, text: str = "") -> Item:
    return world.do(Advance(item.id, Act(what), by, text)).item  # type: ignore[no-any-return]


def duty(world: World, name: str, about: str = "") -> Obligation:
    """The newest clock of that name."""
    found, _ = world.store.obligations(limit=500)
    return next(each for each in found if each.name == name and about in (each.about, ""))


def duties(world: World, name: str) -> list[tuple[str, str]]:
    found, _ = world.store.obligations(limit=500)
    return [(each.state, each.about) for each in found if each.name == name]


def closed(world: World) -> str:
    """The number of an incident of grade 2 that has recovered and is closed."""
    number = recovered(world)
    world.record_phases(number)
    world.close(number=number)
    return number


def recovered(world: World) -> str:
    world.alert("CheckoutDown")
    world.advance("2 min")
    world.resolve("CheckoutDown")
    world.advance("20 min")
    return world.incident().number


# ---------------------------------------------------------------------------------------------------- improvements


def test_an_improvement_is_owed_until_its_day_and_met_by_the_word_of_somebody_else(world: World) -> None:
    """OB-512, 4.3(c): owner and day are named; its owner does not verify it."""
    item = put(world, "improvement", "lee", "alert on the connection pool", owner="chen", due=date(2026, 12, 24))
    owed = duty(world, "improve")
    world.advance("1 d")

    act(world, item, "done", "chen", "deployed")
    with pytest.raises(Refused, match="somebody else verifies") as refused:
        act(world, item, "verify", "chen")
    verified = act(world, item, "verify", "wang", "seen on the board")

    met = world.store.obligation(owed.id)
    assert (owed.state, owed.debtor, f"{owed.due_at:%m-%d %H:%M}") == ("running", "provider", "12-25 00:00")
    assert refused.value.clause == "4.3(c)"
    assert (verified.state, verified.verified_by) == ("verified", "wang")
    assert met is not None
    assert (met.state, met.discharged_by) == ("met", "wang")


def test_an_improvement_without_a_day_has_the_one_of_its_grade(world: World) -> None:
    """OB-512, 4.3(c): 30 days after a grade 1 or 2, else 60."""
    number = recovered(world)

    of_incident = put(world, "improvement", "lee", "alert on the pool", incident=number)
    of_none = put(world, "improvement", "lee", "renew the runbooks")

    assert of_incident.due_at == duty(world, "improve", of_incident.id).due_at == world.clock.now() + timedelta(days=30)
    assert of_none.due_at == world.clock.now() + timedelta(days=60)
    assert duty(world, "improve", of_incident.id).incident == ""  # it outlives its incident


def test_an_improvement_for_the_other_party_binds_it_only_once_it_has_accepted(world: World) -> None:
    """OB-512, 4.3(c): agreed means by who owes it."""
    item = put(world, "improvement", "lee", "restart tills one shop at a time", owner="wang")
    owed_before = duties(world, "improve")
    with pytest.raises(WrongParty):
        act(world, item, "accept", "lee")

    act(world, item, "accept", "wang")

    assert (item.state, owed_before) == ("proposed", [])
    assert duty(world, "improve").debtor == "customer"


def test_what_was_said_to_be_done_and_is_not_is_open_again(world: World) -> None:
    """OB-512, 4.3(c): its clock has run on all the time."""
    item = put(world, "improvement", "lee", "alert on the pool")
    act(world, item, "done", "lee", "deployed")

    opened = act(world, item, "reopen", "wang", "no alert came in the test")

    assert (opened.state, opened.done_by) == ("open", "")
    assert duty(world, "improve").state == "running"


def test_who_owes_an_improvement_cannot_let_itself_off(world: World) -> None:
    """OB-512, 4.3(c): for a day a slip may be taken back; later only who is owed it lets it go, with the reason."""
    item = put(world, "improvement", "lee", "second region by spring")
    slip = put(world, "improvement", "lee", "sekond region by spring")
    act(world, slip, "withdraw", "lee", "misspelt")
    world.advance("25 h")

    with pytest.raises(WrongParty) as refused:
        act(world, item, "withdraw", "lee", "too dear")
    with pytest.raises(Refused, match="say why"):
        act(world, item, "withdraw", "wang")
    gone = act(world, item, "withdraw", "wang", "the platform is replaced")

    assert refused.value.clause == "4.3(c)"
    assert (gone.state, gone.reason) == ("withdrawn", "the platform is replaced")
    assert duties(world, "improve") == [("void", slip.id), ("void", item.id)]
    assert world.store.item(item.id) == gone


def test_an_improvement_of_the_providers_own_is_a_target_that_the_customer_neither_sees_nor_settles(
    world: World,
) -> None:
    """4.3(c), fact 2: nobody promised it to the customer."""
    item = put(world, "improvement", "lee", "rotate the pager earlier", is_internal=True)

    with pytest.raises(NotFound):
        act(world, item, "verify", "wang")
    with pytest.raises(Refused, match="only an improvement of the provider"):
        put(world, "improvement", "wang", "train the night shift", is_internal=True)

    assert duty(world, "improve").is_target


# ------------------------------------------------------------------------------------------- the decision of both


def test_after_an_incident_both_parties_decide_what_to_improve(world: World) -> None:
    """OB-905, 4.3(c): the clock starts at the closing; it is met by the decision of both, with their names."""
    number = closed(world)
    item = put(world, "improvement", "lee", "alert on the pool", incident=number)
    owed = duty(world, "decide_improvements")

    decision = put(world, "decision", "lee", "as discussed", "items", incident=number)
    still = duty(world, "decide_improvements").state
    decided = act(world, decision, "accept", "wang")

    assert (owed.state, owed.due_at) == ("running", world.clock.now() + timedelta(days=30))
    assert (decision.items, still) == ((item.id,), "running")
    assert (decided.state, decided.accepted_provider, decided.accepted_customer) == ("accepted", "lee", "wang")
    assert duty(world, "decide_improvements").state == "met"
    assert "improvements_decided" in world.happened(number)


def test_none_needed_is_a_decision_with_its_reason_and_may_precede_the_closing(world: World) -> None:
    """OB-905, 4.3(c): what was decided before is met at the closing itself; items never hold it."""
    number = recovered(world)
    decision = put(world, "decision", "wang", "the cable was cut by a digger", "none", incident=number)
    act(world, decision, "accept", "chen")

    world.record_phases(number)
    world.close(number=number)

    assert duty(world, "decide_improvements").state == "met"


def test_open_improvements_do_not_hold_a_closing(world: World) -> None:
    """OB-512, 4.3(c): section 4, "Reopen"."""
    number = recovered(world)
    put(world, "improvement", "lee", "alert on the pool", incident=number)
    world.record_phases(number)

    assert world.close(number=number).state == "closed"
    assert duty(world, "improve").state == "running"


def test_a_decision_is_refused_while_it_burns_without_items_and_twice(world: World) -> None:
    """OB-905, 4.3(c)"""
    world.alert("CheckoutDown")
    world.advance("1 min")
    with pytest.raises(IllegalStep, match="is open") as early:
        put(world, "decision", "lee", "nothing", "none", incident=world.incident().number)
    world.resolve("CheckoutDown")
    world.advance("20 min")
    number = world.incident().number

    with pytest.raises(Refused, match="has no improvement"):
        put(world, "decision", "lee", "as discussed", "items", incident=number)
    put(world, "decision", "lee", "a digger", "none", incident=number)
    with pytest.raises(IllegalStep, match="is proposed"):
        put(world, "decision", "wang", "nothing to do", "none", incident=number)

    assert early.value.clause == "4.3(c)"


# -------------------------------------------------------------------------------------------------- vulnerabilities


@pytest.mark.parametrize(("severity", "days"), [("critical", 15), ("high", 30), ("medium", 90)])
def test_a_vulnerability_is_to_be_fixed_by_its_severity_from_when_it_was_known(
    world: World, severity: str, days: int
) -> None:
    """OB-701, 2.2(e): 15, 30, 90 days."""
    known_at = world.clock.now() - timedelta(days=3)
    item = put(world, "vulnerability", "chen", "openssl before 3.0.15", severity, known_at=known_at)
    owed = duty(world, "fix_vulnerability")

    act(world, item, "done", "chen", "patched everywhere")

    assert owed.started_at == known_at
    assert owed.due_at == item.due_at == known_at + timedelta(days=days)
    assert duty(world, "fix_vulnerability").state == "met"


def test_a_vulnerability_that_is_not_fixed_in_time_is_overdue(world: World) -> None:
    """OB-701, 2.2(e): and met late once it is fixed; an incident's grade has no part in it."""
    world.alert("CheckoutDown")
    world.advance("1 min")
    item = put(world, "vulnerability", "chen", "openssl", "medium", incident=world.incident().number)
    world.regrade(1, "all shops")
    due_at = duty(world, "fix_vulnerability").due_at
    world.end()
    world.clock.advance(timedelta(days=91))
    world.begin()
    world.settle()

    act(world, item, "done", "chen", "patched")

    assert due_at == item.due_at
    assert duties(world, "fix_vulnerability") == [("met_late", item.id)]


def test_the_risk_of_a_vulnerability_is_taken_by_both_or_not_at_all(world: World) -> None:
    """OB-701, 2.2(e): fixed or accepted by both."""
    item = put(world, "vulnerability", "chen", "old TLS for two tills", "high")

    first = act(world, item, "accept", "lee", "the tills go in March")
    running = duty(world, "fix_vulnerability").state
    with pytest.raises(IllegalStep, match="accepted"):
        act(world, item, "accept", "chen", "the tills go in March")
    with pytest.raises(Refused, match="say why"):
        act(world, item, "accept", "wang")
    both = act(world, item, "accept", "wang", "we know them")

    assert (first.state, running) == ("open", "running")
    assert both.state == "accepted"
    assert duty(world, "fix_vulnerability").state == "met"


def test_what_the_customer_finds_the_provider_has_to_fix_from_now_on(world: World) -> None:
    """OB-701, 2.2(e)"""
    with pytest.raises(Refused, match="from now on"):
        put(world, "vulnerability", "wang", "open port", "high", known_at=world.clock.now() - timedelta(days=1))

    item = put(world, "vulnerability", "wang", "open port", "high")

    assert (item.party, item.owner) == ("provider", "chen")
    assert duty(world, "fix_vulnerability").debtor == "provider"
    with pytest.raises(WrongParty):
        act(world, item, "done", "wang")


# ------------------------------------------------------------------------------------------ upkeep and attestations


def test_a_months_maintenance_is_met_by_its_record(standing: World) -> None:
    """OB-702, 2.2(e), 4.1(e): maintenance and hardening, every month."""
    owed = duty(standing, "maintain")

    item = put(standing, "maintenance", "chen", "kernel and openssl patched", "hardening")

    assert (owed.state, owed.about, f"{owed.due_at:%m-%d}") == ("running", "2026-11", "12-01")
    assert (item.state, item.period) == ("recorded", "2026-11")
    assert duty(standing, "maintain").state == "met"


@pytest.mark.parametrize(
    ("what", "name", "period", "due"),
    [
        ("own_use", "watch_own_use", "2026-Q4", "2027-01-01"),
        ("access_review", "review_access", "2026-Q4", "2027-01-01"),
        ("training", "train", "2026", "2027-01-01"),
    ],
)
def test_the_customer_states_that_it_did_its_part(standing: World, what: str, name: str, period: str, due: str) -> None:
    """OB-203, 2.3(a): own use; OB-703, OB-704, 2.3(e), 4.2(e): access review each quarter, training each year."""
    owed = duty(standing, name)

    put(standing, "attestation", "wang", "done, list is with us", what)

    assert (owed.state, owed.about, f"{owed.due_at:%Y-%m-%d}") == ("running", period, due)
    assert duty(standing, name).state == "met"
    assert duty(standing, name).discharged_by == "wang"


def test_each_party_records_its_own_and_is_told_the_clause(standing: World) -> None:
    """2.3(e), 4.2(e), 4.1(e): an act by the wrong party is refused and changes nothing."""
    with pytest.raises(WrongParty) as attested:
        put(standing, "attestation", "lee", "they did it", "training")
    with pytest.raises(WrongParty) as maintained:
        put(standing, "maintenance", "wang", "they did it", "hardening")
    with pytest.raises(Refused, match="no sort of attestation"):
        put(standing, "attestation", "wang", "done", "dancing")
    with pytest.raises(Refused, match="to come"):
        put(standing, "attestation", "wang", "done", "training", period="2027")

    assert (attested.value.clause, maintained.value.clause) == ("2.3(e)", "2.2(e)")
    assert standing.store.items() == ([], "")
    assert duty(standing, "train").state == "running"


def test_a_statement_that_is_withdrawn_met_nothing(standing: World) -> None:
    """OB-703, 2.3(e): what it met is owed again, until the same day."""
    item = put(standing, "attestation", "wang", "all reviewed", "access_review")
    due_at = duty(standing, "review_access").due_at
    standing.advance("2 d")

    act(standing, item, "withdraw", "wang", "one system was forgotten")

    assert duties(standing, "review_access") == [("running", "2026-Q4"), ("met", "2026-Q4")]
    assert duty(standing, "review_access").due_at == due_at
    assert standing.store.item(item.id).state == "withdrawn"  # type: ignore[union-attr]

    put(standing, "attestation", "wang", "all reviewed, now really", "access_review")

    assert [state for state, _ in duties(standing, "review_access")] == ["met", "met"]


# ------------------------------------------------------------------------------------------------------ on the whole


def test_the_same_act_again_changes_nothing(standing: World) -> None:
    """4.3(c): a repeated act is answered with what is on file."""
    item = put(standing, "improvement", "lee", "alert on the pool")
    again = standing.do(Register(ItemKind.IMPROVEMENT, "lee", "alert on the pool"))
    act(standing, item, "done", "lee", "deployed")
    before = len(standing.store.timeline(""))

    done_again = standing.do(Advance(item.id, Act.DONE, "lee", "deployed"))
    after = len(standing.store.timeline(""))
    with pytest.raises(IllegalStep, match="possible now: verify, reopen, withdraw"):
        act(standing, item, "accept", "wang")
    put(standing, "attestation", "wang", "done", "training")
    with pytest.raises(IllegalStep, match="states that for 2026 already"):
        put(standing, "attestation", "wang", "done well", "training")

    assert again.is_repeated
    assert again.item == item
    assert done_again.is_repeated
    assert after == before
    assert len(standing.store.items()[0]) == 2


def test_registers_and_their_clocks_survive_a_restart(standing: World) -> None:
    """4.3(c): and go on being numbered."""
    first = put(standing, "improvement", "lee", "alert on the pool")
    standing.restart()

    second = put(standing, "improvement", "lee", "second region")
    act(standing, first, "done", "lee")
    act(standing, first, "verify", "chen")

    assert (first.id, second.id) == ("IMP-20261123-001", "IMP-20261123-002")
    assert duty(standing, "improve", first.id).state == "met"
    assert duty(standing, "improve", second.id).state == "running"


def test_a_decision_that_one_side_records_for_the_other_is_asked_about(world: World) -> None:
    """OB-905, 4.3(c), fact 15: told on the phone it counts from the call, and the customer confirms or corrects it."""
    number = closed(world)
    decision = put(world, "decision", "lee", "a digger cut the cable", "none", incident=number)
    called_at = world.clock.now() + timedelta(minutes=5)
    world.advance("1 h")

    world.do(Advance(decision.id, Act.ACCEPT, "wang", means="phone", called_at=called_at, recorded_by="lee"))

    [statement] = world.store.statements(number)
    assert (statement.kind, statement.by, statement.asked, statement.about) == (
        "improvements_decided",
        "wang",
        "customer",
        decision.id,
    )
    assert duty(world, "decide_improvements").discharged_at == called_at


def test_a_call_that_lies_ahead_or_before_the_line_itself_is_refused(world: World) -> None:
    """4.3(c), fact 15"""
    item = put(world, "improvement", "lee", "alert on the pool")

    with pytest.raises(Refused, match="ahead"):
        world.do(
            Advance(item.id, Act.DONE, "lee", called_at=world.clock.now() + timedelta(hours=1), recorded_by="chen")
        )
    with pytest.raises(Refused, match="before"):
        world.do(
            Advance(item.id, Act.DONE, "lee", called_at=world.clock.now() - timedelta(hours=1), recorded_by="chen")
        )

    assert world.store.item(item.id).state == "open"  # type: ignore[union-attr]
