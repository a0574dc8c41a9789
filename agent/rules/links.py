"""What the link of a notice is about: the same for who makes it and for who looks it up."""

from agent.model import STATEMENTS, Notice, NoticeType

ITEM = "item:"
"""A link about a line of the registers: `item:IMP-20261123-001`."""

TERMS = "terms:"


def subject(notice: Notice) -> tuple[str, str]:
    """Incident (or what a statement is about that is of none) and `about` of the notice's links; both "" for none.

    Of a channel test, which has a link for each channel, see `channel_tests`.
    """
    if notice.type is NoticeType.STATEMENT:
        return notice.incident or str(notice.content.get("matter", "")), STATEMENTS
    if notice.type is NoticeType.TERMS:
        return "", TERMS + notice.id.split("/")[1]
    if notice.type is NoticeType.AGREEMENT and notice.content.get("asks"):
        return "", ITEM + str(notice.content.get("item", ""))
    return notice.incident, ""


def item_of(about: str) -> str:
    """The line of the registers that a link is about, "" for none."""
    return about.removeprefix(ITEM) if about.startswith(ITEM) else ""
