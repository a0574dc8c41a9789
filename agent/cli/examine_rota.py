"""What the doctor says of on-call rotas: who is on call now, and until when."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent import clock
from agent.cli.findings import Finding, fault, ok
from agent.cli.times import placed
from agent.rules import rota

if TYPE_CHECKING:
    from agent.config.settings import Settings


def rotas(settings: "Settings") -> Iterator[Finding]:
    """One finding for each party that has a rota; gaps and unknown titles are among the warnings of the file."""
    now = clock.now()
    for party, terms in settings.parties.items():
        if not terms.on_call:
            continue
        found = settings.rotas.get(party)
        if found is None:
            yield fault(
                "on call", f"{terms.on_call} cannot be read: role member of the {party} is told", "export it anew"
            )
            continue
        who = ", ".join(rota.on_call(found, now)) or "nobody: role member is told"
        until = rota.changes_at(found, now)
        ends = f", until {placed(until, settings.agreement)}" if until else ""
        yield ok("on call", f"of the {party}: {who}{ends}")
