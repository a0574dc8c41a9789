"""What a notice says of clocks that run: what falls due next, and when the next update is owed (notices.md)."""

from typing import Any

from agent.model import NoticeType, ObligationState, Owing
from agent.notify.case import Copy

SHOWN = 3

_CALLS = frozenset({NoticeType.OPENING, NoticeType.CHANGE, NoticeType.RELAPSE, NoticeType.ESCALATION})


def values(copy: Copy) -> dict[str, Any]:
    """`due`, the provider's list; `next_update`, with a mark where it is a target that nobody signed (fact 2)."""
    if copy.notice.type not in _CALLS:
        return {"due": "", "next_update": ""}
    return {"due": _due(copy) if copy.is_provider else "", "next_update": _next_update(copy)}


def _due(copy: Copy) -> str:
    terms = copy.case.settings.agreement.terms
    ahead = sorted((each.due_at, each.name) for each in copy.case.owed if _is_ahead(copy, each))
    space = "" if copy.language == "zh" else " "
    known = [(at, terms[name].duty) for at, name in ahead if name in terms]
    said = [f"{copy.short(duty.get(copy.language, ''), 40)}{space}{copy.clock(at)}" for at, duty in known]
    return ("｜" if copy.language == "zh" else " | ").join(list(dict.fromkeys(said))[:SHOWN])


def _is_ahead(copy: Copy, each: Any) -> bool:
    """Owed by the provider or both, by people: what the agent does itself is nobody's errand."""
    is_ours = each.debtor in (Owing.PROVIDER, Owing.BOTH)
    is_running = each.state is ObligationState.RUNNING and each.due_at > copy.case.now
    return is_ours and is_running and each.name not in ("first_notice", "change_notice", "judge")


def _next_update(copy: Copy) -> str:
    running = [each for each in copy.case.owed if each.name == "progress_update" and each.due_at > copy.case.now]
    if not running:
        return ""
    at = copy.clock(running[0].due_at)
    return at + (copy.say("target") if running[0].is_target else "")
