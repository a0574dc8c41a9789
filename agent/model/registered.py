"""The small registers of both parties: improvements, vulnerabilities, upkeep, attestations, and decisions on them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.model.words import Party


class ItemKind(StrEnum):
    IMPROVEMENT = "improvement"  # 4.3(c), OB-512
    DECISION = "decision"  # 4.3(c), OB-905: of both parties, what an incident is to be improved by
    VULNERABILITY = "vulnerability"  # 2.2(e), OB-701
    MAINTENANCE = "maintenance"  # 2.2(e), 4.1(e), OB-702: done, not planned
    ATTESTATION = "attestation"  # 2.3(a), 2.3(e), 4.2(e), OB-203, OB-703, OB-704


class ItemState(StrEnum):
    PROPOSED = "proposed"  # the other party has not accepted it
    OPEN = "open"
    DONE = "done"  # an improvement that nobody has verified yet
    VERIFIED = "verified"
    FIXED = "fixed"
    ACCEPTED = "accepted"  # by both: a decision, or the risk of a vulnerability
    RECORDED = "recorded"  # upkeep and attestations: nothing follows
    WITHDRAWN = "withdrawn"  # with a reason; it stays on file

    @property
    def is_open(self) -> bool:
        return self in _OPEN


_OPEN = frozenset({ItemState.PROPOSED, ItemState.OPEN, ItemState.DONE})


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a register: who put it there, who owes it until when, and what became of it."""

    id: str  # IMP-20261123-001; DEC-, VUL-, MNT-, ATT-
    kind: ItemKind
    what: str  # critical | high | medium; own_use | access_review | training; maintenance | hardening; items | none
    text: str
    party: Party  # of the owner; of what is only stated, whose statement it is
    origin: Party  # whose people put it there
    by: str  # contact
    at: datetime  # since when it is known, or when it was done or stated
    on_file_at: datetime
    state: ItemState
    owner: str = ""  # contact
    due_at: datetime | None = None
    period: str = ""  # 2026-11, 2026-Q4, 2026: what upkeep and attestations are for
    incident: str = ""
    items: tuple[str, ...] = ()  # improvements that a decision names
    is_internal: bool = False  # the provider's own matter: the customer does not see it, and is owed nothing
    recorded_by: str = ""
    done_by: str = ""
    done_at: datetime | None = None
    outcome: str = ""  # what was done, in the words of who did it
    verified_by: str = ""
    verified_at: datetime | None = None
    accepted_provider: str = ""  # contact
    accepted_customer: str = ""
    ended_by: str = ""  # who withdrew it
    ended_at: datetime | None = None
    reason: str = ""
