"""An agent and the Alertmanager in front of it, either of which may be killed and started again where it was.

Each test takes a function of its own, so that many can share one house.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from tests.real.running_alertmanager import Alertmanager, alertmanager
from tests.support.running import free_port, until
from tests.support.running_agent import Agent, agent, ask

FUNCTIONS = (
    *("orders", "shop", "tills", "stock", "mail", "search", "login", "ledger"),
    *("images", "export", "backup", "upper", "lower"),
)
FILE = """
agreement:
  system: Payment platform
  functions: {{{functions}}}
  recovery: {{good: 1, stable: 1s}}
parties:
  provider: {{contacts: {{lee: {{role: principal, reach: ["log://"]}}}}}}
  customer: {{contacts: {{wang: {{role: principal, reach: ["log://"]}}}}}}
signals:
  - {{match: ['service=~".+"'], function: "{{label.service}}", state: down}}
""".format(functions=", ".join(f"{name}: {{criticality: important}}" for name in FUNCTIONS))


@dataclass(frozen=True)
class Account:
    """What came of everything that fired for a function: nothing is lost, nothing doubled where these are right."""

    incidents: int
    joined: int  # alerts that began firing, by the evidence
    ended: int
    openings: int  # notices that said to the provider that something is wrong
    states: tuple[str, ...]


class House:
    """`agent` and `sender` are those that run now."""

    def __init__(self, binary: Path, folder: Path, stack: ExitStack) -> None:
        self._binary, self._folder, self._stack = binary, folder, stack
        self.agent: Agent = stack.enter_context(agent(folder / "agent", FILE))
        self.sender: Alertmanager = stack.enter_context(alertmanager(binary, folder / "alertmanager", self.agent.url))

    def add_sender(self, name: str, *cluster: str) -> Alertmanager:
        """One more in front of the same agent."""
        more = alertmanager(self._binary, self._folder / name, self.agent.url, port=free_port(), cluster=cluster)
        return self._stack.enter_context(more)

    def kill_agent(self) -> None:
        self.agent.process.kill()

    def start_agent(self) -> None:
        self.agent = self._stack.enter_context(agent(self._folder / "agent", FILE, port=self.agent.port))

    def kill_sender(self) -> None:
        self.sender.process.kill()

    def start_sender(self) -> None:
        again = alertmanager(self._binary, self._folder / "alertmanager", self.agent.url, port=self.sender.port)
        self.sender = self._stack.enter_context(again)

    @contextmanager
    def nothing_can_be_stored(self) -> Iterator[None]:
        """Another program keeps the archive to itself: nothing may be acknowledged."""
        other = apsw.Connection(str(self.agent.archive))
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    def incidents(self, function: str) -> list[dict[str, Any]]:
        """Those of the function, newest first."""
        return [each for each in self.agent.incidents() if each["functions"] == [function]]

    def firing(self, function: str) -> int:
        """How many of the function's alerts fire, as the agent sees it."""
        found = self.incidents(function)
        return sum(self._counted(each["number"], "joined") - self._counted(each["number"], "ended") for each in found)

    def until_firing(self, function: str, count: int) -> None:
        until(lambda: self.incidents(function) and self.firing(function) == count, f"{count} alerts of {function}")

    def close(self, function: str) -> Account:
        """What came of it in the end: recovered by itself, then closed by a person, each phase with its record."""
        until(lambda: self._states(function) == {"recovered"}, f"recovery of {function}")
        for each in self.incidents(function):
            incident = f"{self.agent.url}/api/v1/incidents/{each['number']}"
            for phase in ("assessment", "containment", "eradication", "review"):
                ask(f"{incident}/phases", {"by": "lee", "phase": phase, "text": f"{phase} of the trial"})
            ask(f"{incident}/close", {"by": "lee"})
        return self.account(function)

    def account(self, function: str) -> Account:
        found = self.incidents(function)
        numbers = [each["number"] for each in found]
        return Account(
            incidents=len(found),
            joined=sum(self._counted(number, "joined") for number in numbers),
            ended=sum(self._counted(number, "ended") for number in numbers),
            openings=sum(map(self._openings, numbers)),
            states=tuple(each["state"] for each in found),
        )

    def _states(self, function: str) -> set[str]:
        return {each["state"] for each in self.incidents(function)}

    def _counted(self, number: str, what: str) -> int:
        kinds = {"joined": ["signals_joined"], "ended": ["signals_ended", "signals_presumed_ended"]}[what]
        return sum(fact["detail"]["count"] for fact in self.agent.happened(number) if fact["kind"] in kinds)

    def _openings(self, number: str) -> int:
        return len(
            [
                fact
                for fact in self.agent.happened(number)
                if fact["kind"] == "notice_released" and fact["detail"]["type"] == "opening"
            ]
        )


@contextmanager
def house(binary: Path, folder: Path) -> Iterator[House]:
    with ExitStack() as stack:
        yield House(binary, folder, stack)


def named(service: str, *instances: str, **labels: str) -> list[dict[str, str]]:
    """Alerts of a function, one for each instance."""
    return [{"alertname": "Down", "service": service, "instance": each, **labels} for each in instances]
