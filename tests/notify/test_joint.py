"""Notices about a change of the agreement (fact 14): what differs, for whom it waits, in both languages."""

from typing import Any

import pytest

from agent.model import Message, NoticeType, Party
from agent.rules import wording
from tests.notify.notices import LINK, composed, notice


def told(language: str, event: str, party: Party = Party.CUSTOMER, link: str = "", **more: Any) -> Message:
    content = {
        "event": event,
        "version": 4,
        "hash": "64850be1c0ffee",
        "version_before": 3,
        "differences": [
            ["agreement.functions.search", "", "{}"],
            ["agreement.terms.first_notice.limit.1", "10m", "5m"],
            ["agreement.overlays", "cn-pipl", ""],
            ["routes[0].to", "principal", "principal, member"],
        ],
        "more": 0,
        "accepted": [],
        "waits_for": ["provider", "customer"],
        **more,
    }
    about = notice(NoticeType.TERMS, party, content, incident="", seq=0, grade=3, answer_by=None)
    return composed(about, language, link=link)


def test_a_proposal_says_what_differs_and_what_to_do() -> None:
    """Fact 14: the diff is shown to both parties."""
    said = told("en", "proposed").text.splitlines()

    assert said[0] == "[AGREEMENT] Retail payment platform: version 4 proposed"
    assert said[2:6] == [
        "agreed functions search: new, {}",
        "duties first_notice.limit.1: 10m -> 5m",
        "statutory clocks: gone, was cn-pipl",
        "customer's routes [0] to: principal -> principal, member",
    ]
    assert "Until both have accepted, version 3 stays in force" in said
    assert "You: please accept or reject it, phone Li Lei" in said


def test_the_provider_reads_the_commands_and_the_customer_the_link() -> None:
    provider = told("en", "proposed", Party.PROVIDER).text
    customer = told("en", "proposed", link=LINK).text.splitlines()

    assert "You: tocsin terms accept --as li, or tocsin terms reject --as li" in provider
    assert customer[customer.index("You: please accept or reject it by this link") + 1] == LINK


def test_it_reads_in_chinese_as_well() -> None:
    said = told("zh", "proposed").text.splitlines()

    assert said[0] == "【协议变更】零售支付平台：第4版待双方确认"
    assert "义务与时限 first_notice.limit.1：10m→5m" in said
    assert "双方确认之前，仍执行第3版" in said


def test_who_has_accepted_is_not_asked_again() -> None:
    said = told("en", "accepted", Party.PROVIDER, accepted=["zhang"], waits_for=["customer"]).text

    assert "Accepted by Zhang Wei" in said
    assert "You:" not in said


def test_a_rejection_carries_its_reason() -> None:
    said = told("en", "rejected", by="wang", reason="not what we said", waits_for=[]).text

    assert "Wang Fang: not what we said" in said
    assert "Version 3 stays in force" in said


@pytest.mark.parametrize("event", ["proposed", "accepted", "in_force", "rejected", "withdrawn"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_line_and_the_sms_keep_their_limits(language: str, event: str) -> None:
    message = told(language, event, by="wang", reason="…", accepted=["zhang"])

    first = message.text.splitlines()[0]
    assert wording.width(first, language) <= {"en": 65, "zh": 48}[language]
    assert wording.sms_units(message.short) <= (70 if language == "zh" else 160)


def test_many_changes_are_counted() -> None:
    many = [[f"agreement.terms.duty_{number}.limit", "1h", "2h"] for number in range(20)]

    customer = told("en", "proposed", differences=many, more=7).text
    provider = told("en", "proposed", Party.PROVIDER, differences=many, more=7).text

    assert "and 19 more" in customer.splitlines()
    assert "and 19 more: tocsin terms diff" in provider
