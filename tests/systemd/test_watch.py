"""The watch under a real systemd, set up as docs/service.md says, over an agent that is stopped and started."""

import json

import pytest

from tests.support.running import until
from tests.systemd.host import URL, Host, typed

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

UNIT = "tocsin-watch.service"
ENVIRONMENT = f"""\
# quick, so that the test is
TOCSIN_WATCH_URL={URL}
TOCSIN_WATCH_SYSTEM=Payment platform
TOCSIN_WATCH_PROVIDER=${{credential:provider}}
TOCSIN_WATCH_CUSTOMER=${{credential:customer}}
TOCSIN_WATCH_AFTER=2s
TOCSIN_WATCH_EVERY=1s
"""


def subjects(host: Host) -> list[tuple[str, str]]:
    """(to whom, first line) of what it told, from its journal."""
    lines = [json.loads(entry["MESSAGE"]) for entry in host.box.journal(UNIT) if entry["MESSAGE"].startswith("{")]
    told = [line for line in lines if line["event"] == "notice written"]
    return [(line["endpoint"], line["subject"].partition(" since")[0]) for line in told]


def test_it_tells_both_parties_that_the_agent_is_gone_and_that_it_is_back(host: Host) -> None:
    host.box.write("/typed/watch.env", ENVIRONMENT)
    _, provider, customer, install, try_, enable = typed("The watch on the other party's side")[0]
    addresses = "PROVIDER_URL=log:// CUSTOMER_URL=log://customer; "
    try_here = try_.replace("https://respond.example.com", URL)
    tried = host.type([addresses + provider, addresses + customer, install, try_here])
    host.type([enable])
    shown = host.box.show(UNIT, "Type", "ActiveState", "StatusText", "User")

    host.box.run("systemctl", "stop", "tocsin.socket", "tocsin.service")
    until(lambda: len(subjects(host)) == 2, "the silence told")
    until(lambda: "told silent" in host.box.show(UNIT, "StatusText")["StatusText"], "its status")
    host.box.run("systemctl", "start", "tocsin.socket", "tocsin.service")
    host.ready()
    until(lambda: len(subjects(host)) == 4, "the return told")
    pid = host.box.show(UNIT, "MainPID")["MainPID"]
    host.box.run("systemctl", "stop", UNIT)
    result = host.box.show(UNIT, "Result", "NRestarts")
    host.box.run("systemctl", "disable", UNIT)

    assert f"{URL}: well" in tried
    assert "customer/1: accepted" in tried
    assert shown == {
        "Type": "notify",
        "ActiveState": "active",
        "StatusText": f"{URL}: well",
        "User": "tocsin",
    }
    assert sorted(subjects(host)[:2]) == [
        ("customer/1", "[WATCH] Tocsin gives no answer"),
        ("provider/1", "[WATCH] Tocsin gives no answer"),
    ]
    assert {subject for _, subject in subjects(host)[2:]} == {"[WATCH, over] Tocsin answers well again"}
    assert pid != "0"
    assert result == {"Result": "success", "NRestarts": "0"}
