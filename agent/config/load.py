"""routes.yaml read into Settings, or everything that is wrong with it."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from agent import clock
from agent.config import (
    cautions,
    channels,
    door,
    file,
    head,
    labelled,
    late_start,
    later,
    layouts,
    operations,
    parts,
    people,
    probing,
    rotas,
    routes,
    rows,
)
from agent.config.exchange import Exchange
from agent.config.faults import Faults
from agent.config.nodes import compose
from agent.config.references import Vault
from agent.config.settings import Fault, Settings
from agent.config.shapes import Entry
from agent.errors import TocsinError
from agent.ports import Collector
from agent.rules import joint


class BadConfig(TocsinError):
    """The file cannot be used as it is; `faults` says all that is wrong, warnings included, in line order."""

    def __init__(self, path: Path, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"{path}:{fault}" for fault in faults if not fault.is_warning))
        self.faults = faults


def load(
    path: Path,
    kinds: Mapping[str, Collector],
    can_build: Callable[[str], str] | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    strict_channels: bool = False,
    now: datetime | None = None,
) -> Settings:
    """The settings that the file at `path` means. A channel that cannot be built is a warning unless `strict_channels`.

    Raises:
        BadConfig: it cannot be read, or holds a fault.
    """
    try:
        text = path.read_bytes().decode()
    except OSError as fault:
        reason = f"cannot be read: {fault.strerror or fault}; `tocsin init` writes a first file"
        raise BadConfig(path, (Fault(1, "file", reason),)) from None
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        raise BadConfig(path, (Fault(line, "file", "is not UTF-8 here: save the file as UTF-8"),)) from None
    settings, faults = read(text, path, kinds, can_build, environment, strict_channels=strict_channels, now=now)
    if settings is None:
        raise BadConfig(path, faults)
    return settings


def read(
    text: str,
    path: Path,
    kinds: Mapping[str, Collector],
    can_build: Callable[[str], str] | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    strict_channels: bool = True,
    now: datetime | None = None,
) -> tuple[Settings | None, tuple[Fault, ...]]:
    """The settings that `text` means (None where it holds a fault), and all its faults and warnings.

    `path` is where the text would stand: relative paths count from there. `can_build` says why an Apprise URL cannot be
    built ("" if it can); None leaves that unasked. `environment` is this process's own where None is given.
    """
    faults = Faults()
    root = compose(text, faults.at)
    entry = file.shape(kinds).read(root, faults) if root else None
    if entry is None:
        return None, faults.in_order()
    surroundings = os.environ if environment is None else environment
    vault = Vault(path.absolute().parent, surroundings)
    exchange = Exchange(vault, faults, can_build, strict_channels)
    settings = _settings(entry, path, kinds, exchange, now or clock.now())
    found = faults.in_order()
    if settings is None or faults.are_fatal:
        return None, found
    return settings(tuple(fault for fault in found if fault.is_warning)), found


def _settings(
    entry: Entry,
    path: Path,
    kinds: Mapping[str, Collector],
    exchange: Exchange,
    now: datetime,
) -> Callable[[tuple[Fault, ...]], Settings] | None:
    """Settings that lack only their warnings; every section is looked at even when an earlier one is bad."""
    faults, vault = exchange.faults, exchange.vault
    written = entry.get("agreement") or Entry(entry.at("agreement"), {})
    part = parts.text_of(entry.node)
    agreed = head.build(written, joint.hash_of(part), vault.environment, now, faults)
    exchange.channels = channels.read(entry.get("channels", {}), entry.at("channels"), vault, faults)
    staff = people.build(entry.get("parties"), exchange, faults)
    exchange.close()
    people.check_adopted(written.get("adopted"), staff, faults)
    operations.check_drills(entry.get("drills", ()), vault, faults)
    told = routes.build(entry.get("routes", ()), staff, agreed.functions, agreed.agreement.first_notice, faults)
    asked = probing.build(entry.get("probes", {}), kinds, agreed.functions, vault, faults)
    plans = operations.plans(entry.get("plans", ()), agreed.functions, faults)
    windows = operations.maintenance(
        entry.get("maintenance", ()), entry.get("probes", {}), agreed.functions, agreed.zone, faults
    )
    sections: dict[str, Any] = {
        "rows": rows.build(entry.get("signals", ()), agreed.functions, faults),
        "routes": told,
        "probes": asked,
        "reference": probing.reference(entry.get("reference"), kinds, vault, faults),
        "maintenance": windows,
        "plans": plans,
        "server": door.build(entry.get("server"), staff.contacts, vault, now, faults),
        "templates": operations.templates(entry.get("notices"), vault, faults),
        "dead_man": operations.dead_man(entry.get("dead_man"), vault, faults),
        "alertmanager_url": _alertmanager(entry),
        "layouts": layouts.build(entry.get("sources"), faults),
        "rotas": rotas.build(entry.get("parties"), staff, agreed.zone, now, faults, is_strict=exchange.is_strict),
    }
    store_url, keep = operations.store(entry.get("store"), vault, faults)
    if faults.are_fatal:
        return None
    cautions.roster(staff, exchange.endpoints, entry.node, faults)
    cautions.ending(agreed.agreement, entry.node.at("agreement"), now, faults)
    cautions.unplanned(plans, entry.node, faults)
    cautions.unwatched(agreed.functions, asked, sections["dead_man"] is not None, entry.node, faults)
    cautions.own_watch(asked, sections["server"].tokens, entry.node, faults)
    late = late_start.warning(
        agreed.agreement, joint.wanted(part), staff, exchange.endpoints, entry.node.at("agreement"), now
    )
    waiting = later.found(entry)

    def finished(warnings: tuple[Fault, ...]) -> Settings:
        return Settings(
            path=path,
            agreement=labelled.agreement(agreed.agreement, staff.parties),
            parties=staff.parties,
            contacts=staff.contacts,
            endpoints=exchange.endpoints,
            store_url=store_url,
            keep=keep,
            later=tuple(waiting),
            warnings=warnings,
            late_start=late,
            part=part,
            extra=later.extra(waiting),
            **sections,
        )

    return finished


def _alertmanager(entry: Entry) -> str:
    sources = entry.get("sources")
    alertmanager = sources.get("alertmanager") if sources else None
    return alertmanager.get("url", "") if alertmanager else ""
