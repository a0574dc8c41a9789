"""Store, server, maintenance, plans and what else the operator decides."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from agent.config.settings import Layout, Limits, Server, Token
from agent.model import Kind, Party, Plan, Recurrence, Secret, Window
from tests.config.reading import PARTIES, SMALLEST, about, errors_of, settings_of, warnings_of


def test_the_store_is_a_file_beside_the_configuration_kept_three_years() -> None:
    settings = settings_of(SMALLEST)

    assert settings.store_url == "sqlite:////etc/tocsin/tocsin.db"
    assert settings.keep >= timedelta(days=3 * 365)


@pytest.mark.parametrize(
    ("url", "environment", "found"),
    [
        ("sqlite:///a.db", {}, "sqlite:////etc/tocsin/a.db"),
        ("sqlite:///a.db", {"STATE_DIRECTORY": "/var/lib/tocsin"}, "sqlite:////var/lib/tocsin/a.db"),
        ("sqlite:///a.db", {"STATE_DIRECTORY": "/var/lib/tocsin:/var/lib/b"}, "sqlite:////var/lib/tocsin/a.db"),
        ("sqlite:////srv/a.db", {"STATE_DIRECTORY": "/var/lib/tocsin"}, "sqlite:////srv/a.db"),
        ("postgresql://er:${env:PW}@db/tocsin", {"PW": "a@b"}, "postgresql://er:a%40b@db/tocsin"),
    ],
)
def test_a_relative_store_lies_in_the_state_directory_else_beside_the_file(
    url: str, environment: dict[str, str], found: str
) -> None:
    assert settings_of(f'{SMALLEST}store: {{url: "{url}"}}\n', environment=environment).store_url == found


def test_postgresql_is_accepted_for_later() -> None:
    assert settings_of(SMALLEST + 'store: {url: "postgresql://er@db/tocsin"}\n').later == ("store.url",)


def test_the_server_listens_on_loopback_without_keys() -> None:
    assert settings_of(SMALLEST).server == Server()


def test_the_server_is_read_whole() -> None:
    server = settings_of(
        SMALLEST
        + """server:
  listen: "[::]:9000"
  public_url: https://er.example/
  tls: {cert: cert.pem, key: /keys/key.pem}
  tokens: {alertmanager: {may: [intake, ping], secret: "${env:TOKEN}"}}
  basic: {prometheus: {may: intake, secret: "sha256:5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"}}
  limits: {body: 1MiB, connections: 64}
  trusted_proxies: [127.0.0.1, 10.0.0.0/8]
""",
        environment={"TOKEN": "abc"},
    ).server

    assert server == Server(
        host="::",
        port=9000,
        public_url="https://er.example",
        cert=Path("/etc/tocsin/cert.pem"),
        key=Path("/keys/key.pem"),
        tokens=(
            Token("alertmanager", frozenset({"intake", "ping"}), Secret("abc")),
            Token(
                "prometheus",
                frozenset({"intake"}),
                Secret("sha256:5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"),
                is_basic=True,
                is_hashed=True,
            ),
        ),
        limits=Limits(body=1024 * 1024, connections=64),
        trusted_proxies=("127.0.0.1", "10.0.0.0/8"),
    )


def test_bodies_have_room_for_the_largest_one_and_what_it_is_decompressed() -> None:
    written = settings_of(SMALLEST + "server: {limits: {body: 1MiB, bodies: 2MiB}}\n").server.limits
    grown = settings_of(SMALLEST + "server: {limits: {body: 100MiB}}\n").server.limits

    assert (written.bodies, Limits().bodies, grown.bodies) == (2 * 1024**2, 128 * 1024**2, 200 * 1024**2)


def test_a_token_is_the_providers_unless_it_or_its_contact_says_otherwise() -> None:
    settings = settings_of(
        SMALLEST
        + """server:
  tokens:
    desk: {may: [read], secret: "${env:A}"}
    shop: {may: [read], secret: "${env:A}", party: customer}
    wang: {may: [act], secret: "${env:A}", contact: wang}
  basic:
    portal: {may: [read], secret: "${env:A}", party: customer}
""",
        environment={"A": "abc"},
    )

    found = {token.name: (token.party, token.contact) for token in settings.server.tokens}

    assert found == {
        "desk": (Party.PROVIDER, ""),
        "shop": (Party.CUSTOMER, ""),
        "wang": (Party.CUSTOMER, "wang"),
        "portal": (Party.CUSTOMER, ""),
    }


SIGNED = """server:
  tokens:
    grafana:
      may: [intake]
      secret: %s
      hmac_header: X-Grafana-Alerting-Signature
      hmac_timestamp_header: X-Grafana-Alerting-Timestamp
"""


def test_a_sender_that_signs_has_a_key_that_is_never_sent() -> None:
    [token] = settings_of(SMALLEST + SIGNED % '"${env:KEY}"', environment={"KEY": "abc"}).server.tokens

    assert token == Token(
        "grafana",
        frozenset({"intake"}),
        Secret("abc"),
        hmac_header="X-Grafana-Alerting-Signature",
        hmac_timestamp_header="X-Grafana-Alerting-Timestamp",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SIGNED % ("sha256:" + "a" * 64), "the secret itself is needed"),
        (SIGNED.replace("hmac_header: X", "hmac_header: not a X") % "'${env:KEY}'", "no name of a header"),
        (
            SIGNED.replace("      hmac_header: X-Grafana-Alerting-Signature\n", "") % "'${env:KEY}'",
            "needs `hmac_header:`",
        ),
    ],
)
def test_a_signature_that_could_never_be_checked_is_a_fault(text: str, reason: str) -> None:
    assert any(reason in str(fault) for fault in errors_of(SMALLEST + text))


def test_a_key_that_cannot_be_found_locks_the_door_instead_of_opening_it() -> None:
    server = settings_of(SMALLEST + 'server: {tokens: {am: {may: intake, secret: "${env:NOWHERE}"}}}\n').server

    assert [token.name for token in server.tokens] == ["am"]
    assert server.tokens[0].is_hashed
    assert server.tokens[0].secret.reveal() == "sha256:" + "0" * 64


def test_a_name_that_is_not_loopback_is_open_to_others() -> None:
    assert errors_of(SMALLEST + 'server: {listen: "tocsin.example:8119"}\n') == [
        "6: server.listen: tocsin.example is open to others: add `tokens:` or `basic:`, or listen on 127.0.0.1"
    ]


def test_maintenance_is_once_or_again_and_again() -> None:
    settings = settings_of(
        f"""agreement: {{system: x, time_zone: Asia/Shanghai}}{PARTIES}
probes: {{db: {{cpu: }}}}
maintenance:
  - {{what: 数据库升级, probes: [db], from: "2026-12-06 02:00", for: 90m, announced: 2026-12-01}}
  - {{what: weekly restart, functions: [system], every: "Sun 02:00", for: 30m}}
"""
    )

    assert settings.maintenance == (
        Window(
            what="数据库升级",
            duration=timedelta(minutes=90),
            starts_at=datetime(2026, 12, 5, 18, tzinfo=UTC),
            probes=("db",),
            announced_at=datetime(2026, 11, 30, 16, tzinfo=UTC),
        ),
        Window(
            what="weekly restart",
            duration=timedelta(minutes=30),
            recurs=Recurrence(time(2), weekdays=frozenset({6})),
            functions=("system",),
        ),
    )


def test_plans_are_kept_and_what_they_leave_out_is_warned_about() -> None:
    text = SMALLEST + "plans: [{kind: fault, grade: 1, steps: [切换备库, 限流]}, {kind: security, link: 'https://w'}]\n"

    settings = settings_of(text)

    assert settings.plans == (
        Plan(Kind.FAULT, grade=1, steps=("切换备库", "限流")),
        Plan(Kind.SECURITY, link="https://w"),
    )
    assert settings.later == ()
    assert about(warnings_of(text), "plans") == ["6: plans: no response plan (3.1) for fault grade 2, 3"]


def test_a_dead_man_is_told_by_plain_addresses_from_references() -> None:
    settings = settings_of(
        SMALLEST + 'dead_man: {every: 30s, urls: ["https://hc.example/ping/${env:KEY}", "${env:URL}"]}\n',
        environment={"KEY": "a/b", "URL": "https://hc.example/ping/y"},
    )

    assert settings.dead_man is not None
    assert settings.dead_man.every == timedelta(seconds=30)
    assert [url.reveal() for url in settings.dead_man.urls] == [
        "https://hc.example/ping/a%2Fb",
        "https://hc.example/ping/y",
    ]
    assert "dead_man" not in settings.extra


def test_named_files_that_are_not_there_are_warnings(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    text = SMALLEST.replace("provider: {", "provider: {on_call: {calendar: oncall.ics}, ") + (
        "notices: {templates: there/}\ndrills: [{name: a, every: 6mo, scenario: lost.yaml}]\n"
    )

    settings = settings_of(text, path=tmp_path / "routes.yaml")

    assert settings.templates == tmp_path / "there"
    assert [fault.key for fault in settings.warnings if "is not there" in fault.message] == [
        "parties.provider.on_call.calendar",
        "drills[0].scenario",
    ]
    assert settings.later == ("drills",)


def test_an_alertmanager_to_be_polled() -> None:
    settings = settings_of(SMALLEST + 'sources: {alertmanager: {url: "http://127.0.0.1:9093/"}}\n')

    assert settings.alertmanager_url == "http://127.0.0.1:9093"
    assert settings.later == ()


def test_where_the_body_of_another_monitor_says_what() -> None:
    settings = settings_of(
        SMALLEST
        + "sources: {generic: {zabbix: {title: trigger.name, status: event.value, firing: [1, BAD], resolved: 0, "
        "labels: {host: [host, full.name]}}}}\n"
    )

    assert settings.layouts["zabbix"] == Layout(
        title=("trigger", "name"),
        status=("event", "value"),
        words={"1": True, "bad": True, "0": False},
        labels={"host": ("host", "full.name")},
    )
    assert settings.later == ()
