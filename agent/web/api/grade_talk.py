"""What the parties say of the grade (3.1), and what a grade asks them to put on record (3.3, 3.4(c), R7)."""

from collections.abc import Sequence
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from agent.errors import NotFound
from agent.model import EntryKind, Grade, Incident, Obligation, ObligationState, Party, State, StatementState
from agent.rules import agreeing, closing
from agent.rules.agreeing import Talk
from agent.web.api.acting import PROBLEMS
from agent.web.api.entries import EntryShape, TimelineAct, listed, put
from agent.web.api.models import Id, Listed, Text
from agent.web.api.parties import SHOWN, PartyRoute
from agent.web.office import Office


class GradeAnswerAct(TimelineAct):
    """A party's answer to the grade that stands."""

    answer: Literal["accepted", "objection"]
    grade: Grade = Field(
        description="Of an acceptance the grade that stands, or the one the other party asks for; of an objection the "
        "one it should be."
    )
    text: Text = Field("", description="Why; needed for an objection.")


class ConversationAct(TimelineAct):
    """The principals spoke; `by` and `with` are a principal or a deputy of each party."""

    with_: Id = Field(alias="with", description="The other party's principal or deputy.")
    medium: Literal["phone", "video", "meeting", "message"] = "phone"
    text: Text = Field("", description="What was agreed.")


class CoordinatorAct(TimelineAct):
    contact: Id = Field(description="Who coordinates for the party of `by`: one of its own.")


class ResponseAct(TimelineAct):
    what: Literal["respond", "not_respond"]
    text: Text = Field(description="Why.")


class ReasonAct(TimelineAct):
    text: Text = Field(description="In a person's words.")


class ComparisonAct(TimelineAct):
    what: Literal["same", "other"] = Field(description="Whether what came back has the same cause, or another.")
    text: Text = Field(description="In a person's words.")


class ObjectionShape(BaseModel):
    """An objection to the grade that is open."""

    entry: str
    party: Party
    by: str
    grade: Grade = Field(description="The grade asked for.")
    text: str


class GradeStanding(BaseModel):
    """How the parties stand to the grade."""

    incident: str
    grade: Grade
    provisional: bool
    accepted: list[Party] = Field(description="Who accepted the grade that stands.")
    objections: list[ObjectionShape] = Field(description="Open ones; until both have decided the higher grade rules.")
    to_answer: list[Literal["grade", "recovery"]] = Field(description="What is open to be accepted or objected to.")


def routes(office: Office) -> APIRouter:
    """Grade talk, and the records that grades ask for."""
    api = APIRouter(tags=["timeline"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/incidents/{number}/grade")
    def standing(number: str) -> GradeStanding:
        """Who accepted the grade, and who objects (3.1)."""
        return _standing(office, number)

    @api.get("/incidents/{number}/grade/answers")
    def answers(number: str) -> Listed[EntryShape]:
        """What the parties answered to the grade, oldest first."""
        return listed(office, number, EntryKind.GRADE_ANSWER)

    @api.post("/incidents/{number}/grade/answers", status_code=201)
    async def answer(number: str, act: GradeAnswerAct, request: Request, response: Response) -> EntryShape:
        """Accept the grade or object to it (3.1). One that asks for a graver one raises at once."""
        return await put(office, number, EntryKind.GRADE_ANSWER, act, request, response, what=act.answer)

    @api.get("/incidents/{number}/conversations")
    def conversations(number: str) -> Listed[EntryShape]:
        """When the principals spoke (3.3(a)), oldest first."""
        return listed(office, number, EntryKind.CONVERSATION)

    @api.post("/incidents/{number}/conversations", status_code=201)
    async def conversation(number: str, act: ConversationAct, request: Request, response: Response) -> EntryShape:
        """Record that the principals spoke (3.3(a)); `called_at` is when."""
        return await put(office, number, EntryKind.CONVERSATION, act, request, response)

    @api.get("/incidents/{number}/coordinators")
    def coordinators(number: str) -> Listed[EntryShape]:
        """Who was named to coordinate (3.3(b)); of each party the last one counts."""
        return listed(office, number, EntryKind.COORDINATOR)

    @api.post("/incidents/{number}/coordinators", status_code=201)
    async def coordinator(number: str, act: CoordinatorAct, request: Request, response: Response) -> EntryShape:
        """Name who coordinates for a party (3.3(b)); the other one reads it in the notices."""
        return await put(office, number, EntryKind.COORDINATOR, act, request, response)

    @api.post("/incidents/{number}/response", status_code=201)
    async def respond(number: str, act: ResponseAct, request: Request, response: Response) -> EntryShape:
        """Decide in grade 3 whether to respond, with the reason (3.3(c))."""
        return await put(office, number, EntryKind.RESPONSE, act, request, response, what=act.what)

    @api.post("/incidents/{number}/cause", status_code=201)
    async def cause(number: str, act: ReasonAct, request: Request, response: Response) -> EntryShape:
        """Put the cause on record, once it is known (3.4(c)); both parties are told."""
        return await put(office, number, EntryKind.CAUSE, act, request, response)

    @api.post("/incidents/{number}/not-worse", status_code=201)
    async def not_worse(number: str, act: ReasonAct, request: Request, response: Response) -> EntryShape:
        """State with the reason that a grade 3 fault is not worse: time does not raise it for 24 h (R7)."""
        return await put(office, number, EntryKind.NOT_WORSE, act, request, response)

    @api.post("/incidents/{number}/same-cause", status_code=201)
    async def same_cause(number: str, act: ComparisonAct, request: Request, response: Response) -> EntryShape:
        """State whether what came back has the same cause (3.4(a)); another one is split off, or its link undone."""
        return await put(office, number, EntryKind.SAME_CAUSE, act, request, response, what=act.what)

    return api


def _standing(office: Office, number: str) -> GradeStanding:
    """
    Raises:
        NotFound: no such incident.
    """
    incident = office.store.incident(number)
    if incident is None:
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")
    talk = _talk(office, incident)
    return GradeStanding(
        incident=number,
        grade=incident.grade,
        provisional=incident.is_provisional,
        accepted=sorted(talk.accepted),
        objections=[
            ObjectionShape(
                entry=each.id,
                party=party,
                by=each.by,
                grade=agreeing.grade_of(each),
                text=str(each.said.get("text", "")),
            )
            for party, each in sorted(talk.objections.items())
        ],
        to_answer=_to_answer(office, incident, talk),
    )


def _talk(office: Office, incident: Incident) -> Talk:
    """As the desk reads it: without what is disputed (fact 15), with what counts as accepted (fact 13)."""
    stated = office.store.statements(incident.number)
    disputed = {each.about for each in stated if each.state is StatementState.DISPUTED}
    entries = [each for each in office.store.entries(incident.number) if each.id not in disputed]
    term = office.settings().agreement.terms.get("answer_grade")
    lapsed: Sequence[Obligation] = ()
    if term is not None and term.deemed_accepted:
        lapsed = office.store.obligations(incident=incident.number, states=(ObligationState.LAPSED,), limit=500)[0]
    is_deemed = any(each.name == "answer_grade" and each.started_at >= incident.graded_at for each in lapsed)
    return agreeing.talk(entries, incident, is_deemed=is_deemed)


def _to_answer(office: Office, incident: Incident, talk: Talk) -> list[Literal["grade", "recovery"]]:
    found: list[Literal["grade", "recovery"]] = []
    if incident.state in (State.OPEN, State.VERIFYING, State.RECOVERED) and not talk.is_agreed:
        found.append("grade")
    if incident.state is State.RECOVERED and not closing.is_recovery_answered(
        office.store.entries(incident.number), incident
    ):
        found.append("recovery")
    return found


def _whole(each: GradeStanding, office: Office) -> GradeStanding:
    return each


SHOWN[GradeStanding] = _whole
