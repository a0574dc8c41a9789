"""Probes: what they ask, how, and what they tell."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.model import Condition, Hold, Probe, Tell
from collectors import catalogue
from tests.config.reading import SMALLEST, about, errors_of, settings_of, warnings_of

SECOND = timedelta(seconds=1)


def probe_of(text: str, **how: object) -> Probe:
    return settings_of(f"{SMALLEST}probes:\n  it: {text}\n", **how).probes["it"]  # type: ignore[arg-type]


def test_what_is_not_written_has_its_default() -> None:
    probe = probe_of("{tcp_connect: {host: 192.0.2.1, port: 5432}}")

    assert (probe.every, probe.timeout, probe.hold, probe.recover) == (
        30 * SECOND,
        5 * SECOND,
        Hold(times=3),
        300 * SECOND,
    )
    assert (probe.function, probe.retry, probe.flap, probe.depends_on) == ("system", None, None, ())
    assert probe.tells == (Tell("fail", Condition.DOWN),)


def test_a_probe_is_read_whole() -> None:
    probe = probe_of(
        """
    http_get: {url: "http://192.0.2.1:8080/health", status: 200, json: {"$.status": UP}}
    every: 1m
    timeout: 2s
    for: 3/5
    retry: 10s
    recover: 2m
    flap: 4/30m
    says: {zh: 打不开, en: Does not open}
    tells:
      - {when: fail, state: down}
      - {when: "latency > 500ms", state: degraded, for: 90s, clear: "latency < 400ms"}
      - {when: "certificate_left < 3d", security: attempt, grade: 3, for: 2}"""
    )

    assert probe.options.url == "http://192.0.2.1:8080/health"
    assert probe.options.json_ == {"$.status": "UP"}
    assert (probe.every, probe.timeout, probe.retry, probe.recover) == (
        60 * SECOND,
        2 * SECOND,
        10 * SECOND,
        120 * SECOND,
    )
    assert (probe.hold, probe.flap) == (Hold(times=3, of=5), (4, 1800 * SECOND))
    assert probe.says == {"zh": "打不开", "en": "Does not open"}
    assert probe.tells == (
        Tell("fail", Condition.DOWN),
        Tell("latency > 500ms", Condition.DEGRADED, hold=Hold(lasting=90 * SECOND), clear="latency < 400ms"),
        Tell("certificate_left < 3d", Condition.ATTEMPT, grade=3, hold=Hold(times=2)),
    )


def test_without_tells_a_probe_says_what_its_kind_does() -> None:
    assert probe_of("{disk_space: {path: /}}").tells == catalogue()["disk_space"].tells


def test_a_grade_of_the_probe_replaces_the_table_for_all_it_tells() -> None:
    said = probe_of("{cpu: {}, grade: 2, tells: [{when: fail, state: down}, {when: 'load1 > 9', grade: 3}]}")
    unsaid = probe_of("{heartbeat: {within: 1h}, grade: 1}")

    assert [(tell.condition, tell.grade) for tell in said.tells] == [(Condition.DOWN, 2), (None, 3)]
    assert [(tell.condition, tell.grade) for tell in unsaid.tells] == [(Condition.DOWN, 1)]


def test_a_kind_without_options_may_be_named_alone() -> None:
    assert probe_of("{cpu: }").kind == "cpu"


@pytest.mark.parametrize(
    ("text", "is_local"),
    [
        ("{cpu: {}}", True),
        ("{heartbeat: {within: 1h}}", True),
        ('{http_get: {url: "http://127.0.0.1:8080/"}}', True),
        ('{http_get: {url: "http://[::1]:8080/"}}', True),
        ('{http_get: {url: "http://localhost/"}}', True),
        ("{tcp_connect: {host: 127.0.0.9, port: 1}}", True),
        ("{tcp_connect: {host: db.example, port: 1}}", False),
        ('{http_get: {url: "https://shop.example/"}}', False),
        ("{command: {run: /bin/true}}", False),
    ],
)
def test_a_probe_knows_whether_it_asks_this_very_host(text: str, is_local: bool) -> None:
    assert probe_of(text).is_local is is_local


def test_references_in_options_are_resolved() -> None:
    probe = probe_of(
        '{http_get: {url: "https://er:${env:PW}@shop.example/", headers: {X-Key: "k ${env:PW}"}, bearer: "${env:PW}"}}',
        environment={"PW": "a/b"},
    )

    assert probe.options.url == "https://er:a%2Fb@shop.example/"
    assert probe.options.headers["X-Key"].get_secret_value() == "k a/b"
    assert probe.options.bearer.get_secret_value() == "a/b"


def test_a_reference_that_cannot_be_resolved_here_is_a_warning() -> None:
    text = SMALLEST + 'probes:\n  it: {http_get: {url: "https://shop.example", bearer: "${credential:shop}"}}\n'

    assert "the probe cannot do its work until it is" in about(warnings_of(text), "it.http_get.bearer")[0]


def test_a_secret_in_an_option_does_not_show_in_its_fault() -> None:
    text = SMALLEST + 'probes:\n  it: {http_get: {url: "https://shop.example", status: "${env:PW}"}}\n'

    assert "hunter2" not in str(errors_of(text, environment={"PW": "hunter2"}))


@pytest.mark.parametrize(
    ("option", "what"),
    [
        ("password: hunter2", "a secret"),
        ('headers: {Authorization: "Bearer x"}', "a secret"),
        ('url: "https://er:hunter2@shop.example"', "a password"),
    ],
)
def test_a_secret_written_into_an_option_is_warned_about(option: str, what: str) -> None:
    options = option if option.startswith("url") else f'url: "https://shop.example", {option}'
    text = f"{SMALLEST}probes:\n  it: {{http_get: {{{options}}}}}\n"

    assert about(warnings_of(text), f"holds {what} written out") != []


def test_relative_paths_count_from_the_file() -> None:
    probe = probe_of("{tcp_connect: {host: h, port: 1, tls: true, ca: ca.pem}}", path=Path("/etc/tocsin/routes.yaml"))

    assert probe.options.ca == Path("/etc/tocsin/ca.pem")


def test_a_command_may_yield_any_name() -> None:
    assert probe_of("{command: {run: check_x}, tells: [{when: 'users > 5', state: down}]}").tells[0].when == "users > 5"


@pytest.mark.parametrize("text", ["0", "0/5", "6/5", "3/", "three", "1.5", "-3", "30"])
def test_a_hold_is_a_count_a_share_or_a_duration(text: str) -> None:
    if text == "30":
        assert probe_of("{cpu: {}, for: 30}").hold == Hold(times=30)
        return
    assert "probes.it.for" in errors_of(f"{SMALLEST}probes:\n  it: {{cpu: {{}}, for: {text}}}\n")[0]


def test_too_quick_a_probe_is_refused_and_too_patient_a_timeout_warned_about() -> None:
    errors = errors_of(f"{SMALLEST}probes:\n  it: {{cpu: {{}}, every: 100ms}}\n")
    warnings = warnings_of(f"{SMALLEST}probes:\n  it: {{cpu: {{}}, every: 5s, timeout: 10s}}\n")

    assert errors == ["7: probes.it.every: 100ms is too short: 1s at least"]
    assert about(warnings, "it.timeout") == [
        "7: probes.it.timeout: the timeout of 10s is longer than every 5s: turns are skipped"
    ]


def test_a_reference_target_is_a_probe_of_nobodys() -> None:
    reference = settings_of(SMALLEST + "reference: {tcp_connect: {host: 192.0.2.1, port: 443}, every: 10s}\n").reference

    assert reference is not None
    assert (reference.name, reference.kind, reference.every) == ("reference", "tcp_connect", 10 * SECOND)


def test_without_a_reference_target_there_is_none() -> None:
    assert settings_of(SMALLEST).reference is None


def test_a_function_that_no_probe_asks_is_warned_about() -> None:
    text = SMALLEST.replace("system: Payment platform", "system: Payment platform, functions: {checkout: {}}")

    assert about(warnings_of(text), "no probe asks") == [
        "1: agreement.functions.checkout: no probe asks the function checkout: only outside alerts and reports would "
        "tell of it, and its availability, with it that of the whole, reads 不可评定, cannot be assessed (1.6)",
        "1: probes: no probe asks the function system: only outside alerts and reports would tell of it",
    ]


CHECKOUT = SMALLEST.replace(
    "system: Payment platform",
    "system: Payment platform, functions: {checkout: {}, ledger: {criticality: important}}",
)


@pytest.mark.parametrize(
    ("probes", "named"),
    [
        ("it: {cpu: {}, function: checkout, every: 61s}", "it"),
        ("it: {heartbeat: {within: 1h}, function: checkout, every: 10s}", "it"),
        (
            "{it: {cpu: {}, function: checkout, every: 5m}, other: {heartbeat: {within: 1h}, function: checkout}}",
            "it, other",
        ),
        ("it: {cpu: {}, function: checkout, every: 1m}", ""),
        ("{it: {cpu: {}, function: checkout, every: 1h}, quick: {cpu: {}, function: checkout}}", ""),
        ("it: {cpu: {}, function: ledger, every: 5m}", ""),  # the system does not stand or fall with it
    ],
)
def test_a_core_function_that_nothing_looks_at_by_the_minute_is_warned_about(probes: str, named: str) -> None:
    """1.6: its month is guessed from what is seen in between, or cannot be assessed."""
    text = CHECKOUT + (f"probes: {probes}\n" if probes.startswith("{") else f"probes:\n  {probes}\n")

    found = about(warnings_of(text), "once a minute")

    expected = (
        f"no probe looks at the function checkout at least once a minute: its availability (1.6) is what {named} said"
    )
    assert [expected in each for each in found] == ([True] if named else [])


def test_a_function_that_is_not_core_and_unwatched_leaves_the_month_as_it_is() -> None:
    """1.6: only what the system stands or falls with."""
    text = CHECKOUT + "probes:\n  it: {cpu: {}, function: checkout}\n"

    [warning] = about(warnings_of(text), "no probe asks")

    assert warning.endswith("function ledger: only outside alerts and reports would tell of it")


def test_without_functions_the_implicit_one_is_looked_at_by_the_minute() -> None:
    """1.6"""
    slow = f"{SMALLEST}probes:\n  it: {{cpu: {{}}, every: 5m}}\n"

    [warning] = about(warnings_of(slow), "once a minute")

    assert "probes: no probe looks at the function system" in warning


def test_core_probes_that_all_ask_this_host_need_a_dead_man() -> None:
    local = SMALLEST + "probes:\n  it: {cpu: {}}\n"
    guarded = local + 'dead_man: {urls: ["https://hc.example/ping/x"]}\n'
    outside = local + '  shop: {http_get: {url: "https://shop.example"}}\n'

    assert len(about(warnings_of(local), "dead_man")) == 1
    assert about(warnings_of(guarded), "ask this host") == []
    assert about(warnings_of(outside), "ask this host") == []


OWN = "probes:\n  tills: {heartbeat: {within: 10m, grace: 5m}, party: customer}\n"
TOKEN = "server: {tokens: {%s: {may: [%s], party: %s, secret: 'sha256:" + "0" * 64 + "'}}}\n"


def test_the_customers_own_watch_tells_by_what_it_says_and_not_by_its_silence() -> None:
    """OB-203, 2.3(a)"""
    probe = settings_of(SMALLEST + OWN).probes["tills"]

    assert probe.party == "customer"
    assert [(tell.when, tell.condition) for tell in probe.tells] == [("failed > 0", "down")]


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        (
            "cpu: {}, party: customer",
            "probes.it.party: the agent asks cpu itself: the customer's own watch is a heartbeat",
        ),
        ("heartbeat: {within: 23h, grace: 2h}, party: customer", "is heard at least every 1d, its grace included"),
        ("heartbeat: {within: 1h}, party: both", "probes.it.party"),
    ],
)
def test_what_is_no_watch_of_the_customers_is_refused(probe: str, said: str) -> None:
    """2.3(a)"""
    [error] = errors_of(f"{SMALLEST}probes:\n  it: {{{probe}}}\n")

    assert said in error


@pytest.mark.parametrize(
    ("server", "warned"),
    [
        ("", 1),
        (TOKEN % ("desk", "ping", "provider"), 1),
        (TOKEN % ("shop", "read", "customer"), 1),
        (TOKEN % ("shop", "ping", "customer"), 0),
    ],
)
def test_a_watch_that_nobody_of_the_customers_may_ping_is_warned_about(server: str, warned: int) -> None:
    """2.3(a): own probes under B's token."""
    assert len(about(warnings_of(SMALLEST + OWN + server), "nobody can ping it")) == warned


def test_the_customers_own_watch_is_none_of_the_providers() -> None:
    """2.2(a), 1.6: the function is asked by nobody of the provider."""
    assert len(about(warnings_of(SMALLEST + OWN), "no probe asks the function system")) == 1
