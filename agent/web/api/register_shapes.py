"""The shapes of the small registers: as posted, and as they stand."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from agent.model import Item, ItemKind, ItemState, Party
from agent.ports import Store
from agent.rules.register import SORTS
from agent.web.api import statements
from agent.web.api.models import Brought, Id, Text
from agent.web.api.statements import StatementShape

Sort = Literal[
    "",
    "critical",
    "high",
    "medium",
    "own_use",
    "access_review",
    "training",
    "maintenance",
    "hardening",
    "items",
    "none",
]


class ItemShape(BaseModel):
    """One line of a register."""

    id: str
    kind: ItemKind
    what: str = Field(description="Severity of a vulnerability, sort of an attestation, `none` of a decision …")
    text: str
    party: Party = Field(description="Who owes it, or stated it.")
    state: ItemState
    by: str
    at: datetime = Field(description="Since when it is known, or when it was put down.")
    on_file_at: datetime
    owner: str | None
    due_at: datetime | None
    period: str | None = Field(description="What upkeep and attestations are for: `2026-11`, `2026-Q4`, `2026`.")
    incident: str | None
    items: list[str] = Field(description="The improvements that a decision names.")
    internal: bool = Field(description="The provider's own matter.")
    done_by: str | None
    done_at: datetime | None
    outcome: str
    verified_by: str | None
    verified_at: datetime | None
    accepted_provider: str | None
    accepted_customer: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    reason: str
    recorded_by: str
    stated: list[StatementShape] = Field(description="What was recorded on behalf of somebody, and how it stands.")
    repeated: Annotated[bool, Field(description="It was on file already; nothing changed.")] = False


class RegisterAct(Brought):
    """A new line."""

    kind: ItemKind
    by: Id = Field(description="The contact who puts it down.")
    text: Text
    what: Sort = Field(
        "", description="; ".join(f"{kind}: {', '.join(sorts)}" for kind, sorts in SORTS.items() if any(sorts)) + "."
    )
    owner: Id | None = Field(None, description="Who carries it out; who puts it down, where it is not said.")
    due: date | None = Field(None, description="The last day of an improvement, in the agreement's zone.")
    known_at: AwareDatetime | None = Field(None, description="Since when the provider knows of a vulnerability.")
    period: Annotated[str, Field(max_length=10)] = Field("", description="`2026-11`, `2026-Q4` or `2026`; else now.")
    incident: Id | None = None
    items: list[Id] = Field([], max_length=100, description="Of a decision; else all that are agreed for the incident.")
    internal: bool = Field(False, description="The provider's own matter: not shown to the customer, nor owed to it.")


class ItemAct(Brought):
    by: Id = Field(description="The contact who acts.")
    text: Text = Field("", description="What was done, or why; needed to withdraw, reopen, or accept a risk.")


def item(each: Item, store: Store) -> ItemShape:
    found = store.statements(each.incident) if each.incident else store.statements_of_matter(each.id)
    return ItemShape(
        id=each.id,
        kind=each.kind,
        what=each.what,
        text=each.text,
        party=each.party,
        state=each.state,
        by=each.by,
        at=each.at,
        on_file_at=each.on_file_at,
        owner=each.owner or None,
        due_at=each.due_at,
        period=each.period or None,
        incident=each.incident or None,
        items=list(each.items),
        internal=each.is_internal,
        done_by=each.done_by or None,
        done_at=each.done_at,
        outcome=each.outcome,
        verified_by=each.verified_by or None,
        verified_at=each.verified_at,
        accepted_provider=each.accepted_provider or None,
        accepted_customer=each.accepted_customer or None,
        withdrawn_by=each.ended_by or None,
        withdrawn_at=each.ended_at,
        reason=each.reason,
        recorded_by=each.recorded_by,
        stated=[statements.shape(one) for one in found if one.about == each.id],
    )
