"""docs/metrics.md: every series that GET /metrics shows."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from inspect import getsource

from markdown import code, table
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from agent import metrics
from agent.model import ProbeState, Result
from agent.web.exposition import probe_series

HEAD = """# Metrics

`GET /metrics` answers in the format that the scraper asks for (Prometheus text or OpenMetrics). On loopback it needs no
credential while no token is configured; otherwise a token with `may: [read]` (see
[configuration](configuration.md#the-door)). A scrape job:

```yaml
scrape_configs:
  - job_name: tocsin
    static_configs: [{targets: ["127.0.0.1:8119"]}]
    # authorization: {credentials_file: /etc/prometheus/tocsin.token}
```

## What to watch the watcher by

These and more stand ready as alert rules in [tocsin.rules.yml](../dashboards/tocsin.rules.yml), and
[tocsin.json](../dashboards/tocsin.json) is a dashboard for Grafana:
[how to load them](from-alertmanager.md#4-prometheus-watches-the-agent-2-minutes).
`GET /probe?target=NAME` shows one probe's last answer under blackbox_exporter's names.

| Alert when | Because |
|---|---|
| `absent(tocsin_build_info)` or `up{job="tocsin"} == 0` for 2 min | nobody is told of anything |
| `tocsin_store_writable == 0` for 1 min | nothing is taken in; Alertmanager keeps repeating what got 503 |
| `tocsin_party_unreachable == 1` | every contact of a party has failed: phone them |
| `tocsin_delivery_oldest_seconds > 120` | a message waits for a channel |
| `tocsin_endpoints_broken > 0` | a contact has fewer channels than agreed |
| `tocsin_rota_good == 0` for 5 min | the on-call rota cannot be read; the last good copy is in force |
| `tocsin_self_audit_good == 0` for 1 min | the agent does not keep a promise; the label `check` says which |
| `tocsin_obligations_open{state="overdue"} > 0` | a duty is past its limit; `tocsin obligations --overdue` lists it |
| `tocsin_obligations_next_due_seconds{grade="1"} < 300` | in grade 1 a duty falls due within 5 minutes |
| `increase(tocsin_reports_overdue_total[15m]) > 0` | a report was not acknowledged within its 15 minutes |
| `tocsin_probes_blind > 0` | a probe cannot find out whether things are well |
| `increase(tocsin_engine_faults_total[10m]) > 0` | an unexpected fault was survived; its trace is in the log |
| `changes(tocsin_engine_last_tick_timestamp_seconds[3m]) == 0` | an engine hangs; `/healthz` says which |
| `tocsin_config_last_reload_successful == 0` | the file has faults; the old configuration stays in force |
| `increase(tocsin_clock_jumps_total[1h]) > 0` | the wall clock was moved; promises run on it |

## The agent's own series

A histogram `x` shows as `x_bucket`, `x_sum` and `x_count`.
"""

PROBES = """## Series of each probe

One line for each configured probe, written directly.
"""


def text() -> str:
    parts = [HEAD]
    for heading, found in _groups():
        rows = [(code(name), kind, ", ".join(map(code, labels)), text) for name, kind, labels, text in found]
        parts.append(f"### {heading}\n\n" + table(("Name", "Type", "Labels", "What it says"), rows) + "\n")
    return "\n".join(parts) + "\n" + PROBES + "\n" + table(("Name", "Type", "Labels", "What it says"), _probe_rows())


def _groups() -> Iterator[tuple[str, list[tuple[str, str, tuple[str, ...], str]]]]:
    """The metrics under the headings that comments in the source give them, in its order."""
    heading, found = "Build and configuration", []
    for line in getsource(metrics).splitlines():
        if begins := re.fullmatch(r"# (.+)", line):
            yield heading, found
            heading, found = begins[1].capitalize(), []
        elif (assigned := re.match(r"([A-Z_]+) = _", line)) and isinstance(
            metric := getattr(metrics, assigned[1]), MetricWrapperBase
        ):
            found.append(_row(metric))
    yield heading, found


def _row(metric: MetricWrapperBase) -> tuple[str, str, tuple[str, ...], str]:
    kinds = {Counter: "counter", Gauge: "gauge", Histogram: "histogram"}
    described = next(iter(metric.describe()))
    kind = next(word for sort, word in kinds.items() if isinstance(metric, sort))
    name = described.name + ("_total" if kind == "counter" else "")
    return name, kind, metric._labelnames, described.documentation


def _probe_rows() -> Iterator[tuple[str, str, str, str]]:
    """What the exposition writes for one probe that has been read."""
    sample = ProbeState("a", "b", "c", Result.OK, last_run_at=datetime(2026, 1, 1, tzinfo=UTC), values={"x": 1.0})
    shown = probe_series([sample])
    for name, said in re.findall(r"# HELP (\S+) (.+)", shown):
        kind = re.search(rf"# TYPE {name} (\S+)", shown)
        labels = re.search(rf"^{name}{{(.*?)}} ", shown, re.MULTILINE)
        assert kind, name
        assert labels, name
        yield code(name), kind[1], ", ".join(map(code, re.findall(r"(\w+)=", labels[1]))), said
