"""docs/states.md: the life of an incident, from the table that runs it."""

from markdown import code, table

from agent.model import State
from agent.rules.incidents import NEXT, Event, diagram

STATES = {
    State.OPEN: "Signals say that something is wrong, or too little is known to say that it is over.",
    State.VERIFYING: "Every linked signal is clear. The recovery gate waits for good readings, a stable window and, "
    "for grade 1 and security, a person.",
    State.RECOVERED: "The gate has opened; whoever knew of the incident was told. What fails again within 24 h "
    "reopens it.",
    State.CLOSED: "The end. What comes back within 7 days is a new incident with `recurrence_of`.",
    State.VOID: "A false alarm, with its reason. Whoever was told of it was told so.",
}
EVENTS = {
    Event.CLEAR: "All linked signals are clear, and no group of alerts is known in part only.",
    Event.RELAPSE: "Something fires again before the gate has opened.",
    Event.VERIFIED: "The recovery gate opens (3.4(d)).",
    Event.REOPEN: "The same function fails again within 24 h of the recovery.",
    Event.SPLIT: "A person says that what came back is another matter: the recovery stands.",
    Event.CLOSE: "A person of the provider closes it; grade 3 closes itself 24 h after recovery.",
    Event.VOID: "A person declares a false alarm and says why.",
}

GATE = """## The recovery gate

A `resolved` from a monitor is a signal, not a recovery. The gate opens when all of this holds:

1. every linked signal is clear, and no group's last message left alerts out (`truncatedAlerts`);
2. every probe of each affected function has had `recovery.good` good readings since the clearing (3 by default);
3. the stability window has passed since the last bad reading or the arrival of the last `resolved`
   (`recovery.stable`: 15, 10 and 5 min for grades 1, 2 and 3 by default);
4. for grade 1 and for security: a person of the provider has stated it (`tocsin verify`).

A function without probes passes on cleared signals and the window alone. Unknown readings are neither good nor bad. A
probe that cannot find out keeps the gate shut until a person of the provider puts on record that it need not be waited
for: `tocsin verify INC-… --by lee --without PROBE --note "how you know"`. That is refused for a probe that finds
something bad, and it ends with the next bad reading: the incident then relapses, reopens or recurs as ever. What the
gate waits for stands in `tocsin show` and in `waits_for` of the API. What alone is below grade 3 joins no incident and
holds none. `agent/rules/recovery.py` holds this rule.
"""


def text() -> str:
    return "\n".join(
        (
            "# States of an incident\n",
            "The diagram and the tables are drawn from the table in `agent/rules/incidents.py`. A step that is not\n"
            "in it is refused (HTTP 409, exit code 4) and changes nothing.\n",
            f"```mermaid\n{diagram()}```\n",
            table(("State", "What it means"), ((code(state), STATES[state]) for state in NEXT)) + "\n",
            table(
                ("From", "Event", "To", "When"),
                (
                    (code(state), code(event), code(after), EVENTS[event])
                    for state, events in NEXT.items()
                    for event, after in events.items()
                ),
            )
            + "\n",
            GATE,
        )
    )
