"""What the page of a notice's link shows: values for one party's eyes, nothing to look up in the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.config.settings import Settings
from agent.model import (
    SYSTEM,
    Acknowledgement,
    Incident,
    Kind,
    Link,
    Notice,
    NoticeType,
    Party,
    Report,
    Role,
    State,
    Statement,
    StatementState,
)
from agent.ports import Store
from agent.rules import answers, headlines, reporting, wording
from agent.rules.headlines import About
from agent.web.pages.reader import Person, choices
from agent.web.pages.words import GRADES, WORDS

_SHOWN = 3
_WIDEST = 400.0  # a page has room


@dataclass(frozen=True, slots=True)
class Said:
    """Who acknowledged for the party, and when."""

    name: str
    at: str


@dataclass(frozen=True, slots=True)
class View:
    language: str
    words: Mapping[str, str]
    number: str
    grade: int
    grade_word: str
    is_provisional: bool
    is_drill: bool
    is_trial: bool  # the customer's page, shown to the provider
    is_security: bool
    system: str
    what: str
    since: str
    symptoms: tuple[str, ...]
    details: tuple[str, ...]  # the provider's page only
    functions: str
    state: str
    party: Party
    party_name: str
    asked: str  # the contact's name; "" asks who you are
    choices: tuple[Person, ...]
    principal: Person | None  # of the other party, while grade 1 or 2 is open
    said: Said | None
    ended_at: str
    is_ended: bool
    is_void: bool
    may_acknowledge: bool  # False: it has ended, or this very contact has
    has_fault: bool = False  # no name was chosen, or it was not said how it goes
    reports: tuple[str, ...] = ()  # of the customer, waiting for this party to acknowledge them (3.2(c))
    is_reported: bool = False  # nothing but a report says so
    seen: int = 0  # the last notice that the party was told: what is acknowledged here goes no further
    is_newer: bool = False  # nobody of the party has acknowledged that one


def view(link: Link, incident: Incident, store: Store, settings: Settings, now: datetime) -> View:
    """The page as it stands now."""
    language = _language(link, settings)
    words = WORDS[language]
    content = _content(store, link)
    named = [_name(settings, function, link.party) for function in incident.functions]
    names = list(dict.fromkeys(named)) or [settings.agreement.system]
    contact = settings.contacts.get(link.contact)
    acknowledged = answers.standing(incident, store.acknowledgements(link.incident), link.party)
    is_ended = incident.state in (State.CLOSED, State.VOID)
    is_live = incident.state in (State.OPEN, State.VERIFYING)
    is_theirs = link.party is Party.PROVIDER and not is_ended
    said = store.acknowledgements(link.incident)
    seen = answers.newest(store.notices(link.incident), link.party, now)
    covered = max((each.seq for each in said if each.party is link.party), default=0)
    has_acknowledged = any(each.contact == link.contact and each.seq >= min(seen, covered) for each in acknowledged)
    waiting = reporting.pending(store.reports(incident=incident.number)[0]) if is_theirs else ()
    return View(
        language=language,
        words=words,
        number=incident.number,
        grade=incident.grade,
        grade_word=GRADES[language][incident.grade],
        is_provisional=incident.is_provisional,
        is_drill=incident.is_drill,
        is_security=incident.kind is Kind.SECURITY,
        system=settings.agreement.system,
        what=_what(incident, content, link, settings, now),
        since=_at(incident.started_at, settings, language, words["since"]),
        symptoms=_symptoms(content, language),
        details=_details(content) if link.party is Party.PROVIDER else (),
        functions=("、" if language == "zh" else ", ").join(names),
        state=words[incident.state],
        party=link.party,
        party_name=_party_name(link.party, settings, words),
        is_trial=link.is_trial,
        asked=(contact.name if contact else link.contact),
        choices=_choices(link, settings),
        principal=_principal(settings, link.party.other) if is_live and incident.grade < 3 else None,
        said=_said(acknowledged, store.statements(link.incident), settings, language),
        ended_at=_at(incident.closed_at, settings, language) if incident.closed_at else "",
        is_ended=is_ended,
        is_void=incident.state is State.VOID,
        may_acknowledge=not is_ended
        and not link.is_trial
        and (bool(waiting) or not has_acknowledged or seen > covered),
        reports=tuple(_report(each, settings) for each in waiting[:_SHOWN]),
        is_reported=bool(content.get("is_reported")),
        seen=seen,
        is_newer=bool(acknowledged) and seen > covered,
    )


def _report(each: Report, settings: Settings) -> str:
    """`REP-20261123-001 · 11:05 · Wang Fang · the till shows a blank page`."""
    contact = settings.contacts.get(each.reporter)
    who = contact.name if contact and contact.name else each.reporter
    at = f"{each.received_at.astimezone(settings.agreement.zone):%H:%M}"
    return " · ".join(
        piece for piece in (each.number, at, wording.plain(who, 60), wording.plain(each.symptom)) if piece
    )


def _language(link: Link, settings: Settings) -> str:
    contact = settings.contacts.get(link.contact)
    language = contact.language if contact else settings.parties[link.party].language
    return language if language in WORDS else "en"


def _content(store: Store, link: Link) -> Mapping[str, Any]:
    """Of the latest copy that was decided for the link's party; the other's is not looked at."""
    own: list[Notice] = [each for each in store.notices(link.incident) if each.party is link.party]
    told = [each for each in own if each.content.get("symptoms")] or own
    return told[-1].content if told else {}


def _what(about: Incident, content: Mapping[str, Any], link: Link, settings: Settings, now: datetime) -> str:
    """What the notice's first line says, without its tag: the function hit worst, and how many more."""
    language, zone = _language(link, settings), settings.agreement.zone
    functions = content.get("functions") or about.functions or (SYSTEM,)
    symptoms = content.get("symptoms", ())
    worst: Mapping[str, Any] = next((each for each in symptoms if each.get("function")), {})
    since = wording.at_clock(about.started_at, zone, now, language)
    said = About(
        type=NoticeType.OPENING,
        grade=about.grade,
        name=_name(settings, worst.get("function") or functions[0], link.party),
        since=since,
        since_day=since,
        more=len({_name(settings, function, link.party) for function in functions}) - 1,
        condition=str(worst.get("condition", "") if worst else content.get("state", "")),
        share=content.get("scope", {}).get("share"),
    )
    return headlines.what(said, language, _WIDEST, wording.width)


def _choices(link: Link, settings: Settings) -> tuple[Person, ...]:
    """Who of the party may be acting, where the link belongs to nobody."""
    if link.contact or link.is_trial:
        return ()
    return choices(settings.contacts_of(link.party))


def _symptoms(content: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """The customer's sentences: what rows and probes say, with the labels that were opened by name."""
    found = []
    for symptom in content.get("symptoms", ()):
        says = symptom.get("says", {})
        text = wording.plain(says.get(language) or next(iter(says.values()), ""))
        public = ", ".join(f"{name} {wording.plain(value, 60)}" for name, value in symptom.get("public", {}).items())
        if text:
            found.append(f"{text} ({public})" if public else text)
    return tuple(dict.fromkeys(found))[:_SHOWN]


def _details(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The provider's lines."""
    found = []
    for symptom in content.get("symptoms", ()):
        labels = symptom.get("labels", {})
        name = labels.get("alertname") or str(symptom.get("line", "")).removeprefix("probe:").rsplit("/", 1)[0]
        count = f" ×{symptom['count']}" if symptom.get("count", 1) > 1 else ""
        pieces = (f"{name}{count}", labels.get("instance", ""), symptom.get("summary", ""))
        found.append(" · ".join(wording.plain(piece) for piece in pieces if piece))
    return tuple(line for line in found if line)


def _name(settings: Settings, function: str, party: Party) -> str:
    """What a function is called; one that is not agreed (any more) is the system itself to the customer."""
    known = settings.agreement.functions.get(function)
    if function == SYSTEM or (known is None and party is Party.CUSTOMER):
        return settings.agreement.system
    return known.name if known else wording.plain(function, 60)


def _principal(settings: Settings, party: Party) -> Person | None:
    """Whom to phone on the other side: contract data, shown while a grade 1 or 2 incident is open (3.3(a))."""
    for each in settings.contacts_of(party):
        if Role.PRINCIPAL in each.roles and each.phone:
            return Person(each.id, each.name, each.phone)
    return None


def _said(
    acknowledged: Sequence[Acknowledgement], stated: Sequence[Statement], settings: Settings, language: str
) -> Said | None:
    if not acknowledged:
        return None
    first = acknowledged[0]
    name, at = _called(first.contact, settings), _at(first.at, settings, language)
    standing = next((each for each in stated if each.id == first.statement), None)
    if standing is None or standing.state is StatementState.CONFIRMED:
        return Said(name, at)
    recorder = _called(standing.recorded_by, settings)
    return Said(WORDS[language]["stated_by"].format(name=name, recorder=recorder), at)


def _called(id_: str, settings: Settings) -> str:
    contact = settings.contacts.get(id_)
    return (contact.name or contact.id) if contact else id_


def _party_name(party: Party, settings: Settings, words: Mapping[str, str]) -> str:
    """What it is called in the file, else its role in the reader's language."""
    name = settings.parties[party].name
    return words[party] if name == party.value else name


def _at(at: datetime, settings: Settings, language: str, said: str = "{time}") -> str:
    """`03:02 · 23 Nov, UTC+8`, the time put into the words `said`."""
    zone = settings.agreement.zone
    time = said.format(time=f"{at.astimezone(zone):%H:%M}")
    return f"{time} · {wording.on_date(at, zone, language)}"
