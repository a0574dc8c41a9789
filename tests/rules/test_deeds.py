"""What a person is said to have done, in the words of whoever is asked to confirm it (fact 15)."""

from typing import Any

import pytest

from agent.model import EntryKind
from agent.rules import deeds, powers, register

NEVER_ON_BEHALF = {"plan_step_done", "statement_disputed"}  # the provider's own; nobody else's word
OTHER_ACTS = {
    "acknowledged",
    "agreement_acceptance_stated",
    "agreement_accepted",
    "agreement_rejected",
    "channel_answered",
    "exclusion_accepted",
    "exclusion_claimed",
    "exclusion_declined",
    "exclusion_withdrawn",
    "grade_confirmed",
    "grade_set",
    "incident_closed",
    "incident_voided",
    "report_received",
    "report_supplemented",
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_act_that_others_may_record_has_words_of_its_own(language: str) -> None:
    """Fact 15: nobody can confirm or correct that somebody “acted”."""
    recorded = {power.fact for power in powers.POWERS.values()} | register.KINDS | OTHER_ACTS

    nameless = {kind for kind in recorded - NEVER_ON_BEHALF if deeds.deed(kind, language) == deeds.deed("", language)}

    assert nameless == set()


def test_no_words_are_kept_for_what_nobody_does() -> None:
    recorded = {power.fact for power in powers.POWERS.values()} | register.KINDS | OTHER_ACTS

    assert deeds.DEEDS["en"].keys() - {""} == recorded - NEVER_ON_BEHALF
    assert deeds.DEEDS["zh"].keys() == deeds.DEEDS["en"].keys()


def test_something_without_words_was_still_done() -> None:
    """An archive may hold what a later version put there."""
    assert (deeds.deed("something_new", "en"), deeds.deed("something_new", "zh")) == ("acted", "作出行为")


@pytest.mark.parametrize(
    ("kind", "en", "zh"),
    [
        ("principals_spoke", "spoke with Wang Fang", "与Wang Fang通话"),
        ("grade_decided", "decided on the grade with Wang Fang", "与Wang Fang共同定级"),
        ("coordinator_named", "named Wang Fang as coordinator", "指定Wang Fang为协调人员"),
    ],
)
def test_what_was_done_together_names_the_other(kind: str, en: str, zh: str) -> None:
    """3.3(a), 3.1, 3.3(b)."""
    assert (deeds.deed(kind, "en", "Wang Fang"), deeds.deed(kind, "zh", "Wang Fang")) == (en, zh)


def test_where_nobody_else_is_named_the_deed_stands_alone() -> None:
    assert deeds.deed("principals_spoke", "en") == "spoke with the other principal"
    assert deeds.deed("acknowledged", "en", "Wang Fang") == "acknowledged"


@pytest.mark.parametrize(
    ("said", "who"), [({"with": "wang"}, "wang"), ({"contact": "zhou"}, "zhou"), ({"text": "so it was"}, ""), ({}, "")]
)
def test_the_other_is_who_it_was_done_with_or_who_was_named(said: dict[str, Any], who: str) -> None:
    assert deeds.other(said) == who


# --------------------------------------------------------------------------------------------- what was said with it


def test_what_was_said_is_told_once_and_in_the_reader_s_language() -> None:
    said = {"what": "objection", "text": "one shop only", "scope": "one shop only", "grade": 2, "eta": "2026"}

    assert deeds.words(said, "en") == "objection; 2; one shop only"
    assert deeds.words(said, "zh") == "异议；2；one shop only"


def test_where_nothing_was_said_nothing_is_told() -> None:
    assert deeds.words({"text": "  ", "grade": None}, "en") == ""


def test_which_duty_was_let_go_is_told() -> None:
    """Section 5: who is asked whether the duty was waived reads which."""
    assert deeds.words({"duty": "contain-INC-1", "text": "shut tonight"}, "en") == "contain-INC-1; shut tonight"


def test_which_level_was_decided_and_what_the_authority_gave_are_told() -> None:
    """Fact 11."""
    decided = {"what": "cn-incident-report", "level": "major", "text": "two regions"}
    filed = {"what": "cn_first_report", "reference": "2026-118"}

    assert deeds.words(decided, "en") == "cn-incident-report; major; two regions"
    assert deeds.words(filed, "zh") == "cn_first_report；2026-118"


def test_which_version_of_the_agreement_was_accepted_is_told() -> None:
    """Fact 14."""
    accepted = {"version": 3, "text": "as we spoke"}

    assert deeds.words(accepted, "en") == "version 3; as we spoke"
    assert deeds.words(accepted, "zh") == "第3版；as we spoke"


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if powers.POWERS[kind].what])
def test_every_answer_is_told_in_chinese(kind: EntryKind) -> None:
    told = {what: deeds.words({"what": what}, "zh") for what in powers.POWERS[kind].what}

    assert {what for what, words in told.items() if words.isascii()} == set()


def test_whether_to_respond_and_whether_the_cause_is_the_same_are_told_in_words() -> None:
    """3.3(c), 3.4(a)."""
    told = [deeds.words({"what": what}, "en") for what in ("respond", "not_respond", "same", "other")]

    assert told == ["to respond", "not to respond", "the same cause", "another cause"]


# ---------------------------------------------------------------------------------------------- by which means


@pytest.mark.parametrize(
    ("word", "en", "zh"),
    [("phone", "by phone", "电话"), ("cli", "at the command line", "命令行"), ("link", "by a link", "链接")],
)
def test_the_means_by_which_it_came_are_told(word: str, en: str, zh: str) -> None:
    assert (deeds.means(word, "en"), deeds.means(word, "zh")) == (en, zh)


def test_of_people_who_spoke_with_each_other_it_is_told_how_they_did() -> None:
    """3.3(a): the means of the conversation, not of its record."""
    assert deeds.means("api", "en", {"medium": "video"}) == "by video"
    assert deeds.means("api", "en", {"medium": ""}) == "through the API"


def test_means_that_have_no_words_are_told_as_they_are() -> None:
    assert deeds.means("pigeon", "en") == "pigeon"
