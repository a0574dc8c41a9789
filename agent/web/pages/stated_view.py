"""What the page shows that asks to confirm or to correct: values for one party's eyes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.config.settings import Settings
from agent.model import Incident, Link, Statement, StatementState
from agent.ports import Store
from agent.rules import deeds, statements, wording
from agent.web.pages.reader import Person, choices
from agent.web.pages.stated_words import WORDS
from agent.web.pages.words import GRADES

_SAID = 1000


@dataclass(frozen=True, slots=True)
class Item:
    """One act that was recorded for somebody."""

    id: str  # S2
    line: str
    when: str
    recorded: str
    said: str
    until: str
    state: str
    answered: str  # by whom, when
    answer: str
    may_answer: bool


@dataclass(frozen=True, slots=True)
class StatedView:
    language: str
    words: Mapping[str, str]
    number: str  # of the incident, or the matter
    grade_word: str  # "" where it is about no incident
    is_drill: bool
    is_trial: bool
    system: str
    asked: str
    choices: tuple[Person, ...]
    items: tuple[Item, ...]
    fault: str = ""  # what the reader left out
    at_fault: str = ""  # of which statement


def view(link: Link, incident: Incident | None, store: Store, settings: Settings, now: datetime) -> StatedView:
    """The page as it stands now: what this party was asked about."""
    contact = settings.contacts.get(link.contact)
    language = contact.language if contact else settings.parties[link.party].language
    language = language if language in WORDS else "en"
    found = store.statements(link.incident) if incident else store.statements_of_matter(link.incident)
    mine = [each for each in found if each.asked is link.party and each.due_at is not None]
    is_named = bool(link.contact) or link.is_trial
    own = () if is_named else settings.contacts_of(link.party)
    return StatedView(
        language=language,
        words=WORDS[language],
        number=link.incident,
        grade_word=GRADES[language][incident.grade] if incident else "",
        is_drill=incident is not None and incident.is_drill,
        is_trial=link.is_trial,
        system=settings.agreement.system,
        asked=contact.name if contact else link.contact,
        choices=choices(each for each in own if not statements.is_observer(each)),
        items=tuple(_item(each, settings, language, now, is_trial=link.is_trial) for each in mine),
    )


def _item(each: Statement, settings: Settings, language: str, now: datetime, *, is_trial: bool) -> Item:
    words = WORDS[language]
    is_over = statements.is_over(each, now)
    state = StatementState.UNANSWERED if is_over and each.state is StatementState.WAITING else each.state
    answered_at = each.answered_at if each.answered_by else None
    return Item(
        id=each.id.rpartition("/")[2],
        line=words["line"].format(
            who=_name(each.by, settings),
            did=deeds.deed(each.kind, language, _name(deeds.other(each.said), settings)),
        ),
        when=words["when"].format(
            means=deeds.means(each.means, language, each.said), at=_at(each.at, settings, language)
        ),
        recorded=words["recorded"].format(
            recorder=words["nobody"] if each.recorded_by == "unauthenticated" else _name(each.recorded_by, settings),
            at=_at(each.on_file_at, settings, language),
        ),
        said=wording.plain(deeds.words(each.said, language), _SAID),
        until=_at(each.due_at, settings, language) if each.due_at else "",
        state=state.value,
        answered=words["by"].format(name=_name(each.answered_by, settings), at=_at(answered_at, settings, language))
        if answered_at
        else "",
        answer=wording.plain(each.answer, _SAID),
        may_answer=not is_over and not is_trial,
    )


def _name(id_: str, settings: Settings) -> str:
    contact = settings.contacts.get(id_)
    return (contact.name or contact.id) if contact else wording.plain(id_, 60)


def _at(at: datetime, settings: Settings, language: str) -> str:
    """`03:02 · 23 Nov, UTC+8`."""
    zone = settings.agreement.zone
    return f"{at.astimezone(zone):%H:%M} · {wording.on_date(at, zone, language)}"
