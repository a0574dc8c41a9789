"""Keeps the on-call rotas fresh: read again when a file changes, and every few hours as time moves on.

A file that cannot be read changes nothing: the last good copy stays, the log and `tocsin_rota_good` say so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from agent import metrics
from agent.config import rotas
from agent.config.settings import Settings
from agent.errors import Malformed
from agent.log import Log
from agent.model import Party, PartyTerms, Rota
from agent.rules import rota

log = Log(__name__)

LOOKS_EVERY = timedelta(seconds=30)
READ_EVERY = timedelta(hours=6)
"""However seldom the file changes: the shifts around now are read as time moves on."""

Stamp = tuple[str, int, int, int]


@dataclass(slots=True)
class _Kept:
    rota: Rota
    stamp: Stamp | None  # of the file when it was read; None: with the settings
    read_at: datetime
    fault: str = ""


@dataclass(slots=True)
class RotaKeeper:
    settings: Callable[[], Settings]
    _kept: dict[Party, _Kept] = field(default_factory=dict)
    _seen: Mapping[Party, Rota] = field(default_factory=dict)  # those of the settings that were looked at last

    def on_call(self, party: Party, at: datetime) -> tuple[str, ...]:
        """Who of a party is on call; from any thread."""
        settings = self.settings()
        kept = self._kept.get(party)
        if not settings.parties[party].on_call:
            return ()
        return rota.on_call(kept.rota if kept else settings.rotas.get(party), at)

    def tick(self, now: datetime) -> datetime:
        """Read what has changed; when to look again."""
        settings = self.settings()
        if settings.rotas is not self._seen:  # another configuration: what it read is newer than what is kept
            self._seen = settings.rotas
            self._kept.update((party, _Kept(each, None, now)) for party, each in settings.rotas.items())
        for party, terms in settings.parties.items():
            if terms.on_call:
                self._look(party, terms, settings, now)
            else:
                self._kept.pop(party, None)
        return now + LOOKS_EVERY

    def _look(self, party: Party, terms: PartyTerms, settings: Settings, now: datetime) -> None:
        kept = self._kept.get(party)
        stamp = _stamp(terms.on_call)
        is_fresh = kept is not None and kept.stamp == stamp and now - kept.read_at < READ_EVERY
        if kept is not None and is_fresh and not kept.fault:
            return
        try:
            read = rotas.again(terms, settings.agreement.zone, now)
        except Malformed as fault:
            metrics.ROTA_GOOD.labels(party).set(0)
            if kept is None or kept.fault != str(fault):
                log.error("rota could not be read", party=party, fault=str(fault), kept=kept is not None)
            if kept is not None:
                kept.fault = str(fault)
            return
        if kept is not None and kept.fault:
            log.info("rota can be read again", party=party)
        metrics.ROTA_GOOD.labels(party).set(1)
        metrics.ROTA_READ_AT.labels(party).set(now.timestamp())
        self._kept[party] = _Kept(read, stamp, now)


def _stamp(path: str) -> Stamp:
    """What tells that a file is another one; of one that is not there, nothing."""
    try:
        found = Path(path).stat()
    except OSError:
        return path, 0, 0, 0
    return path, found.st_mtime_ns, found.st_size, found.st_ino
