"""Stories of fact 15: acts recorded on a person's behalf, confirmed or corrected by the other party."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.engine.stated import Confirm, FileReport, Record, Recorded, Supplement
from agent.engine.works import Acknowledge, Close, Verify, Void
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import EntryKind, ObligationState, Party, Statement, StatementState
from tests.stories.test_duties import duty
from tests.support.remembered import differences
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Checkout is down since 03:00 UTC on a Monday, grade 2; by 03:09 both parties were told."""
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("10 s")
    world.regrade(2)
    world.advance("9 min")
    return world


def clock(hour: int, minute: int, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def phone(world: World, contact: str, at: datetime | None = None, *, by: str = "chen", **more: Any) -> Any:
    """`by` writes down that the contact acknowledged on the phone."""
    return world.do(Acknowledge(world.incident().number, contact, "phone", recorded_by=by, called_at=at, **more))


def record(world: World, kind: EntryKind, person: str, what: str = "", *, by: str, **said: Any) -> Recorded:
    act = Record(world.incident().number, kind, person, what, said, means="phone", recorded_by=by)
    recorded = world.do(act)
    assert isinstance(recorded, Recorded)
    return recorded


def confirm(world: World, named: str, by: str, **more: Any) -> Any:
    return world.do(Confirm(world.incident().number, named, by, **more))


def dispute(world: World, named: str, by: str, because: str, **more: Any) -> Any:
    act = Record(world.incident().number, EntryKind.DISPUTE, by, said={"text": because}, about=named, **more)
    return world.do(act)


def statements(world: World) -> list[Statement]:
    return list(world.store.statements(world.incident().number))


def asked(world: World, contact: str) -> list[str]:
    """`03:09 wang acknowledged …` of each message that asks to confirm or correct."""
    return [line[:5] + line[8:].split("[INC")[0].rstrip() for line in world.told_at(contact) if "PLEASE CONF" in line]


# ------------------------------------------------------------------------------------------------ told of a call


def test_an_acknowledgement_by_phone_counts_from_the_call(world: World) -> None:
    """OB-306, 4.2(c), fact 15: wang called at 03:05, chen wrote it down at 03:09: the clock stops at the call."""
    phone(world, "wang", clock(3, 5))

    [said] = world.store.acknowledgements(world.incident().number)
    owed = duty(world, "acknowledge_notice")
    assert (said.at, said.on_file_at, said.recorded_by) == (clock(3, 5), world.clock.now(), "chen")
    assert (owed.state, owed.discharged_at, owed.discharged_by) == ("met", clock(3, 5), "wang")


def test_the_person_who_is_said_to_have_called_is_asked_at_once_with_a_link(world: World) -> None:
    """Fact 15: the other party gets a confirm-or-correct link for one working day."""
    phone(world, "wang", clock(3, 5))

    [said] = statements(world)
    assert asked(world, "wang") == ["03:09 [PLEASE CONFIRM] wang acknowledged by phone at 03:05"]
    assert "https://er.example/a/" in world.messages("wang")[-1].text
    assert "confirm or correct it by 24 Nov 18:00" in world.messages("wang")[-1].text
    assert (said.asked, said.due_at, said.state) == (Party.CUSTOMER, clock(18, 0, 24), "waiting")


def test_what_a_party_says_of_its_own_people_is_asked_of_the_other_one_in_working_time(world: World) -> None:
    """Fact 15: nobody of the customer is woken at 03:00 to hear that somebody of the provider acknowledged."""
    phone(world, "lee", clock(3, 5))
    at_night = asked(world, "wang")

    world.advance("6 h")

    assert at_night == []
    assert asked(world, "wang") == ["09:00 [PLEASE CONFIRM] lee acknowledged by phone at 03:05"]
    assert statements(world)[0].due_at == clock(18, 0, 24)


def test_the_customer_that_has_not_heard_of_the_matter_does_not_hear_of_it_by_being_asked(tmp_path: Path) -> None:
    """Fact 15: the opening is held for the customer; what the provider says among itself waits with it."""
    world = World(tmp_path, start=clock(10, 0))
    world.alert("LedgerDown")
    world.advance("1 min")
    phone(world, "lee", by="chen")
    world.advance("1 min")
    before = world.told("wang")

    world.advance("10 min")

    assert before == []
    assert [line.split("]")[0] for line in world.told("wang")][:2] == ["[GRADE 2, provisional", "[PLEASE CONFIRM"]


def test_what_the_other_party_never_hears_of_lapses_with_the_matter(tmp_path: Path) -> None:
    """Fact 15: a false alarm that was over before the customer was told; nothing of it waits for ever."""
    world = World(tmp_path)
    world.alert("LedgerDown")
    world.do(Acknowledge(world.incident().number, "lee", "cli", recorded_by="unauthenticated"))
    before = statements(world)[0].state

    world.void("a test of the monitor")

    assert (before, statements(world)[0].state) == ("waiting", "unanswered")
    assert world.messages("wang") == []
    assert differences(world) == []


def test_two_statements_of_one_moment_are_asked_about_in_one_message(world: World) -> None:
    number = world.incident().number
    for work in (
        Acknowledge(number, "wang", "phone", recorded_by="chen", called_at=clock(3, 5)),
        Record(
            number, EntryKind.UPDATE, "wang", said={"text": "two shops pay cash"}, means="phone", recorded_by="chen"
        ),
    ):
        world.desk.submit(work)
    world.settle()

    assert asked(world, "wang") == ["03:09 [PLEASE CONFIRM] wang acknowledged by phone at 03:05 and 1 more"]
    assert "S2: stated by wang, 03:09 by phone, recorded by chen: told how it goes, “two shops pay cash”" in (
        world.messages("wang")[-1].text
    )


@pytest.mark.parametrize(("at", "why"), [(clock(3, 30), "lies ahead"), (clock(2, 50), "is before INC-")])
def test_a_call_lies_neither_ahead_nor_before_the_incident(world: World, at: datetime, why: str) -> None:
    """4.2(c), fact 15: such a call is refused, and nothing has changed."""
    before = world.happened()

    with pytest.raises(Refused, match=why) as refused:
        phone(world, "wang", at)
    with pytest.raises(Refused, match=why):
        world.do(
            Record(
                world.incident().number, EntryKind.UPDATE, "chen", said={"text": "x"}, called_at=at, recorded_by="lee"
            )
        )

    assert refused.value.clause == "4.2(c)"
    assert world.happened() == before
    assert world.store.acknowledgements(world.incident().number) == []


def test_a_report_on_the_phone_arrives_when_the_call_was_made(world: World) -> None:
    """OB-301, 3.2(c), fact 15: its 15 minutes run from the call, and the reporter confirms what was written down."""
    filed = world.do(
        FileReport(
            "wang",
            "tills show a blank page",
            "all shops",
            "none so far",
            occurred_at=clock(3, 1),
            means="phone",
            called_at=clock(3, 4),
            recorded_by="chen",
        )
    )

    [said] = statements(world)
    assert filed.report.received_at == clock(3, 4)
    assert filed.acknowledge_due_at == clock(3, 19)
    assert (said.kind, said.about, said.by) == ("report_received", filed.report.number, "wang")
    assert asked(world, "wang") == ["03:09 [PLEASE CONFIRM] wang reported by phone at 03:04"]


def test_an_acknowledgement_of_a_report_discharges_it_when_the_call_was_made(world: World) -> None:
    """OB-301, 3.2(c): lee called wang back at 03:08; it was written down after the 15 minutes."""
    report = world.report("tills show a blank page", ago="1 min")
    world.advance("20 min")
    overdue = duty(world, "acknowledge_report").state

    phone(world, "lee", clock(3, 12), progress="logged in", next_update_at=clock(3, 40))

    owed = duty(world, "acknowledge_report")
    known = world.store.report(report.number)
    assert known is not None
    assert (overdue, owed.state, owed.discharged_at) == ("overdue", "met", clock(3, 12))
    assert owed.overdue_at is not None  # that it was overdue on record stays on record
    assert (known.acknowledged_by, known.acknowledged_at) == ("lee", clock(3, 12))


def test_a_call_does_not_acknowledge_a_report_that_came_after_it(world: World) -> None:
    """3.2(c): the call at 03:05 cannot have been about the report of 03:09."""
    report = world.report("tills show a blank page")
    said = {"progress": "logged in", "next_update_at": clock(3, 40)}

    with pytest.raises(Refused, match=f"{report.number} arrived after that call"):
        phone(world, "lee", clock(3, 5), report=report.number, **said)
    done = phone(world, "lee", clock(3, 5), **said)

    assert done.reports == ()
    assert duty(world, "acknowledge_report").state is ObligationState.RUNNING


def test_an_update_on_the_phone_counts_from_the_call(world: World) -> None:
    """OB-304, 3.5: and the next one is owed an hour after it."""
    number = world.incident().number

    world.do(
        Record(
            number, EntryKind.UPDATE, "lee", said={"text": "pool restarted"}, called_at=clock(3, 3), recorded_by="chen"
        )
    )

    [entry] = world.store.entries(number)
    assert (entry.at, entry.is_on_behalf, entry.recorded_by) == (clock(3, 3), True, "chen")
    assert duty(world, "progress_update").due_at == clock(4, 3)


def test_what_is_told_of_somebody_s_words_names_who_wrote_them_down(world: World) -> None:
    """3.5, fact 15: neither party reads lee's words as if lee had typed them."""
    record(world, EntryKind.UPDATE, "lee", by="chen", text="pool restarted")

    assert "By lee (recorded by chen), 03:09" in world.messages("wang")[-1].text


def test_a_supplement_on_the_phone_is_stated_too(world: World) -> None:
    """OB-205, 3.2(b), fact 15."""
    report = world.report("tills fail", scope="")

    world.do(Supplement(report.number, "wang", scope="all shops", means="phone", recorded_by="chen"))

    assert [(each.kind, each.by) for each in statements(world)] == [("report_supplemented", "wang")]


def test_a_verification_is_stated_and_takes_effect_when_it_is_recorded(world: World) -> None:
    """3.4(d), fact 15: what moves the gate moves it now, whenever the call was."""
    world.resolve("CheckoutDown")

    world.do(Verify(world.incident().number, "lee", "paid one order", recorded_by="chen", called_at=clock(3, 8)))

    [said] = statements(world)
    [fact] = [sealed.fact for sealed in world.facts() if sealed.fact.kind == "recovery_verified"]
    assert (said.kind, said.at, fact.at) == ("recovery_verified", clock(3, 8), world.clock.now())
    assert fact.detail["statement"] == said.id


def test_a_person_s_own_act_is_no_statement(world: World) -> None:
    """Fact 15: by one's own link, own token, or a machine that knows who it was."""
    number = world.incident().number

    world.do(Acknowledge(number, "wang", "link"))
    world.do(Record(number, EntryKind.UPDATE, "lee", said={"text": "on it"}, recorded_by="lee", means="cli"))
    world.do(Record(number, EntryKind.UPDATE, "chen", said={"text": "so am I"}, recorded_by="chat-bot", means="api"))

    assert statements(world) == []


def test_what_the_other_party_s_machine_says_of_a_person_is_one(world: World) -> None:
    """Fact 15: the provider's own machine answers for somebody of the customer."""
    world.do(Acknowledge(world.incident().number, "wang", "api", recorded_by="unauthenticated"))

    assert [each.asked for each in statements(world)] == [Party.CUSTOMER]


def test_ack_as_is_always_on_behalf(world: World) -> None:
    """Fact 15: whoever sits at the machine may type any name."""
    world.do(Acknowledge(world.incident().number, "wang", "cli", recorded_by="unauthenticated"))

    [said] = statements(world)
    assert (said.by, said.recorded_by, said.asked) == ("wang", "unauthenticated", Party.CUSTOMER)


# ------------------------------------------------------------------------------------------- confirmed, corrected


def test_a_confirmed_statement_is_the_person_s_own_word(world: World) -> None:
    """Fact 15: with a name and a time, on the entry as well."""
    record(world, EntryKind.UPDATE, "wang", by="chen", text="two shops pay cash")
    world.advance("1 min")

    confirm(world, "S1", "wang", means="link")

    [said], [entry] = statements(world), world.store.entries(world.incident().number)
    assert (said.state, said.answered_by, said.answered_at) == ("confirmed", "wang", world.clock.now())
    assert (entry.confirmed_by, entry.confirmed_at) == ("wang", world.clock.now())
    assert world.happened().count("statement_confirmed") == 1


def test_what_is_asked_about_a_statement_has_a_number_of_its_own(world: World) -> None:
    """Fact 15: a notice's number stands for one text to a party, a correction's too, also once it is over."""
    record(world, EntryKind.UPDATE, "wang", by="chen", text="two shops pay cash")
    world.record("update", "chen", text="pool restarted")
    phone(world, "wang", clock(3, 5))
    dispute(world, "S1", "wang", "one shop only")
    world.do(Void(world.incident().number, "chen", "a test", means="phone", recorded_by="token-3"))
    dispute(world, "S2", "wang", "nobody called me")
    world.advance("10 min")

    asked_again = {"reminder", "ask_again", "escalation"}
    told = [each for each in world.store.notices(world.incident().number) if each.type not in asked_again]
    assert {"statement", "dispute", "void"} <= {each.type for each in told}
    assert len({(each.seq, each.party) for each in told}) == len(told)
    assert max(each.seq for each in told) == world.incident().seq


def test_a_colleague_of_the_other_party_confirms_as_well(world: World) -> None:
    phone(world, "lee", clock(3, 5))

    confirm(world, "1", "wang")

    assert statements(world)[0].answered_by == "wang"


def test_a_disputed_statement_stays_on_record_and_so_does_what_it_discharged(world: World) -> None:
    """OB-306, fact 15: met and marked, never undone; those who recorded it are told."""
    phone(world, "wang", clock(3, 5))
    owed = duty(world, "acknowledge_notice")

    dispute(world, "S1", "wang", "nobody called me")

    [said] = statements(world)
    [fact] = [sealed.fact for sealed in world.facts() if sealed.fact.kind == "statement_disputed"]
    assert (said.state, said.answer) == ("disputed", "nobody called me")
    assert [each.contact for each in world.store.acknowledgements(said.incident)] == ["wang"]
    assert duty(world, "acknowledge_notice") == owed
    assert "acknowledge_notice" in [each["name"] for each in fact.detail["duties"]]
    assert world.told("chen")[-1].startswith("[DISPUTED] wang acknowledged by phone at 03:05")
    assert "wang corrects it: nobody called me" in world.messages("chen")[-1].text


def test_the_person_themself_may_correct_what_their_own_party_said(world: World) -> None:
    """Fact 15: lee of the provider never acknowledged; the provider's chen had written that."""
    phone(world, "lee", clock(3, 5))

    dispute(world, "S1", "lee", "I was asleep", recorded_by="lee")

    assert statements(world)[0].state is StatementState.DISPUTED


def test_no_answer_in_a_working_day_is_no_acceptance(world: World) -> None:
    """Fact 15: it lapses, and goes on reading “stated by …”."""
    phone(world, "wang", clock(3, 5))
    world.resolve("CheckoutDown")

    world.advance("39 h")

    [said] = statements(world)
    assert (said.state, said.answered_by, said.answered_at) == ("unanswered", "", clock(18, 0, 24))
    assert world.happened().count("statement_unanswered") == 1
    with pytest.raises(IllegalStep, match="the working day for INC-20261123-001/S1 is over") as refused:
        confirm(world, "S1", "wang")
    assert refused.value.clause == "fact 15"


def test_who_recorded_it_cannot_confirm_it(world: World) -> None:
    """Fact 15: neither in their own name, nor by bringing somebody else's."""
    phone(world, "wang", clock(3, 5))
    before = world.happened()

    with pytest.raises(WrongParty):
        confirm(world, "S1", "chen")
    with pytest.raises(Refused, match="cannot answer for the customer"):
        confirm(world, "S1", "wang", recorded_by="chen")
    with pytest.raises(Refused, match="cannot answer for the customer"):
        dispute(world, "S1", "wang", "no", recorded_by="lee")

    assert world.happened() == before
    assert statements(world)[0].state is StatementState.WAITING


def test_an_answered_statement_is_answered_once(world: World) -> None:
    """Fact 15: the same again changes nothing, another answer is refused."""
    phone(world, "wang", clock(3, 5))
    confirm(world, "S1", "wang")

    again = confirm(world, "S1", "wang")
    with pytest.raises(IllegalStep, match="is confirmed already, by wang"):
        dispute(world, "S1", "wang", "it was not so")

    assert again.is_repeated
    assert world.happened().count("statement_confirmed") == 1


def test_a_statement_that_there_is_not_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="has no statement 'S7': there is none"):
        confirm(world, "S7", "wang")


def test_a_statement_outlives_its_incident_and_a_restart(world: World) -> None:
    """Fact 15: recorded just before the closing, corrected the next morning."""
    number = world.incident().number
    world.resolve("CheckoutDown")
    world.advance("20 min")
    world.record_phases()
    world.do(Close(number, "lee", "done", recorded_by="chen", called_at=world.clock.now()))
    world.restart()

    world.advance("6 h")
    dispute(world, "S1", "wang", "it still fails")
    world.restart()

    assert world.incident().state == "closed"
    assert statements(world)[0].state is StatementState.DISPUTED
    assert asked(world, "wang") == ["09:00 [PLEASE CONFIRM] lee closed the incident by phone at 03:29"]


def test_facts_told_again_ask_nobody_anew(world: World) -> None:
    """A repeated act changes nothing, and asks nobody twice."""
    phone(world, "wang", clock(3, 5))

    again = phone(world, "wang", clock(3, 5))

    assert again.is_repeated
    assert len(statements(world)) == 1
    assert len(asked(world, "wang")) == 1
