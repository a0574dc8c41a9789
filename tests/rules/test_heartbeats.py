"""When a beating alert counts as silent."""

from datetime import UTC, datetime, timedelta

from agent.model import Heartbeat
from agent.rules.heartbeats import silent_at

T0 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_a_beat_lasts_as_long_as_its_row_says() -> None:
    assert silent_at(Heartbeat("alert:Watchdog", T0, within_s=300)) == T0 + timedelta(minutes=5)


def test_what_was_told_silent_is_not_told_again() -> None:
    assert silent_at(Heartbeat("alert:Watchdog", T0, has_failed=True, within_s=300)) is None


def test_the_heartbeat_of_a_probe_is_not_the_desks() -> None:
    assert silent_at(Heartbeat("backup", T0)) is None


def test_what_nobody_could_hear_is_not_silence() -> None:
    beat = Heartbeat("alert:Watchdog", T0, within_s=300)

    assert silent_at(beat, T0 + timedelta(hours=1)) == T0 + timedelta(minutes=65)
    assert silent_at(beat, T0 - timedelta(hours=1)) == T0 + timedelta(minutes=5)
