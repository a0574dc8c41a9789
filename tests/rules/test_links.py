"""What the link of a notice is about."""

from dataclasses import replace
from typing import Any

import pytest

from agent.model import NoticeType
from agent.rules import links
from tests.rules.people import notice

INC = "INC-20261123-001"


def subject(type_: NoticeType, incident: str = INC, id_: str = "N1", **content: Any) -> tuple[str, str]:
    return links.subject(replace(notice("wang", id_=id_), type=type_, incident=incident, content=content))


@pytest.mark.parametrize("type_", [NoticeType.OPENING, NoticeType.WAIVER, NoticeType.AGREEMENT])
def test_a_notice_of_an_incident_links_to_the_incident(type_: NoticeType) -> None:
    assert subject(type_) == ("INC-20261123-001", "")


def test_a_notice_of_nothing_that_can_be_answered_has_no_link() -> None:
    assert subject(NoticeType.AILING, incident="") == ("", "")
    assert subject(NoticeType.AGREEMENT, incident="", item="MNT-20261123-001") == ("", "")


def test_a_statement_s_link_is_about_what_was_recorded_on_behalf() -> None:
    """Fact 15."""
    assert subject(NoticeType.STATEMENT) == ("INC-20261123-001", "statements")


def test_a_statement_of_no_incident_links_to_the_matter_it_is_of() -> None:
    """Fact 15."""
    assert subject(NoticeType.STATEMENT, incident="", matter="EXC-20261123-001") == ("EXC-20261123-001", "statements")
    assert subject(NoticeType.STATEMENT, incident="") == ("", "statements")


def test_a_proposal_s_link_is_about_the_very_number_that_is_proposed() -> None:
    """Fact 14."""
    found = subject(NoticeType.TERMS, incident="", id_="terms/3/customer/proposed/1795402800000")

    assert found == ("", "terms:3")


def test_who_is_asked_about_a_line_of_the_registers_is_linked_to_that_line() -> None:
    """4.3(c)."""
    found = subject(NoticeType.AGREEMENT, incident="", asks=["accept", "withdraw"], item="IMP-20261123-001")

    assert found == ("", "item:IMP-20261123-001")


@pytest.mark.parametrize(
    ("about", "item"),
    [("item:IMP-20261123-001", "IMP-20261123-001"), ("terms:3", ""), ("statements", ""), ("", "")],
)
def test_a_line_is_found_again_by_its_link_alone(about: str, item: str) -> None:
    assert links.item_of(about) == item
