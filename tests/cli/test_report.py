"""`tocsin report`: what it asks the agent, and what it prints; `tocsin ack` of a report."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.support.api import Api

FILED = {
    "number": "REP-20261123-001",
    "incident": "INC-20261123-001",
    "party": "customer",
    "received_at": "2026-11-23T03:05:00Z",
    "acknowledge_due_at": "2026-11-23T03:20:00Z",
    "missing": [],
    "repeated": False,
}
ONE: dict[str, Any] = {
    "number": "REP-20261123-001",
    "incident": "INC-20261123-001",
    "kind": "fault",
    "reporter": "wang",
    "received_at": "2026-11-23T03:05:00Z",
    "occurred_at": "2026-11-23T03:02:00Z",
    "discovered_at": "2026-11-23T03:03:00Z",
    "functions": ["checkout"],
    "symptom": "tills show a blank page",
    "scope": "all shops",
    "measures": "",
    "suggested_grade": None,
    "missing": ["measures"],
    "acknowledged_by": None,
    "acknowledged_at": None,
    "attachments": [{"name": "till.png", "media_type": "image/png", "size": 9, "sha256": "ab" * 32}],
    "obligations": [
        {"name": "acknowledge_report", "debtor": "provider", "due_at": "2026-11-23T03:20:00Z", "state": "running"}
    ],
}


def test_a_report_is_posted_with_what_was_said_and_nothing_else(tocsin: Run, api: Api, tmp_path: Path) -> None:
    """3.2(b): `tocsin report --as … --symptom …`, without a question asked."""
    api.answers["POST /reports"] = (201, FILED)
    (tmp_path / "till.png").write_bytes(b"\x89PNG")

    told = tocsin(
        "report", "--as", "wang", "--symptom", "blank page", "--since", "2026-11-23T03:02:00+00:00", "--function",
        "checkout", "--grade", "2", "--attach", str(tmp_path / "till.png"), "--url", api.url,
    )  # fmt: skip

    body = api.asked[0].body
    assert {name: body[name] for name in body if name not in ("occurred_at", "attachments")} == {
        "means": "cli",
        "reporter": "wang",
        "symptom": "blank page",
        "functions": ["checkout"],
        "suggested_grade": 2,
    }
    assert body["occurred_at"].startswith("2026-11-23T")
    assert body["attachments"] == [
        {"name": "till.png", "media_type": "image/png", "content": base64.b64encode(b"\x89PNG").decode()}
    ]
    assert "REP-20261123-001 belongs to INC-20261123-001" in told.stdout
    assert "to be acknowledged by" in told.stdout


def test_a_report_may_stand_in_a_file_and_options_go_before_it(tocsin: Run, api: Api, tmp_path: Path) -> None:
    """3.2(b): YAML or JSON by the names of the API; attachments are named by their paths."""
    api.answers["POST /reports"] = (201, {**FILED, "missing": ["time"]})
    (tmp_path / "log.txt").write_text("boom")
    (tmp_path / "report.yaml").write_text(
        "reporter: wang\nsymptom: 门店无法收款\nfunctions: checkout\nsuggested_grade: 1\nattachments: [log.txt]\n"
    )
    (tmp_path / "report.json").write_text('{"reporter": "wang", "scope": "all"}')

    first = tocsin("report", "--file", str(tmp_path / "report.yaml"), "--scope", "全部门店", "--url", api.url)
    tocsin("report", "--file", str(tmp_path / "report.json"), "--url", api.url)

    body = api.asked[0].body
    assert (body["symptom"], body["scope"], body["functions"]) == ("门店无法收款", "全部门店", ["checkout"])
    assert (body["suggested_grade"], body["attachments"][0]["name"]) == (1, "log.txt")
    assert api.asked[1].body["scope"] == "all"
    assert "lacks time: tocsin report supplement REP-20261123-001" in first.stdout


def test_what_no_report_has_is_named(tocsin: Run, tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text("reporter: wang\nsymptoms: blank\n")
    (tmp_path / "list.yaml").write_text("- blank\n")

    unknown = tocsin("report", "--file", str(tmp_path / "report.yaml"))
    no_report = tocsin("report", "--file", str(tmp_path / "list.yaml"))
    nobody = tocsin("report", "--symptom", "blank")
    no_time = tocsin("report", "--as", "wang", "--since", "yesterday")

    assert [each.exit_code for each in (unknown, no_report, nobody, no_time)] == [2, 2, 2, 2]
    assert "symptoms, which no report has" in unknown.stderr
    assert "holds no report" in no_report.stderr
    assert "--as CONTACT" in nobody.stderr


def test_a_supplement_adds_what_was_missing(tocsin: Run, api: Api) -> None:
    """OB-205, 3.2(b)."""
    api.answers["POST /reports/REP-20261123-001/supplement"] = (200, FILED)

    tocsin("report", "supplement", "20261123-001", "--as", "wang", "--scope", "all shops", "--url", api.url)

    assert api.asked[0].body == {"by": "wang", "scope": "all shops", "attachments": [], "means": "cli"}


def test_reports_are_listed_and_shown_with_their_clocks(tocsin: Run, api: Api) -> None:
    """3.2(c): who has not answered yet is seen at once."""
    api.answers["GET /reports"] = (200, {"items": [ONE], "next": None})
    api.answers["GET /reports/REP-20261123-001"] = (200, ONE)

    listed = tocsin("report", "list", "--incident", "INC-20261123-001", "--url", api.url)
    shown = tocsin("report", "show", "REP-20261123-001", "--url", api.url)

    assert api.asked[0].query == {"incident": ["INC-20261123-001"], "limit": ["100"]}
    assert listed.stdout.startswith("REP-20261123-001\tINC-20261123-001\twang\t")
    assert listed.stdout.endswith("tills show a blank page\tnot yet\n")
    assert "Lacks         measures" in shown.stdout
    assert "acknowledge report (provider), due " in shown.stdout
    assert ": running" in shown.stdout


def test_an_acknowledgement_of_a_report_says_how_it_goes_and_when_the_next_update_comes(tocsin: Run, api: Api) -> None:
    """3.2(c): by the report's number or the incident's."""
    done = {"incident": "INC-20261123-001", "contact": "lee", "party": "provider", "at": "2026-11-23T03:06:00Z"}
    done |= {"repeated": False, "reports": ["REP-20261123-001"]}
    api.answers["POST /reports/REP-20261123-001/acknowledgements"] = (201, done)

    told = tocsin(
        "ack", "rep-20261123-001", "--as", "lee", "--progress", "logged in", "--next-update", "30m", "--url", api.url
    )

    body = api.asked[0].body
    assert (body["contact"], body["progress"]) == ("lee", "logged in")
    assert "next_update_at" in body
    assert "and with it REP-20261123-001" in told.stdout


def test_a_refusal_is_exit_4_with_what_is_missing(tocsin: Run, api: Api) -> None:
    """3.2(c)."""
    problem = {"title": "refused", "detail": "this acknowledges REP-20261123-001: it needs …", "status": 409}
    api.answers["POST /incidents/INC-20261123-001/acknowledgements"] = (409, problem)

    told = tocsin("ack", "INC-20261123-001", "--as", "lee", "--url", api.url)

    assert (told.exit_code, "REP-20261123-001" in told.stderr) == (4, True)


# ------------------------------------------------------------------------------------------------------- attachments


@pytest.fixture
def odd(tmp_path: Path) -> dict[str, Path]:
    """What a person may drag in by mistake."""
    with (tmp_path / "video.pdf").open("wb") as large:
        large.truncate(5 * 1024 * 1024 + 1)
    os.mkfifo(tmp_path / "pipe.png")
    return {"large": tmp_path / "video.pdf", "pipe": tmp_path / "pipe.png", "device": Path("/dev/zero")}


@pytest.mark.parametrize(
    ("sort", "said"),
    [
        ("large", "video.pdf has 5.1 MiB, at most 5 MiB are taken"),
        ("pipe", "pipe.png is no file"),
        ("device", "zero is no file"),
    ],
)
def test_what_cannot_be_attached_is_named_before_it_is_read(
    tocsin: Run, api: Api, odd: dict[str, Path], sort: str, said: str
) -> None:
    """3.2(b): it neither hangs nor fills the memory, and nothing is sent."""
    refused = tocsin("report", "--as", "wang", "--symptom", "blank", "--attach", str(odd[sort]), "--url", api.url)

    assert refused.exit_code == 2
    assert said in refused.stderr
    assert api.asked == []


def test_a_report_is_shown_with_the_hashes_of_what_is_attached_and_no_time_that_nobody_said(
    tocsin: Run, api: Api
) -> None:
    """3.2(b): who attached it compares the hash; a report that lacks its time began nobody knows when."""
    api.answers["GET /reports/REP-20261123-001"] = (
        200,
        {**ONE, "missing": ["time"], "discovered_at": ONE["occurred_at"]},
    )

    shown = tocsin("report", "show", "REP-20261123-001", "--url", api.url).stdout

    assert f"Attached      till.png, 9 bytes, sha256 {'ab' * 32}\n" in shown
    assert "Began         not said\n" in shown
    assert "Discovered" not in shown
