"""A notice in one contact's language: values in, one Message out.

Templates are Jinja2, `{language}/{type}.{party}.txt`, the operator's own (`notices: {templates: …}`) before the shipped
ones. They get the names that `_values` builds and nothing else; what came from labels is a value, never a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import metrics
from agent.config.settings import Settings
from agent.log import Log
from agent.model import (
    SYSTEM,
    Condition,
    Contact,
    Endpoint,
    Incident,
    Kind,
    Manner,
    Message,
    Notice,
    NoticeType,
    Party,
    Plan,
    Role,
)
from agent.rules import wording

if TYPE_CHECKING:
    from jinja2 import Environment

log = Log(__name__)

SHIPPED = Path(__file__).parent / "templates"
LONGEST = 6000
FIRST_RUNG = 0.2
"""The share of the launch limit after which the next person is called (agreement.md 5, rule 6)."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a notice is composed from, beside itself."""

    incident: Incident | None  # None: a notice about the agent itself
    contact: Contact
    endpoint: Endpoint
    settings: Settings
    link: str  # "" where nothing is asked
    now: datetime


def compose(notice: Notice, case: Case) -> Message:
    """The message for one contact; a template that fails is passed over for the shipped one."""
    language = case.contact.language if case.contact.language in wording.LANGUAGES else "en"
    values = _values(notice, case, language)
    if notice.content.get("kind") == Kind.SECURITY and case.endpoint.manner is not Manner.LOUD:
        text = _render(None, f"{language}/security.txt", values)
    else:
        text = _render(case.settings.templates, f"{language}/{_template(notice)}", values)
    text = "\n".join(line.rstrip() for line in text.splitlines() if line.strip())[:LONGEST]
    return Message(
        subject=text.splitlines()[0] + (f" [{values['number']} #{values['seq']}]" if values["number"] else ""),
        text=text,
        short=_render(None, f"{language}/short.txt", values).strip(),
        thread=values["number"],
        grade=notice.grade,
    )


# ------------------------------------------------------------------------------------------------------- values


def _values(notice: Notice, case: Case, language: str) -> dict[str, Any]:
    settings, content = case.settings, notice.content
    zone = settings.agreement.zone
    number = case.incident.number if case.incident else ""
    started_at = datetime.fromisoformat(content["started_at"]) if "started_at" in content else notice.at
    since = wording.at_clock(started_at, zone, case.now)
    names = [_name(settings, function) for function in content.get("functions", ())]
    name = names[0] if names else settings.agreement.system
    if len(names) > 1:
        name += f"等{len(names)}项" if language == "zh" else f" +{len(names) - 1}"
    return {
        "notice": notice,
        "content": content,
        "number": number,
        "seq": notice.seq,
        "system": settings.agreement.system,
        "grade": notice.grade,
        "grade_word": wording.GRADES[language][notice.grade],
        "headline": _headline(notice, case, name, since, language),
        "names": names,
        "name": names[0] if names else settings.agreement.system,
        "since": since,
        "date": wording.on_date(case.now, zone, language),
        "symptom": _symptom(content, language, names),
        "technical": _technical(content),
        "scope": _scope(content, names, language),
        "done": _done(notice, case, language),
        "answer_by": wording.at_clock(notice.answer_by, zone, case.now) if notice.answer_by else "",
        "take_over_by": _take_over_by(notice, case),
        "link": case.link,
        "short_link": case.link.split("://", 1)[-1],
        "short_number": number[len("INC-2026") :],
        "principal": _principal(settings, notice.party.other, language),
        "people": [_person(settings.contacts[id_]) for id_ in content.get("people", ()) if id_ in settings.contacts],
        "other": _label(settings, notice.party.other, language),
        "own": _label(settings, notice.party, language),
        "plan": _plan(settings, case.incident) if case.incident else "",
        "clause": wording.CLAUSES[notice.grade],
        "proof": notice.proof,
        "is_trial": notice.is_trial,
        "lasted": wording.lasting(int(content.get("lasted_s", 0)), language),
        "recovered_at": _clock(content.get("recovered_at"), case),
        "verified_at": _clock(content.get("verified_at"), case),
        "by": _by(settings, content.get("by", "")),
        "reason": wording.plain(str(content.get("reason", ""))),
        "from_word": wording.GRADES[language].get(content.get("from_grade", notice.grade), ""),
        "at": wording.at_clock(notice.at, zone, case.now),
        "provisional": bool(content.get("provisional")),
        "why": wording.plain(str(content.get("why", ""))),
    }


def _headline(notice: Notice, case: Case, name: str, since: str, language: str) -> str:
    content = notice.content
    mark = wording.TRIAL[language] if notice.is_trial else ""
    if notice.type is NoticeType.RECOVERY:
        recovered, verified = _clock(content.get("recovered_at"), case), _clock(content.get("verified_at"), case)
        return mark + wording.recovered_line(name, recovered, verified, language)
    if notice.type is NoticeType.VOID:
        return mark + wording.void_line(name, since, language)
    share = content.get("scope", {}).get("share")
    state = content.get("state", "")
    is_total = state == Condition.DOWN and (share is None or share >= 1) and notice.party is Party.CUSTOMER
    provisional = bool(content.get("provisional"))
    return mark + wording.headline(notice.type, notice.grade, provisional, name, state, is_total, since, language)


def _name(settings: Settings, function: str) -> str:
    if function == SYSTEM:
        return settings.agreement.system
    found = settings.agreement.functions.get(function)
    return found.name if found else function


def _symptom(content: Mapping[str, Any], language: str, names: list[str]) -> str:
    """The customer's sentence: what the rows and probes say, else the function and its state."""
    said: list[str] = []
    for symptom in content.get("symptoms", ()):
        says = symptom["says"]
        text = says.get(language) or next(iter(says.values()), "")
        public = ", ".join(f"{name}={wording.plain(value, 60)}" for name, value in symptom["public"].items())
        said.append(wording.plain(text) + (f" ({public})" if text and public else ""))
    unique = [text for text in dict.fromkeys(said) if text]
    if unique:
        return ("；" if language == "zh" else "; ").join(unique[:3])
    state = wording.CONDITIONS[language].get(content.get("state", ""), wording.CONDITIONS[language][""])
    name = names[0] if names else ""
    return f"{name}{state}" if language == "zh" else f"{name} is {state}"


def _technical(content: Mapping[str, Any]) -> list[str]:
    """The provider's lines: where it was seen, how often, and what was said."""
    lines = []
    for symptom in content.get("symptoms", ()):
        where = symptom.get("line", "")
        labels = symptom.get("labels", {})
        name = labels.get("alertname") or where.removeprefix("probe:").rsplit("/", 1)[0]
        seen = " ".join(f"{key}={wording.plain(labels[key], 40)}" for key in ("instance", "job") if key in labels)
        count = f" ×{symptom['count']}" if symptom["count"] > 1 else ""
        summary = wording.plain(symptom.get("summary", ""))
        lines.append(" ".join(part for part in (f"{name}{count}", seen, summary) if part))
    if content.get("more"):
        lines.append(f"… +{content['more']}")
    return lines


def _scope(content: Mapping[str, Any], names: list[str], language: str) -> str:
    scope = content.get("scope", {})
    share = scope.get("share")
    listed = ("、" if language == "zh" else ", ").join(names)
    if share is not None:
        part = f"{share:.0%}"
        counted = f"{scope['firing']}/{scope['total']}"
        return f"{listed}，约{part}（{counted}）" if language == "zh" else f"{listed}, about {part} ({counted})"
    if content.get("state") == "down":
        return f"{listed}，按全部用户计，待查" if language == "zh" else f"{listed}, taken as all users, being found out"
    return f"{listed}，影响面待查" if language == "zh" else f"{listed}, extent being found out"


def _done(notice: Notice, case: Case, language: str) -> str:
    said: list[str] = []
    zone = case.settings.agreement.zone
    for step in notice.content.get("done", ()):
        if step["what"] == "told_teams":
            at = wording.at_clock(datetime.fromisoformat(step["at"]), zone, case.now)
            said.append(f"{at}通知双方应急人员" if language == "zh" else f"emergency teams told {at}")
        elif step["what"] == "acknowledged" and step["by"] in case.settings.contacts:
            contact = case.settings.contacts[step["by"]]
            label = _label(case.settings, contact.party, language)
            said.append(
                f"{label}{contact.name}已确认接手" if language == "zh" else f"{contact.name} ({label}) is on it"
            )
    separator = "；" if language == "zh" else "; "
    return separator.join(said) or ("已记录，待处置" if language == "zh" else "recorded, being looked at")


def _take_over_by(notice: Notice, case: Case) -> str:
    """When the next person is called."""
    if notice.answer_by is None:
        return ""
    limit: timedelta = notice.answer_by - notice.at
    return wording.at_clock(notice.at + limit * FIRST_RUNG, case.settings.agreement.zone, case.now)


def _principal(settings: Settings, party: Party, language: str) -> str:
    """Whom to speak to on the other side: contract data, so the number is shown (3.3(a))."""
    for contact in settings.contacts_of(party):
        if Role.PRINCIPAL in contact.roles:
            return _person(contact)
    return ""


def _person(contact: Contact) -> str:
    return f"{contact.name} {contact.phone}".strip()


def _by(settings: Settings, id_: str) -> str:
    return settings.contacts[id_].name if id_ in settings.contacts else ""


def _label(settings: Settings, party: Party, language: str) -> str:
    terms = settings.parties[party]
    if terms.label and terms.label != party:
        return terms.label
    words = {"en": {"provider": "provider", "customer": "customer"}, "zh": {"provider": "服务方", "customer": "客户方"}}
    return words[language][party]


def _plan(settings: Settings, incident: Incident) -> str:
    """The fitting response plan's link (3.1 行动方案)."""

    def fits(plan: Plan) -> bool:
        return (
            plan.kind is incident.kind
            and (not plan.function or plan.function in incident.functions)
            and (plan.grade is None or plan.grade == incident.grade)
        )

    return next((plan.link for plan in settings.plans if fits(plan)), "")


def _clock(text: Any, case: Case) -> str:
    if not text:
        return ""
    return wording.at_clock(datetime.fromisoformat(text), case.settings.agreement.zone, case.now)


# ---------------------------------------------------------------------------------------------------- templates


def _render(own: Path | None, name: str, values: Mapping[str, Any]) -> str:
    for folder in (own, SHIPPED):
        if folder is None or not (folder / name).is_file():
            continue
        try:
            return _environment(folder).get_template(name).render(values)
        except Exception as fault:
            if folder == SHIPPED:
                raise
            metrics.ENGINE_FAULTS.labels("wording").inc()
            log.error("own template failed, the shipped one was used", template=name, fault=str(fault))
    raise FileNotFoundError(name)


@lru_cache(maxsize=4)
def _environment(folder: Path) -> "Environment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=True,
        autoescape=False,  # plain text: the post escapes where a channel renders HTML
    )


def _template(notice: Notice) -> str:
    """`opening.customer.txt` where the parties read different things, else `void.txt`."""
    both = f"{notice.type}.txt"
    return both if (SHIPPED / "en" / both).is_file() else f"{notice.type}.{notice.party}.txt"
