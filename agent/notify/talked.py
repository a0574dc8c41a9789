"""What notices say of the grade as the parties talk of it (3.1), of who coordinates (3.3(b)), and of a rise by time."""

from datetime import datetime
from typing import Any

from agent.model import Contact, NoticeType, Party, Role
from agent.notify.case import Copy
from agent.rules import headlines, wording


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that tell of it; empty where a notice is about none."""
    content = copy.notice.content
    contested = content.get("contested") or {}
    wanted = contested.get("grade")
    return {
        "is_contested": bool(contested),
        "objector": copy.name(str(contested.get("by", ""))),
        "wanted": headlines.grade_mark(wanted, False, copy.language) if wanted else "",
        "wanted_grade": wanted or 0,
        "decide_by": _by(copy, contested.get("decide_by"), bool(contested.get("is_target"))),
        "object_by": _object_by(copy),
        "coordinator": _coordinator(copy),
        "speak_to": _speak_to(copy),
        "rises_at": copy.clock(content.get("rises_at", "")),
    }


def tag(copy: Copy) -> str:
    """What the first line of a rise ahead calls it; "" for every other notice."""
    if copy.notice.type is not NoticeType.RISING:
        return ""
    grade, at = wording.GRADES[copy.language][copy.notice.grade], copy.clock(copy.notice.content.get("rises_at", ""))
    return f"{grade}·{at}将升级" if copy.language == "zh" else f"{grade}, rises at {at}"


def _object_by(copy: Copy) -> str:
    """Until when the customer may accept a grade or object, once its clock runs (OB-402)."""
    notice = copy.notice  # one that asks for an acknowledgement asks for nothing else
    if copy.is_provider or notice.asks or notice.type is not NoticeType.CHANGE or "to_grade" not in notice.content:
        return ""
    running = [each for each in copy.case.owed if each.name == "answer_grade" and each.due_at > copy.case.now]
    return _by(copy, running[0].due_at, running[0].is_target) if running else ""


def _by(copy: Copy, at: datetime | str | None, is_target: bool) -> str:
    said = copy.clock(at)
    return said + (copy.say("target") if said and is_target else "")


def _coordinator(copy: Copy) -> str:
    """Whom the other party named, with the number while it is grade 1 or 2."""
    named = copy.notice.content.get("coordinators") or {}
    contact = copy.case.settings.contacts.get(str(named.get(Party(copy.notice.party.other), "")))
    return _called(copy, contact) if contact else ""


def _speak_to(copy: Copy) -> str:
    """Whom to phone where no link answers: who was named to coordinate, else who has the role, else the principal."""
    people = copy.case.settings.contacts_of(copy.notice.party.other)
    found = (contact for role in (Role.COORDINATOR, Role.PRINCIPAL) for contact in people if role in contact.roles)
    first = next(found, None)
    return _coordinator(copy) or (_called(copy, first) if first else "")


def _called(copy: Copy, contact: Contact) -> str:
    return copy.person(contact) if copy.notice.grade < 3 else copy.short(contact.name or contact.id)
