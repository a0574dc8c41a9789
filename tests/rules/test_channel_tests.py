"""The monthly channel test (OB-104, 2.1): what its links are for, and who has answered this month."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from agent.model import Fact, Party, SealedFact
from agent.rules import channel_tests
from agent.rules.channel_tests import Answer
from tests.rules.people import LI, QIAN, WANG, ZHANG

SHANGHAI = timezone(timedelta(hours=8))
TEST = "CT-20261123-001"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def answered(contact: str = "li", party: Party = Party.PROVIDER, **more: Any) -> Fact:
    """The fact that a link of the test was answered."""
    detail = {"party": party, "test": TEST, "endpoint": f"{contact}/call", **more}
    return Fact("", NOON, "channel_answered", contact, detail)


def answer(contact: str, at: datetime) -> Answer:
    return Answer(contact, f"{contact}/call", at, TEST)


# ------------------------------------------------------------------------------------------------------- its links


def test_a_link_is_about_the_very_channel_that_brought_it() -> None:
    """2.1: an answer says which of a person's channels works."""
    about = channel_tests.about("li/call")

    assert about == "test li/call"
    assert channel_tests.endpoint_of(about) == "li/call"


def test_a_link_of_another_sort_is_about_no_channel() -> None:
    assert channel_tests.endpoint_of("statements") == ""
    assert channel_tests.endpoint_of("") == ""


def test_each_party_has_its_own_notice_of_a_test() -> None:
    assert [channel_tests.notice_id(TEST, party) for party in Party] == [f"{TEST}/provider", f"{TEST}/customer"]


# ------------------------------------------------------------------------------------------------- who has answered


def test_the_answers_of_a_party_are_read_from_its_facts() -> None:
    facts = [answered(), answered("wang", Party.CUSTOMER)]

    assert channel_tests.answers(facts, Party.PROVIDER) == [Answer("li", "li/call", NOON, TEST)]
    assert channel_tests.answers(facts, Party.CUSTOMER) == [Answer("wang", "wang/call", NOON, TEST)]


def test_an_answer_is_the_same_from_the_chain() -> None:
    """The desk has facts that are not on file yet; the pages read sealed ones."""
    sealed = SealedFact(answered(), 7, b"salt", "before", "hash")

    assert channel_tests.answers([sealed], Party.PROVIDER) == channel_tests.answers([answered()], Party.PROVIDER)


def test_an_answer_given_otherwise_is_of_no_channel() -> None:
    [told] = channel_tests.answers([answered(endpoint="")], Party.PROVIDER)

    assert (told.contact, told.endpoint) == ("li", "")


def test_what_else_happened_is_no_answer() -> None:
    started = Fact("", NOON, "channel_test_started", "li", {"party": Party.PROVIDER, "test": TEST})

    assert channel_tests.answers([started], Party.PROVIDER) == []


def test_the_first_answer_of_a_month_is_the_one_that_counts_in_whatever_order_they_come() -> None:
    """OB-104: monthly."""
    later = NOON + timedelta(hours=2)

    for given in ([answer("li", NOON), answer("li", later)], [answer("li", later), answer("li", NOON)]):
        assert channel_tests.answered_in("2026-11", given, UTC) == {"li": NOON}


def test_an_answer_of_another_month_proves_nothing_of_this_one() -> None:
    """OB-104: the channels of today."""
    october = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)

    assert channel_tests.answered_in("2026-11", [answer("li", october)], UTC) == {}


def test_a_month_is_the_agreement_s_own() -> None:
    """It turns at midnight in Shanghai, when it is afternoon in Greenwich."""
    evening = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)

    assert channel_tests.answered_in("2026-12", [answer("li", evening)], SHANGHAI) == {"li": evening}
    assert channel_tests.answered_in("2026-11", [answer("li", evening)], UTC) == {"li": evening}


def test_a_test_waits_for_everybody_of_the_party() -> None:
    """2.1, OB-104: every contact answered."""
    people = (ZHANG, LI, QIAN)

    assert channel_tests.waits_for(people, ()) == ("zhang", "li", "qian")
    assert channel_tests.waits_for(people, ["li", WANG.id]) == ("zhang", "qian")
    assert channel_tests.waits_for(people, ["qian", "zhang", "li"]) == ()
