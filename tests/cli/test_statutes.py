"""`tocsin terms level | filed | draft`: what they ask the agent, and what they print (fact 11)."""

from pathlib import Path
from typing import Any

from tests.cli.conftest import Run
from tests.support.api import Api

NUMBER = "INC-20261123-001"


def entry(kind: str, what: str, **said: str) -> dict[str, Any]:
    return {"id": f"{NUMBER}/3", "incident": NUMBER, "kind": kind, "what": what, "said": said, "repeated": False}


def test_a_filing_is_recorded(tocsin: Run, api: Api) -> None:
    api.answers[f"POST /incidents/{NUMBER}/filings"] = (201, entry("filing", "cn_first_report", reference="A-7"))

    told = tocsin(
        *("terms", "filed", "20261123-001", "cn_first_report", "--by", "lee", "--reference", "A-7", "--url", api.url)
    )

    assert api.asked[0].body == {
        "by": "lee",
        "means": "cli",
        "duty": "cn_first_report",
        "reference": "A-7",
        "text": "",
    }
    assert told.stdout == f"{NUMBER}/3 on file: cn_first_report, reference A-7\n"


def test_a_level_is_recorded_with_its_reason(tocsin: Run, api: Api) -> None:
    api.answers[f"POST /incidents/{NUMBER}/levels"] = (201, entry("level", "eu-dora", level="major"))

    told = tocsin(*("terms", "level", NUMBER, "eu-dora", "major", "--by", "wang", "--text", "two", "--url", api.url))

    assert api.asked[0].body == {"by": "wang", "means": "cli", "overlay": "eu-dora", "level": "major", "text": "two"}
    assert "eu-dora major" in told.stdout


def test_a_draft_is_printed_or_written_and_never_over_another_file(tocsin: Run, api: Api, tmp_path: Path) -> None:
    draft = {"text": "DRAFT. …\n1. Who: us\n", "lacks": [2, 5]}
    api.answers[f"GET /incidents/{NUMBER}/drafts/eu-gdpr"] = (200, draft)
    out = tmp_path / "gdpr.txt"

    printed = tocsin("terms", "draft", "eu-gdpr", NUMBER, "--url", api.url)
    written, again = (tocsin("terms", "draft", "eu-gdpr", NUMBER, "--out", str(out), "--url", api.url) for _ in "12")

    assert printed.stdout == draft["text"]
    assert "not all of it is on file yet: item 2, 5" in printed.stderr
    assert (written.exit_code, out.read_text()) == (0, draft["text"])
    assert "nothing was sent" in written.stdout
    assert again.exit_code != 0
    assert "is there already" in again.stderr
