"""While nobody of a party has answered, its people are called one after another; the other party's answer is theirs."""

import re

import pytest

from agent.engine.works import Acknowledge
from agent.errors import IllegalStep, NotFound, WrongParty
from agent.model import Outcome, Party, Verdict
from agent.rules import answers
from tests.stories.conftest import Make
from tests.support.world import FILE, World

ROSTER = FILE.replace(
    'chen: {role: [coordinator, member], phone: "+1-555-0101", reach: ["log://"]}',
    """chen: {role: [coordinator, member], phone: "+1-555-0101", reach: ["log://"]}
      park: {role: [member], reach: ["log://"]}""",
).replace("parties:", "routes:\n  - {party: provider, grade: 2, to: [chen]}\nparties:")


def refused() -> Outcome:
    return Outcome(Verdict.REJECTED, "no such number")


def test_the_next_person_is_called_at_a_fifth_the_principal_at_three_quarters(make: Make) -> None:
    """agreement.md 5, rule 6: 20 % next person, 50 % coordinator, 75 % principal; the launch limit is 30 min."""
    world = make(ROSTER)

    world.alert("CheckoutDown")
    world.advance("23 min")

    assert [line[:8] for line in world.told_at("chen")] == ["03:00:00", "03:15:00"]
    assert [line[:8] for line in world.told_at("park")] == ["03:06:00", "03:15:00"]
    assert [line[:8] for line in world.told_at("lee")] == ["03:22:30"]


def test_an_acknowledgement_ends_the_ladder_of_its_own_party_only(world: World) -> None:
    """GoAlert #4545: one person's acknowledgement must not silence the other party."""
    world.alert("CheckoutDown")
    world.advance("6 min")

    world.acknowledge("chen")
    provider, customer = len(world.told("chen")), len(world.told("wang"))
    world.advance("1 h")

    assert len(world.told("chen")) == provider
    assert world.told("lee") == []
    assert len(world.told("wang")) > customer


def test_the_ladder_goes_on_where_it_was_after_a_restart(world: World) -> None:
    """Grafana OnCall #1206: an escalation timer in memory is lost on restart."""
    world.alert("CheckoutDown")
    world.advance("20 min")
    assert world.told("lee") == []

    world.restart()
    world.advance("3 min")

    assert [line[:8] for line in world.told_at("lee")] == ["03:22:30"]


def test_it_starts_over_until_somebody_answers(world: World) -> None:
    world.alert("CheckoutDown")

    world.advance("2 h")

    assert [line[:8] for line in world.told_at("lee") if "unanswered" in line][:2] == ["03:22:30", "03:30:00"]
    assert len(world.told("lee")) > 6


def test_acknowledging_twice_changes_nothing(world: World) -> None:
    world.alert("CheckoutDown")
    first = world.acknowledge("chen")
    world.advance("1 min")

    again = world.acknowledge("chen")

    assert (first.is_repeated, again.is_repeated, again.at) == (False, True, first.at)
    assert world.happened().count("acknowledged") == 1


def test_a_link_of_one_party_does_not_acknowledge_for_the_other(world: World) -> None:
    world.alert("CheckoutDown")

    with pytest.raises(WrongParty, match="belongs to the customer"):
        world.do(Acknowledge(world.incident().number, "wang", "link", party=Party.PROVIDER))


def test_nobody_unknown_acknowledges(world: World) -> None:
    world.alert("CheckoutDown")

    with pytest.raises(NotFound, match="'nobody' is no contact of the agreement; it knows chen, lee, wang"):
        world.acknowledge("nobody")


def test_what_is_over_is_not_acknowledged(world: World) -> None:
    world.alert("CheckoutDown")
    world.void("a drill gone astray")

    with pytest.raises(IllegalStep):
        world.acknowledge("chen")


def test_a_party_nobody_reaches_has_the_other_one_asked_to_phone(world: World) -> None:
    """routes.md, "Nobody reachable"."""
    world.notebook.answers["wang/1"] = refused
    world.alert("Intrusion")

    world.advance("10 min")

    assert "party_unreachable" in world.happened()
    phoned = [message for message in world.messages("lee") if "please phone" in message.text.lower()]
    assert phoned == []  # a security matter says no more than that in writing
    world.alert("CheckoutDown")


def test_the_numbers_to_phone_stand_in_the_request(world: World) -> None:
    world.notebook.answers["wang/1"] = refused
    world.alert("CheckoutDown")

    world.advance("20 min")

    [asked] = [message for message in world.messages("chen") if message.subject.startswith("[GRADE 2, please phone]")]
    assert "+1-555-0102" in asked.text


def test_who_was_asked_to_phone_hears_of_the_recovery_too(world: World) -> None:
    world.notebook.answers["wang/1"] = refused
    world.alert("CheckoutDown")
    world.advance("20 min")
    world.acknowledge("chen")
    world.resolve("CheckoutDown")

    world.advance("11 min")

    told = [message.subject for message in world.messages("chen")]
    assert [subject[-3:] for subject in told if "please phone" in subject] == ["#2]"]
    assert [subject[-3:] for subject in told if "RECOVERED" in subject] == ["#3]"]


def test_a_lost_party_is_a_figure_until_it_is_found(world: World) -> None:
    """`tocsin_party_unreachable` is 1, routes.md, "Nobody reachable"."""
    world.notebook.answers["wang/1"] = refused
    world.alert("CheckoutDown")
    world.advance("20 min")
    lost = world.desk.census().unreachable

    del world.notebook.answers["wang/1"]
    world.advance("10 min")

    assert (lost, world.desk.census().unreachable) == (frozenset({Party.CUSTOMER}), frozenset())


def test_a_party_that_is_reached_again_is_on_record(world: World) -> None:
    world.notebook.answers["wang/1"] = refused
    world.alert("CheckoutDown")
    world.advance("20 min")

    del world.notebook.answers["wang/1"]
    world.advance("10 min")

    assert world.happened().count("party_unreachable") == 1
    assert "party_reachable" in world.happened()
    assert world.told("wang") != []


def test_a_raise_asks_both_parties_anew(world: World) -> None:
    """agreement.md 5, rule 3: grade raised, response clocks restart."""
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.acknowledge("chen")
    world.acknowledge("wang")

    world.regrade(1, "all shops are out")

    incident = world.incident()
    assert (incident.acknowledged_provider, incident.acknowledged_customer) == ("", "")
    world.advance("16 min")
    assert any("unanswered" in line for line in world.told("wang"))


def test_nobody_is_paged_after_the_party_has_acknowledged(world: World) -> None:
    """OnCall #4654: still paged after acknowledgement."""
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.notebook.answers["chen/1"] = lambda: Outcome(Verdict.RETRY, "busy")
    world.advance("10 min")
    world.acknowledge("lee")
    before = len(world.told("chen"))

    del world.notebook.answers["chen/1"]
    world.advance("30 min")

    assert [line for line in world.told("chen")[before:] if "unanswered" in line] == []


def test_grade_3_has_no_ladder(world: World) -> None:
    world.alert("ReportsDown")

    world.advance("6 h")

    assert len(world.told("chen")) == 1


def _by(world: World, contact: str) -> list[str]:
    """`03:06`: by when the contact is asked to take over, notice after notice."""
    found = [re.search(r"[Tt]ake over by (\d\d:\d\d), else", message.text) for message in world.messages(contact)]
    return [each[1] for each in found if each]


def test_after_a_raise_the_notice_names_the_call_that_really_comes(make: Make) -> None:
    """No call is later than it was: the ladder goes on in step, and the notice says so."""
    world = make(ROSTER.replace("grade: 2, to", "grade: [1, 2], to"))
    world.alert("CheckoutDown")
    world.advance("5 min")

    world.regrade(1)
    world.advance("2 min")

    assert _by(world, "chen") == ["03:06", "03:06"]
    assert [line[:8] for line in world.told_at("park")] == ["03:06:00"]


def test_later_notices_say_since_when_somebody_is_on_it(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.acknowledge("chen")
    world.advance("2 min")

    world.alert("LedgerDown")
    world.advance("2 min")

    assert "chen (provider) on it since 03:06" in world.messages("chen")[-1].text


def test_after_a_reopening_only_the_new_answer_stands(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.acknowledge("chen")
    world.resolve("CheckoutDown")
    world.advance("11 min")
    world.alert("CheckoutDown")
    world.advance("1 min")

    again = world.acknowledge("chen")

    said = world.store.acknowledgements(world.incident().number)
    assert (again.is_repeated, len(said)) == (False, 2)
    assert [each.at for each in answers.standing(world.incident(), said, Party.PROVIDER)] == [again.at]
    assert world.acknowledge("chen").at == again.at
