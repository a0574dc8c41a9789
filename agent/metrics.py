"""The agent's own metrics. Per-probe series are written directly by the page that shows them; see web/exposition."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry(auto_describe=False)

_LATENCY = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"tocsin_{name}", text, labels, registry=REGISTRY)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(f"tocsin_{name}", text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, *labels: str, buckets: tuple[float, ...] = _LATENCY) -> Histogram:
    return Histogram(f"tocsin_{name}", text, labels, registry=REGISTRY, buckets=buckets)


BUILD_INFO = _gauge("build_info", "Always 1; the labels say which build runs.", "version", "python", "sqlite")
CONFIG_INFO = _gauge("config_info", "Always 1; the agreement in force.", "agreement", "version", "hash", "status")
AGREEMENT_WAITING = _gauge("agreement_waiting", "Whether a proposed agreement waits for that party.", "party")
CONFIG_GOOD = _gauge("config_last_reload_successful", "Whether the last reload was accepted.")
CONFIG_LOADED_AT = _gauge("config_last_reload_success_timestamp_seconds", "When the configuration in force was loaded.")

# the door
HTTP_REQUESTS = _counter("http_requests_total", "Requests answered.", "path", "code")
LETTERS = _counter("webhook_requests_total", "Webhook bodies by what became of them.", "source", "outcome")
ALERTS = _counter("alerts_received_total", "Alerts read from webhooks.", "source", "status")
ALERTS_BAD = _counter("alerts_malformed_total", "Alerts of otherwise good bodies that could not be read.", "source")
INTAKE_SECONDS = _histogram("intake_seconds", "From a webhook's last byte to its durable answer.")
BODIES_REFUSED = _counter("bodies_refused_total", "Bodies turned away: those being read held too much together.")
BODY_BYTES = _gauge("body_bytes", "Bytes of the bodies being read, until the desk has them.")
CERTIFICATE_ENDS = _gauge("certificate_end_timestamp_seconds", "When the first certificate of server.tls ends.", "file")
QUEUE_LENGTH = _gauge("desk_queue_length", "Works waiting for the desk.")

# desk and archive
EPISODES = _counter("episodes_total", "Episodes begun, by what became of them.", "outcome")
EPISODES_OPEN = _gauge("episodes_open", "Signals firing now.")
INCIDENTS_OPENED = _counter("incidents_opened_total", "Incidents opened.", "kind", "grade")
INCIDENTS_LIVE = _gauge("incidents_live", "Incidents neither closed nor void.", "grade", "state")
REGRADES = _counter("regrades_total", "Changes of grade.", "from_grade", "to_grade", "rule")
COMMIT_SECONDS = _histogram("store_commit_seconds", "Duration of one durable transaction.")
COMMIT_WORKS = _counter("store_committed_works_total", "Works written; by store_commits_total the size of a group.")
COMMITS = _counter("store_commits_total", "Durable transactions.")
COMMIT_FAILURES = _counter("store_commit_failures_total", "Transactions that the store refused.")
STORE_UP = _gauge("store_writable", "Whether the last transaction succeeded.")
OBLIGATIONS = _counter(
    "obligations_total",
    "Duties that took an outcome: met, met_late, overdue, waived, lapsed, void or superseded.",
    "name",
    "clause",
    "outcome",
)
OBLIGATIONS_OPEN = _gauge("obligations_open", "Duties owed and not discharged.", "debtor", "state")
OBLIGATIONS_NEXT_DUE = _gauge(
    "obligations_next_due_seconds", "Until the next running duty of an incident falls due.", "debtor", "grade"
)
REPORTS = _counter(
    "reports_total", "Reports of people, by party and by what they joined or opened.", "party", "outcome"
)
REPORT_ACKNOWLEDGED_SECONDS = _histogram(
    "report_acknowledged_seconds",
    "From a report's arrival to its acknowledgement.",
    buckets=(30, 60, 120, 180, 300, 450, 675, 900, 1200, 1800, 3600, 14400),
)
REPORTS_OVERDUE = _counter("reports_overdue_total", "Reports not acknowledged in time, by their party.", "party")
STATEMENTS = _counter(
    "statements_total",
    "Acts recorded on somebody's behalf: stated, then confirmed, disputed or unanswered.",
    "outcome",
)
CLOCK_JUMPS = _counter("clock_jumps_total", "Times the wall clock parted from the monotonic one by over a second.")
TIMEKEEPER_LATENESS = _histogram("timekeeper_lateness_seconds", "How late what was due by time was looked at.")

AVAILABILITY = _gauge(
    "availability_ratio",
    'Availability of this month so far, by function; NaN where it cannot be assessed; function="" is the whole.',
    "function",
)
AVAILABILITY_COVERAGE = _gauge(
    "availability_coverage_ratio", "Share of this month's minutes so far of which the agent knows.", "function"
)

AVAILABILITY_TARGET = _gauge("availability_target_ratio", "The month's availability level: the annex's, else 99.9 %.")
SECURITY_ATTEMPTS = _gauge(
    "security_attempts", "Blocked attempts (`security: attempt`) of this month so far, by function.", "function"
)

MAINTENANCE_OPEN = _gauge("maintenance_windows_open", "Windows of maintenance under way now.")
MAINTENANCE_WAITING = _gauge("maintenance_signals_waiting", "Signals that fire in maintenance and wait for its end.")

# courier and post
NOTICES = _counter("notices_total", "Notices decided.", "type", "party")
DELIVERIES = _counter("deliveries_total", "Deliveries ended.", "manner", "state")
ATTEMPTS = _counter("delivery_attempts_total", "Tries to send.", "manner", "verdict")
DELIVERY_SECONDS = _histogram("delivery_seconds", "From a notice's release to its acceptance by a carrier.", "manner")
DELIVERIES_DUE = _gauge("deliveries_waiting", "Deliveries not yet ended.")
DELIVERY_OLDEST = _gauge("delivery_oldest_seconds", "Age of the oldest delivery not yet ended.")
UNREACHABLE = _gauge("party_unreachable", "Whether every contact of the party has failed.", "party")
ROTA_GOOD = _gauge("rota_good", "Whether the on-call rota could be read when it was looked at last.", "party")
ROTA_READ_AT = _gauge("rota_last_read_timestamp_seconds", "When the on-call rota in use was read.", "party")
ENDPOINTS_BROKEN = _gauge("endpoints_broken", "Endpoints that cannot be built from the configuration.")

# watcher
PROBE_RUNS = _counter("probe_runs_total", "Readings taken.", "kind", "result")
PROBE_OVERRUNS = _counter("probe_overruns_total", "Turns skipped because the last one still ran.", "kind")
PROBE_LATENESS = _histogram("probe_lateness_seconds", "How late probes started.")
PROBE_DEADLINES = _counter("probe_deadlines_total", "Readings given up at the hard deadline.", "kind")
PROBES_BLIND = _gauge("probes_blind", "Probes that have not been able to find out for three turns.")
HEARTBEATS = _counter("heartbeats_total", "Pings received.", "outcome")

POLLS = _counter("alertmanager_polls_total", "Times Alertmanager was asked what fires there.", "outcome")

# the agent, seen by itself
SELF_AUDIT_GOOD = _gauge("self_audit_good", "Whether the agent's look at itself found this in order.", "check")
EVIDENCE_SEALED_AT = _gauge("evidence_sealed_timestamp_seconds", "When the heads of all chains were signed last.")
SELF_AUDIT_AT = _gauge("self_audit_timestamp_seconds", "When the agent last looked at itself.")
DEAD_MAN_PINGS = _counter("dead_man_pings_total", "Pings to the addresses of `dead_man:`.", "signal", "outcome")
DEAD_MAN_AT = _gauge("dead_man_last_success_timestamp_seconds", "When an address last took a good ping.", "address")

# engines
ENGINE_TICK_AT = _gauge("engine_last_tick_timestamp_seconds", "When an engine last turned.", "engine")
ENGINE_FAULTS = _counter("engine_faults_total", "Unexpected faults that an engine survived.", "engine")
