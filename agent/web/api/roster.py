"""/roster: each party's people, what its team lacks, and the channel test (OB-101, OB-104, 2.1)."""

from datetime import datetime
from enum import StrEnum

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from agent.engine.rostered import AnsweredTest, AnswerTest, StartedTest, StartTest
from agent.model import Contact, Manner, NoticeState, Party, Role
from agent.rules import channel_tests, periods, roster
from agent.rules.channel_tests import Answer
from agent.rules.roster import What
from agent.web.api.acting import PROBLEMS, known, recorder
from agent.web.api.models import Act, Id, Listed
from agent.web.api.parties import SHOWN, PartyRoute, has_heard
from agent.web.office import Office
from agent.web.wire import answer_of

ANSWERS = 2000
"""So many answers to channel tests are looked at: more than both parties give in a month."""


class Said(StrEnum):
    """How a contact said that a test reached them, where it was not the link."""

    API = "api"
    CLI = "cli"
    PHONE = "phone"


class ChannelShape(BaseModel):
    """One way to reach a contact. Its address stands nowhere."""

    channel: str
    manner: Manner
    broken: bool
    accepted_at: datetime | None = Field(description="When a carrier last took something: accepted is not arrived.")
    answered_at: datetime | None = Field(description="When the link of a test was last answered by it.")


class PersonShape(BaseModel):
    id: str
    name: str
    roles: list[Role]
    phone: str
    reachable: bool = Field(description="Whether a channel of their own works; a room reaches nobody for certain.")
    channels: list[ChannelShape]
    answered_at: datetime | None = Field(description="When they first answered a test this month.")


class LackShape(BaseModel):
    what: What
    text: str
    people: list[str]


class RosterShape(BaseModel):
    """A party's team as the file names it."""

    party: Party
    name: str
    complete: bool = Field(description="A principal, two reachable members, two kinds of channel each (2.1).")
    missing: list[LackShape]
    month: str = Field(description="The month of the channel test: `2026-11`.")
    tested: bool = Field(description="Whether everybody has answered a test this month.")
    waits_for: list[str] = Field(description="Who has not.")
    on_call: list[str] | None = Field(description="Who is on call now; empty in a gap, null without a rota.")
    contacts: list[PersonShape]


class TestAct(Act):
    by: Id = Field(description="Who starts it, somebody of a team.")
    parties: list[Party] = Field([], max_length=2, description="The starter's own, where it is not said.")
    contacts: list[Id] = Field([], max_length=200, description="Only these; everybody where it is not said.")
    now: bool = Field(False, description="At once, also outside working hours.")


class TestShape(BaseModel):
    id: str
    party: Party
    to: list[str]
    at: datetime = Field(description="When it leaves.")
    held: bool = Field(description="Whether it waits for working hours.")


class StartedShape(BaseModel):
    tests: list[TestShape]
    repeated: bool = False


class AnswerAct(Act):
    contact: Id
    test: str = Field("", max_length=60, description="The latest that asked them, where it is not said.")
    means: Said = Said.API


class AnswerShape(BaseModel):
    test: str
    contact: str
    party: Party
    at: datetime
    repeated: bool
    waits_for: list[str] = Field(description="Who of the party has not answered this month.")


def routes(office: Office) -> APIRouter:
    """The roster part of the API."""
    api = APIRouter(tags=["roster"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/roster")
    def listed() -> Listed[RosterShape]:
        """Both parties' people, what each team lacks, and who has answered this month's channel test."""
        return Listed(items=[_roster(office, party) for party in Party], next=None)

    @api.post("/roster/tests", status_code=201)
    async def test(act: TestAct, request: Request, response: Response) -> StartedShape:
        """Each contact gets a marked message with a link by every channel; 200 where it was asked for just now."""
        known(office, act.by)
        for contact in act.contacts:
            known(office, contact)
        by = recorder(request.scope["tocsin"])
        work = StartTest(act.by, tuple(act.parties), tuple(act.contacts), at_once=act.now, recorded_by=by)
        done: StartedTest = await answer_of(office.submit(work))
        response.status_code = 200 if done.is_repeated else 201
        return _started(done)

    @api.post("/roster/confirmations", status_code=201)
    async def answer(act: AnswerAct, request: Request, response: Response) -> AnswerShape:
        """A contact says, other than by the link, that the test reached them; 200 where that is on record."""
        known(office, act.contact)
        work = AnswerTest(act.contact, act.test, means=act.means, recorded_by=recorder(request.scope["tocsin"]))
        done: AnsweredTest = await answer_of(office.submit(work))
        response.status_code = 200 if done.is_repeated else 201
        return AnswerShape(
            test=done.test,
            contact=done.contact,
            party=done.party,
            at=done.at,
            repeated=done.is_repeated,
            waits_for=list(done.waits_for),
        )

    return api


def _roster(office: Office, party: Party) -> RosterShape:
    settings = office.settings()
    people, zone = settings.contacts_of(party), settings.agreement.zone
    given = channel_tests.answers(office.store.facts_of_agent(channel_tests.ANSWERED, ANSWERS), party)
    month = periods.month_of(office.clock.now(), zone)
    answered = channel_tests.answered_in(month, given, zone)
    waiting = channel_tests.waits_for(people, answered)
    lacks = roster.lacking(people, settings.endpoints)
    return RosterShape(
        party=party,
        name=settings.parties[party].name,
        complete=not lacks,
        missing=[LackShape(what=lack.what, text=roster.said(lack), people=list(lack.people)) for lack in lacks],
        month=month,
        tested=bool(people) and not waiting,
        waits_for=list(waiting),
        on_call=list(office.on_call(party, office.clock.now())) if settings.parties[party].on_call else None,
        contacts=[_person(office, each, answered.get(each.id), given) for each in people],
    )


def _person(office: Office, contact: Contact, answered_at: datetime | None, given: list[Answer]) -> PersonShape:
    endpoints = office.settings().endpoints
    taken = office.store.last_taken(contact.id)
    own = {each.endpoint: each.at for each in reversed(given) if each.contact == contact.id}
    return PersonShape(
        id=contact.id,
        name=contact.name,
        roles=list(contact.roles),
        phone=contact.phone,
        reachable=roster.is_reachable(contact, endpoints),
        channels=[
            ChannelShape(
                channel=endpoints[id_].channel,
                manner=endpoints[id_].manner,
                broken=bool(endpoints[id_].broken),
                accepted_at=taken.get(id_),
                answered_at=own.get(id_),
            )
            for id_ in contact.reach
            if id_ in endpoints
        ],
        answered_at=answered_at,
    )


def _started(done: StartedTest) -> StartedShape:
    return StartedShape(
        tests=[
            TestShape(
                id=str(notice.content["test"]),
                party=notice.party,
                to=[recipient.contact for recipient in notice.recipients],
                at=notice.due_at,
                held=notice.state is NoticeState.HELD,
            )
            for notice in done.notices
        ],
        repeated=done.is_repeated,
    )


def _customers(each: RosterShape, office: Office) -> RosterShape:
    """Of the provider's people names and roles; numbers while a grade 1 or 2 incident is open, channels never."""
    if each.party is Party.CUSTOMER:
        return each
    shows_numbers = _is_grave(office)
    contacts = [
        person.model_copy(update={"channels": [], "phone": person.phone if shows_numbers else ""})
        for person in each.contacts
    ]
    return each.model_copy(update={"contacts": contacts})


def _is_grave(office: Office) -> bool:
    """Whether an incident of grade 1 or 2 is open of which the customer has heard."""
    found, _ = office.store.incidents(states=["open", "verifying"], limit=500)
    return any(incident.grade < 3 and has_heard(incident.number, office.store) for incident in found)


SHOWN[RosterShape] = _customers
SHOWN[StartedShape] = lambda each, office: each
SHOWN[AnswerShape] = lambda each, office: each
