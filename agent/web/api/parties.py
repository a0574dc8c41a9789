"""What a caller of the customer is shown, and for whom it may speak (notices.md: API, pages and exports filter alike).

A route answers with everything; on the way out each shape is made what its reader may see. A shape that does not stand
in `SHOWN` is not for the customer: its route is refused before it does anything. So a new one is closed until somebody
decides what of it is shown.
"""

import inspect
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import Any, cast, get_args

from fastapi.routing import APIRoute
from pydantic import BaseModel

from agent.errors import NotFound, WrongParty
from agent.model import EntryKind, NoticeState, Owing, Party
from agent.ports import Store
from agent.rules import matchers, powers, register
from agent.web.access import Caller
from agent.web.api import models, planned
from agent.web.api.owed_shapes import ObligationShape
from agent.web.api.report_shapes import Content, FiledShape, ReportShape
from agent.web.office import Office
from agent.web.request import Request

ASKED: ContextVar[Request] = ContextVar("asked")
"""The request at the door that the API is answering."""

_ACTORS = ("by", "contact", "reporter")
"""Fields of an act that name who does it."""

_CLAUSES = {"acknowledgements": "4.2(c)", "verification": "3.4(d)", "void": "3.2(a)", "close": "3.4(e)", "grade": "3.1"}
_CLAUSES |= {"updates": "3.5", "phases": "3.4", "recovery": "4.2(c)", "plan": "3.1", "facts": "3.5"}
_CLAUSES |= {"confirmation": "fact 15", "dispute": "fact 15"}
_CLAUSES |= {"requests": "4.2(b)", "answer": "4.2(b)", "waivers": "section 5"}
_CLAUSES |= {"waiver-requests": "section 5"}
_CLAUSES |= {"answers": "3.1", "conversations": "3.3(a)", "coordinators": "3.3(b)", "response": "3.3(c)"}
_CLAUSES |= {"cause": "3.4(c)", "not-worse": "3.1", "same-cause": "3.4(a)"}
_TEAMS = "2.1"
"""Each party acts by its own team: the clause of every act that has none of its own here."""


class PartyRoute(APIRoute):
    """A route that shows each party its own copy. Every router of the API has it; a test looks."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        super().__init__(path, _for_its_party(path, endpoint), **more)


def has_heard(number: str, store: Store) -> bool:
    """Whether the customer was told of the incident, or reported it; what is held or withheld is on record only."""
    told = (each for each in store.notices(number) if each.party is Party.CUSTOMER and not each.is_trial)
    if any(each.state is NoticeState.RELEASED for each in told):
        return True
    return any(each.party is Party.CUSTOMER for each in store.reports(incident=number)[0])


def _for_its_party(path: str, endpoint: Callable[..., Any]) -> Callable[..., Any]:
    if hasattr(endpoint, "_has_parties"):
        return endpoint
    shape = inspect.signature(endpoint).return_annotation

    if inspect.iscoroutinefunction(endpoint):

        @wraps(endpoint)
        async def waited(**given: Any) -> Any:
            _check(path, shape, given)
            return _shown(await endpoint(**given))

        shown: Callable[..., Any] = waited
    else:

        @wraps(endpoint)
        def called(**given: Any) -> Any:
            _check(path, shape, given)
            return _shown(endpoint(**given))

        shown = called
    cast("Any", shown)._has_parties = True
    return shown


def _check(path: str, shape: Any, given: Mapping[str, Any]) -> None:
    """
    Raises:
        NotFound: the customer has not heard of the incident.
        WrongParty: it is for the other party to see or to do.
    """
    request = ASKED.get()
    caller = _caller(request)
    if caller.party is Party.PROVIDER:
        return
    if _sort(shape) not in SHOWN:
        raise WrongParty(f"this is for the provider; the token {caller.name} is the customer's", _TEAMS)
    number = str(given.get("number", ""))
    if number.startswith("INC-") and not has_heard(number, request.office.store):
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")
    for act in given.values():
        if isinstance(act, BaseModel):
            _check_actor(path, act, caller, request.office)


def _check_actor(path: str, act: BaseModel, caller: Caller, office: Office) -> None:
    contacts = office.settings().contacts
    for name in _ACTORS:
        contact = contacts.get(getattr(act, name, None) or "")
        if contact and contact.party is not caller.party:
            clause = _CLAUSES.get(path.rpartition("/")[2], _TEAMS)
            raise WrongParty(
                f"{contact.id} belongs to the {contact.party}; the token {caller.name} speaks for the {caller.party}",
                clause,
            )


def _shown(answer: Any) -> Any:
    request = ASKED.get()
    if _caller(request).party is Party.PROVIDER:
        return answer
    if isinstance(answer, models.Listed):
        copies = (SHOWN[type(each)](each, request.office) for each in answer.items)
        return answer.model_copy(update={"items": [each for each in copies if each is not None]})
    shown = SHOWN[type(answer)](answer, request.office)
    if shown is None:
        raise NotFound("there is no such thing: `tocsin incidents` lists what there is")
    return shown


def _caller(request: Request) -> Caller:
    if request.caller is None:
        raise WrongParty("nobody was let in", _TEAMS)
    return request.caller


def _sort(shape: Any) -> Any:
    """The shape itself; of a list, that of its items."""
    is_list = inspect.isclass(shape) and issubclass(shape, models.Listed)
    return shape.__pydantic_generic_metadata__["args"][0] if is_list else next(iter(get_args(shape)), shape)


# ------------------------------------------------------------------------------------ the customer's copy of each shape


def _incident(each: models.IncidentShape, office: Office) -> models.IncidentShape | None:
    """Without labels, rules and probes; None for one that the customer has not heard of."""
    if not has_heard(each.number, office.store):
        return None
    snoozes = [one for one in each.snoozes if one.party is Party.CUSTOMER]
    signals = [_signal(one, office) for one in each.signals]
    withheld: dict[str, Any] = {"rules": [], "without": [], "waits_for": []}
    return each.model_copy(update={**withheld, "signals": signals, "snoozes": snoozes})


def _signal(each: models.SignalShape, office: Office) -> models.SignalShape:
    """With those labels that its row opens by name."""
    rows = office.settings().rows
    index = matchers.first_match([row.match for row in rows], each.labels)
    opened = rows[index].public_labels if index >= 0 else ()
    public = {name: each.labels[name] for name in opened if name in each.labels}
    return each.model_copy(update={"labels": public, "fingerprint": "", "source": "", "muted": ""})


OPEN_DETAILS = frozenset(
    {
        *("from_grade", "to_grade", "grade", "reason", "kind", "function", "started_at", "recurrence_of", "note"),
        *("means", "party", "recorded_by", "progress", "next_update_at", "seq", "type", "until", "since", "for_s"),
        *("statement", "on_file_at", "called_at", "by_s"),
        *("into", "split_from", "recovered_at"),
    }
)
"""What a fact's detail tells the customer; the rest is withheld, and the chain holds all the same."""

_ENTRIES = frozenset(power.fact for kind, power in powers.POWERS.items() if kind is not EntryKind.PLAN_STEP)
"""Acts on the timeline that both parties share are told whole."""


_OF_REPORTS = frozenset(
    {"report_received", "report_incomplete", "report_supplemented", "report_complete", "report_acknowledged"}
)
"""What became of the customer's own reports it is told whole."""

_OF_STATEMENTS = frozenset({"statement_confirmed", "statement_unanswered"})
"""What was recorded on behalf concerns both, whoever recorded it."""

_OF_NOTICES = frozenset({"words"})
"""The hash of its own message as it was sent; of a step of the plan the word means what the provider did."""

_OF_ONE_SIDE = ("notice_", "reminders_")
"""Kinds of fact that concern one party alone."""


def _fact(each: models.FactShape, office: Office) -> models.FactShape:
    is_own = each.detail.get("party", Party.CUSTOMER) == Party.CUSTOMER or not each.kind.startswith(_OF_ONE_SIDE)
    names = OPEN_DETAILS if is_own else frozenset[str]()
    if is_own and each.kind.startswith("notice_"):
        names |= _OF_NOTICES
    is_reported = each.detail.get("party") == Party.CUSTOMER or each.kind == "report_acknowledged"
    is_open = each.kind in _ENTRIES or (each.kind in _OF_REPORTS and is_reported)
    is_open = is_open or (each.kind in register.KINDS and not each.detail.get("is_internal"))
    is_open = is_open or each.kind in _OF_STATEMENTS or each.kind == "team_launched"
    shown = {name: value for name, value in each.detail.items() if name in names or is_open}
    if owed := _duties(each, office):
        shown["duties"] = owed
    else:
        shown.pop("duties", None)
    return each.model_copy(update={"detail": shown, "withheld": shown != each.detail})


def _duties(each: models.FactShape, office: Office) -> list[Any]:
    """The clocks that a fact tells of, without the other party's targets: of those it reads nothing (fact 2)."""
    told = each.detail.get("duties")
    rows = [(one, office.store.obligation(str(one.get("id", "")))) for one in told] if isinstance(told, list) else []
    return [one for one, row in rows if row is not None and not (row.is_target and row.debtor is Owing.PROVIDER)]


def _report(each: ReportShape, office: Office) -> ReportShape | None:
    """Its own; of the other party's targets nothing is shown (fact 2)."""
    if each.party is not Party.CUSTOMER:
        return None
    owed = [one for one in each.obligations if not one.target or one.debtor is not Owing.PROVIDER]
    return each.model_copy(update={"obligations": owed})


def _obligation(each: ObligationShape, office: Office) -> ObligationShape | None:
    """Nothing of what it has not heard of, nor of the other party's targets (fact 2)."""
    if each.target and each.debtor is Owing.PROVIDER:
        return None
    return each if not each.incident or has_heard(each.incident, office.store) else None


def _content(each: Content, office: Office) -> Content | None:
    return each if each.party is Party.CUSTOMER else None


def _notice(each: models.NoticeShape, office: Office) -> models.NoticeShape | None:
    """The customer's own, once told; nothing of a carrier's words."""
    if each.party is not Party.CUSTOMER or each.trial or each.state is not NoticeState.RELEASED:
        return None
    deliveries = [one.model_copy(update={"reason": ""}) for one in each.deliveries]
    return each.model_copy(update={"deliveries": deliveries})


def _probe(each: models.ProbeShape, office: Office) -> models.ProbeShape:
    return each.model_copy(update={"values": {}, "error": ""})


def _window(each: planned.MaintenanceShape, office: Office) -> planned.MaintenanceShape | None:
    """What it is told of a window; one of single probes that it was not told of is the provider's own."""
    if each.source == "file" and each.announced_at is None:
        return None
    return each.model_copy(update={"probes": [], "waiting": 0})


def _whole(each: Any, office: Office) -> Any:
    return each


SHOWN: dict[Any, Callable[[Any, Office], Any]] = {
    models.IncidentShape: _incident,
    models.FactShape: _fact,
    models.NoticeShape: _notice,
    models.ProbeShape: _probe,
    models.AcknowledgementShape: _whole,
    models.SnoozeShape: _whole,
    planned.MaintenanceShape: _window,
    FiledShape: _whole,
    ReportShape: _report,
    ObligationShape: _obligation,
    Content: _content,
}
"""The customer's copy of each shape; None where it has none."""
