"""A real Prometheus that evaluates rules every second and posts to whoever it is pointed at."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.running import Running, running

CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{place}']}}]}}]}}
"""


@dataclass(frozen=True)
class Prometheus:
    running: Running
    folder: Path

    def reload(self, rules: str) -> None:
        (self.folder / "rules.yml").write_text(rules)
        self.running.process.send_signal(signal.SIGHUP)


@contextmanager
def prometheus(program: Path, folder: Path, place: str, rules: str) -> Iterator[Prometheus]:
    """A running one, posting to `place` (host:port)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.yml").write_text(rules)
    (folder / "prometheus.yml").write_text(CONFIG.format(place=place))
    command = [
        program,
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        "--web.listen-address=127.0.0.1:0",
        "--rules.alert.resend-delay=1s",
    ]
    with running(command, folder) as process:
        yield Prometheus(process, folder)
