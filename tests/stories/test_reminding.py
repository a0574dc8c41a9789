"""Stories of reminders (agreement.md 5, rule 6): nobody first hears of a duty when it is due; nobody is flooded."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest

from agent.engine.planned import Rest
from agent.engine.works import Wake
from agent.model import Change, Obligation, ObligationState, Outcome, Owing, Party, Verdict
from tests.support.remembered import differences
from tests.support.world import START, World

TEAMS = """
agreement:
  system: Payment platform
  time_zone: UTC
  functions:
    checkout: {name: Checkout, criticality: core}
    reports: {name: Reports, criticality: auxiliary}
parties:
  provider:
    contacts:
      zhang: {role: principal, reach: ["log://"]}
      li: {role: coordinator, reach: ["log://"]}
      zhao: {role: member, reach: ["log://"]}
      sun: {role: member, reach: ["log://"]}
  customer:
    contacts:
      wang: {role: principal, reach: ["log://"]}
      chen: {role: coordinator, reach: ["log://"]}
      hu: {role: member, reach: ["log://"]}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down}
  - {match: ['alertname="CheckoutSlow"'], function: checkout, state: degraded}
  - {match: ['alertname="ReportsDown"'], function: reports, state: down}
"""
ADOPTED = TEAMS.replace(
    "  time_zone: UTC\n", "  time_zone: UTC\n  adopted: {provider: zhang, customer: wang, at: 2026-01-01, terms: all}\n"
)
PEOPLE = ("zhang", "li", "zhao", "sun", "wang", "chen", "hu")


@pytest.fixture
def teams(tmp_path: Path) -> World:
    return World(tmp_path, ADOPTED)


def reminders(world: World, contact: str) -> list[str]:
    """`03:53 Progress update: Checkout, by 04:05`, without the tag and the number."""
    told = [(at, message.subject.partition("] ")[2]) for at, message in world.reminded(contact)]
    return [f"{at:%H:%M} {line.partition(' [INC')[0]}" for at, line in told]


def about(world: World, contact: str, duty: str) -> list[str]:
    """When a contact was reminded of one duty, whatever else the messages list."""
    return [f"{at:%H:%M}" for at, message in world.reminded(contact) if f"\n{duty}:" in message.text]


def duty(world: World, name: str) -> Obligation:
    """The newest clock of that name."""
    return next(each for each in world.store.obligations(limit=500)[0] if each.name == name)


def launched(world: World, alert: str = "CheckoutDown") -> str:
    """An incident of grade 2 that both parties know of and have answered to; each has named a coordinator."""
    world.alert(alert)
    world.advance("5 min")
    world.acknowledge("zhao")
    world.acknowledge("hu")
    world.record("coordinator", "zhang", contact="li")
    world.record("coordinator", "wang", contact="chen")
    return world.incident().number


# ---------------------------------------------------------------------------------------------------- the ladder
def test_the_coordinator_hears_at_half_of_the_time_and_the_principal_at_three_quarters(teams: World) -> None:
    """OB-502, 3.4(a): 60 min from the grade; who acts on it needs no reminder of it."""
    launched(teams)

    teams.advance("54 min")

    assert about(teams, "li", "Assessment") == ["03:30", "03:40"]  # then beside the update that is due later
    assert about(teams, "zhang", "Assessment") == ["03:45", "03:55"]
    assert about(teams, "zhao", "Assessment") == []
    assert about(teams, "wang", "Assessment") == []


def test_a_duty_that_is_overdue_calls_the_next_person_too_and_starts_over_until_somebody_answers(
    tmp_path: Path,
) -> None:
    """OB-502, 3.4(a): rule 6, in rounds of the limit; what a person does buys the rest of the day."""
    always = ADOPTED.replace("  time_zone: UTC\n", '  time_zone: UTC\n  hours: "Mon..Sun 00:00-24:00"\n')
    world = World(tmp_path, always, start=START.replace(hour=20))
    number = launched(world)
    world.advance("176 min")  # 23:01: two rounds after 21:00
    called = {contact: about(world, contact, "Assessment") for contact in ("li", "sun", "zhang")}

    world.record("update", "zhao", text="the pool was restarted", number=number)
    world.advance("119 min")

    assert called == {
        "li": ["20:30", "20:40", "21:12", "22:30"],
        "sun": ["22:12"],
        "zhang": ["20:45", "20:55", "21:45", "22:45"],
    }
    assert about(world, "zhang", "Assessment")[4:] == ["00:45"]  # a new working day, and nobody did anything in it
    world.end()


def test_an_answer_while_a_reminder_waits_is_an_answer(teams: World) -> None:
    """OB-502, 3.4(a): overdue since 04:00, called for while the side had asked for quiet, answered meanwhile."""
    number = launched(teams)
    teams.advance("58 min")  # 04:03
    teams.do(Rest(number, "zhao", timedelta(hours=1), "we are on it"))
    teams.advance("45 min")
    waits = {each.contact: [waiting.duty for waiting in each.waits] for each in teams.store.reminders()}
    before = {contact: about(teams, contact, "Assessment") for contact in PEOPLE}
    teams.record("update", "zhao", text="the pool was restarted", number=number)

    teams.advance("40 min")

    assert f"assess-{number}" in waits["li"]
    assert {contact: about(teams, contact, "Assessment") for contact in PEOPLE} == before


def test_one_message_lists_what_falls_due_next_and_the_next_comes_ten_minutes_later(teams: World) -> None:
    """OB-502, 3.4(a): sorted by due time; what falls due before the next message could come stands in this one."""
    launched(teams)
    teams.advance("115 min")

    told = [(at, message.text.splitlines()[2:]) for at, message in teams.reminded("li")]

    assert all(later[0] - sooner[0] >= timedelta(minutes=10) for sooner, later in pairwise(told))
    several = next(lines for _, lines in told if "Progress update: by 04:05, 25 min left" in lines)
    assert several[:2] == ["Assessment: by 04:00, 20 min left", "Progress update: by 04:05, 25 min left"]


def test_while_nobody_has_answered_the_ladder_of_the_notice_calls_and_no_reminder_beside_it(teams: World) -> None:
    """OB-414, 3.3(b): one message asks one thing."""
    teams.alert("CheckoutDown")

    teams.advance("14 min")

    assert [reminders(teams, contact) for contact in PEOPLE] == [[]] * 7
    assert any("unanswered" in line for line in teams.told("zhang") + teams.told("li") + teams.told("zhao"))


def test_a_party_hears_of_no_duty_in_a_matter_that_it_has_not_been_told_of(teams: World) -> None:
    """OB-415, 3.3(b): the customer's clock runs while its notice is held; a blip stays on record only."""
    teams.configure(ADOPTED + "routes:\n  - {party: customer, grade: 2, to: [principal], hold: 15m}\n")
    teams.alert("CheckoutDown")
    teams.advance("14 min")

    assert duty(teams, "name_coordinators").state is ObligationState.RUNNING
    assert teams.told("wang") == teams.told("chen") == []


def test_each_party_is_reminded_of_its_own_and_of_what_both_owe(teams: World) -> None:
    """OB-413, 3.3(a): the principals' conversation is owed by both; the launch of a team by its party."""
    number = launched(teams)
    teams.regrade(1, "all shops stand still", by="zhang", number=number)

    teams.advance("29 min")

    assert about(teams, "zhang", "Principals speak") == about(teams, "wang", "Principals speak") != []
    assert about(teams, "wang", "Provider's team launched") == []


# ------------------------------------------------------------------------------------------------ who acts (OB-304)
def test_who_acknowledged_and_then_falls_silent_is_chased_by_the_cadence_clock(teams: World) -> None:
    """OB-304, 3.5: reminded at 80 %, while the coordinator and the principal hear of it; overdue; the next cadence."""
    number = launched(teams)
    assert duty(teams, "progress_update").due_at == START + timedelta(minutes=65)

    teams.advance("59 min")  # 04:04
    before = {contact: about(teams, contact, "Progress update") for contact in PEOPLE}
    teams.advance("33 min")
    late = duty(teams, "progress_update")
    teams.record("update", "zhao", text="about half is back", number=number)
    following = duty(teams, "progress_update")

    assert before == {
        **{contact: [] for contact in PEOPLE},
        "zhao": ["03:53"],
        "li": ["03:40"],
        "zhang": ["03:55"],
    }
    assert late.state is ObligationState.OVERDUE
    assert about(teams, "li", "Progress update")[1:2] == ["04:22"]  # 20 % after it was due: the next person
    met = teams.store.obligation(late.id)
    assert met is not None
    assert met.state is ObligationState.MET_LATE
    assert following.id != late.id
    assert (following.state, following.due_at) == (ObligationState.RUNNING, teams.clock.now() + timedelta(minutes=60))


def test_while_updates_come_in_time_only_who_gives_them_is_reminded_of_the_next(teams: World) -> None:
    """OB-304, 3.5: at 80 %; the others are called again once one comes late."""
    number = launched(teams)
    teams.advance("20 min")
    teams.record("update", "sun", text="looking at the pool", number=number)  # 03:25, in time
    at = len(teams.notebook.written)

    teams.advance("59 min")

    written = teams.notebook.written[at:]
    told = [
        (f"{when:%H:%M}", endpoint.split("/")[0])
        for when, endpoint, message in written
        if message.subject.startswith("[REMINDER") and "Progress update" in message.subject
    ]
    assert told == [("04:13", "sun")]


def test_who_acts_hears_that_a_report_waits_at_80_per_cent(teams: World) -> None:
    """OB-301, 3.2(c): 12:00 of the 15 minutes; everybody else is called by the report's own ladder."""
    launched(teams, "CheckoutSlow")
    teams.report("payments take a minute", by="wang")

    teams.advance("14 min")

    assert reminders(teams, "zhao") == ["03:17 Acknowledge a report: Checkout, by 03:20"]
    assert about(teams, "li", "Acknowledge a report") == []


# ------------------------------------------------------------------------------------------------ when, and how loud
def test_of_grade_3_people_are_reminded_in_working_time_only(teams: World) -> None:
    """OB-502, 3.4(a): one working day; what came up in the night is said when work begins."""
    teams.alert("ReportsDown")
    teams.advance("6 h")  # 09:00 on Monday
    teams.advance("32 h")  # 17:00 on Tuesday

    hours = {line[:2] for contact in PEOPLE for line in reminders(teams, contact)}

    assert hours <= {f"{hour:02}" for hour in range(9, 18)}
    assert about(teams, "li", "Assessment") != []


def test_a_right_is_mentioned_once_and_never_pressed(teams: World) -> None:
    """OB-402, 3.1: at half of its time, in working time, to the coordinator; it lapses without another word."""
    launched(teams)
    teams.resolve("CheckoutDown")
    teams.advance("40 h")

    assert len(about(teams, "chen", "Accept or object to a grade")) == 1
    assert about(teams, "wang", "Accept or object to a grade") == []
    assert duty(teams, "answer_grade").state is ObligationState.LAPSED


def test_a_confirmation_of_the_recovery_is_asked_for_once(teams: World) -> None:
    """OB-508, 4.2(c): a right as well; the night is left in peace, and so is who lets it lapse."""
    launched(teams)
    teams.advance("5 h")
    teams.resolve("CheckoutDown")
    teams.advance("12 h")

    assert about(teams, "chen", "Recovery confirmed") == ["10:15"]
    assert duty(teams, "confirm_recovery").state is ObligationState.LAPSED


def standing(name: str, due_at: datetime, **more: object) -> Obligation:
    """A duty that belongs to no incident, begun on the first of the month."""
    fields: dict[str, object] = {
        "id": f"{name}-{due_at:%Y%m%d}",
        "name": name,
        "ob": "",
        "clauses": ("2.1",),
        "basis": "annex",
        "is_target": False,
        "debtor": Owing.PROVIDER,
        "creditor": Owing.CUSTOMER,
        "incident": "",
        "report": "",
        "about": "",
        "grade": None,
        "state": ObligationState.RUNNING,
        "started_at": datetime(2026, 11, 1, tzinfo=UTC),
        "on_file_at": datetime(2026, 11, 1, tzinfo=UTC),
        "limit": "month_end",
        "due_at": due_at,
        "marks": 0,
        "mark_at": datetime(2026, 11, 7, tzinfo=UTC),
        **more,
    }
    return Obligation(**fields)  # type: ignore[arg-type]


def put(world: World, *owed: Obligation) -> None:
    """On file as if they had run for long."""
    world.store.commit(Change(obligations={each.id: each for each in owed}))
    world.restart()


def test_a_duty_of_days_is_no_storm_in_working_time_and_once_a_working_day_when_overdue(teams: World) -> None:
    """OB-104, 2.1: half and three quarters of the month, then every working day, to the coordinator."""
    put(teams, standing("test_channels", datetime(2026, 12, 1, tzinfo=UTC)))

    teams.advance("15 d")  # from Monday, 23 November 03:00 to Tuesday, 8 December

    told = [
        f"{at:%a %d %H:%M} {endpoint.split('/')[0]}"
        for at, endpoint, message in teams.notebook.written
        if "Channel test" in message.subject
    ]
    assert told[:4] == ["Mon 23 09:00 li", "Mon 23 12:00 zhang", "Tue 01 09:00 li", "Tue 01 09:00 zhang"]
    assert told[4:] == ["Wed 02 09:00 li", "Thu 03 09:00 li", "Fri 04 09:00 li", "Mon 07 09:00 li"]


def test_reminders_of_an_incident_rest_while_a_person_asked_for_quiet(teams: World) -> None:
    """OB-502, 3.4(a): snoozed for the side; said when the rest is over, and no duty stops."""
    number = launched(teams)
    teams.do(Rest(number, "zhao", timedelta(hours=1), "we are on it"))

    teams.advance("59 min")
    quiet = [reminders(teams, contact) for contact in ("zhang", "li", "sun", "zhao")]
    teams.advance("2 min")

    assert quiet == [[]] * 4
    assert about(teams, "li", "Assessment") == ["04:05"]
    assert duty(teams, "assess").state is ObligationState.OVERDUE


def test_a_rest_that_ends_early_lets_what_waited_be_said_at_once(teams: World) -> None:
    """OB-502, 3.4(a): a raise ends it, and so does the person who asked for it."""
    number = launched(teams)
    teams.do(Rest(number, "zhao", timedelta(hours=2), "we are on it"))
    teams.advance("30 min")
    quiet = about(teams, "li", "Assessment")

    teams.do(Rest(number, "zhao", timedelta()))
    teams.advance("10 s")

    assert quiet == []
    assert about(teams, "li", "Assessment") == ["03:35"]


def test_in_a_trial_the_customers_reminders_go_to_the_providers_coordinator_marked(tmp_path: Path) -> None:
    """Head: a trial tells the customer nothing; every clock is a target."""
    world = World(tmp_path, TEAMS.replace("  time_zone: UTC\n", "  time_zone: UTC\n  status: trial\n"))
    world.alert("CheckoutDown")
    world.advance("5 min")
    world.acknowledge("zhao")

    world.advance("40 min")

    assert world.told("wang") == world.told("chen") == []
    assert any(
        message.subject.startswith("[TRIAL] [REMINDER") and "\nCoordinator named: target 03:30" in message.text
        for _, message in world.reminded("li")
    )


def test_a_target_that_nobody_signed_is_missed_and_said_to_its_debtor_alone(tmp_path: Path) -> None:
    """OB-502, fact 2: never overdue, and nothing to the other party."""
    world = World(tmp_path, TEAMS)
    launched(world)

    world.advance("100 min")

    said = "\n".join(message.text for _, message in world.reminded("zhang"))
    assert "Assessment: target missed 04:00 (a default that the parties have not agreed)" in said
    assert "OVERDUE" not in said
    assert [about(world, contact, "Assessment") for contact in ("wang", "chen", "hu")] == [[], [], []]


# ------------------------------------------------------------------------------------------------ nothing lost, doubled
def test_a_restart_at_any_time_loses_no_reminder_and_doubles_none(tmp_path: Path) -> None:
    """OB-502, rule 1: the same night lived with a restart every three minutes tells the same."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    steady, broken = World(tmp_path / "one", ADOPTED), World(tmp_path / "two", ADOPTED)
    for world in (steady, broken):
        launched(world)

    steady.advance("150 min")
    for _ in range(50):
        broken.advance("3 min")
        broken.restart()

    assert differences(broken) == []
    assert [reminders(broken, contact) for contact in PEOPLE] == [reminders(steady, contact) for contact in PEOPLE]


def test_after_an_absence_each_hears_once_of_what_was_missed(teams: World) -> None:
    """OB-502, 3.4(a): eight hours away are one message for each who is called, not thirty."""
    launched(teams)
    teams.end()
    teams.clock.advance(timedelta(hours=8))

    teams.begin()
    teams.advance("1 min")

    assert [len(reminders(teams, contact)) for contact in PEOPLE] == [1, 1, 1, 0, 0, 0, 0]
    assert "Assessment: overdue since 04:00" in teams.reminded("li")[-1][1].text


@pytest.mark.parametrize("hours", [6, -6])
def test_a_clock_that_is_moved_floods_nobody(teams: World, hours: int) -> None:
    launched(teams)
    teams.advance("40 min")
    before = sum(len(reminders(teams, contact)) for contact in PEOPLE)

    teams.clock.jump(timedelta(hours=hours))
    teams.advance("11 min")

    assert sum(len(reminders(teams, contact)) for contact in PEOPLE) - before <= 8
    assert differences(teams) == []


def test_a_reminder_that_waits_for_its_channel_is_not_sent_once_all_of_it_is_done(teams: World) -> None:
    number = launched(teams)
    teams.notebook.answers["li/1"] = lambda: Outcome(Verdict.RETRY, "HTTP 503")
    teams.advance("30 min")
    teams.record("coordinator", "zhang", contact="li", number=number)
    teams.record("phase", "zhao", "assessment", text="the pool is exhausted", number=number)
    del teams.notebook.answers["li/1"]

    teams.advance("3 min")

    said = [message.subject for _, message in teams.reminded("li")]
    assert not any("Coordinator named" in line or "Assessment" in line for line in said)


def test_a_thousand_open_duties_cost_no_second_look(teams: World) -> None:
    """Section 5: found by their time, never by walking over all of them."""
    soon = teams.clock.now() + timedelta(days=20)
    owed = [standing("own_call", soon, id=f"own_call-{n}", mark_at=soon) for n in range(1000)]
    put(teams, *owed)

    began_s = process_time()
    for _ in range(1000):
        teams.desk.submit(Wake())
        teams.desk.turn()
    took_s = process_time() - began_s

    assert reminders(teams, "li") == []
    assert took_s / 1000 < 0.005  # walking over them takes as long as this for each alone


def test_a_room_is_no_place_to_remind_one_person_who_has_a_channel_of_their_own(tmp_path: Path) -> None:
    """OB-502, 3.4(a): a room is posted to only for who has nothing else."""
    room = 'channels:\n  room: {url: "json://127.0.0.1/room", group: true}\n'
    file = (ADOPTED + room).replace(
        'li: {role: coordinator, reach: ["log://"]}', 'li: {role: coordinator, reach: [room, "log://"]}'
    )
    world = World(
        tmp_path,
        file.replace('zhang: {role: principal, reach: ["log://"]}', "zhang: {role: principal, reach: [room]}"),
    )
    launched(world)

    world.advance("54 min")

    posted = [f"{at:%H:%M}" for at, message in world.reminded("room") if "\nAssessment:" in message.text]
    assert posted == ["03:45", "03:55"]  # the principal's
    assert about(world, "li", "Assessment") == ["03:30", "03:40"]


def test_no_reminder_is_sent_to_the_other_party(teams: World) -> None:
    """OB-415, 3.3(b): each hears of what its own side owes."""
    launched(teams)
    teams.advance("5 h")

    of = {
        endpoint.split("/")[0]: notice.party
        for notice in teams.store.notices(teams.incident().number)
        if notice.type == "reminder"
        for endpoint in (notice.recipients[0].contact,)
    }

    assert of
    assert all(party is (Party.CUSTOMER if who in ("wang", "chen") else Party.PROVIDER) for who, party in of.items())


def test_what_is_owed_at_the_incident_heads_the_message_before_what_the_file_owes(tmp_path: Path) -> None:
    """Rule 6: nobody who is called at night for grade 1 first reads of a signature that is weeks late."""
    world = World(tmp_path, ADOPTED.replace("  time_zone: UTC\n", "  time_zone: UTC\n  effective: 2026-11-01\n"))
    world.alert("CheckoutDown")
    world.acknowledge("zhao")
    world.acknowledge("hu")

    world.clock.jump(timedelta(hours=7))
    world.settle()
    world.advance("1 min")

    _, told = world.reminded("li")[0]
    assert told.subject.startswith("[OVERDUE, grade 2] First notice: Checkout, due 03:30 (+")


def test_duties_that_read_the_same_are_one_line_with_their_number(teams: World) -> None:
    """OB-602, rule 6: a clock for each request; the lines differ in nothing."""
    teams.alert("CheckoutDown")
    teams.advance("6 min")
    teams.acknowledge("zhao")
    teams.record("request", "zhao", "cooperation", text="may batch stop?")
    teams.record("request", "zhao", "cooperation", text="may the cache be emptied?")

    teams.advance("59 min")

    listed = [line for _, each in teams.reminded("chen") for line in each.text.splitlines()]
    assert any(line.startswith("Answer a request for cooperation: ") and line.endswith(" ×2") for line in listed)
    reasons = [
        each.fact.detail["why"][0].split("; ")
        for each in teams.facts()
        if each.fact.kind == "notice_released" and each.fact.detail["type"] == "reminder"
    ]
    assert all(len(set(each)) == len(each) for each in reasons)
