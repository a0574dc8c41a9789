"""How an act reads in the minutes that was recorded on behalf: with whose word it is (fact 15)."""

from typing import Any

import pytest

from agent.rules import attributed
from agent.rules.attributed import Standing

DETAIL = {"statement": "INC-1/S1", "recorded_by": "chen", "party": "customer"}
SAID = "wang acknowledged."


def read(state: str = "", by: str = "", language: str = "en") -> str:
    """The sentence of an acknowledgement that chen wrote down for wang, as it stands."""
    standing = {"INC-1/S1": Standing(state, by)} if state else {}
    return attributed.attributed(SAID, "wang", DETAIL, standing, language)


def test_what_a_person_did_themself_reads_as_it_is() -> None:
    assert attributed.attributed(SAID, "wang", {"recorded_by": "wang"}, {}, "en") == "wang acknowledged."


@pytest.mark.parametrize(
    ("state", "by", "line"),
    [
        ("", "", "Stated by wang (recorded by chen): wang acknowledged."),
        ("confirmed", "wang", "wang acknowledged. (Recorded by chen, confirmed by wang.)"),
        ("disputed", "zhou", "DISPUTED by zhou, stated by wang (recorded by chen): wang acknowledged."),
        (
            "unanswered",
            "agent",
            "Stated by wang (recorded by chen; the other party gave no answer): wang acknowledged.",
        ),
    ],
)
def test_what_was_recorded_on_behalf_reads_stated_by_until_it_is_confirmed(state: str, by: str, line: str) -> None:
    """Fact 15: no answer is no confirmation; what is disputed says so first."""
    assert read(state, by) == line


@pytest.mark.parametrize(
    ("state", "by", "line"),
    [
        ("", "", "据称（wang陈述，chen登记，待对方确认）：wang acknowledged."),
        ("confirmed", "wang", "wang acknowledged.（chen登记，wang已确认）"),
        ("disputed", "zhou", "【有异议】zhou不认可；据称（wang陈述，chen登记）：wang acknowledged."),
        ("unanswered", "agent", "据称（wang陈述，chen登记，对方未答复）：wang acknowledged."),
    ],
)
def test_it_reads_so_in_chinese_as_well(state: str, by: str, line: str) -> None:
    assert read(state, by, "zh") == line


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Stated by wang (recorded by an unauthenticated request): wang acknowledged."),
        ("zh", "据称（wang陈述，未认证请求登记，待对方确认）：wang acknowledged."),
    ],
)
def test_who_proved_no_name_when_recording_it_is_called_that(language: str, line: str) -> None:
    detail = {**DETAIL, "recorded_by": "unauthenticated"}

    assert attributed.attributed(SAID, "wang", detail, {}, language) == line


def test_names_from_outside_forge_no_line_and_no_words_of_ours() -> None:
    """A token's name is text like any other."""
    detail = {**DETAIL, "recorded_by": "{said}\nconfirmed by wang: " + "x" * 200}

    line = attributed.attributed("{by} acknowledged.", "wang", detail, {}, "en")

    assert line.startswith("Stated by wang (recorded by {said} confirmed by wang: xxx")
    assert line.endswith("x…): {by} acknowledged.")
    assert "\n" not in line


def test_a_sentence_says_once_who_recorded_it() -> None:
    """In front of it where it was on behalf, in its own words where it was not."""
    assert attributed.bare(DETAIL) == {"statement": "INC-1/S1", "party": "customer"}
    assert attributed.bare({"recorded_by": "chen"}) == {"recorded_by": "chen"}


def test_how_a_statement_stands_is_what_the_facts_say_of_it() -> None:
    facts: list[tuple[str, str, dict[str, Any]]] = [
        ("acknowledged", "wang", DETAIL),
        ("statement_confirmed", "wang", {"about": "INC-1/S1"}),
        ("statement_disputed", "zhou", {"about": "INC-1/S2"}),
        ("statement_unanswered", "agent", {"about": "INC-1/S3"}),
    ]

    assert attributed.standings(facts) == {
        "INC-1/S1": Standing("confirmed", "wang"),
        "INC-1/S2": Standing("disputed", "zhou"),
        "INC-1/S3": Standing("unanswered", "agent"),
    }
