"""Stories of what the parties ask of each other: told with the limit, answered, and what stands still meanwhile."""

from pathlib import Path

import pytest

from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import Obligation
from tests.stories.test_duties import duty
from tests.support.world import FILE, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("6 min")
    return world


def restore(world: World) -> Obligation:
    return duty(world, "restore")


def test_a_request_has_a_number_and_is_told_to_the_other_party_with_its_limit(world: World) -> None:
    """OB-602, 4.2(b): the customer has 1 h in grade 2 to answer what the provider asks of it."""
    done = world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")

    told = world.messages("wang")[-1].text
    assert done.entry.about == "R-1"
    assert told.splitlines()[0].startswith("[REQUEST R-1, grade 2] Checkout: may batch reconciliation")
    assert "You: please answer R-1 by 04:06 (target)" in told
    assert "https://er.example/a/" in told
    assert (duty(world, "answer_cooperation").about, duty(world, "answer_cooperation").state) == ("R-1", "running")
    assert not any("REQUEST" in line for line in world.told("chen"))


def test_an_answer_is_told_back_and_meets_the_duty(world: World) -> None:
    """OB-602, 4.2(b): who asked hears what was answered; the notice of the request is acknowledged with it (OB-306)."""
    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    world.advance("10 min")

    world.record("answer", "wang", about="R-1", text="yes, until 06:00")
    world.advance("1 min")

    assert world.told("chen")[-1].startswith("[ANSWER to R-1, grade 2] Checkout: yes, until 06:00")
    assert duty(world, "answer_cooperation").state == "met"
    assert duty(world, "answer_cooperation").discharged_by == "wang"
    [told] = [each for each in world.store.notices(world.incident().number) if each.type == "request"]
    read = [each for each in world.store.obligations(limit=500)[0] if each.name == "acknowledge_notice"]
    assert [each.about for each in read if each.state == "met"] == [str(told.seq)]


def test_support_is_asked_by_the_customer_and_answered_by_the_provider(world: World) -> None:
    """OB-601, 2.2(c): within 1 h in grade 2."""
    world.record("request", "wang", "support", text="how do we reprint receipts?")

    assert world.told("chen")[-1].startswith("[REQUEST R-1, grade 2] Checkout: how do we reprint")
    assert f"{duty(world, 'answer_support').due_at:%H:%M}" == "04:06"
    world.record("answer", "chen", about="R-1", text="from the till's menu")
    assert duty(world, "answer_support").state == "met"
    assert world.told("wang")[-1].startswith("[ANSWER to R-1, grade 2]")


def test_feedback_on_its_own_handling_is_asked_of_the_customer(world: World) -> None:
    """OB-307, 4.2(c): within 2 h in grade 2."""
    world.record("request", "lee", "feedback", text="which shops take cash now?")

    assert f"{duty(world, 'feed_back').due_at:%H:%M}" == "05:06"
    world.record("answer", "wang", about="1", text="all but two")
    assert duty(world, "feed_back").state == "met"


def test_either_party_may_invite_the_other_and_who_is_invited_owes_the_answer(world: World) -> None:
    """OB-903, 2.2(d), 2.3(d), 4.1(d), 4.2(d): three working days."""
    world.record("request", "lee", "invitation", text="review on Friday at 10:00")
    world.record("request", "wang", "invitation", text="analysis with our auditors on Thursday")

    owed = {each.about: each for each in world.store.obligations(limit=500)[0] if each.name == "answer_invitation"}

    assert [(owed[no].debtor, owed[no].creditor) for no in ("R-1", "R-2")] == [
        ("customer", "provider"),
        ("provider", "customer"),
    ]
    assert f"{owed['R-1'].due_at:%d %H:%M}" == "26 18:00"


@pytest.mark.parametrize(
    ("by", "what", "clause"),
    [("wang", "cooperation", "4.2(b)"), ("wang", "feedback", "4.2(c)"), ("chen", "support", "2.2(c)")],
)
def test_what_is_for_the_other_party_to_ask_is_refused(world: World, by: str, what: str, clause: str) -> None:
    """2.2(c), 4.2(b), 4.2(c): nothing has changed."""
    before = world.happened()

    with pytest.raises(WrongParty) as refused:
        world.record("request", by, what, text="please")

    assert refused.value.clause == clause or refused.value.clause in clause
    assert world.happened() == before


def test_the_one_who_asked_may_not_answer_and_nobody_answers_twice(world: World) -> None:
    """4.2(b): an unknown number, the wrong party, a second answer: refused, and nothing changes."""
    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    with pytest.raises(WrongParty, match="R-1 is for the customer to answer"):
        world.record("answer", "chen", about="R-1", text="yes")
    with pytest.raises(NotFound, match="no request R-2"):
        world.record("answer", "wang", about="R-2", text="yes")
    world.record("answer", "wang", about="R-1", text="yes")
    before = world.happened()

    with pytest.raises(IllegalStep, match="answered by wang already") as refused:
        world.record("answer", "wang", about="R-1", text="no, on second thoughts")

    assert refused.value.clause == "4.2(b)"
    assert world.record("answer", "wang", about="R-1", text="yes").is_repeated
    assert world.happened() == before


def test_the_same_words_are_one_request_while_it_waits_and_another_once_it_is_answered(world: World) -> None:
    first = world.record("request", "chen", "cooperation", text="please restart the tills")
    again = world.record("request", "chen", "cooperation", text="please restart the tills")
    world.record("answer", "wang", about="R-1", text="done")

    later = world.record("request", "chen", "cooperation", text="please restart the tills")

    assert again.is_repeated
    assert again.entry == first.entry
    assert later.entry.about == "R-2"


def test_only_an_unanswered_request_for_cooperation_lets_the_restoration_stand_still(world: World) -> None:
    """Rule 4, 2.3(b), 4.2(b): due later by exactly what it stood still; feedback and support stop nothing."""
    world.record("request", "chen", "feedback", text="which shops take cash?")
    world.record("request", "wang", "support", text="how do we reprint?")
    assert restore(world).state == "running"

    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    assert restore(world).state == "paused"
    world.advance("25 min")
    world.record("answer", "wang", about="R-3", text="yes")

    assert restore(world).state == "running"
    assert f"{restore(world).due_at:%H:%M}" == "11:25"


def test_with_two_requests_open_it_runs_on_after_the_last_answer(world: World) -> None:
    """Rule 4: the second request neither adds to the pause nor ends it; a restart in between changes nothing."""
    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    world.advance("10 min")
    world.record("request", "chen", "cooperation", text="may we drop the queue?")
    world.advance("10 min")
    world.record("answer", "wang", about="R-1", text="yes")
    assert restore(world).state == "paused"

    world.restart()
    world.advance("10 min")
    world.record("answer", "wang", about="R-2", text="no")

    assert restore(world).state == "running"
    assert f"{restore(world).due_at:%H:%M}" == "11:30"
    assert restore(world).paused_s == 1800


def test_an_answer_after_the_incident_moved_on_gives_no_time_back(world: World) -> None:
    """Rule 4: restored while it stood still, it is met; the late answer moves nothing."""
    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    world.advance("30 min")
    world.resolve("CheckoutDown")
    met = restore(world)
    world.advance("20 min")

    world.record("answer", "wang", about="R-1", text="yes")

    assert met.state == "met"
    assert restore(world) == met


def test_what_fails_again_while_the_answer_is_missing_goes_on_standing_still(world: World) -> None:
    """Rule 4: owed again after a relapse, and still nobody has answered."""
    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    world.advance("10 min")
    world.resolve("CheckoutDown")
    world.advance("3 min")
    world.alert("CheckoutDown")
    assert restore(world).state == "paused"
    world.advance("7 min")

    world.record("answer", "wang", about="R-1", text="yes")

    assert restore(world).state == "running"
    assert f"{restore(world).due_at:%H:%M}" == "11:20"  # 10 min of pause, 3 restored, 7 of pause


def test_a_raise_while_it_stands_still_counts_no_standing_time(world: World) -> None:
    """Rules 3 and 4: the RTO keeps its start and is not past its new limit by what it stood still."""
    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    world.advance("5 h")
    world.regrade(1, "all shops stand still")
    assert not restore(world).is_retroactive

    world.record("answer", "wang", about="R-1", text="yes")

    assert f"{restore(world).due_at:%H:%M}" == "12:00"


def test_at_night_requests_of_a_grade_3_wait_for_the_morning_and_none_takes_the_others_place(tmp_path: Path) -> None:
    """4.2(b), 3.3(c): told in working hours, first what it is about, then each question; also once it has recovered."""
    world = World(tmp_path)
    world.alert("ReportsDown")
    world.advance("6 min")
    world.record("request", "chen", "feedback", text="who reads the reports?")
    world.record("request", "chen", "cooperation", text="may we restart them?")
    assert world.told("wang") == []
    world.resolve("ReportsDown")
    world.advance("1 h")
    assert world.incident().state == "recovered"

    world.advance("6 h")

    told = [line.split("]")[0] for line in world.told_at("wang")]
    assert told == ["09:00:00 [REQUEST R-1, grade 3", "09:00:00 [REQUEST R-2, grade 3"]


def test_a_late_answer_is_met_late_and_only_then_the_restoration_runs_on(world: World) -> None:
    """OB-602, rule 4: overdue is no answer; the record keeps both."""
    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    world.advance("90 min")
    assert (duty(world, "answer_cooperation").state, restore(world).state) == ("overdue", "paused")

    world.record("answer", "wang", about="R-1", text="yes")

    late = duty(world, "answer_cooperation")
    assert (late.state, f"{late.overdue_at:%H:%M}") == ("met_late", "04:06")
    assert f"{restore(world).due_at:%H:%M}" == "12:30"


def test_who_only_looks_on_asks_nothing_and_of_a_false_alarm_nothing_is_asked(tmp_path: Path) -> None:
    """4.2(b): an observer may not; what is void is over, also for an answer."""
    world = World(tmp_path, FILE.replace("signals:\n", '      eye: {role: [observer], reach: ["log://"]}\nsignals:\n'))
    world.alert("CheckoutDown")
    world.advance("6 min")
    with pytest.raises(Refused, match="eye may not") as refused:
        world.record("request", "eye", "support", text="how long?")
    assert refused.value.clause == "4.2(b)"

    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")
    world.void("load test")

    with pytest.raises(IllegalStep, match="is void"):
        world.record("answer", "wang", about="R-1", text="yes")
    with pytest.raises(IllegalStep, match="is void"):
        world.record("request", "chen", "cooperation", text="please stop the test")
    assert duty(world, "answer_cooperation").state == "void"


def test_a_report_waits_for_what_the_customer_was_asked_for_it(world: World) -> None:
    """Rules 2 and 4, OB-509: the final report stands still while a request for cooperation is unanswered.

    It is owed in working days, so that of a night and a morning only what is worked of it is given back.
    """
    world.resolve("CheckoutDown")
    world.advance("20 min")
    due_at = duty(world, "post_incident_report").due_at
    world.record("request", "lee", "cooperation", text="please send us the till's log")
    assert duty(world, "post_incident_report").state == "paused"
    world.advance("8 h")

    world.record("answer", "wang", about="R-1", text="here it is")

    assert f"{due_at:%m-%d %H:%M}" == "12-07 18:00"
    assert f"{duty(world, 'post_incident_report').due_at:%m-%d %H:%M}" == "12-08 11:26"


def test_a_closed_incident_waits_for_no_answer_but_for_those_to_invitations(world: World) -> None:
    """OB-903, 4.2(d): an invitation to the review outlives its incident, and its answer is told back."""
    world.record("request", "lee", "invitation", text="review on Friday")
    world.record("request", "lee", "feedback", text="which shops?")
    world.resolve("CheckoutDown")
    world.advance("20 min")
    world.record_phases()
    world.close()
    with pytest.raises(IllegalStep, match="nobody waits for an answer to R-2"):
        world.record("answer", "wang", about="R-2", text="all")

    world.record("answer", "wang", about="R-1", text="we come, three of us")

    assert world.told("chen")[-1].startswith("[ANSWER to R-1, grade 2]")
    assert duty(world, "answer_invitation").state == "met"
    assert world.incident().state == "closed"
    assert world.incident().number not in {each.number for each in world.store.live_incidents()}


def test_nothing_is_asked_of_a_customer_that_has_not_heard_of_it(tmp_path: Path) -> None:
    """4.2(b): a mere risk is the provider's own matter until somebody stands for it."""
    row = """  - {match: ['alertname="CheckoutRisk"'], function: checkout, state: at_risk}\n"""
    world = World(tmp_path, FILE + row)
    world.alert("CheckoutRisk")
    world.advance("1 min")
    with pytest.raises(Refused, match=r"has not heard of .*tocsin regrade") as refused:
        world.record("request", "chen", "cooperation", text="please look at your disks")

    world.regrade(2, by="chen")
    world.record("request", "chen", "cooperation", text="please look at your disks")

    assert refused.value.clause == "4.2(b)"
    assert world.told("wang")[-1].startswith("[REQUEST R-1, grade 2]")


def test_a_request_tells_what_was_held_back_until_then(tmp_path: Path) -> None:
    """4.1(c), 4.2(b): who asks stands for it that there is something; the first notice goes before the request."""
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("1 min")

    world.record("request", "chen", "cooperation", text="may batch reconciliation stop?")

    assert [line.split("]")[0] for line in world.told("wang")] == ["[GRADE 2, provisional", "[REQUEST R-1, grade 2"]
