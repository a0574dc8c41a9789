"""A notice in one contact's language: values in, one Message out.

Templates are Jinja2, `{language}/{type}.{party}.txt`, the operator's own (`notices: {templates: …}`) before the shipped
ones. They get the names of `names.NAMES` and nothing else; what came from labels is a value, never a template.
"""

from functools import cache
from typing import Any

from agent.model import Kind, Message, Notice, NoticeType
from agent.notify import digested
from agent.notify.case import Case, Copy, Gathered
from agent.notify.discretion import may_say_all
from agent.notify.stationery import LONGEST, SHIPPED, written
from agent.notify.values import about, people, values
from agent.rules import headlines, wording

__all__ = ["Case", "Gathered", "compose", "template_of"]

SMS_ENGLISH = 160
SMS_CHINESE = 70
"""Characters of an SMS: 160 of its own alphabet, 70 as soon as one is of no such."""

_LEAST_OF_WHAT = 12
"""Characters that an SMS keeps for what has happened; a link that leaves fewer is left out."""


def compose(notice: Notice, case: Case) -> Message:
    """The message for one contact. A template of the operator's that fails is passed over for the shipped one."""
    language = case.contact.language if case.contact.language in wording.LANGUAGES else "en"
    said = values(notice, case, language)
    if case.gathered:
        said["entries"] = digested.entries(case, language, values)
    is_security = said["kind"] == Kind.SECURITY
    if is_security and not may_say_all(case.endpoint):
        said["headline"] = headlines.security_line(notice.grade, said["marks"], language)
        text, is_own = written(None, f"{language}/security.txt", said)
    else:
        text, is_own = written(case.settings.templates, f"{language}/{template_of(notice)}", said)
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    if is_own:  # the shipped ones begin with `headline`
        lines[0] = wording.cut(lines[0], headlines.WIDEST[language], lambda line: wording.width(line, language))
    number = f" [{said['number']} #{said['seq']}]" if said["number"] else ""
    return Message(
        subject=lines[0] + number,
        text="\n".join(lines)[:LONGEST],
        short=_short(Copy(notice, case, language), said, is_security),
        thread=said["number"],
        grade=notice.grade,
    )


def template_of(notice: Notice) -> str:
    """`opening.customer.txt` where the parties read different things, else `void.txt`."""
    return f"{notice.type}.txt" if _is_for_both(notice.type) else f"{notice.type}.{notice.party}.txt"


@cache
def _is_for_both(type_: NoticeType) -> bool:
    return (SHIPPED / "en" / f"{type_}.txt").is_file()


def _short(copy: Copy, said: dict[str, Any], is_security: bool) -> str:
    """For SMS: shaped like the template registered with the carrier, with as much of the name as there is room for."""
    own = None if is_security else copy.case.settings.templates
    english = copy.language == "en"
    told = about(copy, in_ascii=english)
    said = {
        **said,
        "name": told.name,
        "marks": said["marks"].translate(_BRACKETS),
        "people": people(copy, in_ascii=english),
    }

    def rendered(what: str, link: str) -> str:
        text, _ = written(own, f"{copy.language}/short.txt", {**said, "what": what, "short_link": link})
        return " ".join(text.split()).translate(_BRACKETS)

    fullest = told.name + "".join(told.tails[:1])  # the words of a person may be of any script
    is_plain = english and rendered(fullest, said["short_link"]).isascii()
    limit, mark = (SMS_ENGLISH, "...") if is_plain else (SMS_CHINESE, "…")
    link = said["short_link"]
    bare = rendered("", link)
    if link and limit - wording.sms_units(bare) < _LEAST_OF_WHAT:
        link = ""
        bare = rendered("", link)
    room = max(limit - wording.sms_units(bare), 0)
    what = headlines.what(told, copy.language, room, wording.sms_units, mark)
    return wording.cut(rendered(what, link), limit, wording.sms_units, mark)


_BRACKETS = str.maketrans("【】", "（）")  # in an SMS they are the carrier's own, for the sender's name
