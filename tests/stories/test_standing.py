"""Stories of what runs without an incident: from the agreement's first day on, month by month (agreement.md 5)."""

from datetime import timedelta
from pathlib import Path

from agent.model import Obligation, ObligationState, Outcome, Verdict
from tests.support.world import FILE, START, World, span


def in_force(effective: str = "2026-01-01", more: str = "", file: str = FILE) -> str:
    """The example with its first day."""
    return file.replace("agreement:\n", f"agreement:\n  effective: {effective}\n  time_zone: UTC\n{more}", 1)


def owed(world: World, *names: str) -> list[str]:
    """`test_channels-provider 2026-11 running until 12-01`, oldest first."""
    found = reversed(world.store.obligations(limit=500)[0])
    return [_line(each) for each in found if each.name in names]


def _line(each: Obligation) -> str:
    whose = f"{each.name}-{each.debtor}" if each.debtor != "both" else each.name
    return f"{whose} {each.about or each.started_at.strftime('%Y-%m-%d')} {each.state} until {each.due_at:%m-%d}"


def turned(world: World) -> list[str]:
    """`11-01 ended 2026-10, month 2026-11` of every turn of the calendar on record."""
    facts = reversed(world.store.facts_of_agent("calendar_turned", 500))
    return [
        f"{sealed.fact.at:%m-%d} " + ", ".join(f"{name} {word}" for name, word in sealed.fact.detail.items())
        for sealed in facts
    ]


def away(world: World, length: str) -> None:
    """Nobody runs the agent for so long."""
    world.end()
    world.clock.advance(span(length))
    world.begin()
    world.settle()


def test_without_a_first_day_nothing_standing_runs(tmp_path: Path) -> None:
    """OB-101, OB-104, 2.1: the file does not say since when the agreement is in force; nobody owes a channel test."""
    world = World(tmp_path)

    world.advance("40 d")

    assert world.store.obligations()[0] == []
    assert turned(world) == []


def test_an_agreement_that_is_taken_up_owes_what_goes_on_now(tmp_path: Path) -> None:
    """OB-104, OB-203, OB-702, OB-703, OB-704, OB-801, OB-901, 2.1: month, quarter and year at their own beginning."""
    world = World(tmp_path, in_force())

    assert turned(world) == ["01-01 year 2026", "10-01 quarter 2026-Q4", "11-01 month 2026-11"]
    names = ("test_channels", "maintain", "watch_own_use", "review_access", "train", "availability", "plan_drill")
    assert owed(world, *names) == [
        "plan_drill 2026 running until 01-01",
        "train-customer 2026 running until 01-01",
        "review_access-customer 2026-Q4 running until 01-01",
        "watch_own_use-customer 2026-Q4 running until 01-01",
        "availability-provider 2026-11 running until 12-01",
        "maintain-provider 2026-11 running until 12-01",
        "test_channels-customer 2026-11 running until 12-01",
        "test_channels-provider 2026-11 running until 12-01",
    ]
    gap = next(each for each in world.store.obligations()[0] if each.name == "train")
    assert gap.on_file_at - gap.started_at > timedelta(days=300)


def test_what_is_owed_from_the_first_day_is_owed_once(tmp_path: Path) -> None:
    """OB-101, OB-105, OB-106; OB-902, 4.3(b): once for each first day, whatever is restarted, reloaded or versioned."""
    names = ("complete_roster", "adopt_grade_table", "hold_drill")
    world = World(tmp_path, in_force("2026-11-23"))
    first = owed(world, *names)

    away(world, "2 h")
    world.configure(in_force("2026-11-23", "  version: 2\n"))
    world.advance("1 h")

    assert owed(world, *names) == first
    assert "adopt_grade_table 2026-11-23 running until 12-07" in first
    assert len(world.store.facts_of_agent("agreement_effective", 9)) == 1


def test_an_agreement_that_begins_later_owes_nothing_before(tmp_path: Path) -> None:
    """OB-101, 2.1: at midnight of its own zone it comes into force, and not before."""
    world = World(tmp_path, in_force("2026-11-24").replace("time_zone: UTC", "time_zone: Asia/Shanghai"))
    before = world.store.obligations()[0]

    world.advance("14 h")

    [fact] = world.store.facts_of_agent("agreement_effective", 9)
    assert before == []
    assert f"{fact.fact.at:%m-%d %H:%M}" == "11-23 16:00"
    assert any(each.name == "adopt_grade_table" for each in world.store.obligations()[0])
    assert turned(world) == []  # the month, the quarter and the year began before it did


def test_each_month_begins_at_its_midnight_and_leaves_its_reports_owed(tmp_path: Path) -> None:
    """OB-802, OB-804, 4.1(a), 4.3(a): what a month leaves is owed within five working days of the next."""
    world = World(tmp_path, in_force())

    world.advance("8 d")

    assert turned(world)[-1] == "12-01 ended 2026-11, month 2026-12"
    assert owed(world, "availability_report", "state_best_efforts") == [
        "availability_report-provider 2026-11 running until 12-08",
        "state_best_efforts-customer 2026-11 running until 12-08",
        "state_best_efforts-provider 2026-11 running until 12-08",
    ]


def test_after_two_months_away_each_month_has_its_own_clock_and_shows_the_gap(tmp_path: Path) -> None:
    """OB-104, rule 1: what began meanwhile began then; it is told once, and nothing from before the agreement."""
    world = World(tmp_path, in_force())

    away(world, "68 d")
    world.advance("1 h")
    away(world, "1 h")

    assert turned(world)[3:] == [
        "12-01 ended 2026-11, month 2026-12",
        "01-01 ended 2026-12, month 2027-01, quarter 2027-Q1, year 2027",
    ]
    tests = [each for each in world.store.obligations(debtor="customer")[0] if each.name == "test_channels"]
    assert [f"{each.about} {each.state} {each.on_file_at:%m-%d}" for each in reversed(tests)] == [
        "2026-11 overdue 11-23",
        "2026-12 overdue 01-30",
        "2027-01 running 01-30",
    ]


def test_after_its_last_day_no_period_begins(tmp_path: Path) -> None:
    """Fact 16: the last month ends in the agreement, the next one does not begin in it."""
    world = World(tmp_path, in_force(more="  expires: 2026-11-30\n"))

    world.advance("40 d")

    assert turned(world)[-1] == "12-01 ended 2026-11"
    assert not [line for line in owed(world, "test_channels") if "2026-12" in line]


def test_a_duty_of_the_parties_own_may_run_daily(tmp_path: Path) -> None:
    """Rule 1: a day on which nobody ran the agent is nobody's to make up for; the day that goes on is."""
    term = (
        "  terms:\n    daily_call: {clauses: [annex 4], basis: annex, debtor: provider, creditor: customer,"
        " starts: [calendar.day], limit: 24h, met_by: [roster.complete]}\n"
    )
    world = World(tmp_path, in_force(more=term))

    away(world, "75 h")

    assert owed(world, "daily_call") == [
        "daily_call-provider 2026-11-23 overdue until 11-24",
        "daily_call-provider 2026-11-26 running until 11-27",
    ]


def test_in_a_trial_everything_standing_is_a_target_alone(tmp_path: Path) -> None:
    """Fact 2: nobody owes anything yet; a target is its debtor's own to see."""
    world = World(tmp_path, in_force(more="  status: trial\n"))

    assert all(each.is_target for each in world.store.obligations()[0])
    assert world.store.obligations(states=[ObligationState.RUNNING])[0] != []


# ------------------------------------------------------------------------------------------- the teams (OB-101)

WHOLE = """
channels:
  call: {url: "log://", loud: true}
parties:
  provider:
    contacts:
      lee: {role: [principal], phone: "+1-555-0100", reach: [call, "log://"]}
      chen: {role: [coordinator, member], phone: "+1-555-0101", reach: [call, "log://"]}
  customer:
    contacts:
      wang: {role: [principal, coordinator], phone: "+1-555-0102", reach: [call, "log://"]}
      xu: {role: [member], phone: "+1-555-0103", reach: [call, "log://"]}
"""


def whole(effective: str = "2026-01-01", more: str = "", people: str = WHOLE) -> str:
    """An agreement with two complete teams."""
    return in_force(effective, more, "agreement:\n  system: Payment platform\n" + people)


def kinds(world: World, *wanted: str) -> list[str]:
    """`roster_complete provider`, oldest first."""
    facts = [sealed for kind in wanted for sealed in world.store.facts_of_agent(kind, 99)]
    said = sorted(facts, key=lambda sealed: sealed.seq)
    return [
        f"{each.fact.kind} {each.fact.detail.get('party', '')} {each.fact.detail.get('contact', '')}".rstrip()
        for each in said
    ]


def test_a_complete_team_meets_its_duty_from_the_first_day_on(tmp_path: Path) -> None:
    """OB-101, 2.1, 1.5: a principal, two reachable members, two kinds of channel each; a first day asks anew."""
    world = World(tmp_path, whole())
    away(world, "2 h")

    assert owed(world, "complete_roster") == [
        "complete_roster-customer 2026-01-01 met until 01-08",
        "complete_roster-provider 2026-01-01 met until 01-08",
    ]
    assert kinds(world, "roster_complete") == ["roster_complete provider", "roster_complete customer"]


def test_a_team_that_lacks_somebody_owes_its_roster_until_it_is_complete(tmp_path: Path) -> None:
    """OB-101, 2.1: within five working days of the first day; who completes it later has met it late."""
    lacking = whole(
        "2026-11-23", people=WHOLE.replace('phone: "+1-555-0103", reach: [call, "log://"]', "reach: [call]")
    )
    world = World(tmp_path, lacking)
    before = owed(world, "complete_roster")

    world.advance("8 d")
    world.configure(whole("2026-11-23"))
    world.advance("1 min")

    assert before[0] == "complete_roster-customer 2026-11-23 running until 11-30"
    assert owed(world, "complete_roster")[0] == "complete_roster-customer 2026-11-23 met_late until 11-30"


def test_a_team_that_is_no_longer_complete_is_told_to_its_own_coordinator(tmp_path: Path) -> None:
    """OB-101, 2.1: found out by the file, not in the emergency; in working hours, and to nobody of the other party."""
    world = World(tmp_path, whole())

    world.configure(whole(people=WHOLE.replace("      xu: {role: [member], ", "      xu: {role: [observer], ")))
    world.advance("7 h")

    assert world.told_at("wang")[-1] == "09:00:00 [ROSTER] Payment platform: the customer's team is not complete"
    assert "1 reachable member, two are agreed" in world.messages("wang")[-1].text
    assert not [line for line in world.told("lee") if "ROSTER" in line]
    assert kinds(world, "roster_complete", "roster_incomplete")[-1] == "roster_incomplete customer"


# ------------------------------------------------------------------------------------- contacts kept current (OB-103)


def test_a_changed_contact_is_told_to_the_other_party_and_nothing_secret_with_it(tmp_path: Path) -> None:
    """OB-103, 2.1: names, roles and numbers; once a carrier took it for a person, the duty is met."""
    world = World(tmp_path, whole())
    changed = WHOLE.replace(
        'chen: {role: [coordinator, member], phone: "+1-555-0101"', 'chen: {role: [member], phone: "+1-555-0999"'
    )

    world.configure(whole(people=changed.replace('reach: [call, "log://"]}', 'reach: ["log://", call]}', 1)))
    world.advance("7 h")

    assert kinds(world, "contact_changed", "contact_told") == [
        "contact_changed provider lee",
        "contact_changed provider chen",
        "contact_told provider lee",
        "contact_told provider chen",
    ]
    message = world.messages("wang")[-1]
    assert message.subject == "[CONTACTS] Payment platform: the provider's contacts have changed"
    assert "Changed (role, phone): chen, member, +1-555-0999" in message.text
    assert "log://" not in message.text
    assert owed(world, "tell_contact_change") == [
        "tell_contact_change-provider chen-2 met until 11-24",
        "tell_contact_change-provider lee-2 met until 11-24",
    ]
    assert "555" not in str([sealed.fact.detail for sealed in world.store.facts_of_agent("contact_changed", 9)])


def test_who_comes_and_who_leaves_is_told(tmp_path: Path) -> None:
    """OB-103, 2.1: the customer's people change as well; the provider hears of it."""
    world = World(tmp_path, whole())
    new = '      zhou: {name: Zhou Ying, role: [member], phone: "+1-555-0104", reach: [call, "log://"]}'

    world.configure(
        whole(people=WHOLE.replace("      xu:", f"{new}\n      gone:").replace("      gone:", "      #", 1))
    )
    world.advance("7 h")

    text = world.messages("chen")[-1].text
    assert "New: Zhou Ying, member, +1-555-0104" in text
    assert "No longer a contact: xu" in text
    assert [line.split(" until")[0] for line in owed(world, "tell_contact_change")] == [
        "tell_contact_change-customer xu-2 met",
        "tell_contact_change-customer zhou-1 met",
    ]


def test_what_is_read_first_is_no_change_nor_is_what_a_restart_reads_again(tmp_path: Path) -> None:
    """OB-103: a first start tells nobody; a change made while the agent was off is told when it is on again."""
    world = World(tmp_path, whole())
    away(world, "1 h")
    before = kinds(world, "contact_changed")

    world.end()
    world.configure(whole(people=WHOLE.replace("+1-555-0103", "+1-555-0777")))
    world.begin()
    world.settle()

    assert before == []
    assert kinds(world, "contact_changed") == ["contact_changed customer xu"]


def test_a_change_that_nobody_takes_leaves_its_duty_open(tmp_path: Path) -> None:
    """OB-103, fact 7: sent is not received; within one working day, else it is overdue."""
    world = World(tmp_path, whole())
    for endpoint in ("wang/call", "wang/1"):
        world.notebook.answers[endpoint] = lambda: Outcome(Verdict.REJECTED, "no such number")

    world.configure(whole(people=WHOLE.replace("+1-555-0101", "+1-555-0777")))
    world.advance("3 d")

    assert owed(world, "tell_contact_change") == ["tell_contact_change-provider chen-2 overdue until 11-24"]


def test_before_the_agreement_nobody_is_owed_to_hear_of_changes(tmp_path: Path) -> None:
    """OB-103: who sets the file up changes it often; nothing standing runs without a first day."""
    file = "agreement:\n  system: Payment platform\n"
    world = World(tmp_path, file + WHOLE)

    world.configure(file + WHOLE.replace("+1-555-0101", "+1-555-0777"))
    world.advance("1 d")

    assert world.notebook.written == []
    assert kinds(world, "contact_changed") == []


# -------------------------------------------------------------------------------------------- the end (fact 16)


def test_both_parties_are_warned_of_the_end_sixty_thirty_and_seven_days_before(tmp_path: Path) -> None:
    """Fact 16: principals and coordinators of both, in working hours; once each."""
    world = World(tmp_path, whole(more="  expires: 2027-01-25\n"))

    world.advance("70 d")

    for contact in ("lee", "chen", "wang"):
        ends = [line for line in world.told_at(contact) if "AGREEMENT" in line]
        assert ends == [
            "09:00:00 [AGREEMENT ENDS] Payment platform: ends on 25 Jan 2027",
            "09:00:00 [AGREEMENT ENDS] Payment platform: ends on 25 Jan 2027",
            "09:00:00 [AGREEMENT ENDS] Payment platform: ends on 25 Jan 2027",
            "09:00:00 [AGREEMENT OVER] Payment platform: ended on 25 Jan 2027",
        ]
    assert not [line for line in world.told("xu") if "AGREEMENT" in line]
    warned = world.store.facts_of_agent("agreement_ends_soon", 9)
    assert [f"{each.fact.at:%m-%d} {each.fact.detail['days']}" for each in reversed(warned)] == [
        "11-27 60",
        "12-27 30",
        "01-19 7",
    ]


def test_after_an_absence_only_the_latest_warning_is_told(tmp_path: Path) -> None:
    """Fact 16: two months off are no reason for three messages."""
    world = World(tmp_path, whole(more="  expires: 2027-01-25\n"))

    away(world, "58 d")
    world.advance("1 d")

    assert len([line for line in world.told("wang") if "AGREEMENT" in line]) == 1


def test_what_opens_after_the_end_opens_marked(tmp_path: Path) -> None:
    """Fact 16: incidents still open; their chain and the legal line of each notice say so."""
    world = World(tmp_path, in_force(more="  expires: 2026-11-22\n"))

    world.alert("CheckoutDown")
    world.advance("6 min")

    assert "agreement_expired" in world.happened()
    opening = next(message for message in world.messages("wang") if message.subject.startswith("[GRADE"))
    assert "The agreement ended on 22 Nov 2026. Detected automatically" in opening.text


def test_a_report_after_the_end_opens_marked_as_well(tmp_path: Path) -> None:
    """Fact 16: whoever tells of it."""
    world = World(tmp_path, in_force(more="  expires: 2026-11-22\n"))

    world.report("checkout is blank")

    assert "agreement_expired" in world.happened()


def test_before_the_end_nothing_is_marked(tmp_path: Path) -> None:
    """Fact 16: the last day is whole."""
    world = World(tmp_path, in_force(more="  expires: 2026-11-23\n"))

    world.alert("CheckoutDown")
    world.advance("6 min")

    assert "agreement_expired" not in world.happened()


def test_who_has_to_start_the_channel_test_is_reminded_of_it_and_nothing_starts_by_itself(tmp_path: Path) -> None:
    """OB-104, rule 6: the month's duty says that it is due, the coordinator first, then the principal."""
    world = World(tmp_path, whole("2026-12-01"), start=START + timedelta(days=7))

    world.advance("20 d")

    reminders = [f"{at:%m-%d %H:%M}" for at, message in world.reminded("chen") if "Channel test" in message.text]
    assert reminders == ["12-16 12:00"]
    assert not [line for line in world.told("chen") if "[TEST]" in line]
