"""Who acknowledged, contact by contact, and what was recorded on behalf, as `tocsin show` reads it out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from agent.cli import output
from agent.rules import deeds, party_names
from agent.rules.sentences import WORDS

HEADINGS: Mapping[str, Mapping[str, str]] = {
    "en": {"acknowledged": "Acknowledged, contact by contact", "stated": "Recorded on behalf"},
    "zh": {"acknowledged": "确认明细", "stated": "代为登记"},
}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "comma": ", ",
        "given": "{contact} ({party}), {at}, {means}",
        "recorded": "recorded by {recorder}",
        "from": "from {address}",
        "up to": "notices up to no. {seq}",
        "stated": "{id}  stated by {by} ({party}), {at} {means}, recorded by {recorder}: {did}",
        "with": " “{said}”",
        "waiting": "; the {asked} may confirm or correct it until {until}",
        "unasked": "; the {asked} has not been asked yet",
        "confirmed": "; confirmed by {who}, {when}",
        "disputed": "; DISPUTED by {who}, {when}: “{answer}”",
        "unanswered": "; no answer",
    },
    "zh": {
        "comma": "，",
        "given": "{contact}（{party}），{at}，{means}",
        "recorded": "由{recorder}登记",
        "from": "来自{address}",
        "up to": "至第{seq}号通知",
        "stated": "{id}  据称{by}（{party}）{at}{means}{did}，由{recorder}登记",
        "with": "：“{said}”",
        "waiting": "；{asked}可于{until}前确认或更正",
        "unasked": "；尚未请{asked}确认",
        "confirmed": "；{who}{when}确认",
        "disputed": "；【有异议】{who}{when}：“{answer}”",
        "unanswered": "；未答复",
    },
}


def acknowledged(
    items: Sequence[Mapping[str, Any]],
    language: str,
    zone: tzinfo | None = None,
    parties: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """`wang (customer), 2026-11-23 03:05:00, by phone, recorded by chen, notices up to no. 2`."""
    words = {**_WORDS[language], **(parties or party_names.called({}, language))}
    for each in items:
        given = {"party": words[each["party"]], "at": _at(each["at"], zone), "means": _means(each["means"], language)}
        pieces = [words["given"].format(contact=each["contact"], **given)]
        for name, key, value in (
            ("recorded", "recorder", _recorder(each["recorded_by"], language) if each.get("statement") else ""),
            ("from", "address", each.get("address")),
            ("up to", "seq", each.get("up_to")),
        ):
            if value:
                pieces.append(words[name].format(**{key: value}))
        if each.get("statement"):
            pieces.append(str(each["statement"]))
        yield words["comma"].join(pieces)


def stated(
    items: Sequence[Mapping[str, Any]],
    language: str,
    zone: tzinfo | None = None,
    parties: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """`S1  stated by wang (customer), … by phone, recorded by chen: acknowledged; confirmed by wang, …`."""
    words = {**_WORDS[language], **(parties or party_names.called({}, language))}
    for each in items:
        told = each.get("said") or {}
        said = deeds.words(told, language)
        line = words["stated"].format(
            id=each["id"],
            by=each["by"],
            party=words[each["party"]],
            at=_at(each["at"], zone),
            means=deeds.means(each["means"], language, told),
            recorder=_recorder(each["recorded_by"], language),
            did=deeds.deed(each["kind"], language, deeds.other(told)),
        )
        state = "unasked" if each["state"] == "waiting" and not each.get("due_at") else each["state"]
        yield (
            line
            + (words["with"].format(said=said) if said else "")
            + words[state].format(
                asked=words[each["asked"]],
                until=_at(each["due_at"], zone) if each.get("due_at") else "",
                who=each.get("answered_by") or "",
                when=_at(each["answered_at"], zone) if each.get("answered_at") else "",
                answer=each.get("answer") or "",
            )
        )


def show(thing: Mapping[str, Any]) -> None:
    """Print, under what it is about, what was recorded on behalf of somebody, and how it stands (fact 15)."""
    for line in stated(thing.get("stated") or (), "en"):
        output.line(f"  {line}")


def _recorder(by: str | None, language: str) -> str:
    return WORDS[language]["recorded_by"].get(by or "", by or "")


def _means(word: str, language: str) -> str:
    return deeds.means(word, language)


def _at(text: str, zone: tzinfo | None) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M:%S}"
