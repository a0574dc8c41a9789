"""The head of the agreement and its numbers."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.config.load import read
from agent.model import Availability, Calendar, Criticality, Function, Period
from agent.rules.workdays import is_working
from collectors import catalogue
from tests.config.reading import PARTIES, PATH, SMALLEST, errors_of, settings_of, warnings_of

MINUTE = timedelta(minutes=1)


def agreement(text: str) -> str:
    return f"agreement:\n  system: Payment platform\n{text}{PARTIES}"


def test_without_agreed_functions_the_implicit_one_is_core() -> None:
    agreed = settings_of(SMALLEST).agreement

    assert agreed.functions == {"system": Function("system", "Payment platform", Criticality.CORE)}
    assert not agreed.has_functions


def test_beside_agreed_functions_the_implicit_one_is_important() -> None:
    agreed = settings_of(
        agreement("  functions: {checkout: {depends_on: ledger}, ledger: {criticality: auxiliary}}\n")
    ).agreement

    assert agreed.functions["checkout"] == Function("checkout", "checkout", Criticality.CORE, ("ledger",))
    assert agreed.functions["ledger"].criticality is Criticality.AUXILIARY
    assert agreed.functions["system"].criticality is Criticality.IMPORTANT
    assert agreed.has_functions


def test_the_hash_is_that_of_the_agreement_part_alone() -> None:
    """The head of the agreement, fact 14: what is the operator's own, comments and order leave it as it is."""
    settings = settings_of(SMALLEST)

    assert settings.agreement.hash == hashlib.sha256(settings.part.encode()).hexdigest()
    assert settings_of(f"# checked\n{SMALLEST}").agreement.hash == settings.agreement.hash


def test_defaults_are_those_of_the_agreement() -> None:
    agreed = settings_of(SMALLEST, environment={"TZ": "Asia/Tokyo"}).agreement

    assert (agreed.version, agreed.status, agreed.zone) == (1, "in_force", ZoneInfo("Asia/Tokyo"))
    assert agreed.first_notice == {1: 15 * MINUTE, 2: 30 * MINUTE, 3: 240 * MINUTE}
    assert agreed.launch_limit == {1: 15 * MINUTE, 2: 30 * MINUTE, 3: 240 * MINUTE}
    assert agreed.recovery.good == 3
    assert agreed.calendar == Calendar(ZoneInfo("Asia/Tokyo"), (((time(9), time(18)),),) * 5 + ((), ()))


def test_a_trial_is_marked() -> None:
    assert settings_of(agreement("  status: trial\n")).agreement.is_trial


def test_recovery_numbers_are_amended_by_grade_or_all_at_once() -> None:
    by_grade = settings_of(agreement("  recovery: {good: 5, stable: {1: 20m}}\n")).agreement.recovery
    at_once = settings_of(agreement("  recovery: {stable: 1m}\n")).agreement.recovery

    assert (by_grade.good, by_grade.stable) == (5, {1: 20 * MINUTE, 2: 10 * MINUTE, 3: 5 * MINUTE})
    assert (at_once.good, at_once.stable) == (3, {1: MINUTE, 2: MINUTE, 3: MINUTE})


def test_the_grade_table_takes_the_agreements_numbers() -> None:
    grades = settings_of(
        agreement("  grades: {scope: {1: 40%, 2: 10%}, total_outage_to_1_after: 3m}\n")
    ).agreement.grades

    assert (grades.scope_1, grades.scope_2, grades.total_outage_to_1_after) == (0.4, 0.1, 3 * MINUTE)
    assert grades.base


def test_shares_in_the_wrong_order_are_refused() -> None:
    assert errors_of(agreement("  grades: {scope: {1: 5%, 2: 50%}}\n")) == [
        "3: agreement.grades.scope: the share for grade 1 must be larger than the one for grade 2"
    ]


def test_terms_amend_the_limits_that_pace_notices_and_ladders() -> None:
    agreed = settings_of(
        agreement(
            """  terms:
    first_notice: {limit: {1: 10m, 3: 1wd}}
    launch_provider: {limit: 20m}
    launch_customer: {limit: 12m}
    launch_teams: {limit: {2: 45m}}
    decide_response: {limit: 2h}
"""
        )
    ).agreement

    assert agreed.first_notice == {1: 10 * MINUTE, 2: 30 * MINUTE, 3: timedelta(days=1)}
    assert agreed.launch_limit == {1: 12 * MINUTE, 2: 45 * MINUTE, 3: 120 * MINUTE}


def test_one_limit_counts_for_all_grades() -> None:
    agreed = settings_of(agreement("  terms: {first_notice: {limit: 20m}}\n")).agreement

    assert agreed.first_notice == {1: 20 * MINUTE, 2: 20 * MINUTE, 3: 20 * MINUTE}


def test_a_duty_of_the_parties_own_is_accepted_when_it_is_whole() -> None:
    settings = settings_of(
        agreement(
            """  terms:
    own_daily_call: {clauses: ["annex 4"], basis: annex, debtor: provider, creditor: customer,
                     starts: incident.opened, limit: {1: 2h}, met_by: update.posted}
"""
        )
    )

    own = settings.agreement.terms["own_daily_call"]
    assert settings.later == ()
    assert {grade: limit.text for grade, limit in own.limits.items()} == {1: "2h"}
    assert (own.starts, own.met_by, own.is_adopted) == (("incident.opened",), ("update.posted",), True)


def test_the_calendar_knows_make_up_days_around_the_present() -> None:
    text = agreement("  time_zone: Asia/Shanghai\n  calendar: CN\n")

    settings, _ = read(text, PATH, catalogue(), None, {}, now=datetime(2025, 6, 1, tzinfo=UTC))

    assert settings is not None
    assert settings.agreement.calendar is not None
    assert settings.agreement.calendar.known_years >= {2023, 2024, 2025}


def test_what_comes_later_is_listed_and_never_ignored() -> None:
    settings = settings_of(
        agreement(
            """  effective: 2026-01-01
  expires: 2027-12-31
  adopted: {provider: lee, customer: wang, at: 2026-01-01, terms: all}
  availability: {target: 99.9%, exclude: [announced_maintenance]}
  auto_receipt_discharges: false
  overlays: [cn-incident-report]
"""
        )
        + "drills: [{name: A tabletop, every: 1y}]\n"
    )

    assert settings.later == ("drills",)
    assert settings.extra["drills"] == [{"name": "A tabletop", "every": "1y"}]


def test_the_availability_level_is_the_annexs_or_the_default() -> None:
    """1.6: what the file does not say is our default."""
    said = settings_of(agreement("  availability: {target: 99.95%, exclude: [force_majeure]}\n")).agreement
    unsaid = settings_of(agreement("")).agreement

    assert said.availability == Availability(0.9995, ("force_majeure",), is_agreed=True)
    assert unsaid.availability == Availability(0.999, ("announced_maintenance",), is_agreed=False)


def test_an_agreement_that_ends_before_it_begins_is_refused() -> None:
    assert errors_of(agreement("  effective: 2026-01-02\n  expires: 2026-01-01\n")) == [
        "4: agreement.expires: lies before the first day, 2026-01-02"
    ]


def test_a_hold_beyond_half_of_first_notice_is_said_to_be_cut() -> None:
    text = (
        agreement("  terms: {first_notice: {limit: 8m}}\n") + "routes: [{party: customer, to: [principal], hold: 5m}]\n"
    )

    assert [warning for warning in warnings_of(text) if "hold" in warning] == [
        "8: routes[0].hold: is cut to 4m at grade 1: half of first_notice"
    ]


def test_service_hours_and_assurance_periods_are_in_the_agreements_zone() -> None:
    agreed = settings_of(
        agreement(
            """  time_zone: Asia/Shanghai
  service_hours: "Mon..Sat 08:00-20:00"
  assurance: [{from: "2026-11-20 00:00", to: "2026-11-21 00:00"}, {from: "2026-11-10 00:00", to: "2026-11-12 00:00"}]
"""
        )
    ).agreement

    assert agreed.service_hours is not None
    assert is_working(datetime(2026, 11, 21, 0, 0, tzinfo=UTC), agreed.service_hours)
    assert not is_working(datetime(2026, 11, 22, 0, 0, tzinfo=UTC), agreed.service_hours)
    assert agreed.assurance == (
        Period(datetime(2026, 11, 9, 16, 0, tzinfo=UTC), datetime(2026, 11, 11, 16, 0, tzinfo=UTC)),
        Period(datetime(2026, 11, 19, 16, 0, tzinfo=UTC), datetime(2026, 11, 20, 16, 0, tzinfo=UTC)),
    )


def test_a_service_that_is_agreed_for_all_hours_is_never_outside_of_them() -> None:
    assert settings_of(agreement('  service_hours: "Mon..Sun 00:00-24:00"\n')).agreement.service_hours is None


def test_an_assurance_period_of_different_offsets_that_ends_before_it_begins_is_named() -> None:
    said = errors_of(agreement('  assurance: [{from: "2026-11-10 00:00+08:00", to: "2026-11-10 01:00+10:00"}]\n'))

    assert any("must lie after `from`" in each for each in said)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2027, 11, 1, tzinfo=UTC), []),
        (datetime(2027, 11, 2, tzinfo=UTC), ["agreement.expires: warning: the agreement ends in 60 days"]),
        (datetime(2027, 12, 31, 23, tzinfo=UTC), ["agreement.expires: warning: the agreement ends in 1 day"]),
        (
            datetime(2028, 1, 1, tzinfo=UTC),
            ["agreement.expires: warning: the agreement has ended: incidents still open, and say so in every notice"],
        ),
    ],
)
def test_the_agreements_end_is_warned_of_in_good_time(now: datetime, expected: list[str]) -> None:
    text = agreement("  time_zone: UTC\n  expires: 2027-12-31\n")

    _, faults = read(text, PATH, catalogue(), None, {}, now=now)

    assert [str(fault).partition(": ")[2] for fault in faults if fault.key == "agreement.expires"] == expected
