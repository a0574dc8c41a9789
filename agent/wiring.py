"""Settings in, running daemon out: the only file that names concrete classes."""

import platform
import secrets
import string
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

import collectors
from agent import metrics
from agent.clock import SystemClock
from agent.config.load import BadConfig, load
from agent.config.settings import Fault, Settings
from agent.engine.auditor import Auditor
from agent.engine.courier.composing import composer
from agent.engine.courier.courier import Courier
from agent.engine.dead_man import DeadManPinger
from agent.engine.desk.desk import Desk
from agent.engine.gauges import Gauges
from agent.engine.joint import InForce
from agent.engine.lending import Lending
from agent.engine.loop import Loop
from agent.engine.memory import Tidying
from agent.engine.notifier import Notifier
from agent.engine.noting import SELF
from agent.engine.reconciler import Reconciler
from agent.engine.rota_keeper import RotaKeeper
from agent.engine.sealer import Sealer
from agent.engine.self_audit import SelfAudit
from agent.engine.timekeeper import Timekeeper
from agent.engine.watcher.ownfault import OwnFault
from agent.engine.watcher.watcher import Watcher
from agent.errors import CannotListen, StoreUnavailable, TooBusy
from agent.log import Log
from agent.model import State
from agent.notify import Post, why_unbuildable
from agent.store import hold, open_store, seal_key
from agent.store.connections import path_of
from agent.web.office import Office
from agent.web.serve import Server

log = Log(__name__)

CHECKPOINT = timedelta(seconds=1)
REFERENCE = timedelta(seconds=20)
COMPARING_S = 10.0
TOKEN_LETTERS = string.ascii_letters + string.digits


def draw_token() -> str:
    """A link's token: 12 characters, 71 bits."""
    return "".join(secrets.choice(TOKEN_LETTERS) for _ in range(12))


def read_settings(path: Path) -> Settings:
    """The file as a value.

    Raises:
        BadConfig: with every fault in it.
    """
    return load(path, collectors.catalogue(), why_unbuildable)


class Daemon:
    """The running agent: engines on their threads, a door, and a way to stop."""

    def __init__(self, path: Path, *, store_url: str = "", listen: tuple[str, int] | None = None) -> None:
        sys.setswitchinterval(0.001)
        self._path = path
        self._clock = SystemClock()
        self._lend = lend = Lending()
        self._started_with = file = read_settings(path)
        url = store_url or file.store_url
        self._hold = hold(url)
        self._store = open_store(url, create=True)
        self._in_force = InForce(file, self._store, self._clock, self._take_over)
        self._reloading = threading.Lock()
        self._loop = Loop(self._clock)
        self._own_fault = OwnFault(lambda: self.settings().reference, collectors.catalogue(), self._clock)
        self._rotas = RotaKeeper(self.settings)
        self._desk = Desk(
            self._store,
            self.settings,
            self._clock,
            hand_over=lambda deliveries: self._courier.take_out(deliveries),  # noqa: PLW0108  made below
            draw_token=draw_token,
            is_reference_good=self._own_fault.reference_ok,
            who_is_on_call=self._rotas.on_call,
            enter=self._in_force.enter,
        )
        self._watcher = Watcher(
            self.settings,
            collectors.catalogue(),
            self._desk.submit,
            self._clock,
            lend,
            self._store.probe_states(),
            self._store.heartbeats(),
            own_fault=self._own_fault,
        )
        post = Post()
        self._courier = Courier(
            self._store,
            self._desk.submit,
            lambda endpoint: post,
            self.settings,
            composer(self.settings, self._store, self._clock, self.address),
            self._clock,
            lend,
        )
        self._timekeeper = Timekeeper(self._desk.submit, self._desk.next_look_at, self._clock)
        last_seen = self._store.heartbeats().get(SELF)
        self._reconciler = Reconciler(self.settings, self._desk.submit, self._clock, lend)
        key = seal_key.place(path_of(url))
        self._sealer = Sealer(self._store, key.exists, partial(seal_key.sign, key), self._desk.submit)
        self._self_audit = SelfAudit(
            self._store, self.settings, self._watcher.state, self._desk.submit, self._clock, self._sealer.missing
        )
        self._auditor = Auditor(
            self._desk.submit, self._loop, self._clock, last_seen, self._desk.store_fault, self._self_audit.found
        )
        self._dead_man = DeadManPinger(self.settings, self._auditor.health, self._clock, lend)
        gauges = Gauges(self._store, self.settings, self._desk.census, lambda: self.server.body_bytes, self._clock)
        office = Office(
            submit=self._desk.submit,
            store=self._store,
            settings=self.settings,
            clock=self._clock,
            health=self._auditor.health,
            reload=self.reload,
            ping=self._watcher.ping,
            probes=self._watcher.state,
            prepare_scrape=gauges.show,
            on_call=self._rotas.on_call,
        )
        host, port = listen or (file.server.host, file.server.port)
        self.server = Server(office, host, port, moved=lambda: self._loop.moved("door"))
        self._notifier = Notifier(self._clock, self._auditor.health, self._loop.last_turn_at)

    def settings(self) -> Settings:
        """The configuration in force."""
        return self._in_force.settings()

    def address(self) -> str:
        """Where links in notices point: the public address, else the one listened at."""
        return self.settings().server.public_url or self.server.url

    def start(self) -> None:
        """Set every engine going and open the door."""
        self._show_configuration()
        self._in_force.late_start()
        self._loop.turn("desk", self._desk.turn)
        self._loop.tick("timekeeper", self._timekeeper.tick)
        self._loop.tick("agreement", self._in_force.ticks(self._desk.submit))
        self._loop.turn("courier", self._courier.turn)
        self._loop.tick("watcher", self._watcher.tick)
        self._loop.tick("auditor", self._auditor.tick)
        self._loop.tick("self_audit", self._self_audit.tick)
        self._loop.tick("sealer", self._sealer.tick)
        self._loop.tick("dead_man", self._dead_man.tick)
        self._loop.tick("reconciler", self._reconciler.tick)
        self._loop.tick("rotas", self._rotas.tick)
        self._loop.tick("checkpoint", self._fold)
        self._loop.tick("memory", Tidying().tick)
        self._loop.tick("reference", self._ask_reference)
        self.server.start()
        self._say_whose_socket()
        if self._notifier.is_wanted:
            self._loop.tick("notifier", self._notifier.tick)

    def reload(self) -> Settings:
        """Read the file again: all or nothing.

        Raises:
            BadConfig: the old configuration stays in force.
        """
        with self._reloading, self._notifier.reloading():
            try:
                fresh = read_settings(self._path)
                renew_certificates = self._renewal(fresh)
            except Exception:
                metrics.CONFIG_GOOD.set(0)
                raise
            fresh = replace(fresh, warnings=(*fresh.warnings, *self._only_at_the_start(fresh)))
            in_force = self._in_force.read(fresh)
            renew_certificates()
            self._take_over()
            log.info("configuration loaded", file=str(self._path), hash=in_force.agreement.hash[:8])
            warnings = (*self.settings().warnings, *self._in_force.late_start(), *self._proposed())
            return replace(self.settings(), warnings=warnings)

    def _take_over(self) -> None:
        """Let the engines go by the settings now in force."""
        self._watcher.reload()
        self._show_configuration()

    def _proposed(self) -> list[Fault]:
        """The file's agreement part, compared with the one in force and on file; else why that waits (fact 14)."""
        try:
            self._in_force.compare(self._desk.submit, COMPARING_S)
        except (StoreUnavailable, TooBusy, TimeoutError) as fault:
            log.warning("agreement part not compared yet", fault=str(fault))
            message = f"is compared with the agreement in force as soon as the archive takes it: {fault}"
            return [Fault(1, "agreement", message, is_warning=True)]
        return []

    def _renewal(self, fresh: Settings) -> Callable[[], None]:
        """
        Raises:
            BadConfig: the certificates that the file names cannot be used here.
        """
        try:
            return self.server.renewal(fresh.server)
        except CannotListen as fault:
            raise BadConfig(self._path, (Fault(1, "server.tls", str(fault)),)) from None

    def _only_at_the_start(self, fresh: Settings) -> list[Fault]:
        """What a reload cannot bring into force: said, not passed over in silence."""
        was, now = self._started_with, fresh
        changed = {
            "server.listen": (was.server.host, was.server.port) != (now.server.host, now.server.port),
            "store.url": was.store_url != now.store_url,
        }
        keys = [key for key, is_other in changed.items() if is_other]
        if keys:
            log.warning("a restart is needed", keys=", ".join(keys))
        return [Fault(1, key, "takes effect at the next start", is_warning=True) for key in keys]

    def stop(self) -> None:
        """Close the door, let the engines finish their turn, close the store."""
        self._notifier.stopping()
        self.server.stop()
        self._loop.stop()
        self._store.close()
        self._hold.close()

    def _say_whose_socket(self) -> None:
        wanted = self.settings().server
        if self.server.is_inherited and (self.server.host, self.server.port) != (wanted.host, wanted.port):
            log.warning(
                "socket of the service manager wins", url=self.server.url, listen=f"{wanted.host}:{wanted.port}"
            )

    def _fold(self, now: datetime) -> datetime:
        self._store.checkpoint()
        return now + CHECKPOINT

    def _ask_reference(self, now: datetime) -> datetime:
        """While an incident is open the `reference:` target's word may be needed (R7), also where only alerts speak."""
        is_open = any(state == State.OPEN for _, state in self._desk.census().incidents)
        if is_open and self.settings().reference is not None:
            self._lend(self._own_fault.refresh)
        return now + REFERENCE

    def _show_configuration(self) -> None:
        agreement = self.settings().agreement
        metrics.CONFIG_GOOD.set(1)
        metrics.CONFIG_LOADED_AT.set(self._clock.now().timestamp())
        metrics.CONFIG_INFO.clear()
        metrics.CONFIG_INFO.labels(agreement.id, str(agreement.version), agreement.hash[:8], agreement.status).set(1)
        metrics.BUILD_INFO.clear()
        metrics.BUILD_INFO.labels(version("tocsin"), platform.python_version(), self._store.version()).set(1)
        broken = [endpoint for endpoint in self.settings().endpoints.values() if endpoint.broken]
        metrics.ENDPOINTS_BROKEN.set(len(broken))
        for endpoint in broken:
            log.warning("channel cannot be built", endpoint=endpoint.id, fault=endpoint.broken)
