"""Random lives of an agent: whatever arrives, in whatever order, and whenever it restarts, the promises hold."""

import contextlib
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent.engine.desk.seen.placing import kept_as
from agent.engine.desk.sorter import Sorter
from agent.engine.works import Verify
from agent.errors import IllegalStep, Refused
from agent.model import DeliveryState, NoticeState, NoticeType, Outcome, State, Verdict
from agent.rules import self_audit
from tests.support.remembered import differences
from tests.support.soak import TIMES
from tests.support.world import FILE, World, alert, bad, good

LIFE = (
    FILE
    + """  - {match: ['alertname="LedgerShare"'], function: ledger, state: down, scope: {share_of: instance, total: 4}}
  - {match: ['alertname="ReportsSlow"'], function: reports, state: degraded}
  - {match: ['alertname="Beat"'], heartbeat: 5m}
maintenance:
  - {what: upgrade, functions: [reports], from: "2026-11-23 03:20", for: 20m}
probes:
  shop: {tcp_connect: {host: 127.0.0.1, port: 9}, function: ledger, every: 5m, for: 2, recover: 2m}
"""
).replace("system: Payment", "time_zone: UTC\n  system: Payment")

FILES = (
    LIFE,
    LIFE.replace("""="LedgerDown"'], function: ledger, state: down""", """="LedgerDown"'], grade: 3"""),
    LIFE.replace("""'alertname="CheckoutSlow"'""", """'alertname=~"CheckoutSlow|NobodyKnowsMe|LedgerDown"'"""),
    LIFE.replace("""  - {match: ['alertname="Beat"'], heartbeat: 5m}\n""", "").replace("total: 4", "total: 8"),
)
"""Rows that say other things of the same alerts, or nothing."""

NAMES = ("CheckoutDown", "CheckoutSlow", "LedgerDown", "ReportsDown", "Intrusion", "LedgerShare", "ReportsSlow", "Beat")
names = st.sampled_from((*NAMES, "NobodyKnowsMe"))
instances = st.sampled_from("abc")
groups = st.lists(st.tuples(names, instances, st.booleans()), min_size=2, max_size=5, unique_by=lambda part: part[:2])
waits = st.sampled_from(("1 s", "20 s", "1 min", "4 min", "11 min", "31 min", "70 min"))


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self._folder.name), LIFE)
        self.sent: list[Any] = []
        self.grades: dict[str, int] = {}
        self.lowered: set[str] = set()

    def teardown(self) -> None:
        try:
            self._drive_to_the_end()
        finally:
            self.world.end()
            self._folder.cleanup()

    # ------------------------------------------------------------------------------------------- what happens

    @rule(name=names, instance=instances, ago=st.sampled_from(("0 s", "3 min", "1 h")))
    def fires(self, name: str, instance: str, ago: str) -> None:
        started_at = self.world.clock.now() - {"0 s": timedelta(), "3 min": timedelta(minutes=3)}.get(
            ago, timedelta(hours=1)
        )
        self._send([alert(name, "firing", started_at, instance=instance)])

    @rule(name=names, instance=instances)
    def resolves(self, name: str, instance: str) -> None:
        now = self.world.clock.now()
        self._send([alert(name, "resolved", now - timedelta(minutes=1), now, instance=instance)])

    @rule(parts=groups, truncated=st.booleans())
    def a_group_says_many_things(self, parts: list[tuple[str, str, bool]], truncated: bool) -> None:
        now = self.world.clock.now()
        alerts = [
            alert(name, "firing" if fires else "resolved", now, None if fires else now, instance=instance)
            for name, instance, fires in parts
        ]
        self._send(alerts, group="g", truncated=2 if truncated else 0)

    @precondition(lambda self: self.sent)
    @rule()
    def an_old_message_comes_again(self) -> None:
        alerts, group, truncated = self.sent[0]
        self.world.letter(alerts, group=group, truncated=truncated)

    @rule(is_good=st.booleans())
    def the_probe_reads(self, is_good: bool) -> None:
        self.world.readings["shop"] = good if is_good else bad

    @rule(wait=waits)
    def time_goes_on(self, wait: str) -> None:
        self.world.advance(wait)

    @rule()
    def the_agent_restarts(self) -> None:
        self.world.restart()

    @rule(file=st.sampled_from(FILES), is_restarted=st.booleans())
    def the_file_is_changed(self, file: str, is_restarted: bool) -> None:
        self.world.configure(file)
        if is_restarted:
            self.world.restart()
        self.world.watcher.reload()
        self.world.advance("1 s")

    @rule(refuses=st.booleans(), endpoint=st.sampled_from(("wang/1", "chen/1")))
    def a_channel_refuses_or_works_again(self, refuses: bool, endpoint: str) -> None:
        if refuses:
            self.world.notebook.answers[endpoint] = lambda: Outcome(Verdict.RETRY, "busy")
        else:
            self.world.notebook.answers.pop(endpoint, None)

    # --------------------------------------------------------------------------------------------- what people do

    @precondition(lambda self: self.world.incidents())
    @rule(data=st.data(), contact=st.sampled_from(("lee", "chen", "wang")))
    def somebody_acknowledges(self, data: st.DataObject, contact: str) -> None:
        self._try(lambda number: self.world.acknowledge(contact, number), data)

    @precondition(lambda self: self.world.incidents())
    @rule(data=st.data(), grade=st.sampled_from((1, 2, 3)))
    def somebody_grades(self, data: st.DataObject, grade: int) -> None:
        def regrade(number: str) -> None:
            self.world.regrade(grade, "seen for myself", number=number)
            self.lowered.add(number)

        self._try(regrade, data)

    @precondition(lambda self: self.world.incidents())
    @rule(data=st.data())
    def somebody_calls_it_a_false_alarm(self, data: st.DataObject) -> None:
        self._try(lambda number: self.world.void("load test", number=number), data)

    @precondition(lambda self: self.world.incidents())
    @rule(data=st.data(), confirm_full=st.booleans())
    def somebody_verifies(self, data: st.DataObject, confirm_full: bool) -> None:
        self._try(lambda number: self.world.do(Verify(number, "lee", confirm_full=confirm_full)), data)

    # ---------------------------------------------------------------------------------------------- what must hold

    @invariant()
    def every_promise_holds(self) -> None:
        self.a_restart_would_change_nothing()
        self.there_is_one_open_incident_per_key()
        self.no_grade_is_lowered_but_by_a_person()
        self.nothing_recovers_but_through_the_gate()
        self.what_fires_is_in_an_open_incident_or_none()
        self.what_fires_is_called_what_the_file_says()
        self.nobody_sleeps_past_what_is_due()
        self.every_delivery_has_ended_or_has_its_time()
        self.the_customer_never_hears_of_what_nothing_mapped()
        self.openings_wait_only_while_their_incident_is_live()
        self.the_self_audit_finds_nothing()

    def a_restart_would_change_nothing(self) -> None:
        wrong = differences(self.world)
        assert not wrong, wrong

    def there_is_one_open_incident_per_key(self) -> None:
        is_open = [each.key for each in self.world.incidents() if each.state in (State.OPEN, State.VERIFYING)]

        assert max(Counter(is_open).values(), default=1) == 1

    def no_grade_is_lowered_but_by_a_person(self) -> None:
        for incident in self.world.incidents():
            if incident.number not in self.lowered:
                assert incident.grade <= self.grades.get(incident.number, 3)
            self.grades[incident.number] = incident.grade
        self.lowered.clear()

    def nothing_recovers_but_through_the_gate(self) -> None:
        for incident in self.world.incidents():
            if incident.state is State.RECOVERED:
                assert incident.recovered_at is not None
                assert incident.cleared_at is not None
                assert not incident.truncated
                assert all(row.ended_at is not None for row in self.world.store.episodes(incident.number, 500))
                assert incident.recovered_at - incident.cleared_at >= timedelta(minutes=5)
                if incident.grade == 1 or incident.kind == "security":
                    assert incident.verified_by == "lee"

    def what_fires_is_in_an_open_incident_or_none(self) -> None:
        live = {each.number: each.state for each in self.world.incidents()}
        known = self.world.desk._known
        assert known is not None
        for mark in known.marks.values():
            if mark.end is None and mark.incident is not None:
                assert live[mark.incident] in (State.OPEN, State.VOID)

    def what_fires_is_called_what_the_file_says(self) -> None:
        sorter = Sorter(self.world.settings)
        live = {each.number for each in self.world.incidents() if each.state is not State.VOID}
        for row in self.world.store.marks(self.world.clock.now()):
            if row.ended_at is None and row.source != "probe" and (row.incident is None or row.incident in live):
                assert row.line == kept_as(sorter.classify(row.labels), row.labels)

    def nobody_sleeps_past_what_is_due(self) -> None:
        now = self.world.clock.now()
        for incident in self.world.incidents():
            assert incident.wake_at is None or incident.wake_at > now

    def every_delivery_has_ended_or_has_its_time(self) -> None:
        for incident in self.world.incidents():
            for delivery in self.world.store.deliveries_for(incident.number):
                if delivery.state is DeliveryState.WAITING:
                    assert delivery.due_at > self.world.clock.now() - timedelta(seconds=2)
                assert delivery.state is not DeliveryState.SENDING

    def the_customer_never_hears_of_what_nothing_mapped(self) -> None:
        for incident in self.world.incidents():
            if not incident.is_mapped:
                told = [row for row in self.world.store.notices(incident.number) if row.party == "customer"]
                assert told == []

    def openings_wait_only_while_their_incident_is_live(self) -> None:
        for incident in self.world.incidents():
            notices = self.world.store.notices(incident.number)
            held = [each for each in notices if each.state is NoticeState.HELD and each.type is NoticeType.OPENING]
            if incident.state not in (State.OPEN, State.VERIFYING):
                assert held == []

    def the_self_audit_finds_nothing(self) -> None:
        """Its word stops the pings of `dead_man:`: it must never be wrong."""
        store, now = self.world.store, self.world.clock.now()
        recovery = self.world.settings.agreement.recovery
        due = store.due_obligations(now)
        assert self_audit.timers(store.live_incidents(), store.ladders(), due, recovery, now) == ""
        assert self_audit.deliveries(store.due_since(now), now) == ""
        assert self_audit.chain_tail(store.newest_facts(10_000), None, is_whole=True) == ""

    # ------------------------------------------------------------------------------------------------------ ways

    def _send(self, alerts: list[Any], *, group: str = "", truncated: int = 0) -> None:
        """A message, and at once the same again: peers, retries and lost replies all duplicate."""
        world = self.world
        world.letter(alerts, group=group, truncated=truncated)
        self.sent.append((alerts, group, truncated))
        facts = {each.number: world.happened(each.number) for each in world.incidents()}
        again = world.letter(alerts, group=group, truncated=truncated)
        assert again.new == 0
        assert {each.number: world.happened(each.number) for each in world.incidents()} == facts

    def _try(self, act: Any, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([each.number for each in self.world.incidents()]))
        with contextlib.suppress(IllegalStep, Refused):
            act(number)

    def _drive_to_the_end(self) -> None:
        """Whatever has happened, every incident can be brought to its end."""
        world = self.world
        world.readings.clear()
        world.notebook.answers.clear()
        now = world.clock.now()
        alerts = [
            alert(name, "resolved", now, now, instance=instance)
            for name in (*NAMES, "NobodyKnowsMe")
            for instance in "abc"
        ]
        world.letter(alerts, group="g")
        world.advance("10 min")
        for incident in world.incidents():
            if incident.state in (State.OPEN, State.VERIFYING):
                world.do(Verify(incident.number, "lee", confirm_full=True))
        world.advance("20 min")
        for incident in world.incidents():
            if incident.state is State.RECOVERED:
                world.record_phases(incident.number)
                world.close(number=incident.number)
        known = world.desk._known
        if known is not None and known.held:
            world.advance("15 h")  # what is told in working hours only
        assert {each.state for each in world.incidents()} <= {State.CLOSED, State.VOID}
        assert world.store.outbox()[0] == 0
        assert world.store.integrity() == []
        known = world.desk._known
        assert known is not None
        assert (known.incidents, known.ladders, known.held) == ({}, {}, {})


Life.TestCase.settings = settings(
    max_examples=20 * TIMES,
    stateful_step_count=12,
    deadline=None,
    derandomize=TIMES == 1,  # the everyday run is the same for everybody; a soak looks for what is new
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a life takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestLife = pytest.mark.timeout(120 * TIMES)(Life.TestCase)
