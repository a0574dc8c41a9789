"""GET /probe?target=NAME: the last answer of one probe, under blackbox_exporter's names.

Nothing is asked of the target here: the agent probes at its own pace, and dashboards and rules made for
blackbox_exporter read what it found last. What a kind of probe does not yield is left out, never written as 0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from agent.errors import TocsinError
from agent.model import Probe, ProbeState, Result
from agent.rules.anomalies import patience
from agent.web.request import Request
from agent.web.webhooks import not_now
from agent.web.wire import Answer, problem

Values = Mapping[str, float]

_ASK = "ask for /probe?target=NAME, with the name of a configured probe"
_SUCCESS = {Result.OK: 1.0, Result.BAD: 0.0, Result.UNKNOWN: float("nan")}  # NaN is neither == 0 nor == 1
_AS_YIELDED = (
    ("status", "probe_http_status_code", "HTTP status code of the last answer."),
    ("redirects", "probe_http_redirects", "Redirects followed."),
    ("size", "probe_http_uncompressed_body_length", "Bytes of the body, decompressed."),
)


async def probe(request: Request) -> Answer:
    """One probe's last answer under blackbox_exporter's names; nothing is asked of its target."""
    wanted = parse_qs(request.scope["query_string"].decode("latin-1")).get("target", [])
    if len(wanted) != 1:
        return problem(400, "one target is needed", _ASK)
    configured = request.office.settings().probes.get(wanted[0])
    if configured is None:
        return problem(404, "no such probe", f"{_ASK}; `tocsin probes` lists them")
    try:
        state = request.office.probes().get(configured.name)
    except TocsinError as fault:
        return not_now(fault)
    encode, kind = choose_encoder(request.asked.headers.get(b"accept", b"").decode("latin-1"))
    return Answer(200, encode(Last(configured, state, request.office.clock.now())), kind.encode())


@dataclass(frozen=True, slots=True)
class Last(Collector):
    """The families of one probe's last answer, as `now` may still rely on it."""

    probe: Probe
    state: ProbeState | None  # None: not asked yet
    now: datetime

    def collect(self) -> Iterator[Metric]:
        state = self.state
        if state is None or state.last_run_at is None:
            yield _success(Result.UNKNOWN)
            return
        yield _gauge("tocsin_probe_last_run_timestamp_seconds", "When it was asked.", state.last_run_at.timestamp())
        if self.now - state.last_run_at > patience(self.probe):  # nobody looks any more: what was is not what is
            yield _success(Result.UNKNOWN)
            return
        yield _success(state.result)
        yield _gauge("probe_duration_seconds", "How long the probe took to complete in seconds.", state.duration_s)
        yield from _measured(_figures(state.values), state.last_run_at)


def _success(result: Result) -> Metric:
    return _gauge("probe_success", "Whether the probe was a success; NaN is unknown.", _SUCCESS[result])


def _measured(values: Values, at: datetime) -> Iterator[Metric]:
    for name, shown, text in _AS_YIELDED:
        if name in values:
            yield _gauge(shown, text, values[name])
    if "status" in values:
        yield _gauge("probe_http_ssl", "Whether TLS was used for the last answer.", float("tls" in values))
        yield from _phases(values)
    if "certificate_left" in values:
        expires = at.timestamp() + values["certificate_left"]
        yield _gauge("probe_ssl_earliest_cert_expiry", "When the certificate expires, in Unix time.", expires)


def _phases(values: Values) -> Iterator[Metric]:
    """Where the time went; only of a single exchange, for the times of earlier ones are not kept."""
    if values.get("redirects") or not {"connect", "first_byte", "latency"} <= values.keys():
        return
    phases = GaugeMetricFamily(
        "probe_http_duration_seconds", "Seconds by phase; connect holds the name's resolution.", labels=["phase"]
    )
    stood = values["connect"] + values.get("tls", 0.0)
    phases.add_metric(["connect"], values["connect"])
    phases.add_metric(["tls"], values.get("tls", 0.0))
    phases.add_metric(["processing"], max(values["first_byte"] - stood, 0.0))
    phases.add_metric(["transfer"], max(values["latency"] - values["first_byte"], 0.0))
    yield phases


def _figures(values: Mapping[str, object]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items() if isinstance(value, int | float)}


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
