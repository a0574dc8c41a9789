"""A real Prometheus that evaluates rules every second and posts to whoever it is pointed at."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.running import Running, running

CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: [{places}]}}]}}]}}
scrape_configs: [{{job_name: watched, static_configs: [{{targets: [{watched}]}}]}}]
"""


@contextmanager
def prometheus(program: Path, folder: Path, rules: str, *places: str, watched: str = "") -> Iterator[Running]:
    """A running one, posting to each of the places (host:port). It takes about five seconds to find them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.yml").write_text(rules)
    text = CONFIG.format(places=", ".join(f"'{place}'" for place in places), watched=watched and f"'{watched}'")
    (folder / "prometheus.yml").write_text(text)
    command = [
        program,
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        "--web.listen-address=127.0.0.1:0",
        "--rules.alert.resend-delay=1s",
    ]
    with running(command, folder) as process:
        yield process
