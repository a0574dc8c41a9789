"""Stories of the channel test (OB-104, 2.1): does a message reach everybody, by every channel, before it has to."""

import re
from pathlib import Path
from typing import cast

import pytest

from agent.engine.rostered import AnsweredTest, AnswerTest, StartedTest, StartTest
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import Party
from tests.stories.test_standing import WHOLE, away, owed, whole
from tests.support.world import World


def start(
    world: World, by: str = "lee", *parties: Party, now: bool = True, contacts: tuple[str, ...] = ()
) -> StartedTest:
    return cast("StartedTest", world.do(StartTest(by, parties, contacts, at_once=now)))


def answer(world: World, contact: str, test: str = "", **more: str) -> AnsweredTest:
    return cast("AnsweredTest", world.do(AnswerTest(contact, test, **more)))


def said(world: World, kind: str) -> list[str]:
    return [f"{each.fact.by} {each.fact.detail['party']}" for each in reversed(world.store.facts_of_agent(kind, 99))]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, whole())


def test_each_contact_gets_a_marked_message_with_a_link_of_its_own_by_every_channel(world: World) -> None:
    """OB-104, 2.1: marked as a test, in either language; the link says which channel brought it."""
    start(world)

    sent = [(endpoint, message) for _, endpoint, message in world.notebook.written]
    links = [re.findall(r"/a/(\w+)", message.text)[0] for _, message in sent]
    assert sorted(endpoint for endpoint, _ in sent) == ["chen/1", "chen/call", "lee/1", "lee/call"]
    assert len(set(links)) == 4
    assert all(message.subject == "[TEST] Payment platform: does this reach you?" for _, message in sent)
    assert all("A test of the channels, nothing has happened" in message.text for _, message in sent)
    link = world.store.link(links[0])
    assert link is not None
    assert (link.contact, link.endpoint) == (sent[0][0].split("/")[0], sent[0][0])
    assert world.incidents() == []


def test_once_everybody_has_answered_the_months_test_is_met(world: World) -> None:
    """OB-104, 2.1: one who has not answered keeps it open; each party's own."""
    start(world)

    first = answer(world, "lee", endpoint="lee/call")
    before = owed(world, "test_channels")
    second = answer(world, "chen", endpoint="chen/1")

    assert (first.waits_for, second.waits_for) == (("chen",), ())
    assert before == [
        "test_channels-customer 2026-11 running until 12-01",
        "test_channels-provider 2026-11 running until 12-01",
    ]
    assert owed(world, "test_channels") == [
        "test_channels-customer 2026-11 running until 12-01",
        "test_channels-provider 2026-11 met until 12-01",
    ]
    assert said(world, "channels_tested") == ["agent provider"]


def test_a_month_without_a_test_is_overdue_and_met_late_by_the_next_one(world: World) -> None:
    """OB-104: each month is a clock of its own; what is tested late stays late on record."""
    world.advance("9 d")

    start(world)
    for contact in ("lee", "chen"):
        answer(world, contact)

    assert [line for line in owed(world, "test_channels") if "provider" in line] == [
        "test_channels-provider 2026-11 met_late until 12-01",
        "test_channels-provider 2026-12 met until 01-01",
    ]


def test_an_answer_counts_in_the_month_in_which_it_is_given(world: World) -> None:
    """OB-104, "every contact answered": half of a test in November and half in December is none of either."""
    world.advance("7 d")
    start(world)
    answer(world, "lee")
    world.advance("1 d")

    late = answer(world, "chen")

    assert late.waits_for == ("lee",)
    assert said(world, "channels_tested") == []


def test_the_same_answer_again_changes_nothing(world: World) -> None:
    """2.1: a link that is opened twice is one answer; another channel's is another one."""
    start(world)
    answer(world, "lee", endpoint="lee/call")

    again = answer(world, "lee", endpoint="lee/call")
    answer(world, "lee", endpoint="lee/1")

    assert again.is_repeated
    assert said(world, "channel_answered") == ["lee provider", "lee provider"]


def test_at_night_a_test_waits_for_working_hours_unless_somebody_wants_it_now(world: World) -> None:
    """OB-104: no test wakes anybody who did not ask for it."""
    started = start(world, now=False)
    at_night = list(world.notebook.written)
    world.advance("6 h")

    assert at_night == []
    assert started.notices[0].due_at.hour == 9
    assert world.told_at("chen") == ["09:00:00 [TEST] Payment platform: does this reach you?"] * 2


def test_a_test_asked_for_twice_is_one_test(world: World) -> None:
    """2.1: a request that is repeated sends nothing again."""
    first = start(world)

    second = start(world)

    assert second.is_repeated
    assert second.notices[0].id == first.notices[0].id
    assert len(world.messages("chen")) == 2


def test_a_test_starts_by_a_person_alone(world: World) -> None:
    """OB-104: the month's duty reminds of it; nothing starts by the calendar."""
    world.advance("40 d")

    assert not [line for contact in ("lee", "chen", "wang", "xu") for line in world.told(contact) if "[TEST]" in line]


def test_who_is_new_has_still_to_be_tested_and_who_left_has_not(world: World) -> None:
    """OB-104, "every contact": of the file as it is."""
    start(world)
    answer(world, "lee")

    world.configure(
        whole(people=WHOLE.replace("      chen: {role: [coordinator, member],", "      zhou: {role: [coordinator],"))
    )
    world.advance("1 min")
    still = said(world, "channels_tested")
    start(world, "lee", contacts=("zhou",))
    answer(world, "zhou")

    assert still == []
    assert said(world, "channels_tested") == ["agent provider"]


def test_answers_survive_a_restart_and_links_are_found_again(world: World) -> None:
    """OB-104: what was answered before the restart counts after it."""
    start(world)
    answer(world, "lee")
    away(world, "1 h")

    answer(world, "chen")

    assert said(world, "channels_tested") == ["agent provider"]


def test_the_customer_tests_its_own_channels_and_nobody_elses(world: World) -> None:
    """2.1: each party forms its own team; a refusal changes nothing."""
    with pytest.raises(WrongParty) as refused:
        start(world, "wang", Party.PROVIDER)
    started = start(world, "wang")

    assert refused.value.clause == "2.1"
    assert [notice.party for notice in started.notices] == ["customer"]
    assert said(world, "channel_test_started") == ["wang customer"]


def test_the_provider_may_test_both(world: World) -> None:
    """2.1: it runs the channels; the customer's people are told who started it."""
    start(world, "chen", Party.PROVIDER, Party.CUSTOMER)

    assert "Started by chen" in world.messages("xu")[0].text
    assert said(world, "channel_test_started") == ["chen provider", "chen customer"]


def test_what_cannot_be_tested_is_refused(tmp_path: Path) -> None:
    """2.1: an observer, an unknown contact, nobody with a channel, the customer in a trial; nothing is written."""
    world = World(tmp_path, whole(more="  status: trial\n", people=WHOLE.replace("role: [member]", "role: [observer]")))

    for contact, party, error in (
        ("lee", Party.CUSTOMER, Refused),
        ("xu", Party.CUSTOMER, Refused),
        ("nobody", Party.PROVIDER, NotFound),
    ):
        with pytest.raises(error):
            start(world, contact, party)

    assert world.store.facts_of_agent("channel_test_started", 9) == []
    assert world.notebook.written == []


def test_an_answer_by_the_other_party_or_to_no_test_is_refused(world: World) -> None:
    """2.1: wrong party, not asked, unknown, too old; nothing is written."""
    started = start(world, contacts=("chen",))
    test = str(started.notices[0].content["test"])

    for contact, more, error in (
        ("wang", {"test": test}, NotFound),
        ("lee", {"test": test}, NotFound),
        ("chen", {"test": "CT-20261123-009"}, NotFound),
        ("nobody", {}, NotFound),
    ):
        with pytest.raises(error):
            answer(world, contact, **more)
    with pytest.raises(WrongParty):
        world.do(AnswerTest("chen", test, party=Party.CUSTOMER))
    world.advance("63 d")
    with pytest.raises(IllegalStep):
        answer(world, "chen", test)

    assert said(world, "channel_answered") == []


def test_an_answer_that_the_other_party_wrote_down_is_confirmed_by_whom_it_is_said_of(world: World) -> None:
    """OB-104, fact 15: the provider writes down that wang said so on the phone; wang is asked."""
    start(world, "lee", Party.CUSTOMER)

    test = answer(world, "wang", means="phone", recorded_by="lee").test
    answer(world, "wang", means="phone", recorded_by="lee")

    [statement] = world.store.statements_of_matter(test)
    assert (statement.kind, statement.by, statement.asked) == ("channel_answered", "wang", "customer")
    asked = [each.text for each in world.messages("wang") if "PLEASE CONFIRM" in each.subject]
    assert len(asked) == 1
    assert f"{test}: stated by wang" in asked[0]
