"""The shapes of the API (routes.md, Shapes). Times are RFC 3339 in UTC; no endpoint, phone or mail address is shown."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from agent.model import (
    Condition,
    DeliveryState,
    Grade,
    Kind,
    NoticeState,
    NoticeType,
    Party,
    Phase,
    Result,
    State,
    Verdict,
)
from agent.rules.recovery import Missing

T = TypeVar("T")

Text = Annotated[str, Field(max_length=4000), AfterValidator(lambda text: text.replace("\x00", "").strip())]
Id = Annotated[str, Field(min_length=1, max_length=200)]


class Listed(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = Field(None, description="Pass as `cursor` for what follows; null on the last page.")


class Problem(BaseModel):
    """RFC 9457."""

    title: str
    status: int
    detail: str = ""
    clause: str = Field("", description="The agreement's clause behind a refusal.")


# ------------------------------------------------------------------------------------------------------ what is


class Acknowledged(BaseModel):
    contact: str
    at: datetime
    means: str


class ByParty(BaseModel):
    provider: Acknowledged | None
    customer: Acknowledged | None


class Pinned(BaseModel):
    """The agreement that was in force when the incident opened."""

    version: int
    hash: str
    in_force: bool = Field(True, description="Whether it is the one in force now, too.")


class SignalShape(BaseModel):
    source: str
    fingerprint: str
    labels: dict[str, str]
    firing: bool
    function: str
    condition: Condition | None
    started_at: datetime
    received_at: datetime
    ended_at: datetime | None
    is_end_presumed: bool = Field(False, description="The end was concluded, not told by the sender.")
    muted: str = Field("", description="`silenced` or `inhibited` in Alertmanager, as it was asked last.")


class WaitShape(BaseModel):
    """One thing that the recovery waits for."""

    what: Missing = Field(
        description="`signals` that fire, alerts left out of a group (`truncated`), good `readings` of a probe, the "
        "`stability` window, or a `person` to verify."
    )
    name: str = Field("", description="The line that fires, the group, or the probe.")
    count: int = Field(0, description="Signals that fire, or good readings that are missing.")
    since: datetime | None = Field(None, description="Since when it fires, or the probe answers as it does.")
    result: Result | None = Field(None, description="What the probe answers.")
    until: datetime | None = Field(None, description="When the window ends, should nothing bad come.")
    muted: int = Field(0, description="Of the signals, those silenced or inhibited in Alertmanager.")


class SnoozeShape(BaseModel):
    """Reminders of an incident that rest for one side, or for one contact of it."""

    incident: str
    party: Party
    contact: str | None = Field(description="Null: reminders to the whole side rest.")
    by: str
    until: datetime
    reason: str


class IncidentShape(BaseModel):
    number: str
    grade: Grade
    provisional: bool
    kind: Kind
    state: State
    phase: Phase
    functions: list[str]
    drill: bool
    flapping: bool
    started_at: datetime
    detected_at: datetime
    opened_at: datetime
    recovered_at: datetime | None
    closed_at: datetime | None
    acknowledged: ByParty
    verified_by: str | None
    without: list[str] = Field(description="Probes that the recovery need not wait for, as a person put on record.")
    waits_for: list[WaitShape] = Field(description="What its recovery waits for; empty once it has recovered.")
    recurrence_of: str | None
    reason: str | None = Field(description="Why it is void.")
    rules: list[str]
    signals: list[SignalShape] = Field(description="At most 50, open ones first.")
    signals_total: int
    agreement: Pinned
    regulatory: dict[str, str] = Field({}, description="Overlay -> regulatory level, as people decided (fact 11).")
    snoozes: list[SnoozeShape] = Field(description="Reminders that rest now.")
    labels: dict[Party, str] = Field({}, description="What the file calls the parties: 甲方, 乙方.")


class FactShape(BaseModel):
    """One link of the incident's chain."""

    seq: int
    at: datetime
    kind: str
    by: str
    detail: dict[str, object]
    prev_hash: str
    hash: str
    withheld: Annotated[bool, Field(description="Part of the detail is not for this reader; the chain holds.")] = False


class RecipientShape(BaseModel):
    contact: str
    why: str


class DeliveryShape(BaseModel):
    """`endpoint` is an id such as `lee/call`; where it leads is nobody's business here."""

    contact: str
    endpoint: str
    state: DeliveryState
    attempts: int
    verdict: Verdict | None
    reason: str
    made_at: datetime
    finished_at: datetime | None


class NoticeShape(BaseModel):
    id: str
    seq: int
    type: NoticeType
    party: Party
    grade: Grade
    at: datetime
    due_at: datetime
    state: NoticeState
    asks: bool
    answer_by: datetime | None
    trial: bool
    proof: str
    recipients: list[RecipientShape]
    deliveries: list[DeliveryShape]


class ProbeShape(BaseModel):
    name: str
    kind: str
    function: str
    result: Result
    since: datetime | None
    last_run_at: datetime | None
    duration_s: float
    values: dict[str, float | str | bool | None]
    error: str
    maintenance_until: datetime | None = Field(None, description="The end of the maintenance that it stands in now.")


class UnmappedShape(BaseModel):
    alertname: str
    count: int
    last_at: datetime
    labels: dict[str, str]


# ------------------------------------------------------------------------------------------------ what people do


class Act(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Brought(Act):
    """How an act came here. What somebody else recorded, or a call, is to be confirmed by the other party."""

    means: Annotated[str, Field(pattern="^(api|cli|phone)$")] = "api"
    called_at: AwareDatetime | None = Field(None, description="Said on the phone: when; never ahead.")
    recorded_by: Id | None = Field(None, description="The contact who writes it down for the one who acted.")


class AcknowledgeAct(Brought):
    contact: Id = Field(description="Who acknowledges; it counts for their party.")
    up_to: int | None = Field(None, ge=0, description="The last notice that they had seen; else all told by then.")
    progress: Text = Field(
        "", description="A first sentence on how it goes; mandatory where it acknowledges a report (3.2(c))."
    )
    next_update_at: AwareDatetime | None = Field(
        None, description="When the next update comes, with a time zone; mandatory likewise."
    )


class Restored(BaseModel):
    """What a person says of a recovery (3.4(d)); what nobody says the notice tells as being found out."""

    checked: list[Text] = Field([], max_length=20, description="Each `method: result`.")
    data: Text = Field("", description="Whether data were lost.")
    fix: Text = Field("", description="What was done about it.")
    is_temporary: bool | None = Field(None, description="Whether that fix is temporary; null: not said.")
    risk: Text = Field("", description="What may still go wrong, and until when.")


class VerifyAct(Brought, Restored):
    by: Id = Field(description="A contact of the provider.")
    note: Text = ""
    confirm_full: bool = Field(False, description="Also that alerts which the sender left out are clear.")
    without: list[Id] = Field(
        [],
        max_length=100,
        description="Probes that the recovery need not wait for, as they cannot find out; with `note`.",
    )


class VoidAct(Brought):
    by: Id
    reason: Text = Field(description="What it was instead.")


class CloseAct(Brought):
    by: Id = Field(description="A contact of the provider.")
    note: Text = ""
    waive_rest: bool = Field(
        False, description="Let go what the customer left unanswered for five working days; `note` says why."
    )


class GradeAct(Brought):
    by: Id
    grade: Grade
    reason: Text = Field("", description="Needed for lowering, and for a decision of both.")
    with_: Id | None = Field(
        None, alias="with", description="Who decides for the other party: then it is the joint decision (3.1)."
    )


class AcknowledgementShape(BaseModel):
    incident: str
    contact: str
    party: Party
    at: datetime
    repeated: bool
    reports: list[str] = Field([], description="Reports that it acknowledged (3.2(c)).")


class AgreementShape(BaseModel):
    id: str
    system: str
    version: int
    hash: str
    status: str


class FaultShape(BaseModel):
    line: int
    key: str
    message: str


class ReloadShape(BaseModel):
    agreement: AgreementShape = Field(description="The one in force.")
    waits_for: list[Party] = Field([], description="Whose principal has to accept what the file changes of it.")
    proposed: int | None = Field(None, description="The version that waits for them.")
    rejected_by: str | None = Field(None, description="Who rejected what the file still says.")
    warnings: list[FaultShape]
