"""At three in the morning a time is `30m` or `04:10`: every option that names one takes both."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agent import clock
from tests.cli.conftest import Run
from tests.support.api import Api

ANY = "INC-20261123-001"
UPDATE = ("update", ANY, "--by", "lee", "--text", "pool restarted")
REPORT = ("report", "--as", "wang", "--symptom", "tills are blank")
LEVEL = ("terms", "level", ANY, "eu-gdpr", "risk", "--by", "wang", "--text", "card numbers")
FILED = ("terms", "filed", ANY, "gdpr_notification", "--by", "wang", "--reference", "AP-4711")
WEAK = ("register", "add", "vulnerability", "openssl", "--severity", "critical", "--by", "lee")


def sent(tocsin: Run, api: Api, command: tuple[str, ...], option: str, text: str, name: str) -> datetime:
    tocsin(*command, option, text, "--url", api.url)

    body: dict[str, Any] = api.asked[0].body
    return datetime.fromisoformat(body[name])


@pytest.mark.parametrize(
    ("command", "option", "name"),
    [(UPDATE, "--next-update", "next_update_at"), (UPDATE, "--eta", "eta")],
    ids=["update --next-update", "update --eta"],
)
def test_what_is_to_come_is_said_from_now_or_by_the_clock(
    tocsin: Run, api: Api, command: tuple[str, ...], option: str, name: str
) -> None:
    """3.5."""
    before = clock.now()

    at = sent(tocsin, api, command, option, "30m", name)

    assert timedelta(minutes=29) < at - before < timedelta(minutes=32)


@pytest.mark.parametrize(
    ("command", "option", "name"),
    [
        (REPORT, "--since", "occurred_at"),
        (REPORT, "--discovered", "discovered_at"),
        (LEVEL, "--since", "since"),
        (FILED, "--at", "filed_at"),
        (WEAK, "--known-at", "known_at"),
    ],
    ids=["report --since", "report --discovered", "terms level --since", "terms filed --at", "register add --known-at"],
)
def test_what_has_been_is_said_from_now_backwards_or_by_the_clock(
    tocsin: Run, api: Api, command: tuple[str, ...], option: str, name: str
) -> None:
    """3.2(b), fact 15: of a bare 03:02 the last one."""
    at = sent(tocsin, api, command, option, "40m", name)
    api.asked.clear()
    bare = sent(tocsin, api, command, option, "03:02", name)

    assert timedelta(minutes=39) < clock.now() - at < timedelta(minutes=42)
    assert f"{bare.astimezone():%H:%M}" == "03:02"
    assert timedelta() <= clock.now() - bare <= timedelta(days=1)


@pytest.mark.parametrize("command", [LEVEL, FILED], ids=["terms level", "terms filed"])
def test_what_concerns_an_authority_may_be_told_on_the_phone_as_well(
    tocsin: Run, api: Api, command: tuple[str, ...]
) -> None:
    """Fact 15: any act."""
    words = ["ma" if word == "wang" else word for word in command]

    tocsin(*words, "--as", "wang", "--called-at", "10m", "--url", api.url)

    body: dict[str, Any] = api.asked[0].body
    assert (body["by"], body["recorded_by"], body["means"]) == ("wang", "ma", "phone")
    assert "called_at" in body
