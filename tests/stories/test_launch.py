"""Stories of 3.3: both teams launched, the principals speak, coordinators are named, and what grade 3 asks for."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.engine.stated import Record
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import EntryKind, Fact, Obligation, ObligationState
from tests.stories.test_duties import duty
from tests.support.world import FILE, World

TEAMS = FILE.replace(
    '      chen: {role: [coordinator, member], phone: "+1-555-0101", reach: ["log://"]}\n',
    '      chen: {role: [coordinator, member], phone: "+1-555-0101", reach: ["log://"]}\n'
    '      gao: {role: [member], reach: ["log://"]}\n'
    '      eve: {role: [observer], reach: ["log://"]}\n',
).replace(
    '      wang: {role: [principal, coordinator], phone: "+1-555-0102", reach: ["log://"]}\n',
    '      wang: {role: [principal], deputy: sun, phone: "+1-555-0102", reach: ["log://"]}\n'
    '      sun: {role: [coordinator], phone: "+1-555-0103", reach: ["log://"]}\n'
    '      ma: {role: [member], reach: ["log://"]}\n',
)


@pytest.fixture
def two(tmp_path: Path) -> World:
    """Grade 2."""
    world = World(tmp_path, TEAMS)
    world.alert("CheckoutDown")
    world.advance("6 min")
    return world


@pytest.fixture
def one(two: World) -> World:
    """Grade 1 since 03:06."""
    two.regrade(1, "all shops stand still")
    return two


@pytest.fixture
def three(tmp_path: Path) -> World:
    world = World(tmp_path, TEAMS)
    world.alert("ReportsDown")
    world.settle()
    assert world.incident().grade == 3
    return world


def launches(world: World) -> list[Fact]:
    return [each.fact for each in world.facts() if each.fact.kind == "team_launched"]


def of(world: World, name: str, party: str) -> Obligation:
    """The party's own clock of that name, the newest."""
    found, _ = world.store.obligations(incident=world.incident().number, limit=500)
    return next(each for each in found if each.name == name and each.debtor == party)


# ----------------------------------------------------------------------------------------------------------- launch


def test_in_grade_1_a_team_is_launched_by_a_principal_or_deputy_and_a_member(one: World) -> None:
    """OB-411, 3.3(a): each party for itself."""
    one.acknowledge("lee")
    assert duty(one, "launch_provider").state is ObligationState.RUNNING

    one.advance("1 min")
    one.acknowledge("gao")

    assert duty(one, "launch_provider").state is ObligationState.MET
    assert duty(one, "launch_customer").state is ObligationState.RUNNING
    [launched] = launches(one)
    assert launched.detail == {"party": "provider", "grade": 1, "who": ["gao", "lee"]}
    assert launched.by == "gao"


def test_the_customers_deputy_counts_and_its_launch_is_its_own(one: World) -> None:
    """OB-412, 3.3(a)."""
    one.acknowledge("sun")
    one.acknowledge("ma")

    assert duty(one, "launch_customer").state is ObligationState.MET
    assert duty(one, "launch_provider").state is ObligationState.RUNNING
    assert [each.detail["party"] for each in launches(one)] == ["customer"]


def test_one_person_of_both_roles_counts_for_both(tmp_path: Path) -> None:
    """OB-412, 3.3(a): a party of one person is launched by that person."""
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.regrade(1, "all shops stand still")

    world.acknowledge("wang")

    assert duty(world, "launch_customer").state is ObligationState.MET


def test_a_team_is_launched_once_however_many_answer(one: World) -> None:
    """OB-411, 3.3(a)."""
    for contact in ("lee", "gao", "chen", "lee"):
        one.acknowledge(contact)

    assert len(launches(one)) == 1


def test_answers_to_the_lower_grade_launch_nobody_for_the_higher_one(two: World) -> None:
    """OB-411, 3.3(a): on this incident at this grade; who answered before answers anew."""
    two.acknowledge("lee")
    two.acknowledge("gao")
    assert len(launches(two)) == 1
    two.advance("1 min")

    two.regrade(1, "all shops stand still")
    two.advance("1 min")
    two.acknowledge("gao")
    assert duty(two, "launch_provider").state is ObligationState.RUNNING
    two.acknowledge("lee")

    assert duty(two, "launch_provider").state is ObligationState.MET
    assert [each.detail["grade"] for each in launches(two)] == [2, 1]


def test_an_answer_given_before_the_grade_was_lowered_goes_on_counting(one: World) -> None:
    """OB-411, rule 3: what runs when the grade falls stays."""
    one.acknowledge("lee")
    one.advance("1 min")
    one.regrade(2, "half of the shops work")

    one.acknowledge("gao")

    assert duty(one, "launch_provider").state is ObligationState.MET


def test_a_team_that_does_not_launch_in_time_is_overdue_until_it_does(one: World) -> None:
    """OB-411, 3.3(a): 15 minutes."""
    one.advance("16 min")
    assert duty(one, "launch_provider").state is ObligationState.OVERDUE

    one.acknowledge("chen")
    one.acknowledge("lee")

    assert duty(one, "launch_provider").state is ObligationState.MET_LATE


def test_the_quorum_is_the_agreements_own(tmp_path: Path) -> None:
    """OB-411, 3.3(a): `launch: {member: 2}`."""
    world = World(tmp_path, TEAMS.replace("  functions:", "  launch: {member: 2}\n  functions:", 1))
    world.alert("CheckoutDown")
    world.regrade(1, "all shops stand still")
    world.acknowledge("lee")
    world.acknowledge("gao")
    assert launches(world) == []

    world.acknowledge("chen")

    assert duty(world, "launch_provider").state is ObligationState.MET


def test_in_grade_2_one_acknowledgement_launches_a_party(two: World) -> None:
    """OB-414, 3.3(b)."""
    two.acknowledge("gao")

    assert of(two, "launch_teams", "provider").state is ObligationState.MET
    assert of(two, "launch_teams", "customer").state is ObligationState.RUNNING
    assert launches(two) == []


# ------------------------------------------------------------------------------------------------- principals speak


def spoke(world: World, by: str = "lee", with_: str = "wang", *, ago: str = "", **said: str) -> None:
    at = world.clock.now() - timedelta(minutes=int(ago)) if ago else None
    act = Record(
        world.incident().number, EntryKind.CONVERSATION, by, said={"with": with_, **said}, means="cli", called_at=at
    )
    world.do(act)


def test_the_principals_contact_is_recorded_with_time_means_and_both_names(one: World) -> None:
    """OB-413, 3.3(a)."""
    one.advance("10 min")
    spoke(one, ago="2", medium="video")

    assert duty(one, "principals_speak").state is ObligationState.MET
    said = next(each.fact for each in one.facts() if each.fact.kind == "principals_spoke")
    assert (said.by, said.detail["with"], said.detail["medium"], f"{said.at:%H:%M}") == (
        "lee",
        "wang",
        "video",
        "03:14",
    )


def test_the_other_principal_is_asked_about_whom_they_are_said_to_have_spoken_with(one: World) -> None:
    """OB-413, fact 15: wang is asked to confirm that wang spoke with lee, by video, however it was typed in."""
    said = {"with": "wang", "medium": "video"}
    one.do(
        Record(one.incident().number, EntryKind.CONVERSATION, "lee", said=said, means="cli", recorded_by="lee"),
    )
    one.advance("10 min")

    [asked] = [each.text for each in one.messages("wang") if "PLEASE CONFIRM" in each.text]

    assert "wang spoke with lee by video at 03:06" in asked
    assert "command line" not in asked


def test_a_deputy_speaks_for_a_principal(one: World) -> None:
    """OB-413, 3.3(a)."""
    spoke(one, "sun", "lee")

    assert duty(one, "principals_speak").discharged_by == "sun"


def test_what_was_said_before_the_grade_rose_does_not_count_for_it(two: World) -> None:
    """OB-413, 3.3(a): the heads speak in grade 1; the same record is made anew then."""
    spoke(two)
    two.advance("1 min")
    two.regrade(1, "all shops stand still")
    assert duty(two, "principals_speak").state is ObligationState.RUNNING
    two.advance("1 min")

    spoke(two)

    assert duty(two, "principals_speak").state is ObligationState.MET


@pytest.mark.parametrize(
    ("by", "with_", "said", "fault", "because"),
    [
        ("lee", "chen", {}, WrongParty, "both of the provider"),
        ("chen", "wang", {}, Refused, "chen is no principal of the provider, nor a deputy: it takes lee"),
        ("lee", "ma", {}, Refused, "ma is no principal of the customer, nor a deputy: it takes sun, wang"),
        ("lee", "nobody", {}, Refused, "no contact"),
        ("lee", "wang", {"medium": "telepathy"}, Refused, "no means of speaking"),
        ("eve", "wang", {}, Refused, "may not"),
    ],
)
def test_a_conversation_takes_a_head_of_each_party(
    one: World, by: str, with_: str, said: dict[str, str], fault: type[Refused], because: str
) -> None:
    """OB-413, 3.3(a): nothing has changed."""
    with pytest.raises(fault, match=because):
        spoke(one, by, with_, **said)

    assert one.store.entries(one.incident().number) == []
    assert duty(one, "principals_speak").state is ObligationState.RUNNING


def test_a_conversation_from_before_the_incident_is_none_about_it(one: World) -> None:
    """OB-413, 3.3(a)."""
    with pytest.raises(Refused, match="is before INC-"):
        spoke(one, ago="30")


# ----------------------------------------------------------------------------------------------------- coordinators


def test_each_party_names_its_own_coordinator_and_the_other_reads_who(two: World) -> None:
    """OB-415, 3.3(b): the next notices say whom to call."""
    two.record("coordinator", "lee", contact="gao")
    assert of(two, "name_coordinators", "provider").state is ObligationState.MET
    assert of(two, "name_coordinators", "customer").state is ObligationState.RUNNING

    two.record("coordinator", "wang", contact="sun")
    two.record("update", "chen", text="pool restarted")

    assert of(two, "name_coordinators", "customer").state is ObligationState.MET
    assert "Next update: by 04:06 (target) | Coordinator: gao" in two.messages("sun")[-1].text
    assert "| Coordinator: sun +1-555-0103" in two.messages("chen")[-1].text


def test_a_partys_last_word_on_its_coordinator_counts(two: World) -> None:
    """OB-415, 3.3(b): also one who was named before."""
    for contact in ("gao", "chen", "gao"):
        two.record("coordinator", "lee", contact=contact)
    two.record("update", "chen", text="pool restarted")

    assert "Coordinator: gao" in two.messages("sun")[-1].text


@pytest.mark.parametrize(
    ("by", "contact", "fault", "because"),
    [
        ("lee", "sun", WrongParty, "each party names its own"),
        ("lee", "nobody", Refused, "no contact"),
        ("lee", "eve", Refused, "only looks on"),
        ("lee", "", Refused, "needs contact"),
    ],
)
def test_a_coordinator_is_one_of_the_partys_own(
    two: World, by: str, contact: str, fault: type[Refused], because: str
) -> None:
    """OB-415, 3.3(b): nothing has changed."""
    with pytest.raises(fault, match=because) as refused:
        two.record("coordinator", by, contact=contact)

    assert refused.value.clause == "3.3(b)"
    assert of(two, "name_coordinators", "provider").state is ObligationState.RUNNING


# ------------------------------------------------------------------------------------------------ respond or do not


def test_in_grade_3_the_decision_whether_to_respond_is_recorded_with_its_reason(three: World) -> None:
    """OB-416, 3.3(c)."""
    assert duty(three, "decide_response").state is ObligationState.RUNNING

    three.record("response", "chen", "not_respond", text="restarts by itself tonight")

    assert duty(three, "decide_response").state is ObligationState.MET


@pytest.mark.parametrize(
    ("by", "what", "text", "because"),
    [
        ("gao", "respond", "as needed", "it takes a coordinator, principal"),
        ("chen", "respond", "", "needs text"),
        ("chen", "perhaps", "who knows", "no sort of response"),
    ],
)
def test_it_takes_a_lead_a_decision_and_a_reason(three: World, by: str, what: str, text: str, because: str) -> None:
    """OB-416, 3.3(c): nothing has changed."""
    with pytest.raises(Refused, match=because) as refused:
        three.record("response", by, what, text=text)

    assert refused.value.clause == "3.3(c)"
    assert duty(three, "decide_response").state is ObligationState.RUNNING


def test_in_grade_2_there_is_nothing_to_decide(two: World) -> None:
    """OB-416, 3.3(b), 3.3(c): both teams respond."""
    with pytest.raises(IllegalStep, match="both teams respond") as refused:
        two.record("response", "chen", "not_respond", text="restarts by itself")

    assert refused.value.clause == "3.3(c)"


# -------------------------------------------------------------------------------------------------------- the cause


def test_the_cause_is_told_and_starts_the_eradication_once(two: World) -> None:
    """OB-504, 3.4(c): from when it was first said."""
    two.record("cause", "chen", text="a connection leak in the pool")
    begun = duty(two, "eradicate")
    two.advance("5 min")

    two.record("cause", "chen", text="a leak in the pool of release 7")

    assert (duty(two, "eradicate").id, begun.state) == (begun.id, ObligationState.RUNNING)
    assert "Cause: a leak in the pool of release 7" in two.messages("sun")[-1].text
    assert two.told("sun")[-1].startswith("[UPDATE, grade 2] Checkout: a leak in the pool of release 7")


def test_the_customer_puts_no_cause_on_record(two: World) -> None:
    """3.4(c)."""
    with pytest.raises(WrongParty):
        two.record("cause", "wang", text="your pool")
