"""`tocsin connect`: pieces of configuration that fit the file, and that the monitors themselves accept."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import FILE, Run
from tests.support import real
from tests.support.running import free_port, until
from tests.support.running_agent import Agent, agent

TOKENS = """\
server:
  listen: 10.0.0.7:8119
  tokens:
    desk: {may: [read, act], secret: "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"}
    monitors: {may: [intake], secret: "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"}
"""
SIGNED = (
    TOKENS
    + """\
    grafana: {may: [intake], secret: "${env:KEY}", hmac_header: X-Signed, hmac_timestamp_header: X-Signed-At}
"""
)
BASIC = TOKENS.replace("  tokens:", "  basic:")


def told(tocsin: Run, *words: str) -> dict[str, Any]:
    done = tocsin("connect", *words, "--json")
    assert done.exit_code == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def test_alertmanager_gets_a_receiver_that_sends_everything(tocsin: Run, file: Path) -> None:
    config = yaml.safe_load(tocsin("connect", "alertmanager").stdout)

    assert config["route"]["receiver"] == "tocsin"
    assert config["receivers"][0]["webhook_configs"] == [
        {"url": "http://127.0.0.1:8119/webhooks/alertmanager", "send_resolved": True, "max_alerts": 0}
    ]


def test_a_file_with_tokens_makes_the_snippet_name_a_file_for_the_secret(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + TOKENS)

    done = tocsin("connect", "alertmanager")

    webhook = yaml.safe_load(done.stdout)["receivers"][0]["webhook_configs"][0]
    assert webhook["url"] == "http://10.0.0.7:8119/webhooks/alertmanager"
    assert webhook["http_config"] == {"authorization": {"credentials_file": "/etc/alertmanager/tocsin.token"}}
    assert "server.tokens.monitors" in done.stdout
    assert done.stderr == ""


def test_an_agent_that_asks_for_a_certificate_makes_the_snippet_show_one(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + TOKENS + "  tls: {cert: cert.pem, key: key.pem, client_ca: ca.pem}\n")

    webhook = yaml.safe_load(tocsin("connect", "alertmanager").stdout)["receivers"][0]["webhook_configs"][0]
    (prometheus, _) = yaml.safe_load_all(tocsin("connect", "prometheus").stdout)
    nagios, grafana = told(tocsin, "nagios"), told(tocsin, "grafana")

    assert webhook["url"] == "https://10.0.0.7:8119/webhooks/alertmanager"
    assert webhook["http_config"]["tls_config"] == {
        "cert_file": "/etc/alertmanager/tocsin-client.pem",
        "key_file": "/etc/alertmanager/tocsin-client.key",
    }
    shown = {"cert_file": "/etc/prometheus/tocsin-client.pem", "key_file": "/etc/prometheus/tocsin-client.key"}
    assert prometheus["alerting"]["alertmanagers"][0]["tls_config"] == shown
    assert prometheus["scrape_configs"][0]["tls_config"] == shown
    assert 'CERT_FILE = "/etc/nagios/tocsin-client.pem"' in nagios["pieces"][0]["text"]
    assert nagios["remarks"] == []
    assert "give grafana one of server.tls.client_ca as well" in grafana["remarks"][0]


def test_name_and_password_are_used_where_the_file_has_only_those(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + BASIC)

    (config, _) = yaml.safe_load_all(tocsin("connect", "prometheus").stdout)

    assert config["scrape_configs"][0]["basic_auth"] == {
        "username": "monitors",
        "password_file": "/etc/prometheus/tocsin.token",
    }


def test_a_file_whose_tokens_may_not_bring_alerts_is_told_how_to_make_one(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + TOKENS.replace("may: [intake]", "may: [ping]"))

    done = tocsin("connect", "alertmanager")

    assert "tocsin token new alertmanager --may intake" in done.stderr
    assert "credentials_file" in done.stdout


def test_prometheus_posts_straight_and_scrapes_with_a_watchdog(tocsin: Run, file: Path) -> None:
    config, rules = yaml.safe_load_all(tocsin("connect", "prometheus", "--address", "https://er.example/").stdout)

    assert config["alerting"]["alertmanagers"][0]["scheme"] == "https"
    assert config["alerting"]["alertmanagers"][0]["static_configs"] == [{"targets": ["er.example"]}]
    assert config["scrape_configs"][0]["job_name"] == "tocsin"
    assert rules["groups"][0]["rules"][0]["alert"] == "Watchdog"


def test_the_watchdogs_rule_does_not_take_the_place_of_the_shipped_ones(tocsin: Run, file: Path) -> None:
    """`dashboards/tocsin.rules.yml` goes where the page on Alertmanager says."""
    config, _ = yaml.safe_load_all(tocsin("connect", "prometheus").stdout)

    assert config["rule_files"] == ["/etc/prometheus/tocsin-watchdog.rules.yml"]


def test_a_token_that_may_not_read_metrics_is_told(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + TOKENS)

    assert "add it to server.tokens.monitors.may" in tocsin("connect", "prometheus").stderr


def test_grafana_takes_the_token_from_its_environment(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + TOKENS)

    (contact_point,) = yaml.safe_load(tocsin("connect", "grafana").stdout)["contactPoints"]

    assert contact_point["receivers"][0]["settings"] == {
        "url": "http://10.0.0.7:8119/webhooks/alertmanager",
        "httpMethod": "POST",
        "maxAlerts": "0",
        "authorization_scheme": "Bearer",
        "authorization_credentials": "$TOCSIN_TOKEN",
    }


def test_grafana_signs_where_its_token_wants_that(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + SIGNED)

    (contact_point,) = yaml.safe_load(tocsin("connect", "grafana").stdout)["contactPoints"]

    assert contact_point["receivers"][0]["settings"] == {
        "url": "http://10.0.0.7:8119/webhooks/alertmanager",
        "httpMethod": "POST",
        "maxAlerts": "0",
        "hmacConfig": {"secret": "$TOCSIN_KEY", "header": "X-Signed", "timestampHeader": "X-Signed-At"},
    }


@pytest.mark.parametrize("monitor", ["alertmanager", "prometheus", "nagios"])
def test_a_key_that_signs_is_no_secret_to_be_shown(tocsin: Run, file: Path, monitor: str) -> None:
    """Sent as a bearer token it would be refused, and be known to whoever listens."""
    file.write_text(FILE + SIGNED.replace("monitors: {may: [intake]", "monitors: {may: [ping]"))

    told_of = told(tocsin, monitor)

    assert told_of["token"] == monitor
    assert f"no token of server.tokens may intake: tocsin token new {monitor} --may intake" in told_of["remarks"]


def test_the_probe_in_nagios_place_stands_in_a_file_as_it_is(tocsin: Run, file: Path) -> None:
    (*_, probe) = told(tocsin, "nagios")["pieces"]

    file.write_text(FILE + probe["text"])

    assert probe["file"] == "routes.yaml"
    assert tocsin("check", str(file)).exit_code == 0


def test_an_agent_on_loopback_says_that_other_hosts_do_not_reach_it(tocsin: Run, file: Path) -> None:
    assert "from another host it is not reached" in tocsin("connect", "grafana").stderr


def test_a_faulty_file_is_refused_with_its_faults(tocsin: Run, file: Path) -> None:
    file.write_text("agreement: 1\n")

    done = tocsin("connect", "grafana")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("routes.yaml:1: agreement")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Agent]:
    with agent(tmp_path / "agent") as found:
        yield found


def call_nagios_script(script: Path, state: str, since: int = 1795402800) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(script), state, str(since), "web-1", "CheckoutDown", f'HTTP {since} "oops" | time=1s']
    surroundings = {**os.environ, "TMPDIR": str(script.parent)}
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=surroundings)


def test_what_nagios_calls_opens_an_incident_and_ends_it(tocsin: Run, file: Path, running: Agent) -> None:
    script = file.with_name("tocsin-nagios")
    script.write_text(told(tocsin, "nagios", "--address", running.url)["pieces"][0]["text"])

    assert call_nagios_script(script, "UNKNOWN").returncode == 0
    assert running.incidents() == []
    assert call_nagios_script(script, "CRITICAL").stderr == ""
    assert [each["state"] for each in running.incidents()] == ["open"]
    assert call_nagios_script(script, "OK").stderr == ""
    assert [each["state"] for each in running.incidents()] == ["verifying"]


def test_what_nagios_says_is_no_alertmanagers_to_end(tocsin: Run, file: Path, running: Agent) -> None:
    """`sources.alertmanager` ends what that Alertmanager does not know: of Nagios it knows nothing."""
    script = file.with_name("tocsin-nagios")
    script.write_text(told(tocsin, "nagios", "--address", running.url)["pieces"][0]["text"])

    call_nagios_script(script, "CRITICAL")

    number = running.incidents()[0]["number"]
    (signal,) = json.loads(running.get(f"/api/v1/incidents/{number}"))["signals"]
    assert signal["source"] == "generic"


def test_nagios_is_told_where_its_hosts_and_services_name_the_contact(tocsin: Run, file: Path) -> None:
    """A contact that nobody names is never called."""
    objects = told(tocsin, "nagios")["pieces"][1]["text"]

    assert "contacts +tocsin" in objects


def test_what_nagios_says_while_the_agent_is_away_arrives_in_its_order_when_it_is_back(
    tocsin: Run, file: Path, tmp_path: Path
) -> None:
    """Nagios says a recovery once, and a fault again after an hour only."""
    port, script = free_port(), file.with_name("tocsin-nagios")
    script.write_text(told(tocsin, "nagios", "--address", f"http://127.0.0.1:{port}")["pieces"][0]["text"])
    now = int(time.time())

    states = ("CRITICAL", "OK", "CRITICAL", "OK", "CRITICAL")
    calls = [call_nagios_script(script, state, now + number - 60) for number, state in enumerate(states)]
    waiting = [len(each.read_bytes().splitlines()) for each in script.parent.glob("tocsin-nagios-*[0-9a-f]")]
    with agent(tmp_path / "agent", port=port) as late:
        number = until(late.incidents, "incident")[0]["number"]
        until(lambda: len(changes(late, number)) == 5, "all of it")
        until(lambda: not any(each.read_bytes() for each in script.parent.glob("tocsin-nagios-*")), "nothing to tell")
        state = late.incidents()[0]["state"]

    assert [(each.returncode, "it goes on being told" in each.stderr) for each in calls] == [(1, True)] * 5
    assert (waiting, state) == ([5], "open")


def changes(agent: Agent, number: str) -> list[str]:
    return [each["kind"] for each in agent.happened(number) if each["kind"] in ("signals_joined", "signals_ended")]


def test_what_nagios_calls_does_not_ask_again_where_it_is_refused(tocsin: Run, file: Path, running: Agent) -> None:
    script = file.with_name("tocsin-nagios")
    text: str = told(tocsin, "nagios", "--address", f"{running.url}/elsewhere")["pieces"][0]["text"]
    script.write_text(text)

    done = call_nagios_script(script, "CRITICAL")

    assert done.returncode == 1
    assert "404" in done.stderr


@pytest.fixture(scope="session")
def program() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        try:
            return real.program(name)
        except real.Missing as fault:
            pytest.skip(str(fault))

    return find


def complaints(command: list[str | Path]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.real
@pytest.mark.timeout(240)
@pytest.mark.parametrize("server", ["", TOKENS, BASIC], ids=["open", "token", "basic"])
def test_amtool_accepts_it(tocsin: Run, file: Path, program: Callable[[str], Path], server: str) -> None:
    amtool = program("amtool")
    file.write_text(FILE + server)
    config = file.with_name("alertmanager.yml")
    config.write_text(tocsin("connect", "alertmanager", "--address", "https://er.example").stdout)

    assert complaints([amtool, "check-config", config]) == ""


@pytest.mark.real
@pytest.mark.timeout(240)
@pytest.mark.parametrize("server", ["", TOKENS, BASIC], ids=["open", "token", "basic"])
def test_promtool_accepts_it(tocsin: Run, file: Path, program: Callable[[str], Path], server: str) -> None:
    promtool = program("promtool")
    file.write_text(FILE + server)
    (file.parent / "tocsin.token").write_text("secret")
    for piece in told(tocsin, "prometheus", "--address", "https://er.example")["pieces"]:
        here = piece["text"].replace("/etc/prometheus/", f"{file.parent}/")
        file.with_name(Path(piece["file"]).name).write_text(here)

    assert complaints([promtool, "check", "config", file.with_name("prometheus.yml")]) == ""
