"""Quiet that a person asks for: bounded, and for one side."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.errors import Refused
from agent.model import Party, Snooze
from agent.rules import quiet

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SIDE = Snooze("INC-20261123-001", Party.PROVIDER, "", "lee", NOW, NOW + timedelta(minutes=30), 2)
ALONE = replace(SIDE, contact="chen", until=NOW + timedelta(minutes=60))


@pytest.mark.parametrize(("grade", "minutes"), [(1, 30), (2, 120), (3, 1440)])
def test_the_graver_the_shorter(grade: int, minutes: int) -> None:
    quiet.check_length(timedelta(minutes=minutes), grade)  # type: ignore[arg-type]

    with pytest.raises(Refused, match=f"in grade {grade}"):
        quiet.check_length(timedelta(minutes=minutes + 1), grade)  # type: ignore[arg-type]


def test_no_length_is_none() -> None:
    with pytest.raises(Refused, match="say for how long"):
        quiet.check_length(timedelta(), 2)


@pytest.mark.parametrize(
    ("party", "contact", "minutes"),
    [
        (Party.PROVIDER, "", 30),
        (Party.PROVIDER, "lee", 30),
        (Party.PROVIDER, "chen", 60),
        (Party.CUSTOMER, "wang", None),
        (Party.CUSTOMER, "", None),
    ],
)
def test_it_is_quiet_for_the_side_or_the_contact_alone(party: Party, contact: str, minutes: int | None) -> None:
    until = quiet.quiet_until([SIDE, ALONE], party, contact, NOW)

    assert until == (None if minutes is None else NOW + timedelta(minutes=minutes))


def test_what_is_past_quiets_nobody() -> None:
    assert quiet.quiet_until([SIDE], Party.PROVIDER, "", SIDE.until) is None
