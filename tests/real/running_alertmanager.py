"""A real Alertmanager in front of the agent, with alerts raised, ended and silenced through its own API."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote

from prometheus_client.parser import text_string_to_metric_families

from tests.support import real
from tests.support.running import Running, running, until
from tests.support.running_agent import ask

CONFIG = """
route:
  receiver: tocsin
  group_by: [alertname, service]
  group_wait: 0s
  group_interval: 300ms
  repeat_interval: 1h
  routes:
    - {{matchers: ['lane="often"'], repeat_interval: 300ms}}
    - {{matchers: ['lane="each"'], group_by: ['...']}}
    - {{matchers: ['lane="all"'], group_by: [alertname]}}
    - {{matchers: ['lane="cut"'], receiver: cut, repeat_interval: 300ms}}
inhibit_rules:
  - {{source_matchers: ['inhibits="lower"'], target_matchers: ['is="lower"']}}
receivers:
  - name: tocsin
    webhook_configs: [{{url: '{url}/webhooks/alertmanager'}}]
  - name: cut
    webhook_configs: [{{url: '{url}/webhooks/alertmanager', max_alerts: 1}}]
"""
"""Who wants another manner than the usual one labels an alert with its `lane`."""

Labels = Mapping[str, str]


class Alertmanager:
    def __init__(self, url: str, process: Running) -> None:
        self.url = url
        self.place = url.removeprefix("http://")
        self.port = int(self.place.rpartition(":")[2])
        self.process = process
        self._started = datetime.now(UTC) - timedelta(minutes=1)

    def fire(self, *alerts: Labels) -> None:
        """Raise alerts with these labels; the same labels again are the same alert."""
        self._post(alerts, datetime.now(UTC) + timedelta(minutes=10))

    def resolve(self, *alerts: Labels) -> None:
        self._post(alerts, datetime.now(UTC))

    def silence(self, labels: Labels) -> str:
        """Silence what carries these labels; the silence's own id."""
        now = datetime.now(UTC)
        body = {
            "matchers": [{"name": name, "value": value, "isRegex": False} for name, value in labels.items()],
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(hours=1)).isoformat(),
            "createdBy": "lee",
            "comment": "known",
        }
        identity: str = json.loads(ask(f"{self.url}/api/v2/silences", body))["silenceID"]
        return identity

    def expire(self, silence: str) -> None:
        ask(f"{self.url}/api/v2/silence/{silence}", method="DELETE")

    def is_ready(self) -> bool:
        with suppress(HTTPError, URLError, ConnectionError):
            ask(f"{self.url}/-/ready")
            return True
        return False

    def peers(self) -> int:
        """How many there are in its cluster, itself among them."""
        return len(json.loads(ask(f"{self.url}/api/v2/status"))["cluster"].get("peers", []))

    def inhibited(self) -> int:
        return sum(bool(alert["status"]["inhibitedBy"]) for alert in json.loads(ask(f"{self.url}/api/v2/alerts")))

    def fingerprints(self, service: str = "") -> set[str]:
        """Of everything that fires there, or of one service's."""
        which = "?filter=" + quote(f'service="{service}"') if service else ""
        return {alert["fingerprint"] for alert in json.loads(ask(f"{self.url}/api/v2/alerts{which}"))}

    def posted(self) -> float:
        """Messages that it got rid of."""
        tried, failed = "alertmanager_notifications_total", "alertmanager_notifications_failed_total"
        return self._figure(tried) - self._figure(failed)

    def failures(self) -> float:
        """Tries that were in vain, of which it makes more."""
        return self._figure("alertmanager_notification_requests_failed_total")

    def _figure(self, name: str) -> float:
        families = text_string_to_metric_families(ask(f"{self.url}/metrics"))
        samples = (sample for family in families for sample in family.samples)
        wanted = (name, "webhook")  # newer versions count failures by reason as well
        return sum(sample.value for sample in samples if (sample.name, sample.labels.get("integration")) == wanted)

    def _post(self, alerts: tuple[Labels, ...], ends: datetime) -> None:
        body = [
            {"labels": labels, "startsAt": self._started.isoformat(), "endsAt": ends.isoformat()} for labels in alerts
        ]
        ask(f"{self.url}/api/v2/alerts", body)


@contextmanager
def alertmanager(
    program: Path,
    folder: Path,
    to: str,
    *,
    port: int = 0,
    cluster: tuple[str, ...] = ("--cluster.listen-address=",),
) -> Iterator[Alertmanager]:
    """A running Alertmanager that posts to the agent at `to`; on a free port, or on the one that it had before."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / real.HOME_HERE).is_symlink():
        (folder / real.HOME_HERE).symlink_to(real.home_of(program))
    (folder / "alertmanager.yml").write_text(CONFIG.format(url=to))
    command = [
        program,
        "--config.file=alertmanager.yml",
        "--storage.path=data",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--web.external-url=http://{folder.name}.example",
        *cluster,
    ]
    with running(command, folder) as process:
        found = Alertmanager(f"http://127.0.0.1:{port or process.port()}", process)
        until(found.is_ready, "ready Alertmanager", alive=process)
        yield found
