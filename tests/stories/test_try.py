"""A trial shows what would be told, by the real rules, and reaches the provider alone."""

from datetime import timedelta

import pytest

from agent import metrics
from agent.engine.planned import Announce, Tried, Try
from agent.errors import NotFound, Refused, WrongParty
from agent.model import Condition
from tests.stories.conftest import Make
from tests.support.world import FILE, World


def tried(world: World, function: str = "checkout", state: str = "down", by: str = "", *, dry: bool = True) -> Tried:
    answer: Tried = world.do(Try(function, Condition(state), by, is_rehearsal=dry))
    return answer


def test_it_says_what_the_real_alert_then_does(world: World) -> None:
    shown = tried(world)
    said = {(notice.party, notice.state, notice.due_at) for notice in shown.notices}

    world.alert("CheckoutDown")

    incident = world.incident()
    real = {(notice.party, notice.state, notice.due_at) for notice in world.store.notices(incident.number)}
    assert shown.incident is not None
    assert (shown.outcome, shown.incident.grade, shown.incident.rules) == ("opened", incident.grade, ("R0", "R4"))
    assert said == real


def test_a_dry_run_leaves_no_trace(world: World) -> None:
    world.settle()
    before = list(world.store.timeline(""))

    tried(world)
    world.advance("1 h")

    assert (world.incidents(), world.notebook.written, list(world.store.timeline(""))) == ([], [], before)
    world.alert("CheckoutDown")
    assert world.incident().number == "INC-20261123-001"


def test_time_alone_is_foretold(world: World) -> None:
    """R7: core totally out for 5 min is grade 1, given second evidence."""
    [lift] = tried(world).lifts

    assert (lift.at - world.clock.now(), lift.grade, lift.needs_second_evidence) == (timedelta(minutes=5), 1, True)


def test_the_provider_gets_it_marked_and_the_customer_nothing(world: World) -> None:
    tried(world, by="lee", dry=False)
    world.advance("1 h")

    assert world.told("wang") == []
    assert world.told("chen") == ["[TRIAL] [GRADE 2, provisional] Checkout down for all since 03:00"] * 2
    assert "nothing needs to be done" in world.messages("chen")[0].text
    assert "What the customer would read" in world.messages("chen")[1].text
    assert world.incidents() == []
    assert [sealed.fact.kind for sealed in world.store.timeline("")][-2:] == ["notice_accepted", "notice_accepted"]


def test_a_trial_asks_nobody_again(world: World) -> None:
    tried(world, by="lee", dry=False)
    sent = len(world.notebook.written)

    world.advance("2 h")

    assert len(world.notebook.written) == sent


def test_what_would_join_names_its_incident(world: World) -> None:
    world.alert("CheckoutSlow")

    shown = tried(world)

    assert shown.incident is not None
    assert (shown.outcome, shown.incident.number) == ("joined", world.incident().number)
    assert world.incident().signals_total == 1


def test_in_maintenance_it_would_wait_for_the_end(world: World) -> None:
    ends_at = world.clock.now() + timedelta(hours=1)
    world.do(Announce("upgrade", "chen", ends_at, functions=("checkout",)))

    shown = tried(world)

    assert (shown.outcome, shown.until, shown.notices) == ("maintenance", ends_at, ())
    assert tried(world, state="confirmed").outcome == "opened"


def test_what_opens_nothing_tells_nobody(world: World) -> None:
    shown = tried(world, "reports", "degraded", dry=False)

    assert (shown.outcome, shown.notices, shown.sent) == ("alert_only", (), ())
    assert world.notebook.written == []


def test_people_at_work_are_left_alone(world: World) -> None:
    world.alert("LedgerDown")

    with pytest.raises(Refused, match="INC-20261123-001 is going on"):
        tried(world, dry=False)


@pytest.mark.parametrize(
    ("function", "by", "fault", "said"),
    [
        ("chekout", "", NotFound, "did you mean checkout"),
        ("checkout", "nobody", NotFound, "no contact"),
        ("checkout", "wang", WrongParty, "customer"),
    ],
)
def test_only_what_is_agreed_is_tried(world: World, function: str, by: str, fault: type[Exception], said: str) -> None:
    with pytest.raises(fault, match=said):
        tried(world, function, by=by)


def test_a_route_decides_who_would_be_told(make: Make) -> None:
    world = make(FILE.replace("parties:", "routes:\n  - {party: provider, grade: 2, to: [lee]}\nparties:"))

    shown = tried(world)

    people = {recipient.contact: recipient.why for notice in shown.notices for recipient in notice.recipients}
    assert people == {"lee": "routes[0]: named", "wang": "default grade 2: on call: nobody is on call: role member"} | {
        "wang": people["wang"]
    }


def test_a_raise_that_is_only_tried_is_counted_nowhere(make: Make) -> None:
    row = "  - {match: ['alertname=\"CheckoutRisk\"'], function: checkout, state: at_risk}\n"
    world = make(FILE.replace("signals:\n", "signals:\n" + row))
    world.alert("CheckoutRisk")
    before = raises()

    shown = tried(world)

    assert shown.incident is not None
    assert (shown.incident.grade, world.incident().grade) == (2, 3)
    assert raises() == before


def raises() -> float:
    return (
        metrics.REGISTRY.get_sample_value("tocsin_regrades_total", {"from_grade": "3", "to_grade": "2", "rule": "R4"})
        or 0.0
    )
