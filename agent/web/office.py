"""What the pages and the intake may ask of the running agent; wiring fills it in."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.config.settings import Settings
from agent.engine.works import Submit
from agent.model import Party, ProbeState
from agent.ports import Clock, Health, Store


@dataclass(frozen=True, slots=True)
class Office:
    submit: Submit
    store: Store  # for reading only
    settings: Callable[[], Settings]
    clock: Clock
    health: Callable[[], Health]
    reload: Callable[[], Settings]  # raises BadConfig: the old one stays in force
    ping: Callable[[str, bool], Future[Any]]  # (heartbeat's name, has it failed); raises NotFound
    probes: Callable[[], Mapping[str, ProbeState]]  # as the watcher knows them this moment
    prepare_scrape: Callable[[], None]  # brings gauges up to date
    on_call: Callable[[Party, datetime], tuple[str, ...]] = lambda party, at: ()  # who of a party is, by its rota
