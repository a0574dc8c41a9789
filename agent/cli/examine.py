"""What the doctor looks at on this host: file, permissions, clock, channels, and the agent that runs."""

import ctypes
import os
import re
import stat
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent import clock
from agent.cli import client
from agent.cli.findings import Finding, fault, ok, warn

if TYPE_CHECKING:
    from agent.config.settings import Settings

PING_RANGE = Path("/proc/sys/net/ipv4/ping_group_range")
OFFSET_S = 5
ANSWER_S = 10
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_FILE_REFERENCE = re.compile(r"\$\{file:([^}]+)\}")


def config(file: Path) -> "tuple[Settings | None, list[Finding]]":
    """The file as `tocsin check` sees it; None where the agent could not start on it."""
    import collectors
    from agent.config.load import BadConfig, load
    from agent.notify import why_unbuildable

    try:
        settings = load(file, collectors.catalogue(), why_unbuildable)
    except BadConfig as bad:
        wrong = [each for each in bad.faults if not each.is_warning]
        return None, [fault("config", f"{file}:{each}", "mend the line") for each in wrong]
    found = [warn("config", f"{file}:{each}", "see tocsin check") for each in settings.warnings]
    return settings, [*found, ok("config", f"{file} can be used")]


def channels(settings: "Settings") -> Iterator[Finding]:
    """Whether every endpoint can be built, and whether a party is reached by more than a log."""
    from agent.notify import is_logbook

    for endpoint in settings.endpoints.values():
        if endpoint.broken:
            yield fault(
                "channels", f"{endpoint.id}: {endpoint.broken}", "mend its URL or its secret, then tocsin reload"
            )
    for party in settings.parties:
        reached = [settings.endpoints[id_] for each in settings.contacts_of(party) for id_ in each.reach]
        if reached and all(map(is_logbook, reached)):
            yield warn("channels", f"the {party} is told by the log alone", "give its contacts a real channel")
        elif reached:
            yield ok("channels", f"the {party} is reached by {', '.join(sorted({each.channel for each in reached}))}")


def permissions(settings: "Settings", file: Path) -> Iterator[Finding]:
    """Who else may read the agreement and its secrets, or write where the archive lies."""
    yield from _secrecy(file, "it holds names and phone numbers")
    for path in sorted({file.parent / name for name in _FILE_REFERENCE.findall(file.read_text("utf-8"))}):
        if path.exists():
            yield from _secrecy(path, "it holds a secret")
    given = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if given and not os.access(given, os.R_OK | os.X_OK):
        yield fault("permissions", f"{given} cannot be read", "start it by systemd with LoadCredential=")
    if settings.store_url.startswith("sqlite:///"):
        archive = Path(settings.store_url.removeprefix("sqlite:///"))
        yield from _state(archive)


def _secrecy(path: Path, why: str) -> Iterator[Finding]:
    try:
        mode = path.stat().st_mode
    except OSError as gone:
        yield fault("permissions", f"{path}: {gone.strerror}", "run this as the agent's user")
        return
    if mode & stat.S_IROTH:
        yield warn("permissions", f"{path} can be read by everyone: {why}", f"chmod o-rwx {path}")
    elif mode & stat.S_IWGRP:
        yield warn("permissions", f"{path} can be written by its group", f"chmod g-w {path}")
    else:
        yield ok("permissions", f"{path} is closed to others")


def _state(archive: Path) -> Iterator[Finding]:
    folder = archive.parent
    try:
        there = folder.stat()
    except OSError as gone:
        yield fault("permissions", f"{folder}: {gone.strerror}", f"mkdir -p -m 700 {folder}, for the agent's user")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield fault(
            "permissions", f"{folder} cannot be written by this user", "run this as the agent's user, or chown it"
        )
    elif there.st_mode & stat.S_IWOTH:
        yield fault("permissions", f"everyone may write in {folder}, and replace the evidence", f"chmod o-w {folder}")
    else:
        yield ok("permissions", f"{folder} can be written, and not by everyone")
    if archive.exists():
        own = archive.stat()
        if own.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield warn("permissions", f"{archive} is open to others", f"chmod 600 {archive}")
        if own.st_uid != there.st_uid:
            yield warn(
                "permissions", f"{archive} belongs to another user than its folder", "chown both to the agent's user"
            )


def time_of_day(last_fact_at: datetime | None) -> Iterator[Finding]:
    """Promises run on the wall clock."""
    now = clock.now()
    if not 2025 <= now.year < 2100:
        yield fault("clock", f"it says {now:%Y-%m-%d %H:%M} UTC", "set the clock, and keep it by NTP")
    elif last_fact_at and last_fact_at > now:
        late_s = (last_fact_at - now).total_seconds()
        yield fault(
            "clock", f"it is {late_s:.0f} s behind the archive's last fact", "set the clock, and keep it by NTP"
        )
    else:
        yield ok("clock", f"it says {now:%Y-%m-%d %H:%M:%S} UTC")
    if not _is_synchronised():
        yield warn("clock", "the kernel does not call it synchronised", "timedatectl set-ntp true, or run chrony")


def _is_synchronised() -> bool:
    """What the kernel says; True where it cannot be asked."""
    try:
        asked = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))  # zeros: asks, sets nothing
    except (AttributeError, OSError):
        return True
    return int(asked) != _TIME_ERROR


def pinging(settings: "Settings", range_file: Path = PING_RANGE) -> Finding:
    """Whether this user may send ICMP echo without a privilege."""
    try:
        first, last = (int(word) for word in range_file.read_text().split())
    except (OSError, ValueError):
        return ok("ping", "this kernel has no ping_group_range")
    groups = {os.getegid(), *os.getgroups()}
    if any(first <= group <= last for group in groups):
        return ok("ping", "ICMP echo is allowed to this user")
    text = f"ping_group_range {first} {last} holds no group of this user"
    if any("ping" in probe.kind or "icmp" in probe.kind for probe in settings.probes.values()):
        return warn("ping", text, "sysctl -w net.ipv4.ping_group_range='0 2147483647'")
    return ok("ping", f"{text}; no probe of the file needs it")


def running(url: str, files: tuple[Path, ...]) -> Iterator[Finding]:
    """Whether an agent answers, alive and ready, at the same time of day."""
    import requests

    base = client.find(url, files)
    token = os.environ.get("TOCSIN_TOKEN", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with requests.Session() as session:
        client.secure(session)
        for path, remedy in (
            ("/healthz", "restart it; its log says which engine hangs"),
            ("/readyz", "see what the log says of the store"),
        ):
            try:
                reply = session.get(base + path, headers=headers, timeout=ANSWER_S, allow_redirects=False)
                said = reply.json()
                state = said["status"]
            except (ValueError, KeyError, TypeError):
                yield fault("agent", f"what answers at {base} is not Tocsin", "name the agent with --url")
                return
            except requests.exceptions.SSLError:
                yield warn("agent", f"no TLS with what answers at {base}", "name its authority with $TOCSIN_CA")
                return
            except requests.RequestException:
                yield warn("agent", f"no agent answers at {base}", "start it, or name it with --url")
                return
            reasons = "; ".join(said.get("reasons", ())) or "reasons are for those with $TOCSIN_TOKEN"
            is_well = reply.status_code == 200
            yield (
                ok("agent", f"{base}{path}: {state}") if is_well else fault("agent", f"{base}{path}: {reasons}", remedy)
            )
    yield from _offset(reply.headers.get("Date", ""), base)


def _offset(date: str, base: str) -> Iterator[Finding]:
    try:
        behind_s = (clock.now() - parsedate_to_datetime(date)).total_seconds()
    except (TypeError, ValueError):
        return
    if abs(behind_s) > OFFSET_S:
        yield warn("clock", f"this host and the agent at {base} are {abs(behind_s):.0f} s apart", "keep both by NTP")
