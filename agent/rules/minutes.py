"""Facts as the sentences of an incident's minutes, in English or Chinese."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from agent.rules import party_names, reasons
from agent.rules.sentence_words import LATE
from agent.rules.sentences import LINES, SENTENCES, WORDS
from agent.rules.wording import GRADES, at_clock, lasting, plain

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"\{(\w+)\}")
_LONGEST = 500

_TIMES = frozenset(
    {"started_at", "since", "until", "last_at", "silent_since", "occurred_at", "next_update_at", "due_at", "known_at"}
)
_PARTIES = frozenset({"party", "for"})
_PEOPLE = frozenset({"by", "contact", "verified_by", "recorded_by", "owner", "with"})


def sentence(
    kind: str,
    by: str,
    detail: Mapping[str, Any],
    at: datetime,
    zone: tzinfo,
    language: str = "en",
    names: Mapping[str, str] | None = None,
    duties: Mapping[str, str] | None = None,
    parties: Mapping[str, str] | None = None,
) -> str:
    """What a fact says, in one line; `kind: detail` for a kind that has no sentence.

    Facts carry ids; `names` says what people are called, `duties` what is owed, `parties` who is 甲方. Text from
    outside comes out as one printable line.
    """
    template = SENTENCES[language].get(kind)
    if template is None:
        return plain(f"{kind}: {_unknown(by, detail)}".rstrip(": "), _LONGEST)
    told = {**detail, **_duties(detail, duties or {}), **_late(detail, duties or {}, at, zone, language)}
    words = _words(by, told, at, zone, language, names or {}, parties or party_names.called({}, language))
    kept = _OPTIONAL.sub(lambda part: part[1] if _all_there(part[1], words) else "", template)
    return _NAME.sub(lambda name: words.get(name[1]) or "?", kept)


def is_told(kind: str, by: str, detail: Mapping[str, Any], at: datetime, zone: tzinfo) -> bool:
    """Whether the detail holds all that the sentence of this kind needs; the copy of one party may lack some."""
    template = SENTENCES["en"].get(kind, "")
    told = {**detail, **_duties(detail, {}), **_late(detail, {}, at, zone, "en")}
    return _all_there(_OPTIONAL.sub("", template), _words(by, told, at, zone, "en", {}, party_names.called({}, "en")))


def called(line: str, language: str = "en") -> str:
    """`probe:checkout-page/0` as `Probe checkout-page`, `row:CheckoutDown-3f2a1c` as `Row CheckoutDown`."""
    sort, _, rest = line.partition(":")
    form = LINES[language].get(sort)
    name = rest.rpartition("/")[0] or rest if sort == "probe" else rest.partition("/")[0]
    if sort == "row":
        name = name.rpartition("-")[0] or name
    return form.replace("{name}", name) if form else line


def _all_there(part: str, words: Mapping[str, str]) -> bool:
    return all(words.get(name) for name in _NAME.findall(part))


def _words(
    by: str,
    detail: Mapping[str, Any],
    at: datetime,
    zone: tzinfo,
    language: str,
    names: Mapping[str, str],
    parties: Mapping[str, str],
) -> dict[str, str]:
    """The words that sentences are made of, each one printable line."""
    known = {**detail, **_derived(detail, language), "by": by}
    said: dict[str, str] = {}
    for name, value in known.items():
        if name in _TIMES:
            text = _time(value, at, zone)
        elif name in _PEOPLE:
            text = WORDS[language].get(name, {}).get(str(value)) or names.get(str(value), str(value))
        elif name in _PARTIES:
            text = parties.get(str(value), str(value))
        elif name in ("grade", "from_grade", "to_grade"):
            text = _grade(value, language)
        elif name == "to":
            text = _recipients(value, detail.get("why"), language, names, parties)
        elif isinstance(value, list | tuple):
            called_ = names if name == "who" else {}
            text = ("、" if language == "zh" else ", ").join(called_.get(str(each), str(each)) for each in value)
        else:
            text = WORDS[language].get(name, {}).get(str(value), "" if value is None else str(value))
            text = reasons.reason(text, language) if name == "why" else text
        said[name] = plain(text, _LONGEST)
    return said


def _derived(detail: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What a fact says between the lines: the notice's number, how many signals, who verified."""
    more: dict[str, Any] = {}
    for name in ("line", "sorted_as", "heartbeat"):
        if name in detail:
            more[name] = called(str(detail[name]), language)
    if "notice" in detail:
        more["notice"], more["party"] = (*str(detail["notice"]).split("/")[1:3], "", "")[:2]
    if isinstance(count := detail.get("count"), int):
        more["signals"] = f"{count}条" if language == "zh" else f"{count} signal{'s' * (count != 1)}"
    if isinstance(attempt := detail.get("attempt"), int):
        more["attempt"] = attempt if attempt > 1 else ""
        more["attempts"] = f"尝试{attempt}次" if language == "zh" else f"{attempt} attempt{'s' * (attempt != 1)}"
    if isinstance(by_s := detail.get("by_s"), int | float):
        more["moved"] = _moved(by_s, language)
    if isinstance(elapsed_s := detail.get("elapsed_s"), int):
        more["took"] = lasting(elapsed_s, language)
    for name in ("items", "missing"):
        if isinstance(items := detail.get(name), list | tuple):
            more[name] = [WORDS[language]["items"].get(str(item), str(item)) for item in items]
    if isinstance(attached := detail.get("attachments"), list | tuple):
        form = "{}（{}）" if language == "zh" else "{} ({})"
        more["attached"] = [form.format(each.get("name", ""), str(each.get("sha256", ""))[:8]) for each in attached]
    checks = detail.get("checks")
    if isinstance(checks, Mapping):
        more.update(probes=checks.get("probes", ()), verified_by=checks.get("verified_by", ""))
        more["without"] = checks.get("without", ())
    return more


def _moved(by_s: float, language: str) -> str:
    """`back by 30 min`, of a clock that was set."""
    length, zh = abs(by_s), language == "zh"
    said = lasting(int(length), language) if length >= 60 else f"{length:g}{'秒' if zh else ' s'}"
    if zh:
        return f"{'调慢' if by_s < 0 else '调快'}{said}"
    return f"{'back' if by_s < 0 else 'forward'} by {said}"


def _duties(detail: Mapping[str, Any], called: Mapping[str, str]) -> dict[str, Any]:
    """The duties of a fact by what they are called; one that each party owes is named once."""
    more: dict[str, Any] = {}
    if isinstance(owed := detail.get("duties"), list | tuple):
        names = dict.fromkeys(str(duty.get("name", "")) for duty in owed)
        more["duties"] = [called.get(name, name.replace("_", " ")) for name in names]
    if isinstance(name := detail.get("duty"), str):
        more["duty"] = called.get(name, name.replace("_", " "))
    return more


def _late(
    detail: Mapping[str, Any], called: Mapping[str, str], at: datetime, zone: tzinfo, language: str
) -> dict[str, str]:
    """The duties of a fact that were due before it, with their times; of a target that it is one (fact 2)."""
    owed = detail.get("duties")
    if not isinstance(owed, list | tuple):
        return {}
    forms, comma = LATE[language], "、" if language == "zh" else ", "
    told: dict[bool, dict[str, None]] = {False: {}, True: {}}  # one that each party owes is named once
    for duty in owed:
        name = str(duty.get("name", ""))
        due = _time(duty.get("due_at", ""), at, zone, language)
        line = forms["due"].format(duty=called.get(name, name.replace("_", " ")), at=due)
        told[bool(duty.get("is_target"))][line] = None
    return {word: _both_sorts(forms, word, told, comma) for word in ("overdue", "met_late")}


def _both_sorts(forms: Mapping[str, str], word: str, told: Mapping[bool, Mapping[str, None]], comma: str) -> str:
    said = [
        forms[f"{word}, target" if is_target else word].format(comma.join(lines))
        for is_target, lines in told.items()
        if lines
    ]
    return forms["and"].join([*said[:1], *(each[:1].lower() + each[1:] for each in said[1:])])


def _recipients(to: Any, why: Any, language: str, names: Mapping[str, str], parties: Mapping[str, str]) -> str:
    """`Li Lei, chen (default grade 1: everyone); wang (routes[0]: named)`: people by the reason they are told."""
    contacts: Sequence[Any] = to if isinstance(to, list | tuple) else [to]
    given: Sequence[Any] = why if isinstance(why, list | tuple) and len(why) == len(contacts) else [""] * len(contacts)
    groups: dict[str, list[str]] = {}
    for contact, reason in zip(contacts, given, strict=True):
        groups.setdefault(str(reason), []).append(names.get(str(contact), str(contact)))
    comma, semicolon, because = ("、", "；", "（{}）") if language == "zh" else (", ", "; ", " ({})")
    return semicolon.join(
        comma.join(people)
        + (because.format(party_names.in_text(reasons.reason(reason, language), parties)) if reason else "")
        for reason, people in groups.items()
    )


def _grade(value: Any, language: str) -> str:
    words = {str(grade): word for grade, word in GRADES["zh"].items()} if language == "zh" else {}
    return words.get(str(value), str(value))


def _time(value: Any, at: datetime, zone: tzinfo, language: str = "") -> str:
    """A time of the detail as a clock reads, with its date where it is not the fact's own day."""
    try:
        return at_clock(datetime.fromisoformat(str(value)), zone, at, language)
    except ValueError:
        return str(value)


def _unknown(by: str, detail: Mapping[str, Any]) -> str:
    told = [f"{name} {value}" for name, value in detail.items() if value not in (None, "", [], {})]
    return ", ".join(([] if by == "agent" else [f"by {by}"]) + told)
