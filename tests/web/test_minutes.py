"""The minutes that each party reads: what was owed and met, without the other party's targets (fact 2)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agent.cli import main
from agent.model import Party
from tests.web.running import Running, running
from tests.web.test_parties import get, post, token


@pytest.fixture
def agent(tmp_path: Path) -> Any:
    with running(tmp_path) as started:
        started.configure(tokens=(token("desk", Party.PROVIDER), token("shop", Party.CUSTOMER)))
        yield started


def acknowledged(agent: Running) -> str:
    """An incident that the customer reported, and whose report the provider acknowledged."""
    said = {"reporter": "wang", "symptom": "blank page", "scope": "all shops", "measures": "none"}
    said |= {"occurred_at": datetime.now(UTC).isoformat(), "functions": ["checkout"]}
    number: str = post(agent, "shop", "/reports", said).json["incident"]
    progress = {"contact": "lee", "progress": "looking", "next_update_at": "2099-01-01T00:00:00Z"}
    assert post(agent, "desk", f"/incidents/{number}/acknowledgements", progress).status == 201
    return number


def duties(agent: Running, who: str, number: str, kind: str) -> set[str]:
    facts = get(agent, who, f"/incidents/{number}/timeline").json["items"]
    return {one["name"] for each in facts if each["kind"] == kind for one in each["detail"].get("duties", ())}


def test_the_customer_reads_in_the_minutes_what_was_owed_and_met(agent: Running) -> None:
    """OB-301, 3.5: one shared timeline; of the provider's targets, which nobody signed, it reads nothing (fact 2)."""
    number = acknowledged(agent)

    own, whole = (duties(agent, who, number, "obligations_met") for who in ("shop", "desk"))
    begun, all_begun = (duties(agent, who, number, "obligations_started") for who in ("shop", "desk"))

    assert "acknowledge_report" in own
    assert own <= whole
    assert "acknowledge_report" in begun
    assert "restore" in all_begun - begun


def test_show_prints_for_each_party_what_its_api_says(agent: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """OB-301, 3.5: `Met: …` stands in both parties' minutes."""
    number = acknowledged(agent)

    said = {}
    for who in ("shop", "desk"):
        monkeypatch.setenv("TOCSIN_TOKEN", who)
        said[who] = (
            CliRunner()
            .invoke(main, ["show", number, "--url", f"http://127.0.0.1:{agent.port}"], catch_exceptions=False)
            .stdout
        )

    assert "Met: acknowledge a report" in said["shop"]
    assert "Met: both teams launched, acknowledge a report." in said["desk"]
    assert "Met: both teams launched" not in said["shop"]
    assert "?" not in said["shop"].partition("Minutes\n")[2]
