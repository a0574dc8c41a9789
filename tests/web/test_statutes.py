"""/incidents/{no}/levels, /filings, /drafts/{overlay}: what a statute asks for (fact 11)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.running import FILE, Running, running
from tests.web.test_parties import Party, get, opened, post, token

OVERLAYS = FILE.replace("system: Payment platform", "system: Payment platform\n  overlays: [cn-incident-report]")


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, OVERLAYS) as started:
        started.configure(tokens=(token("desk", Party.PROVIDER), token("shop", Party.CUSTOMER)))
        yield started


@pytest.fixture
def number(agent: Running) -> str:
    number = opened(agent)
    assert post(agent, "desk", f"/incidents/{number}/grade", {"by": "lee", "grade": 1}).status == 200
    return number


def test_a_filing_meets_its_duty_and_is_listed(agent: Running, number: str) -> None:
    """Fact 11: met by a person recording that it was filed."""
    act = {"by": "lee", "duty": "cn_first_report", "reference": "12387-7"}

    first, again = (post(agent, "desk", f"/incidents/{number}/filings", act) for _ in range(2))

    assert (first.status, again.status) == (201, 200)
    assert first.json["said"]["reference"] == "12387-7"
    items = get(agent, "desk", f"/obligations?incident={number}&limit=500").json["items"]
    [duty] = [each for each in items if each["name"] == "cn_first_report"]
    assert (duty["basis"], duty["state"].startswith("met"), duty["discharged_at"] is None) == ("statute", True, False)
    assert len(get(agent, "shop", f"/incidents/{number}/filings").json["items"]) == 1


def test_a_level_is_a_field_of_its_own(agent: Running, number: str) -> None:
    """Fact 11: contract grade and regulatory level are separate."""
    act = {"by": "lee", "overlay": "cn-incident-report", "level": "general", "text": "few people"}

    assert post(agent, "desk", f"/incidents/{number}/levels", act).status == 201

    shown = get(agent, "desk", f"/incidents/{number}").json
    assert (shown["grade"], shown["regulatory"]) == (1, {"cn-incident-report": "general"})
    assert get(agent, "desk", f"/incidents/{number}/drafts/cn-incident-report").json["level"] == "general"
    void = get(agent, "desk", f"/obligations?incident={number}&state=void").json["items"]
    assert [each["name"] for each in void if each["basis"] == "statute"] == ["cn_first_report"]


def test_a_draft_is_a_text_that_says_that_nobody_sent_it(agent: Running, number: str) -> None:
    """Fact 11: nothing is ever sent to an authority."""
    found = get(agent, "shop", f"/incidents/{number}/drafts/cn-incident-report?language=zh").json

    assert found["owed_by"] == "provider"
    assert "本系统不向任何主管机关报送" in found["text"]
    assert "Cloud Services Ltd" in found["text"]
    assert get(agent, "desk", f"/incidents/{number}/drafts/eu-gdpr").status == 404
    assert get(agent, "desk", "/incidents/INC-20261123-999/drafts/cn-incident-report").status == 404


def test_the_other_party_neither_decides_nor_files(agent: Running, number: str) -> None:
    act = {"by": "wang", "duty": "cn_first_report", "reference": "1"}

    reply = post(agent, "shop", f"/incidents/{number}/filings", act)

    assert (reply.status, reply.json["clause"]) == (403, "fact 11")
    assert get(agent, "desk", f"/incidents/{number}/filings").json["items"] == []
