"""A real Alertmanager in front of the agent, with alerts raised through its own API."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError

from tests.support import real
from tests.support.running import running, until
from tests.support.running_agent import ask

CONFIG = """
route: {{receiver: tocsin, group_by: {group_by}, group_wait: 0s, group_interval: 1s, repeat_interval: {repeat}}}
receivers:
  - name: tocsin
    webhook_configs: [{{url: '{url}/webhooks/alertmanager', max_alerts: {max_alerts}}}]
"""


class Alertmanager:
    def __init__(self, url: str) -> None:
        self.url = url
        self.place = url.removeprefix("http://")
        self._started = datetime.now(UTC) - timedelta(minutes=1)

    def fire(self, *alerts: Mapping[str, str]) -> None:
        """Raise alerts with these labels; the same labels again are the same alert."""
        self._post(alerts, datetime.now(UTC) + timedelta(minutes=10))

    def resolve(self, *alerts: Mapping[str, str]) -> None:
        self._post(alerts, datetime.now(UTC))

    def is_ready(self) -> bool:
        try:
            ask(f"{self.url}/-/ready")
        except (HTTPError, URLError, ConnectionError):
            return False
        return True

    def _post(self, alerts: tuple[Mapping[str, str], ...], ends: datetime) -> None:
        body = [
            {"labels": labels, "startsAt": self._started.isoformat(), "endsAt": ends.isoformat()} for labels in alerts
        ]
        ask(f"{self.url}/api/v2/alerts", body)

    def fingerprints(self) -> set[str]:
        return {alert["fingerprint"] for alert in json.loads(ask(f"{self.url}/api/v2/alerts"))}


@contextmanager
def alertmanager(
    program: Path, folder: Path, to: str, *, group_by: str = "[alertname]", repeat: str = "1h", max_alerts: int = 0
) -> Iterator[Alertmanager]:
    """A running Alertmanager that posts to the agent at `to`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / real.HOME_HERE).symlink_to(real.home_of(program))
    text = CONFIG.format(url=to, group_by=group_by, repeat=repeat, max_alerts=max_alerts)
    (folder / "alertmanager.yml").write_text(text)
    command = [
        program,
        "--config.file=alertmanager.yml",
        "--storage.path=data",
        "--web.listen-address=127.0.0.1:0",
        "--web.external-url=http://alertmanager.example",
        "--cluster.listen-address=",
    ]
    with running(command, folder) as process:
        found = Alertmanager(f"http://127.0.0.1:{process.port()}")
        until(found.is_ready, "ready Alertmanager", alive=process)
        yield found
