"""What a draft for an authority says: a statute's items, filled from what is on file. It is never sent anywhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from agent.model import (
    Contact,
    Entry,
    EntryKind,
    Grade,
    Incident,
    Level,
    Overlay,
    Party,
    PartyTerms,
    Phase,
    Report,
    Role,
)

CLAUSE = "fact 11"

FILED = "statute.filed"
"""Met by a person who records that it was filed."""

Fills = Mapping[str, str]
"""Source -> what is on file about it; a source that is missing is being found out."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "head": "DRAFT. {title}",
        "law": "{law}",
        "warning": "Tocsin sends nothing to any authority. A person checks this, files it, and records that it was "
        "filed. This is no legal advice.",
        "made": "{number}, as on file at {at}",
        "owed": "Owed by: {unit}",
        "unknown": "being found out",
        "level": "regulatory level: {level}",
        "undecided": "regulatory level: not decided yet",
        "grade": "grade {grade} of the contract (no regulatory level)",
        "began": "began {at}",
        "detected": "found {at}",
        "recovered": "recovered {at}",
        "colon": ": ",
        "fault": "fault",
        "security": "security event",
        "other": "other emergency",
    },
    "zh": {
        "head": "【草稿】{title}",
        "law": "依据：{law}",
        "warning": "本系统不向任何主管机关报送；须由有权人员核对、报送并登记。不构成法律意见。",
        "made": "{number}，截至{at}的登记内容",
        "owed": "报告单位：{unit}",
        "unknown": "待查",
        "level": "监管级别：{level}",
        "undecided": "监管级别：待研判",
        "grade": "合同级别{grade}级（不等于监管级别）",
        "began": "发生于{at}",
        "detected": "发现于{at}",
        "recovered": "恢复于{at}",
        "colon": "：",
        "fault": "故障",
        "security": "安全事件",
        "other": "其他紧急事件",
    },
}
_JOIN = {"en": "; ", "zh": "；"}


def fills(
    overlay: Overlay,
    incident: Incident,
    parties: Mapping[Party, PartyTerms],
    contacts: Mapping[str, Contact],
    system: str,
    functions: Mapping[str, str],
    reports: Sequence[Report],
    entries: Sequence[Entry],
    zone: tzinfo,
    language: str,
) -> Fills:
    """What is on file about each source that an item may ask for; both parties share all of it."""
    words, join = _WORDS[language], _JOIN[language]
    phases = {each.what: str(each.said.get("text", "")) for each in entries if each.kind is EntryKind.PHASE}
    said = [each.said for each in entries if each.kind is EntryKind.UPDATE]
    causes = [str(each.said["text"]) for each in entries if each.kind is EntryKind.CAUSE and each.said.get("text")]
    causes += [str(each["cause"]) for each in said if each.get("cause")]
    level = level_of(overlay, entries)
    party = parties[overlay.owed_by]
    principal = next((each for each in _of(contacts, overlay.owed_by) if Role.PRINCIPAL in each.roles), None)
    found = {
        "unit": join.join(each for each in (party.name, party.address) if each),
        "system": system,
        "functions": join.join(functions.get(each, each) for each in incident.functions),
        "began": words["began"].format(at=_at(incident.started_at, zone)),
        "detected": words["detected"].format(at=_at(incident.detected_at, zone)),
        "recovered": words["recovered"].format(at=_at(incident.recovered_at, zone)) if incident.recovered_at else "",
        "kind": words[incident.kind.value],
        "level": words["level"].format(level=level.called[language]) if level else words["undecided"],
        "grade": words["grade"].format(grade=_grade(incident.grade, language)),
        "impact": join.join(_told([each.symptom for each in reports], [each.scope for each in reports])),
        "measures": join.join(
            _told(
                [phases.get(Phase.CONTAINMENT, ""), phases.get(Phase.ERADICATION, "")],
                [str(each.get("done", "")) for each in said],
                [each.measures for each in reports],
            )
        ),
        "trend": str(said[-1].get("text", "")) if said else "",
        "cause": causes[-1] if causes else "",
        "planned": join.join(_told([str(each.get("next", "")) for each in said[-1:]])),
        "contact": principal.name if principal else "",
    }
    return {source: text for source, text in found.items() if text}


def draft(overlay: Overlay, incident: str, found: Fills, now: datetime, zone: tzinfo, language: str) -> str:
    """The draft: each item of the statute with what is on file, else that it is being found out."""
    words = _WORDS[language]
    lines = [
        words["head"].format(title=overlay.title[language]),
        words["law"].format(law=overlay.law[language]),
        words["warning"],
        words["made"].format(number=incident, at=_at(now, zone)),
        words["owed"].format(unit=found.get("unit") or words["unknown"]),
        "",
    ]
    for number, item in enumerate(overlay.items, 1):
        said = [found[source] for source in item.sources if source in found]
        if len(said) < len(item.sources):
            said.append(words["unknown"])
        lines.append(f"{number}. {item.called[language]}{words['colon']}{_JOIN[language].join(said)}")
    return "\n".join(lines) + "\n"


def lacking(overlay: Overlay, found: Fills) -> tuple[int, ...]:
    """Numbers of the items of which something is not on file."""
    return tuple(
        number for number, item in enumerate(overlay.items, 1) if any(each not in found for each in item.sources)
    )


def level_of(overlay: Overlay, entries: Sequence[Entry]) -> Level | None:
    """The regulatory level that a person decided last, None while nobody has."""
    decided = [each for each in entries if each.kind is EntryKind.LEVEL and each.what == overlay.name]
    return overlay.level(str(decided[-1].said.get("level", ""))) if decided else None


def _of(contacts: Mapping[str, Contact], party: Party) -> list[Contact]:
    return [each for each in contacts.values() if each.party is party]


def _told(*texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(each for listed in texts for each in listed if each))


def _at(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %z}" if at else ""


def _grade(grade: Grade, language: str) -> str:
    return {1: "一", 2: "二", 3: "三"}[grade] if language == "zh" else str(grade)
