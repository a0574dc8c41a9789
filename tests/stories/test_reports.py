"""Stories of the customer's reports (3.2(b), (c)): on file at once, in their incident, acknowledged by a person."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import NotFound, Refused, WrongParty
from agent.model import ObligationState, State
from tests.stories.test_duties import duty
from tests.support.world import FILE, START, World

PEOPLE = """
agreement:
  system: Payment platform
  time_zone: Asia/Shanghai
  functions:
    checkout: {name: Checkout, criticality: core}
    ledger: {criticality: important}
parties:
  provider:
    contacts:
      zhang-wei: {name: Zhang Wei, role: [principal], reach: ["log://"]}
      li-lei: {name: Li Lei, role: [coordinator], phone: "+86 138 0000 0002", reach: ["log://"]}
      zhao: {name: Zhao Min, role: [member], reach: ["log://"]}
  customer:
    contacts:
      wang: {name: Wang Fang, role: [principal, coordinator], reach: ["log://"]}
      shop: {name: Shop 12, role: [member], reach: ["log://"]}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down, says: {en: The payment page does not open}}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def people(tmp_path: Path) -> World:
    """A party with a principal, a coordinator and a member, each one person."""
    return World(tmp_path, PEOPLE)


# ------------------------------------------------------------------------------------------ it arrives, and is on file


def test_a_report_opens_an_incident_and_asks_the_provider_to_acknowledge_within_15_minutes(world: World) -> None:
    """3.2(b), (c): at once, at grade 2, provisional; the clock starts when the report arrives."""
    report = world.report("the till shows a blank page", ago="2 min")

    incident = world.incident()
    owed = duty(world, "acknowledge_report")
    assert (report.number, report.incident) == ("REP-20261123-001", incident.number)
    assert (incident.grade, incident.is_provisional, incident.functions) == (2, True, ("checkout",))
    assert incident.started_at == START - timedelta(minutes=2)
    assert (owed.state, owed.report, owed.due_at) == (
        ObligationState.RUNNING,
        report.number,
        START + timedelta(minutes=15),
    )
    assert world.told("chen") == ["[GRADE 2, provisional] Checkout abnormal since 02:58 [INC-20261123-001 #1]"]
    text = world.messages("chen")[0].text
    assert "acknowledge the report by 03:15, saying how it goes and when the next update comes" in text
    assert "Report: REP-20261123-001 by wang, 03:00: the till shows a blank page" in text
    assert "Scope: Checkout; all shops (as reported)" in text
    assert "customer: none so far" in text


def test_the_reporter_gets_a_receipt_at_once_that_is_no_acknowledgement(world: World) -> None:
    """3.2(c), fact 4: a receipt says that it has arrived; the clock of the acknowledgement runs on."""
    world.report("the till shows a blank page")

    assert world.told("wang") == [
        "[RECEIPT] REP-20261123-001 has arrived; not an acknowledgement [INC-20261123-001 #2]"
    ]
    assert "and is no acknowledgement" in world.messages("wang")[0].text
    assert duty(world, "acknowledge_report").state is ObligationState.RUNNING


def test_the_receipt_acknowledges_only_where_the_annex_says_so(tmp_path: Path) -> None:
    """3.2(c), fact 4: `auto_receipt_discharges: true` is written in the annex, or it is not so."""
    world = World(tmp_path, FILE.replace("agreement:\n", "agreement:\n  auto_receipt_discharges: true\n", 1))

    report = world.report("the till shows a blank page")
    world.advance("16 min")

    assert duty(world, "acknowledge_report").state is ObligationState.MET
    assert world.store.report(report.number).acknowledged_by == "agent"  # type: ignore[union-attr]
    assert "this acknowledges it" in world.told("wang")[0]
    assert "report" not in "".join(world.told("lee"))


def test_what_the_customer_discovered_long_ago_is_reported_late(world: World) -> None:
    """OB-204, 2.3(a), 4.2(a): the customer's own clock runs from when it discovered the fault."""
    world.report("the till shows a blank page", ago="2 h", discovered_at=START - timedelta(minutes=40))

    owed = duty(world, "report_incident")
    assert (owed.state, owed.started_at) == (ObligationState.MET_LATE, START - timedelta(minutes=40))


def test_what_is_told_at_once_is_reported_in_time(world: World) -> None:
    """OB-204: the report itself is what was owed."""
    world.report("the till shows a blank page", ago="5 min")

    assert duty(world, "report_incident").state is ObligationState.MET


def test_a_report_told_on_the_phone_arrived_when_the_call_was_made(world: World) -> None:
    """3.2(c), fact 15: `called_at` is where the clock starts, whenever somebody wrote it down."""
    called_at = START - timedelta(minutes=10)

    report = world.report("the till shows a blank page", ago="12 min", called_at=called_at, means="phone")
    world.advance("1 s")

    assert report.received_at == called_at
    assert duty(world, "acknowledge_report").due_at == START + timedelta(minutes=5)
    assert [subject.split(":")[0] for subject in world.told("chen")] == [
        "[GRADE 2, provisional] Checkout abnormal since 02",
        "[REPORT] Checkout",
    ]


def test_a_report_that_is_posted_twice_is_on_file_once(world: World) -> None:
    """Traps: a lost answer is asked for again; the same words about the same moment are the same report."""
    first = world.report("the till shows a blank page", occurred_at=START)
    world.advance("1 min")

    again = world.file("wang", symptom="the till shows a blank page", scope="all shops", measures="none so far",
                       functions=("checkout",), occurred_at=START)  # fmt: skip

    assert again.is_repeated
    assert again.report.number == first.number
    assert len(world.store.reports()[0]) == 1
    assert again.acknowledge_due_at == START + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"occurred_at": START + timedelta(minutes=5)}, "lies ahead"),
        ({"discovered_at": START - timedelta(hours=1)}, "before occurred_at"),
        ({"called_at": START - timedelta(hours=1)}, "later than the call"),
        ({"called_at": START + timedelta(hours=1)}, "lies ahead"),
    ],
    ids=["future", "discovered first", "called before", "called later"],
)
def test_times_that_cannot_be_are_refused_by_their_clause_and_nothing_is_changed(
    world: World, said: dict[str, object], why: str
) -> None:
    """3.2(b): a clear refusal that names the clause."""
    with pytest.raises(Refused, match=why) as refused:
        world.report("the till shows a blank page", **said)

    assert refused.value.clause == "3.2(b)"
    assert world.incidents() == []
    assert world.store.reports()[0] == []


def test_unknown_reporters_and_functions_are_named_with_what_there_is(world: World) -> None:
    """3.2(b): a function is meant by its id."""
    with pytest.raises(NotFound, match="it knows chen, lee, wang"):
        world.report("blank", by="nobody")
    with pytest.raises(NotFound, match="did you mean checkout"):
        world.report("blank", functions=("chekout",))

    assert world.store.reports()[0] == []


# --------------------------------------------------------------------------------------------------- what it lacks


def test_an_incomplete_report_is_accepted_its_clock_runs_and_the_rest_is_asked_for(world: World) -> None:
    """3.2(b), OB-205: the supplement is owed by the reporter within an hour."""
    report = world.file("wang", symptom="the till shows a blank page").report

    owed = duty(world, "supplement_report")
    assert report.missing == ("time", "scope", "measures")
    assert (owed.debtor, owed.due_at) == ("customer", START + timedelta(hours=1))
    assert duty(world, "acknowledge_report").state is ObligationState.RUNNING
    assert "Please add within an hour: when it began, the scope, measures taken" in world.messages("wang")[0].text


def test_the_supplement_completes_it(world: World) -> None:
    """3.2(b), OB-205: met once all four items are there; what was said before stays."""
    report = world.file("wang", symptom="the till shows a blank page").report
    world.advance("20 min")

    world.supplement(report.number, scope="all shops")
    half = duty(world, "supplement_report").state
    whole = world.supplement(report.number, measures="restarted a till", occurred_at=START - timedelta(minutes=5))

    assert half is ObligationState.RUNNING
    assert (whole.report.missing, whole.report.symptom) == ((), "the till shows a blank page")
    assert duty(world, "supplement_report").state is ObligationState.MET
    assert world.incident().started_at == START - timedelta(minutes=5)
    assert [kind for kind in world.happened() if kind.startswith("report_")][-2:] == [
        "report_supplemented",
        "report_complete",
    ]


def test_a_supplement_that_says_nothing_new_is_refused_and_one_said_again_changes_nothing(world: World) -> None:
    """3.2(b): what is on file is not overwritten."""
    report = world.file("wang", symptom="the till shows a blank page").report
    world.supplement(report.number, scope="all shops")
    before = world.happened()

    with pytest.raises(Refused, match="has a scope already"):
        world.supplement(report.number, scope="one shop")
    with pytest.raises(Refused, match="lacks time, measures"):
        world.supplement(report.number)
    with pytest.raises(WrongParty, match="its own people"):
        world.supplement(report.number, "lee", measures="rebooted")
    again = world.supplement(report.number, scope="all shops")

    assert again.is_repeated
    assert world.happened() == before


def test_who_has_not_supplemented_it_after_half_of_the_hour_is_asked_once_more(world: World) -> None:
    """OB-205, rule 6: nobody first hears of a duty at its due time; the clock of the report does not wait for it."""
    report = world.file("wang", symptom="the till shows a blank page", occurred_at=START, measures="none").report
    world.acknowledge("chen", progress="looking", next_update="2 h")
    world.advance("59 min")

    asked = [each for each in world.told_at("wang") if "PLEASE ADD" in each]
    assert asked == [f"03:30:00 [PLEASE ADD] {report.number} lacks the scope [{report.incident} #5]"]


def test_a_receipt_and_an_acknowledgement_have_numbers_of_their_own(people: World) -> None:
    """3.2(c), 3.5: a notice's number stands for one text, also where two reporters are answered at once."""
    people.report("checkout is blank")
    people.report("no till opens", by="shop", functions=("checkout",))
    people.acknowledge("li-lei", progress="logged in, the pool is exhausted", next_update="26 min")
    people.settle()

    told = people.store.notices(people.incident().number)
    numbers = {each.type.value: each.seq for each in told if each.recipients[0].contact == "shop"}
    assert len({each.seq for each in told}) == len(told) == people.incident().seq
    assert (numbers["receipt"], numbers["report_acknowledged"]) == (5, 7)
    assert people.told("shop")[-1].endswith("#7]")


# ------------------------------------------------------------------------------------------------- where it belongs


def test_each_report_has_its_own_clock_also_when_it_joins_an_open_incident(world: World) -> None:
    """3.2(c), fact 6: it joins the incident of its function, and the provider is asked once more."""
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.acknowledge("chen")

    first = world.report("shop 1 cannot sell")
    world.advance("2 min")
    second = world.report("shop 2 cannot sell")

    due = {
        each.report: each.due_at for each in world.store.obligations(states=["running"], limit=500)[0] if each.report
    }
    assert (first.incident, second.incident, first.joined) == ("INC-20261123-001", "INC-20261123-001", True)
    assert due == {first.number: first.received_at + timedelta(minutes=15),
                   second.number: second.received_at + timedelta(minutes=15)}  # fmt: skip
    assert world.told("chen")[-2:] == [
        "[REPORT, answer by 03:21] Checkout: shop 1 cannot sell [INC-20261123-001 #2]",
        "[REPORT, answer by 03:23] Checkout: shop 2 cannot sell [INC-20261123-001 #5]",
    ]


def test_a_report_is_second_evidence_of_a_total_outage(world: World) -> None:
    """R7, 3.1: a core function totally out for 5 min is grade 1 once a person says so too."""
    world.alert("CheckoutDown")
    world.advance("6 min")
    before = world.incident().grade

    world.report("no shop can sell")

    assert (before, world.incident().grade) == (2, 1)
    assert "R7" in world.incident().rules


def test_a_suggested_grade_is_taken_up_provisionally(world: World) -> None:
    """3.1: the agent acts on what an authorised person of the customer proposes until both agree."""
    world.report("no shop can sell", suggested_grade=1)

    assert (world.incident().grade, world.incident().is_provisional) == (1, True)
    assert world.told("lee")[0].startswith("[GRADE 1, provisional] Checkout abnormal")


def test_a_grade_1_of_somebody_without_authority_is_paged_and_waits_for_a_person(people: World) -> None:
    """3.1, section 4, “Own fault first”: everyone of the provider hears of it; executed only when confirmed."""
    people.report("the house is on fire", by="shop", suggested_grade=1)

    assert people.incident().grade == 2
    assert "grade_proposed" in people.happened()
    assert people.told("zhang-wei") != []
    assert "Shop 12 calls it grade 1: to be confirmed" in people.messages("zhang-wei")[0].text

    people.regrade(1, by="zhang-wei")

    assert people.incident().grade == 1


def test_what_a_report_opened_no_monitor_can_clear(world: World) -> None:
    """3.4(d): nobody measured that it failed, so a person says that it works again."""
    world.report("the till shows a blank page")
    world.acknowledge("chen", progress="looking", next_update="30 min")
    world.alert("CheckoutSlow")
    world.advance("10 min")
    world.resolve("CheckoutSlow")
    world.advance("1 h")
    standing = world.incident().state

    world.verify("chen")
    world.advance("20 min")

    assert standing is State.OPEN
    assert world.incident().state is State.RECOVERED


def test_a_report_while_it_is_being_verified_asks_for_a_person(world: World) -> None:
    """3.4(d): somebody says that it does not work; the monitors alone cannot say that it does."""
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.resolve("CheckoutDown")
    world.advance("1 min")

    world.report("still blank here")
    world.advance("1 h")
    standing = world.incident().state
    world.acknowledge("chen", progress="cache of one shop", next_update="30 min")
    world.verify("chen")
    world.advance("1 min")

    assert standing is State.VERIFYING
    assert world.incident().state is State.RECOVERED


def test_a_late_report_of_what_has_recovered_since_goes_on_file_there(world: World) -> None:
    """3.2(c): its clock runs like any other's; nothing is opened again."""
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.resolve("CheckoutDown")
    world.advance("1 h")

    report = world.report("at three the page was blank", ago="64 min")

    assert report.incident == "INC-20261123-001"
    assert world.incident().state is State.RECOVERED
    assert duty(world, "acknowledge_report").state is ObligationState.RUNNING


def test_a_report_after_the_recovery_reopens_it(world: World) -> None:
    """Section 4, “Reopen”: within 24 h it is the same incident again, until a person verifies."""
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.resolve("CheckoutDown")
    world.advance("1 h")

    world.report("blank again")
    world.advance("1 h")

    assert len(world.incidents()) == 1
    assert world.incident().state is State.OPEN


def test_a_report_of_the_provider_opens_an_incident_and_owes_nobody_an_answer(world: World) -> None:
    """3.2(c): only what the customer reports is to be acknowledged to it."""
    world.report("I see errors in the ledger", by="chen", functions=("ledger",))

    names = {each.name for each in world.store.obligations(limit=500)[0]}
    assert world.incident().functions == ("ledger",)
    assert not names & {"acknowledge_report", "report_incident"}


# ----------------------------------------------------------------------------------------------- nobody answers


def test_a_report_nobody_acknowledges_climbs_to_the_principal(people: World) -> None:
    """3.2(c): within 15 minutes the provider acknowledges; else the ladder is climbed and the record says overdue.

    Asked again, it keeps the number that it came with, whatever else was told meanwhile.
    """
    report = people.report("checkout is blank")

    people.advance("16 min")

    assert people.told_at("zhang-wei") == [
        "03:11:15 [REPORT] Checkout: not acknowledged, 75 % of 15 min (3.2(c)) [INC-20261123-001 #1]"
    ]
    assert [at.partition(" [")[0] for at in people.told_at("li-lei")] == ["03:00:00", "03:03:00", "03:07:30"]
    owed = duty(people, "acknowledge_report")
    assert (owed.report, owed.state) == (report.number, ObligationState.OVERDUE)


def test_the_ladder_starts_over_until_a_person_answers(people: World) -> None:
    """Rule 6: at the end of the limit it begins again; an answer ends it."""
    people.report("checkout is blank")
    people.advance("27 min")
    before = people.told_at("zhang-wei")

    people.acknowledge("zhang-wei", progress="looking", next_update="30 min")
    people.advance("2 h")

    assert [subject.split(" [INC")[0] for subject in before] == [
        "03:11:15 [REPORT] Checkout: not acknowledged, 75 % of 15 min (3.2(c))",
        "03:18:00 [REPORT] Checkout: not acknowledged, overdue since 11:15 (3.2(c))",
        "03:26:15 [REPORT] Checkout: not acknowledged, overdue since 11:15 (3.2(c))",
    ]
    assert [each for each in people.told_at("zhang-wei") if "[REPORT]" in each] == before
    assert duty(people, "acknowledge_report").state is ObligationState.MET_LATE


def test_the_ladder_of_a_report_goes_on_after_a_restart(people: World) -> None:
    """Traps, OnCall #1206: what was to be climbed is climbed, whoever was killed meanwhile."""
    people.report("checkout is blank")
    people.advance("2 min")

    people.restart()
    people.advance("10 min")

    assert len(people.told("zhang-wei")) == 1


def test_a_report_that_joins_climbs_although_the_incident_was_acknowledged(people: World) -> None:
    """3.2(c), fact 6: acknowledged, then forgotten must not happen to a later report."""
    people.alert("CheckoutDown")
    people.advance("1 min")
    people.acknowledge("zhao")

    people.report("no shop can sell", ago="1 min")
    people.advance("12 min")

    assert people.told_at("zhang-wei")[-1].startswith("03:12:15 [REPORT] Checkout: not acknowledged, 75 %")


def test_a_false_alarm_calls_nobody_for_its_reports_any_more(people: World) -> None:
    """3.2(a): what was owed is void, and so is the ladder."""
    people.report("checkout is blank")
    people.advance("1 min")

    people.void("a training of the shop", by="li-lei")
    people.advance("1 h")

    assert duty(people, "acknowledge_report").state is ObligationState.VOID
    assert not any("not acknowledged" in subject for subject in people.told("zhang-wei"))


def test_the_opening_of_a_report_says_when_its_own_ladder_calls_the_next_person(people: World) -> None:
    """3.2(c), rule 6: not when that of the launch would, which stands still meanwhile."""
    people.report("checkout is blank")
    people.advance("12 min")

    opening = next(each for each in people.messages("li-lei") if "GRADE 2" in each.subject)
    called = [line for line in people.told_at("zhang-wei") if "REPORT" in line]
    assert called[0].startswith("03:11:15")
    assert "acknowledge the report by 11:15" in opening.text
    assert "the next person is called at 11:11" in opening.text


def test_who_is_asked_for_an_overdue_report_is_asked_for_it_now(people: World) -> None:
    """3.2(c): nobody can answer by a time that has passed."""
    people.report("checkout is blank")
    people.advance("19 min")

    asked = people.messages("zhang-wei")[-1]
    assert "overdue since 11:15" in asked.subject
    assert "Please acknowledge now, saying how it goes and when the next update comes" in asked.text


# ------------------------------------------------------------------------------------------------ a person answers


def test_an_acknowledgement_tells_the_reporter_who_how_it_goes_and_when_the_next_update_comes(people: World) -> None:
    """3.2(c): it names the report, and says how long it took of what there was."""
    report = people.report("checkout is blank")
    people.advance("6 min")

    done = people.acknowledge("li-lei", progress="logged in, the pool is exhausted", next_update="26 min")
    people.settle()

    assert done.reports == (report.number,)
    assert duty(people, "acknowledge_report").state is ObligationState.MET
    assert duty(people, "acknowledge_report").discharged_by == "li-lei"
    told = [each for each in people.messages("wang") if "ACKNOWLEDGED" in each.subject]
    assert [each.subject for each in told] == [
        "[ACKNOWLEDGED] REP-20261123-001 by Li Lei at 11:06 (6 of 15 min) [INC-20261123-001 #4]"
    ]
    assert told[0].text.splitlines()[1:] == [
        "INC-20261123-001 | grade 2, provisional | Payment platform",
        "Arrived 11:00, acknowledged after 6 min of 15 min",
        "Your report: REP-20261123-001 by Wang Fang, 11:00: checkout is blank",
        "So far: logged in, the pool is exhausted",
        "Next update: by 11:32 | Contact: Li Lei +86 138 0000 0002",
        told[0].text.splitlines()[-1],
    ]


def test_an_acknowledgement_of_a_report_without_progress_or_next_update_is_refused(world: World) -> None:
    """3.2(c): both are mandatory where it discharges a report; nothing has changed."""
    world.report("the till shows a blank page")
    before = world.happened()

    with pytest.raises(Refused, match=r"REP-20261123-001: it needs a first sentence .* and the time") as refused:
        world.acknowledge("chen")
    with pytest.raises(Refused, match="needs the time of the next update"):
        world.acknowledge("chen", progress="looking")

    assert refused.value.clause == "3.2(c)"
    assert world.happened() == before
    assert duty(world, "acknowledge_report").state is ObligationState.RUNNING


def test_the_next_update_lies_ahead(world: World) -> None:
    """3.2(c): a promise of the past is none."""
    world.report("the till shows a blank page")

    with pytest.raises(Refused, match="lies in the past"):
        world.acknowledge("chen", progress="looking", next_update="-1 min")


def test_the_customer_acknowledges_the_incident_and_no_report(world: World) -> None:
    """3.2(c): the provider owes it; one party's answer never discharges the other's duty."""
    world.report("the till shows a blank page")

    world.acknowledge("wang")

    assert duty(world, "acknowledge_report").state is ObligationState.RUNNING


def test_one_acknowledgement_answers_every_report_that_waits(world: World) -> None:
    """3.2(c): it names them all; a second one is a repeat and changes nothing."""
    world.report("shop 1 cannot sell")
    world.report("shop 2 cannot sell")

    done = world.acknowledge("chen", progress="looking", next_update="30 min")
    again = world.acknowledge("chen", progress="looking", next_update="30 min")

    assert done.reports == ("REP-20261123-001", "REP-20261123-002")
    assert again.is_repeated
    assert any(
        "[ACKNOWLEDGED] REP-20261123-001 and 1 more by chen at 03:00" in subject for subject in world.told("wang")
    )


def test_a_report_of_a_closed_incident_can_still_be_acknowledged(world: World) -> None:
    """3.2(c): the duty outlives the incident, late or not."""
    world.report("the till shows a blank page", suggested_grade=3)
    world.verify("lee")
    world.advance("26 h")
    assert world.incident().state is State.CLOSED

    world.acknowledge("chen", progress="it was a cable", next_update="1 d")
    world.settle()

    assert duty(world, "acknowledge_report").state is ObligationState.MET_LATE
    assert any("[ACKNOWLEDGED] REP-20261123-001" in subject for subject in world.told("wang"))
