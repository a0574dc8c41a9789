"""What a recovery notice says (3.4(d)): what was checked and by whom, what was lost, done and is left.

What nobody has said is being found out; it is never made up. In grade 3 what nobody said is left out altogether.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.model import NoticeType, Owing
from agent.notify.case import Copy
from agent.rules import clocks, wording
from agent.rules.wording import clipped

_OF_IT = ("data", "fix", "risk")


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template; empty where a notice tells of no recovery."""
    content = copy.notice.content
    is_it = copy.notice.type is NoticeType.RECOVERY
    told: Mapping[str, Any] = content if is_it else content.get("said", {})
    told = told if isinstance(told, Mapping) else {}
    unsaid = copy.say("found out") if is_it and (copy.notice.grade < 3 or _says_any(told)) else ""
    return {
        "checked": _checked(copy) if is_it else "",
        "data_loss": copy.short(told.get("data") or "", 150) or unsaid,
        "fix": _fix(copy, told) or unsaid,
        "risk": copy.short(told.get("risk") or "", 150) or unsaid,
        **_accept_by(copy, is_it=is_it),
        "following": _following(copy) if is_it else "",
    }


def _says_any(told: Mapping[str, Any]) -> bool:
    return any(told.get(name) for name in _OF_IT)


def _checked(copy: Copy) -> str:
    """The monitor's own finding first, then what each person looked at."""
    content = copy.notice.content
    said = _monitored(copy)
    people = content.get("checked", ())
    said += [copy.say("checked by", name=copy.name(each["by"]), text=copy.short(each["text"], 100)) for each in people]
    if content.get("by") and not people:
        said.append(copy.say("verified by", name=copy.name(str(content["by"]))))
    return clipped(copy.say("and").join(said), 300) or copy.say("found out")


def _monitored(copy: Copy) -> list[str]:
    """How long nothing bad was seen, and whether anything looked at all."""
    content = copy.notice.content
    since, until = content.get("good_since") or content.get("recovered_at"), content.get("verified_at")
    if not since or not until:
        return []
    seconds = (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()
    checks = content.get("checks", {})
    seen = "good readings" if checks.get("probes") else "no alert"
    phrase = f"{seen} in part" if checks.get("without") else seen
    return [copy.say(phrase, lasted=wording.lasting(int(seconds), copy.language))]


def _fix(copy: Copy, told: Mapping[str, Any]) -> str:
    fix, is_temporary = copy.short(told.get("fix") or "", 150), told.get("is_temporary")
    if is_temporary is None:
        return fix
    sort = "temporary" if is_temporary else "permanent"
    return copy.say(f"{sort} fix", fix=fix) if fix else copy.say(sort)


def _accept_by(copy: Copy, *, is_it: bool) -> dict[str, Any]:
    """OB-508: a right that runs from the delivery of this notice; whether nobody signed its limit."""
    agreement = copy.case.settings.agreement
    term = agreement.terms.get("confirm_recovery")
    limit = term.limits.get(copy.notice.grade) if term is not None else None
    if term is None or limit is None or not is_it:
        return {"accept_by": "", "is_accept_target": False}
    at = clocks.due_at(limit, copy.notice.at, agreement.calendar)
    return {"accept_by": copy.clock(at), "is_accept_target": agreement.is_trial or not term.is_adopted}


def _following(copy: Copy) -> str:
    """The reports that follow; of what nobody signed the other party reads nothing (fact 2)."""
    terms = copy.case.settings.agreement.terms
    owed = sorted((each.due_at, each.name, each.is_target) for each in copy.case.owed if _is_report(copy, each))
    space = "" if copy.language == "zh" else " "
    said = [
        f"{copy.short(terms[name].duty.get(copy.language, ''), 60)}{space}{copy.clock(at)}" + _mark(copy, is_target)
        for at, name, is_target in owed
        if name in terms
    ]
    return copy.say("list").join(said)


def _is_report(copy: Copy, each: Any) -> bool:
    is_shown = copy.is_provider or not each.is_target
    return each.ob == "OB-509" and each.debtor is Owing.PROVIDER and is_shown


def _mark(copy: Copy, is_target: bool) -> str:
    return copy.say("target") if is_target else ""
