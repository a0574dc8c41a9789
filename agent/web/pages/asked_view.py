"""What the page of a notice's link asks its reader beside an acknowledgement: open requests, and the recovery (4.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.config.settings import Settings
from agent.model import Entry, EntryKind, Incident, Link, Obligation, Party, State
from agent.ports import Store
from agent.rules import requests, wording
from agent.rules.requests import Asked

SHOWN = 5

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "support": "Request {number}: support",
        "cooperation": "Request {number}: your cooperation",
        "feedback": "Request {number}: how you handle it",
        "invitation": "Request {number}: an invitation",
        "by": "asked by {name}, {at}",
        "until": "Please answer by {at}",
        "target": " (target)",
        "text": "Your answer",
        "answer": "Answer {number}",
        "waiver": "May this go undone: {duty}?",
        "let_go": "Let it go",
        "why": "Why you let it go",
        "may_not": "It takes a principal or coordinator of yours to let it go.",
        "restored": "Does it work again?",
        "yes": "Yes, it works again",
        "no": "No, I object",
        "wrong": "What does not work",
        "object": "Object to the recovery",
        "confirmed": "Recovery confirmed",
        "objection": "You object to the recovery",
        "said": "by {name}, {at}",
        "say": "Please say it in words.",
        "pick": "Please choose your name first.",
        "who": "Who are you?",
        "choose": "Choose your name",
    },
    "zh": {
        "support": "请求{number}：请求支持",
        "cooperation": "请求{number}：请贵方协作",
        "feedback": "请求{number}：请反馈处置情况",
        "invitation": "请求{number}：邀请",
        "by": "{name}于{at}提出",
        "until": "请于{at}前答复",
        "target": "（默认目标）",
        "text": "您的答复",
        "answer": "答复{number}",
        "waiver": "是否同意免除：{duty}？",
        "let_go": "同意免除",
        "why": "免除理由",
        "may_not": "须由贵方负责人或指定人员同意免除。",
        "restored": "是否已恢复？",
        "yes": "是，已恢复正常",
        "no": "否，提出异议",
        "wrong": "何处仍有异常",
        "object": "对恢复提出异议",
        "confirmed": "已确认恢复",
        "objection": "已对恢复提出异议",
        "said": "{name}，{at}",
        "say": "请填写内容。",
        "pick": "请先选择您的姓名。",
        "who": "您是哪位？",
        "choose": "请选择您的姓名",
    },
}


@dataclass(frozen=True, slots=True)
class Question:
    """A request that waits for the reader's party, or a duty that the other party asks to be let off."""

    sort: str  # request or waiver: the field of the form
    number: str  # R-2, or the duty's id
    title: str
    text: str
    by: str
    until: str
    label: str
    button: str


@dataclass(frozen=True, slots=True)
class AskedView:
    words: Mapping[str, str]
    questions: tuple[Question, ...]
    asks_recovery: bool  # of the customer, who has not answered to this recovery
    answered: str  # confirmed or objection; "" while nobody did
    answered_by: str
    fault: str = ""  # pick, say or may_not
    at_fault: str = ""  # the request, the duty, or `recovery`


def asked_view(link: Link, incident: Incident, language: str, store: Store, settings: Settings) -> AskedView:
    """What waits for the party of the link; nothing in a trial."""
    entries = store.entries(incident.number) if not link.is_trial else ()
    is_over = incident.state is State.VOID
    waiting = [each for each in requests.asked_in(entries).values() if each.answer is None and not is_over]
    mine = [each for each in waiting if each.asked is link.party and _may_answer(each, incident)]
    wishes = [each for each in entries if each.kind is EntryKind.WAIVER_REQUEST and each.party is link.party.other]
    owed = store.obligations(incident=incident.number, limit=500)[0] if mine or wishes else ()
    answer = _answer(entries, incident) if link.party is Party.CUSTOMER else None
    is_theirs = link.party is Party.CUSTOMER and incident.state is State.RECOVERED and not link.is_trial
    return AskedView(
        words=WORDS[language],
        questions=(
            *(_question(each, owed, language, settings) for each in mine[:SHOWN]),
            *_waivers(wishes, owed, language, settings),
        ),
        asks_recovery=is_theirs and answer is None,
        answered=answer.what if answer is not None and is_theirs else "",
        answered_by=_said(answer, language, settings) if answer is not None else "",
    )


def _may_answer(each: Asked, incident: Incident) -> bool:
    return incident.state is not State.CLOSED or each.request.what == "invitation"


def _answer(entries: Sequence[Entry], incident: Incident) -> Entry | None:
    """The customer's last word on this recovery."""
    since = incident.recovered_at
    said = [each for each in entries if each.kind is EntryKind.RECOVERY_ANSWER]
    return next((each for each in reversed(said) if since is not None and each.on_file_at >= since), None)


def _question(each: Asked, owed: Sequence[Obligation], language: str, settings: Settings) -> Question:
    words = WORDS[language]
    clock = next((one for one in owed if (one.name, one.about) == (each.sort.duty, each.number)), None)
    mark = words["target"] if clock is not None and clock.is_target else ""
    return Question(
        sort="request",
        number=each.number,
        title=words[each.request.what].format(number=each.number),
        text=wording.plain(str(each.request.said.get("text", "")), 4000),
        by=words["by"].format(name=_name(each.request.by, settings), at=_at(each.request.at, language, settings)),
        until=words["until"].format(at=_at(clock.due_at, language, settings)) + mark if clock is not None else "",
        label=words["text"],
        button=words["answer"].format(number=each.number),
    )


def _waivers(
    wishes: Sequence[Entry], owed: Sequence[Obligation], language: str, settings: Settings
) -> tuple[Question, ...]:
    """Each duty that the other party asks to be let off, while it is owed; in its latest words."""
    words, rows = WORDS[language], {each.id: each for each in owed if each.state.is_open}
    latest = {each.about: each for each in wishes if each.about in rows}
    return tuple(
        Question(
            sort="waiver",
            number=id_,
            title=words["waiver"].format(duty=_duty(rows[id_].name, language, settings)),
            text=wording.plain(str(each.said.get("text", "")), 4000),
            by=words["by"].format(name=_name(each.by, settings), at=_at(each.at, language, settings)),
            until="",
            label=words["why"],
            button=words["let_go"],
        )
        for id_, each in list(latest.items())[:SHOWN]
    )


def _duty(name: str, language: str, settings: Settings) -> str:
    term = settings.agreement.terms.get(name)
    return term.duty.get(language, name) if term else name.replace("_", " ")


def _said(answer: Entry, language: str, settings: Settings) -> str:
    return WORDS[language]["said"].format(name=_name(answer.by, settings), at=_at(answer.at, language, settings))


def _name(id_: str, settings: Settings) -> str:
    contact = settings.contacts.get(id_)
    return contact.name or contact.id if contact else id_


def _at(at: datetime, language: str, settings: Settings) -> str:
    zone = settings.agreement.zone
    local = at.astimezone(zone)
    return f"{local:%H:%M} · {wording.on_date(at, zone, language)}"
