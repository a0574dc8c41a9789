"""`tocsin obligations`: what it asks the agent, and what it prints."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cli.conftest import Run
from tests.support.api import Api


def owed(name: str, state: str, minutes: float, *, target: bool = False) -> dict[str, Any]:
    due_at = datetime.now(UTC) + timedelta(minutes=minutes, seconds=20)
    return {
        "id": f"{name}-INC-20261123-001",
        "name": name,
        "duty": {"en": name.replace("_", " "), "zh": "义务"},
        "clauses": ["3.4(a)"],
        "basis": "default" if target else "annex",
        "target": target,
        "debtor": "provider",
        "incident": "INC-20261123-001",
        "report": "",
        "state": state,
        "due_at": due_at.isoformat(),
    }


def test_what_is_open_is_listed_with_what_is_left(tocsin: Run, api: Api) -> None:
    items = [
        owed("assess", "running", 12),
        owed("first_notice", "overdue", -4),
        owed("judge", "overdue", -9, target=True),
    ]
    api.answers["GET /obligations"] = (200, {"items": items, "next": None})

    said = tocsin("obligations", "--url", api.url).stdout

    assert "12m" in said
    assert "-3m" in said
    assert "overdue" in said
    assert "target missed" in said
    assert api.asked[0].query["state"] == ["running", "paused", "overdue"]


def test_it_is_narrowed_and_given_as_json(tocsin: Run, api: Api) -> None:
    api.answers["GET /obligations"] = (200, {"items": [], "next": None})

    told = tocsin("obligations", "--overdue", "--debtor", "customer", "--incident", "INC-1", "--json", "--url", api.url)

    assert told.exit_code == 0
    assert api.asked[0].query == {"state": ["overdue"], "debtor": ["customer"], "incident": ["INC-1"], "limit": ["100"]}


def test_nothing_owed_is_said_so(tocsin: Run, api: Api) -> None:
    api.answers["GET /obligations"] = (200, {"items": [], "next": None})

    assert "nothing is owed" in tocsin("obligations", "--all", "--url", api.url).output


def test_each_line_has_the_number_of_its_duty_and_a_span_that_can_be_read(tocsin: Run, api: Api) -> None:
    """What `tocsin waive` asks for; and seconds say nothing of a month."""
    month = {**owed("test_channels", "running", 158 * 24 * 60 + 33), "ob": "OB-104", "incident": "", "about": "2026-11"}
    note = {**owed("acknowledge_notice", "overdue", -63), "ob": "OB-306", "about": "4"}
    own = {**owed("own_daily_call", "running", 0.5), "ob": ""}
    api.answers["GET /obligations"] = (200, {"items": [month, note, own], "next": None})

    first, second, third = (line.split("\t") for line in tocsin("obligations", "--url", api.url).stdout.splitlines())

    assert (first[1], first[2], first[6]) == ("OB-104, 3.4(a)", "2026-11", "158d")
    assert (second[1], second[2], second[6]) == ("OB-306, 3.4(a)", "INC-20261123-001 no. 4", "-1h2m")
    assert (third[1], third[2], third[6]) == ("3.4(a)", "INC-20261123-001", "50s")


def test_the_list_is_there_in_chinese(tocsin: Run, api: Api) -> None:
    """Section 7; the parties by their roles: which of them is 甲方 the list does not know."""
    items = [owed("assess", "overdue", -4), owed("judge", "overdue", -9, target=True), owed("contain", "met", 1)]
    api.answers["GET /obligations"] = (200, {"items": items, "next": None})

    lines = [line.split("\t") for line in tocsin("obligations", "--lang", "zh", "--url", api.url).stdout.splitlines()]

    assert [(line[0], line[3], line[4], line[7]) for line in lines] == [
        ("义务", "服务方", "已超时", "附件"),
        ("义务", "服务方", "未达目标", "目标"),
        ("义务", "服务方", "已履行", "附件"),
    ]
