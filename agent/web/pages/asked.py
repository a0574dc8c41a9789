"""What the reader of a notice's link answers beside an acknowledgement: a request, a wish to be let off a duty, or
whether it works again (4.2, section 5).
"""

from agent.engine.stated import Record
from agent.errors import IllegalStep, Refused
from agent.model import EntryKind, Link
from agent.rules import wording
from agent.web.request import Request
from agent.web.wire import answer_of

LONGEST = 4000


def is_answer(form: dict[str, str]) -> bool:
    """Whether the form answers something, and acknowledges nothing by itself."""
    return any(name in form for name in ("request", "waiver", "recovery"))


async def put(request: Request, link: Link, contact: str, form: dict[str, str]) -> str:
    """Put the answer on file; what it lacks, "" where it lacks nothing."""
    text = wording.plain(form.get("text", ""), LONGEST)
    answer = form.get("recovery", "")
    if not contact:
        return "pick"
    if not text and answer != "confirmed":
        return "say"
    said = {"text": text} if text else {}
    kind, what, about = EntryKind.ANSWER, "", form.get("request", "")[:20]
    if answer:
        kind, what, about = EntryKind.RECOVERY_ANSWER, answer, ""
    elif duty := form.get("waiver", ""):
        kind, about = EntryKind.WAIVER, duty[:200]
    act = Record(link.incident, kind, contact, what, said, about, means="link", party=link.party)
    try:
        await answer_of(request.office.submit(act))
    except IllegalStep:
        return ""  # somebody answered meanwhile, or it is over: the page says so
    except Refused:
        if kind is not EntryKind.WAIVER:
            raise
        return "may_not"
    return ""
