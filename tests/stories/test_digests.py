"""Digests of grade 3 (3.3(c)): one message for each contact and period, and nothing of it is lost."""

import random

import pytest

from agent.model import Outcome, Verdict
from tests.stories.conftest import Make
from tests.support.world import FILE, World

# it is Monday; working hours are from nine to six
DAY = (
    FILE.replace("system: Payment", "time_zone: UTC\n  system: Payment")
    .replace(
        "signals:",
        "signals:\n"
        "  - {match: ['alertname=\"StatsDown\"'], function: stats, state: down, says: {en: The figures are missing}}\n",
    )
    .replace("reports: {criticality", "stats: {criticality: auxiliary}\n    reports: {criticality")
)


@pytest.fixture
def noon(make: Make) -> World:
    world = make(DAY)
    world.advance("7 h")  # 10:00
    return world


def two(world: World) -> None:
    world.alert("ReportsDown")
    world.advance("5 min")
    world.alert("StatsDown")


def test_two_incidents_of_grade_3_are_told_in_one_message(noon: World) -> None:
    """3.3(c): keep informed; half an hour after the first."""
    two(noon)
    assert noon.told("chen") == []

    noon.advance("25 min")

    assert noon.told_at("chen") == ["10:30:00 [GRADE 3 DIGEST] Payment platform: 2 incidents, 2 going on"]
    text = noon.messages("chen")[0].text
    assert "[GRADE 3, provisional] reports down for all users since 10:00" in text
    assert "[GRADE 3, provisional] stats down for all users since 10:05" in text
    assert "INC-20261123-001 #1" in text
    assert "INC-20261123-002 #1" in text


def test_the_customers_digest_is_plain_and_each_incident_can_be_confirmed(noon: World) -> None:
    """4.2(c): held for half an hour as ever, then gathered for another."""
    two(noon)

    noon.advance("65 min")

    [message] = noon.messages("wang")
    assert message.subject == "[GRADE 3 DIGEST] Payment platform: 2 incidents, 2 going on"
    assert "The figures are missing" in message.text
    assert message.text.count("Please confirm: https://er.example/a/token") == 2
    assert "alertname" not in message.text


def test_a_single_notice_leaves_as_it_is(noon: World) -> None:
    noon.alert("ReportsDown")

    noon.advance("30 min")

    assert [line[:17] for line in noon.told_at("chen")] == ["10:30:00 [GRADE 3"]
    assert "DIGEST" not in noon.told("chen")[0]


def test_what_opened_and_recovered_meanwhile_is_told_as_that(noon: World) -> None:
    """Nothing that the provider was to be told is a blip."""
    two(noon)
    noon.resolve("ReportsDown")
    noon.advance("25 min")

    text = noon.messages("chen")[0].text

    assert noon.told("chen") == ["[GRADE 3 DIGEST] Payment platform: 2 incidents, 1 going on"]
    assert "[RECOVERED] reports back at 10:05, verified 10:10" in text
    assert "INC-20261123-001 #2 | opened 10:00, recovered 10:10" in text


def test_what_waits_is_told_after_a_restart(noon: World) -> None:
    two(noon)
    noon.restart()

    noon.advance("25 min")

    assert noon.told_at("chen") == ["10:30:00 [GRADE 3 DIGEST] Payment platform: 2 incidents, 2 going on"]


def test_a_raise_in_between_is_told_at_once_as_an_opening(noon: World) -> None:
    """Grades 1 and 2 never wait."""
    two(noon)

    noon.regrade(2, "month-end figures", number="INC-20261123-001")

    assert [line[:20] for line in noon.told_at("chen")] == ["10:05:00 [GRADE 2] r"]
    noon.advance("30 min")
    assert [line[:37] for line in noon.told_at("chen") if "GRADE 3" in line] == [
        "10:35:00 [GRADE 3, provisional] stats"
    ]


def test_grade_2_is_told_at_once(noon: World) -> None:
    noon.alert("ReportsDown")

    noon.alert("CheckoutDown")

    assert [line[:17] for line in noon.told_at("chen")] == ["10:00:00 [GRADE 2"]


def test_the_digest_meets_the_first_notice(noon: World) -> None:
    """OB-303, 4.1(c): 4 h, accepted by a channel of the principal's or the coordinator's own."""
    two(noon)

    noon.advance("65 min")

    for number in ("INC-20261123-001", "INC-20261123-002"):
        owed = [each for each in noon.store.obligations(incident=number)[0] if each.name == "first_notice"]
        assert [each.state for each in owed] == ["met"]
        accepted = [s.fact for s in noon.facts(number) if s.fact.kind == "notice_accepted"]
        assert {fact.detail["party"] for fact in accepted} == {"provider", "customer"}
        assert "notice_reached" in noon.happened(number)


def test_a_refused_digest_goes_by_the_next_channel(make: Make) -> None:
    world = make(DAY.replace('chen: {role: [coordinator, member], phone: "+1-555-0101", reach: ["log://"]}',
                             'chen: {role: [coordinator], reach: ["log://", "log://two"]}'))  # fmt: skip
    world.advance("7 h")
    world.notebook.answers["chen/1"] = lambda: Outcome(Verdict.REJECTED, "gone")
    two(world)

    world.advance("26 min")

    assert world.told("chen") == ["[GRADE 3 DIGEST] Payment platform: 2 incidents, 2 going on"]
    assert world.happened("INC-20261123-002").count("notice_accepted") == 1


def test_after_the_night_everything_is_one_message_at_nine(make: Make) -> None:
    """What waited for working hours leaves as they begin."""
    world = make(DAY)
    two(world)

    world.advance("6 h")

    assert world.told_at("chen") == ["09:00:00 [GRADE 3 DIGEST] Payment platform: 2 incidents, 2 going on"]


def test_a_period_that_would_end_after_work_is_not_begun(make: Make) -> None:
    world = make(DAY)
    world.advance("14 h")
    world.advance("45 min")  # 17:45

    world.alert("ReportsDown")

    assert [line[:17] for line in world.told_at("chen")] == ["17:45:00 [GRADE 3"]


def test_a_route_of_ones_own_sets_the_period_and_never_beyond_the_first_notice(make: Make) -> None:
    """OB-303: gathered for a quarter of its limit at most."""
    world = make(DAY + "routes:\n  - {party: provider, grade: 3, to: [coordinator], digest: 10m}\n"
                 "  - {party: customer, grade: 3, to: [coordinator], digest: 8h}\n")  # fmt: skip
    world.advance("7 h")

    two(world)
    world.advance("90 min")

    assert [line[:8] for line in world.told_at("chen")] == ["10:10:00"]
    assert [line[:8] for line in world.told_at("wang")] == ["11:30:00"]


def test_a_false_alarm_that_nobody_heard_of_yet_is_told_as_one(noon: World) -> None:
    two(noon)
    noon.void("a test", number="INC-20261123-001")

    noon.advance("25 min")

    assert "[FALSE ALARM] reports" in noon.messages("chen")[0].text
    assert "opened 10:00, called off 10:05" in noon.messages("chen")[0].text


def test_in_a_trial_the_customers_digest_goes_to_the_providers_coordinator(make: Make) -> None:
    world = make(DAY.replace("system: Payment", "status: trial\n  system: Payment"))
    world.advance("7 h")
    two(world)

    world.advance("70 min")

    assert world.told("wang") == []
    assert world.told("chen")[-1] == "[TRIAL] [GRADE 3 DIGEST] Payment platform: 2 incidents"


def test_a_storm_of_small_matters_makes_a_few_digests(make: Make) -> None:
    functions = "\n".join(f"    f{n}: {{criticality: auxiliary}}" for n in range(23))
    rows = "\n".join(f"  - {{match: ['alertname=\"F{n}\"'], function: f{n}, state: down}}" for n in range(23))
    world = make(
        DAY.replace("  functions:\n", f"  functions:\n{functions}\n").replace("signals:\n", f"signals:\n{rows}\n", 1)
    )
    world.advance("7 h")
    for number in range(23):
        world.alert(f"F{number}")

    world.advance("30 min")

    assert world.told("chen") == [
        "[GRADE 3 DIGEST] Payment platform: 10 incidents, 10 going on",
        "[GRADE 3 DIGEST] Payment platform: 10 incidents, 10 going on",
        "[GRADE 3 DIGEST] Payment platform: 3 incidents, 3 going on",
    ]


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_whatever_happens_every_notice_reaches_its_reader_or_was_replaced(make: Make, seed: int) -> None:
    """A day of small matters that come and go, with restarts and raises in between: nothing of a digest is lost."""
    chance = random.Random(seed)
    world = make(DAY)
    world.advance("7 h")
    for _ in range(14):
        name = chance.choice(["ReportsDown", "StatsDown"])
        chance.choice([world.alert, world.alert, world.resolve])(name)
        if chance.random() < 0.2:
            world.restart()
        if chance.random() < 0.1 and world.incident().state == "open":
            world.regrade(2, "month-end figures")
            world.acknowledge("chen")
        world.advance(f"{chance.randint(1, 25)} min")
    world.advance("16 h")

    for incident in world.incidents():
        for notice in world.store.notices(incident.number):
            assert notice.state in ("released", "withheld"), notice
            if notice.state == "released" and notice.type != "reminder":
                carriers = [notice.id, *notice.content.get("digests", ())]
                rows = [row for id_ in carriers for row in world.store.deliveries_of(id_)]
                wanted = {recipient.contact for recipient in notice.recipients}
                got = {row.contact for row in rows if row.state in ("accepted", "cancelled")}
                assert wanted <= got, (notice, rows)


def test_a_digest_of_no_length_tells_each_by_itself(make: Make) -> None:
    world = make(DAY + "routes:\n  - {party: provider, grade: 3, to: [coordinator], digest: 0s}\n")
    world.advance("7 h")

    two(world)

    assert [line[:8] for line in world.told_at("chen")] == ["10:00:00", "10:05:00"]
