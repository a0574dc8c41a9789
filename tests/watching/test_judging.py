"""When the parties are told that the agent is not well, when again, and when it is over."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.watching.judging import Letter, Look, Seen, Terms, Watched, step

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
EVERY = timedelta(seconds=30)


class Watch:
    """Looks every half minute at what the test says; what is told: minute, what, how often."""

    def __init__(self) -> None:
        self.at = START
        self.watched = Watched()
        self.letters: list[Letter] = []

    def see(self, seen: Seen, minutes: float) -> list[tuple[float, str, int]]:
        before = len(self.letters)
        for _ in range(int(minutes * 2)):
            self.watched, letter = step(self.watched, Look(seen, "detail"), self.at, Terms())
            if letter:
                self.letters.append(letter)
            self.at += EVERY
        return [
            ((each.at - START) / timedelta(minutes=1), "over" if each.is_over else each.seen.value, each.count)
            for each in self.letters[before:]
        ]


def test_nobody_hears_of_an_agent_that_is_well() -> None:
    assert Watch().see(Seen.WELL, 600) == []


def test_five_minutes_of_silence_are_told_and_its_end_too() -> None:
    watch = Watch()
    watch.see(Seen.WELL, 10)

    assert watch.see(Seen.SILENT, 8) == [(15, "silent", 1)]
    assert watch.see(Seen.WELL, 8) == [(18, "over", 1)]
    assert watch.letters[0].since == START + timedelta(minutes=10)
    assert watch.letters[0].last_well_at == START + timedelta(minutes=9.5)


def test_a_short_silence_is_not_told() -> None:
    watch = Watch()

    assert watch.see(Seen.SILENT, 4.5) + watch.see(Seen.WELL, 1) + watch.see(Seen.SILENT, 4.5) == []


def test_every_way_of_not_being_well_counts_as_one_time() -> None:
    """Refused for three minutes, then a stranger for three: nobody has heard from the agent for six."""
    watch = Watch()
    watch.see(Seen.SILENT, 3)

    assert watch.see(Seen.STRANGER, 3) == [(5, "stranger", 1)]


def test_it_is_told_again_after_half_an_hour_an_hour_two_and_then_daily() -> None:
    told = Watch().see(Seen.SILENT, 60 * 24 * 4)

    assert [at for at, _, _ in told] == [5, 35, 95, 215, 455, 935, 1895, 3335, 4775]
    assert [count for _, _, count in told] == list(range(1, 10))


def test_an_agent_that_comes_and_goes_within_a_minute_is_not_back() -> None:
    watch = Watch()
    watch.see(Seen.SILENT, 6)

    assert watch.see(Seen.WELL, 0.5) + watch.see(Seen.SILENT, 6) + watch.see(Seen.WELL, 0.5) == []
    assert watch.see(Seen.WELL, 1) == [(12.5, "over", 1)]


def test_another_trouble_is_told_as_such_once_it_lasts() -> None:
    watch = Watch()
    watch.see(Seen.SILENT, 6)

    assert watch.see(Seen.CERTIFICATE, 8) == [(11, "certificate", 1)]
    assert watch.letters[-1].since == START


@pytest.mark.parametrize("caution", [Seen.CLOCK, Seen.EXPIRING])
def test_a_caution_is_told_once_a_day(caution: Seen) -> None:
    watch = Watch()

    assert watch.see(caution, 60 * 25) == [(5, caution.value, 1), (1445, caution.value, 2)]


def test_a_caution_before_it_does_not_shorten_the_silence() -> None:
    watch = Watch()
    watch.see(Seen.CLOCK, 4)

    assert watch.see(Seen.SILENT, 6) == [(9, "silent", 1)]


def test_that_it_answers_again_is_told_though_its_clock_is_wrong() -> None:
    watch = Watch()
    watch.see(Seen.SILENT, 6)

    assert watch.see(Seen.CLOCK, 6) == [(7, "clock", 1)]
    assert watch.see(Seen.WELL, 6) == [(12, "over", 1)]


def test_what_nobody_looked_at_does_not_count() -> None:
    """The watch slept for an hour, or its clock was set: the agent may have answered all the while."""
    watch = Watch()
    watch.see(Seen.SILENT, 2)
    watch.at += timedelta(hours=1)

    assert watch.see(Seen.SILENT, 6) == [(67, "silent", 1)]


def test_a_clock_set_back_tells_nothing_twice_and_forgets_nothing() -> None:
    watch = Watch()
    watch.see(Seen.SILENT, 6)
    watch.at -= timedelta(hours=2)

    assert len(watch.see(Seen.SILENT, 10)) <= 1
    assert watch.see(Seen.WELL, 5)[0][1] == "over"


def test_what_was_told_before_a_gap_is_not_told_anew_and_its_end_is_told() -> None:
    watch = Watch()
    watch.see(Seen.SILENT, 6)
    watch.at += timedelta(minutes=10)

    assert watch.see(Seen.SILENT, 6) == []
    assert watch.see(Seen.WELL, 6) == [(22, "over", 1)]
