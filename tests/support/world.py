"""A whole agent under a manual clock: real rules, real SQLite, real courier; only the last metre is a notebook.

world = World(tmp_path, "agreement: …")
world.alert("CheckoutDown", service="checkout")
world.advance("16 min")
assert world.told("wang") == ["[GRADE 1 …"]
"""

import itertools
import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import collectors
from agent.clock import ManualClock
from agent.config.load import load
from agent.config.settings import Settings
from agent.engine.courier.composing import composer
from agent.engine.courier.courier import Courier
from agent.engine.desk.desk import Desk
from agent.engine.joint import AcceptPart, InForce, RejectPart, Stands
from agent.engine.rota_keeper import RotaKeeper
from agent.engine.stated import Filed, FileReport, Record, Recorded, Supplement
from agent.engine.timekeeper import Timekeeper
from agent.engine.watcher.ownfault import OwnFault
from agent.engine.watcher.watcher import Watcher
from agent.engine.works import Acknowledge, Close, Post, Receipt, Regrade, Verify, Void, Work
from agent.errors import StoreUnavailable
from agent.model import (
    AgreementPart,
    Change,
    Delivery,
    Endpoint,
    EntryKind,
    Incident,
    Message,
    Outcome,
    PartState,
    Reading,
    Report,
    Result,
    SealedFact,
    Verdict,
)
from agent.ports import Collector, Store
from agent.rules import joint
from agent.rules.joint import standing
from agent.store import open_store
from agent.web.intake.alertmanager import read

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

FILE = """
agreement:
  system: Payment platform
  functions:
    checkout: {name: Checkout, criticality: core, depends_on: [ledger]}
    ledger: {criticality: important}
    reports: {criticality: auxiliary}
parties:
  provider:
    contacts:
      lee: {role: [principal], phone: "+1-555-0100", reach: ["log://"]}
      chen: {role: [coordinator, member], phone: "+1-555-0101", reach: ["log://"]}
  customer:
    contacts:
      wang: {role: [principal, coordinator], phone: "+1-555-0102", reach: ["log://"]}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down, says: {en: The payment page does not open}}
  - {match: ['alertname="CheckoutSlow"'], function: checkout, state: degraded}
  - {match: ['alertname="LedgerDown"'], function: ledger, state: down}
  - {match: ['alertname="ReportsDown"'], function: reports, state: down}
  - {match: ['alertname="Intrusion"'], function: checkout, security: confirmed}
"""


def span(text: str) -> timedelta:
    """`16 min`, `10 s`, `2 h`, `3 d`."""
    number, unit = text.split()
    return timedelta(**{{"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}[unit]: float(number)})


class Notebook:
    """A channel that writes down what it was given, and answers what the test scripted."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.written: list[tuple[datetime, str, Message]] = []
        self.answers: dict[str, Callable[[], Outcome]] = {}

    def send(self, endpoint: Endpoint, message: Message, deadline_s: float) -> Outcome:
        answer = self.answers.get(endpoint.id)
        outcome = answer() if answer else Outcome(Verdict.ACCEPTED)
        if outcome.verdict is Verdict.ACCEPTED:
            self.written.append((self._clock.now(), endpoint.id, message))
        return outcome


class World:
    """`wrap` may put something between the agent and its store; `readings[name]` is what a probe finds (else good)."""

    def __init__(
        self,
        folder: Path,
        file: str = FILE,
        *,
        start: datetime = START,
        wrap: Callable[[Store], Store] = lambda store: store,
    ) -> None:
        self.folder = folder
        self._wrap = wrap
        self.clock = ManualClock(start)
        self.notebook = Notebook(self.clock)
        self.readings: dict[str, Callable[[], Reading]] = {}
        self.has_route = True
        self._tokens = itertools.count(1)
        self._fresh: list[Delivery] = []
        self._path = folder / "routes.yaml"
        self.configure(file)
        self.begin()

    # ------------------------------------------------------------------------------------------ life of the agent

    def configure(self, file: str) -> Settings:
        """Put a file in force whole, as if both parties had accepted whatever it changes of the agreement."""
        self.settings = fresh = self._read(file)
        if hasattr(self, "in_force"):
            if fresh.part != self.in_force.part:
                self._agree(fresh.part)
            self.settings = self.in_force.read(fresh)
        return self.settings

    def _agree(self, part: str) -> None:
        """On file as in force, past the desk, which reads anew what it knows."""
        old = standing(self.store.standing_parts()).in_force
        file = joint.wanted(part)
        number = old.number + 1 if old else 1
        new = AgreementPart(number, file.version, file.hash, part, PartState.IN_FORCE, self.clock.now())
        past = {old.number: replace(old, state=PartState.PAST, ended_at=self.clock.now())} if old else {}
        self.store.commit(Change(parts={**past, new.number: new}))
        self.desk._known = None
        self.in_force.enter(new)

    def reload(self, file: str) -> Stands:
        """Read another file, as a running agent does: what changes the agreement waits for both parties (fact 14)."""
        self.settings = self.in_force.read(self._read(file))
        self.watcher.reload()
        return self.in_force.compare(self._submit_and_turn, 0)

    def _read(self, file: str) -> Settings:
        self._path.write_text(file)
        environment = {"STATE_DIRECTORY": str(self.folder)}
        return load(self._path, collectors.catalogue(), environment=environment, now=self.clock.now())

    def _take_over(self) -> None:
        self.settings = self.in_force.settings()
        self.watcher.reload()

    def begin(self) -> None:
        self.store = self._wrap(open_store(self.settings.store_url, create=True))
        self.in_force = InForce(self._read(self._path.read_text()), self.store, self.clock, self._take_over)
        self.settings = self.in_force.settings()
        self.rotas = RotaKeeper(lambda: self.settings)
        self.desk = Desk(
            self.store,
            lambda: self.settings,
            self.clock,
            hand_over=self._fresh.extend,
            draw_token=lambda: f"token{next(self._tokens)}",
            is_reference_good=lambda: self.watcher.reference_ok(),  # noqa: PLW0108  made below
            who_is_on_call=self.rotas.on_call,
            enter=self.in_force.enter,
        )
        catalogue = {kind: self._scripted(found) for kind, found in collectors.catalogue().items()}
        self.watcher = Watcher(
            lambda: self.settings,
            catalogue,
            self.desk.submit,
            self.clock,
            lambda job: job(),
            self.store.probe_states(),
            self.store.heartbeats(),
            own_fault=OwnFault(
                lambda: self.settings.reference,
                catalogue,
                self.clock,
                has_route=lambda: self.has_route,
                resolver_answers=lambda: False,
            ),
        )
        self.courier = Courier(
            self.store,
            self._submit_and_turn,
            lambda endpoint: self.notebook,
            lambda: self.settings,
            composer(lambda: self.settings, self.store, self.clock, lambda: "https://er.example"),
            self.clock,
            lambda job: job(),
        )
        self.timekeeper = Timekeeper(self._submit_and_turn, self.desk.next_look_at, self.clock)
        with suppress(StoreUnavailable):
            self.in_force.compare(self._submit_and_turn, 0)
        self.settle()

    def restart(self) -> None:
        """Kill the agent and start it again on the same store."""
        self.store.close()
        self.begin()

    def end(self) -> None:
        self.store.close()

    def advance(self, by: str) -> None:
        """Live through so much time, from wake-up to wake-up."""
        end = self.clock.now() + span(by)
        while self.clock.now() < end:
            self.settle()
            step = min(self._next_wake(), end) - self.clock.now()
            self.clock.advance(max(step, timedelta(milliseconds=1)))
        self.settle()

    def settle(self) -> None:
        """Let everything that is due now happen."""
        for _ in range(50):
            now = self.clock.now()
            self.timekeeper.tick(now)
            self.rotas.tick(now)
            self.watcher.tick(now)
            fresh, self._fresh[:] = list(self._fresh), []
            self.courier.take(fresh)
            self.courier.tick(now)
            if self.desk.turn() == 0:
                return

    def _next_wake(self) -> datetime:
        now = self.clock.now()
        times = [self.desk.next_look_at(), self.watcher.tick(now), now + timedelta(minutes=30)]
        if self._has_mail():  # else it only sweeps an empty table every 10 s
            times.append(self.courier.tick(now))
        return min(at for at in times if at is not None)

    def _has_mail(self) -> bool:
        try:
            return self.store.next_delivery_at() is not None
        except StoreUnavailable:
            return True

    def _submit_and_turn(self, work: Work) -> Future[Any]:
        answer = self.desk.submit(work)
        self.desk.turn()
        return answer

    def _scripted(self, collector: Collector) -> Collector:
        """The same kind of probe, reading what the test says; heartbeats are pinged as ever."""
        if collector.kind == "heartbeat":
            return collector

        def look(options: Any, timeout_s: float) -> Reading:
            probes = [*self.settings.probes.values(), *filter(None, [self.settings.reference])]
            same = [probe.name for probe in probes if probe.options is options]
            [name] = same or [probe.name for probe in probes if probe.options == options]  # the file was read again
            return self.readings.get(name, good)()

        return replace(collector, probe=look)

    # ------------------------------------------------------------------------------------------------ what arrives

    def do(self, work: Work) -> Any:
        """Ask the desk, and wait for the answer."""
        answer = self.desk.submit(work)
        self.settle()
        return answer.result(0)

    def alert(self, name: str, *, ago: str = "0 s", status: str = "firing", group: str = "", **labels: str) -> Receipt:
        """One Alertmanager message with one alert."""
        return self.letter([alert(name, status, self.clock.now() - span(ago), **labels)], group=group)

    def resolve(self, name: str, **labels: str) -> Receipt:
        return self.letter([alert(name, "resolved", self.clock.now(), ended_at=self.clock.now(), **labels)])

    def ping(self, name: str, *, has_failed: bool = False) -> None:
        answer = self.watcher.ping(name, has_failed)
        self.settle()
        answer.result(0)

    def letter(self, alerts: list[Mapping[str, Any]], *, group: str = "", truncated: int = 0) -> Receipt:
        body = {
            "version": "4",
            "status": "firing",
            "receiver": "tocsin",
            "groupKey": group or "{}:{}",
            "truncatedAlerts": truncated,
            "alerts": alerts,
        }
        return self.do(Post(json.dumps(body).encode(), "alertmanager", self.clock.now(), read))

    # ------------------------------------------------------------------------------------------------ what people do

    def acknowledge(self, contact: str, number: str = "", *, progress: str = "", next_update: str = "") -> Any:
        """`next_update` is how long until then: `30 min`."""
        next_at = self.clock.now() + span(next_update) if next_update else None
        act = Acknowledge(number or self.incident().number, contact, "cli", progress=progress, next_update_at=next_at)
        return self.do(act)

    def report(self, symptom: str = "", *, by: str = "wang", ago: str = "0 s", **more: Any) -> Report:
        """What somebody reports, whole unless said otherwise; it began so long `ago`."""
        said: dict[str, Any] = {"scope": "all shops", "measures": "none so far", "functions": ("checkout",), **more}
        occurred_at = said.pop("occurred_at", self.clock.now() - span(ago))
        return self.file(by, symptom=symptom, occurred_at=occurred_at, **said).report

    def file(self, by: str = "wang", **said: Any) -> Filed:
        """A report as it is posted."""
        return cast("Filed", self.do(FileReport(by, **said)))

    def supplement(self, report: str, by: str = "wang", **said: Any) -> Filed:
        return cast("Filed", self.do(Supplement(report, by, **said)))

    def verify(self, by: str = "lee", number: str = "") -> Incident:
        return self.do(Verify(number or self.incident().number, by))

    def accept_terms(self, by: str, **more: Any) -> Stands:
        return cast("Stands", self.do(AcceptPart(by, **more)))

    def reject_terms(self, by: str, reason: str, **more: Any) -> Stands:
        return cast("Stands", self.do(RejectPart(by, reason, **more)))

    def void(self, reason: str, by: str = "lee", number: str = "") -> Incident:
        return self.do(Void(number or self.incident().number, by, reason))

    def record(self, kind: str, by: str, what: str = "", *, about: str = "", number: str = "", **said: Any) -> Recorded:
        """A person's act on the shared timeline: `record("update", "chen", text="pool restarted")`."""
        return cast(
            "Recorded",
            self.do(Record(number or self.incident().number, EntryKind(kind), by, what, said, about, means="cli")),
        )

    def phase(self, what: str, by: str = "chen", *, skipped: bool = False, number: str = "", **said: Any) -> Recorded:
        """A phase's record, or why it does not apply."""
        said.setdefault("text", f"{what} done")
        number = number or self.incident().number
        act = Record(number, EntryKind.PHASE, by, what, said, means="cli", is_not_applicable=skipped)
        return cast("Recorded", self.do(act))

    def record_phases(self, number: str = "") -> None:
        """What a recovered incident of grade 1 or 2 needs before it may be closed (3.4)."""
        for what in ("assessment", "containment", "eradication", "review"):
            self.phase(what, number=number)

    def close(self, by: str = "lee", number: str = "", *, note: str = "", waive_rest: bool = False) -> Incident:
        return self.do(Close(number or self.incident().number, by, note, waive_rest=waive_rest))

    def regrade(self, grade: int, reason: str = "", by: str = "lee", number: str = "") -> Incident:
        return self.do(Regrade(number or self.incident().number, by, grade, reason))

    # ------------------------------------------------------------------------------------------------ what is seen

    def incidents(self) -> list[Incident]:
        """Oldest first."""
        return list(reversed(self.store.incidents(limit=500)[0]))

    def incident(self) -> Incident:
        """The latest one."""
        return self.incidents()[-1]

    def facts(self, number: str = "") -> list[SealedFact]:
        return list(self.store.timeline(number or self.incident().number))

    def happened(self, number: str = "") -> list[str]:
        """The kinds of fact of an incident, in order."""
        return [sealed.fact.kind for sealed in self.facts(number)]

    def messages(self, contact: str) -> list[Message]:
        """All but reminders of duties: those stand in `reminded`."""
        return [message for _, message in self._written_to(contact) if not is_reminder(message)]

    def reminded(self, contact: str) -> list[tuple[datetime, Message]]:
        return [(at, message) for at, message in self._written_to(contact) if is_reminder(message)]

    def _written_to(self, contact: str) -> list[tuple[datetime, Message]]:
        return [(at, message) for at, endpoint, message in self.notebook.written if endpoint.split("/")[0] == contact]

    def told(self, contact: str) -> list[str]:
        """The first line of every message that reached a contact."""
        return [message.subject for message in self.messages(contact)]

    def told_at(self, contact: str) -> list[str]:
        """`03:05:00` and the first line."""
        return [
            f"{at:%H:%M:%S} {message.subject}" for at, message in self._written_to(contact) if not is_reminder(message)
        ]


def alert(
    name: str, status: str, started_at: datetime, ended_at: datetime | None = None, **labels: str
) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": name, **labels},
        "annotations": {"summary": f"{name} happened"},
        "startsAt": started_at.isoformat().replace("+00:00", "Z"),
        "endsAt": ended_at.isoformat().replace("+00:00", "Z") if ended_at else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
    }


def is_reminder(message: Message) -> bool:
    """Whether it reminds of duties (agreement.md 5, rule 6); a story of something else need not count those."""
    tags = r"(\[TRIAL\] |【试运行】)?(\[(REMINDER|OVERDUE|TARGET MISSED)|【(提醒|超时|未达目标))"
    return bool(re.match(tags, message.subject))


def good() -> Reading:
    return Reading(Result.OK)


def bad(error: str = "HTTP 502") -> Reading:
    return Reading(Result.BAD, error=error)


def first_line(message: Message) -> str:
    return re.sub(r"\s+", " ", message.text.splitlines()[0])
