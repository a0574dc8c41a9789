"""Rotas from iCalendar: what an event may say, and what is wrong with a file that says nothing."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.agreement.rotas import read
from agent.config.load import read as read_config
from agent.errors import Malformed
from agent.model import Party
from agent.rules import rota as rules
from collectors import catalogue
from tests.support.rotas import rota

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, 11:00 in Shanghai


def shifts(*events: str) -> list[str]:
    """`li 11-23 01:00 - 11-30 01:00`, in UTC."""
    found = read(rota(*events), ["li", "qian"], SHANGHAI, NOW)
    return [f"{each.contact} {each.begins_at:%m-%d %H:%M} - {each.ends_at:%m-%d %H:%M}" for each in found.shifts]


def test_a_time_without_a_zone_is_in_the_agreements() -> None:
    assert shifts("SUMMARY:li\nDTSTART:20261123T090000\nDTEND:20261124T090000") == ["li 11-23 01:00 - 11-24 01:00"]


def test_a_time_in_utc_or_with_a_zone_of_its_own_is_where_it_is() -> None:
    assert shifts("SUMMARY:li\nDTSTART:20261123T090000Z\nDTEND:20261123T170000Z") == ["li 11-23 09:00 - 11-23 17:00"]
    berlin = "SUMMARY:li\nDTSTART;TZID=Europe/Berlin:20261123T090000\nDURATION:PT8H"
    assert shifts(berlin) == ["li 11-23 08:00 - 11-23 16:00"]


def test_an_event_of_whole_days_begins_at_midnight() -> None:
    whole = "SUMMARY:li\nDTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261125"

    assert shifts(whole) == ["li 11-22 16:00 - 11-24 16:00"]


def test_weeks_take_turns_and_keep_their_hour_across_a_clock_change() -> None:
    """A shift from nine to nine in Berlin, over the end of summer time."""
    around = datetime(2026, 10, 20, tzinfo=UTC)
    event = "SUMMARY:li\nDTSTART;TZID=Europe/Berlin:20261012T090000\nDURATION:P7D\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2"

    found = read(rota(event), ["li"], SHANGHAI, around).shifts

    assert [f"{each.begins_at:%m-%d %H:%M}" for each in found] == ["10-12 07:00", "10-26 08:00"]


def test_an_exception_a_moved_and_a_cancelled_occurrence_are_honoured() -> None:
    series = (
        "UID:s\nSUMMARY:li\nDTSTART:20261123T000000Z\nDURATION:P1D\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE:20261124T000000Z"
    )
    swapped = "UID:s\nSUMMARY:qian\nRECURRENCE-ID:20261125T000000Z\nDTSTART:20261125T120000Z\nDURATION:PT6H"
    cancelled = "UID:s\nSTATUS:CANCELLED\nSUMMARY:li\nRECURRENCE-ID:20261126T000000Z\nDTSTART:20261126T000000Z"

    assert shifts(series, swapped, cancelled) == [
        "li 11-23 00:00 - 11-24 00:00",
        "qian 11-25 12:00 - 11-25 18:00",
        "li 11-27 00:00 - 11-28 00:00",
    ]


def test_a_title_is_a_contact_id_however_it_is_capitalised_and_others_are_listed() -> None:
    found = read(
        rota(
            "SUMMARY: Li \nDTSTART:20261123T090000\nDURATION:PT1H",
            "SUMMARY:Team lunch\nDTSTART:20261123T120000\nDURATION:PT1H",
        ),
        ["li"],
        SHANGHAI,
        NOW,
    )

    assert [each.contact for each in found.shifts] == ["li"]
    assert found.unknown == ("Team lunch",)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "holds no VCALENDAR"),
        (b"<html>please log in</html>", "cannot be read as iCalendar"),
        (rota("SUMMARY:li\nDTSTART:20261123T090000\nDURATION:PT1H")[:-20], "holds no VCALENDAR"),
        (rota("SUMMARY:li\nDTSTART:yesterday"), "cannot be read as iCalendar"),
        (rota("SUMMARY:li\nDTSTART:20261123T090000\nRRULE:FREQ=SOMETIMES"), "cannot be read as iCalendar"),
        (rota("SUMMARY:li\nDTSTART:20261123T090000\nRRULE:FREQ=SECONDLY"), "recurs by the minute"),
        (b"\xff\xfe\x00", "cannot be read as iCalendar"),
    ],
)
def test_a_file_that_is_none_is_named_and_not_taken_for_an_empty_rota(raw: bytes, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        read(raw, ["li"], SHANGHAI, NOW)


# ------------------------------------------------------------------------------------------------- in routes.yaml


FILE = """
agreement: {system: Payment platform, time_zone: Asia/Shanghai}
parties:
  provider:
    on_call: {calendar: oncall.ics}
    contacts: {li: {role: principal, reach: ["log://"]}, qian: {role: member, reach: ["log://"]}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""
ALWAYS = "SUMMARY:li\nDTSTART:20261102T090000\nDURATION:P7D\nRRULE:FREQ=WEEKLY"


def loaded(folder: Path, raw: bytes | None, *, is_strict: bool = True) -> tuple[object, list[str]]:
    if raw is not None:
        (folder / "oncall.ics").write_bytes(raw)
    path = folder / "routes.yaml"
    settings, faults = read_config(FILE, path, catalogue(), None, {}, strict_channels=is_strict, now=NOW)
    about = [str(fault).replace(str(folder), "") for fault in faults if "on_call" in fault.key]
    on_call = settings and rules.on_call(settings.rotas.get(Party.PROVIDER), NOW)
    return on_call, about


def test_a_rota_without_a_gap_is_read_and_needs_no_word(tmp_path: Path) -> None:
    assert loaded(tmp_path, rota(ALWAYS)) == (("li",), [])


def test_unknown_titles_and_gaps_are_warned_about_with_the_line(tmp_path: Path) -> None:
    on_call, about = loaded(
        tmp_path, rota("SUMMARY:li\nDTSTART:20261123T090000\nDURATION:P7D", "SUMMARY:lii\n" + ALWAYS[11:])
    )

    assert on_call == ("li",)
    assert about == [
        "5: parties.provider.on_call.calendar: warning: an event is called 'lii', no contact of the provider: "
        "did you mean li?",
        "5: parties.provider.on_call.calendar: warning: nobody is on call from 2026-11-30 09:00 to 2026-12-23 11:00: "
        "role member is told then",
    ]


def test_a_broken_rota_is_a_fault_for_check_and_keeps_no_agent_from_its_start(tmp_path: Path) -> None:
    """A file cut in the night: then role member is told."""
    says = (
        "the rota holds no VCALENDAR: export it as iCalendar (.ics); until it is mended role member is told in place "
        "of who is on call"
    )

    assert loaded(tmp_path, b"") == (None, [f"5: parties.provider.on_call.calendar: {says}"])
    assert loaded(tmp_path, b"", is_strict=False) == ((), [f"5: parties.provider.on_call.calendar: warning: {says}"])


def test_a_rota_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    on_call, about = loaded(tmp_path, None)

    assert on_call == ()
    assert about == ["5: parties.provider.on_call.calendar: warning: /oncall.ics is not there"]
