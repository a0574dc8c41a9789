"""What the parties change only together (fact 14): the agreement part of the configuration, as it is kept on file."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.model.words import Party


class PartState(StrEnum):
    PROPOSED = "proposed"  # waits for both principals; until then the part before it stays in force
    IN_FORCE = "in_force"
    PAST = "past"  # another one came into force
    SUPERSEDED = "superseded"  # the file changed again before both had accepted
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # the file went back to what is in force


@dataclass(frozen=True, slots=True)
class AgreementPart:
    """The agreement part of one configuration, and who accepted it. Never deleted: incidents are pinned to it."""

    number: int  # 1, 2, 3 … in the order they came
    version: int  # as the file numbers it
    hash: str  # SHA-256 of `text`
    text: str  # canonical: JSON with sorted keys; see `config/parts.py`
    state: PartState
    at: datetime  # when it came
    provider: str = ""  # the contact that accepted for the provider
    provider_at: datetime | None = None
    customer: str = ""
    customer_at: datetime | None = None
    in_force_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""  # who rejected it
    reason: str = ""

    @property
    def is_signed(self) -> bool:
        """Whether both parties accepted it."""
        return bool(self.provider and self.customer)

    def accepted_by(self, party: Party) -> str:
        return self.provider if party is Party.PROVIDER else self.customer

    @property
    def waits_for(self) -> tuple[Party, ...]:
        """The parties that have not accepted it."""
        return tuple(party for party in Party if not self.accepted_by(party))
