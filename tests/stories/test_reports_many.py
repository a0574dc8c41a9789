"""Whatever is reported in whatever order: numbers have no holes, each has an incident and a clock of its own."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.model import Kind, State
from tests.support.world import World

act = st.one_of(
    st.tuples(
        st.just("report"), st.sampled_from([("checkout",), ("ledger",), ("checkout", "reports"), ()]), st.booleans()
    ),
    st.tuples(st.just("alert"), st.sampled_from(["CheckoutDown", "LedgerDown"]), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from(["30 s", "4 min", "20 min"]), st.booleans()),
    st.tuples(st.just("answer"), st.just(""), st.booleans()),
    st.tuples(st.just("restart"), st.just(""), st.booleans()),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(act, max_size=9))
def test_numbers_have_no_holes_and_every_report_has_its_incident_and_its_clock(
    acts: list[tuple[str, object, bool]],
) -> None:
    """3.2(b), (c), fact 6: each report has its own acknowledgement clock, also when it joins an open incident."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        filed = []
        for count, (what, which, flag) in enumerate(acts):
            if what == "report":
                filed.append(world.report(f"symptom {count}", functions=which, kind=Kind.FAULT if flag else Kind.OTHER))
            elif what == "alert":
                world.alert(str(which)) if flag else world.resolve(str(which))
            elif what == "wait":
                world.advance(str(which))
            elif what == "restart":
                world.restart()
            elif world.incidents() and world.incident().state in (State.OPEN, State.VERIFYING):
                world.acknowledge("chen", progress="looking", next_update="30 min")

        assert [each.number for each in filed] == [f"REP-20261123-{count + 1:03d}" for count in range(len(filed))]
        owed = Counter(
            each.report for each in world.store.obligations(limit=500)[0] if each.name == "acknowledge_report"
        )
        assert owed == Counter(each.number for each in filed)
        for each in filed:
            incident = world.store.incident(each.incident)
            assert incident is not None
            assert incident.kind == each.kind
            assert set(each.functions) <= set(incident.functions)
        live = [each.key for each in world.incidents() if each.state in (State.OPEN, State.VERIFYING)]
        assert len(live) == len(set(live))
        world.end()
