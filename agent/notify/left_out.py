"""What a notice says of minutes that a party wants left out of the availability (4.1(a)).

`content` of such a notice, of type AGREEMENT:
    event: exclusion
    exclusion (its number), state: open | accepted | declined | withdrawn, by, since, until (ISO), because, answer
    function ("" for all)
"""

from collections.abc import Mapping

from agent.notify.case import Copy

EVENT = "exclusion"

_SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "open": "{by} claims that {since} to {until}{of} is left out of the availability ({id})",
        "accepted": "{by} left {since} to {until}{of} out of the availability ({id})",
        "declined": "{by} declined to leave {since} to {until}{of} out of the availability ({id})",
        "withdrawn": "{by} no longer claims {since} to {until}{of} ({id})",
        "reason": "Reason: {text}",
        "answer": "Answer: {text}",
        "asks": "Please accept or decline; until then both figures are shown, with these minutes and without",
    },
    "zh": {
        "open": "{by}申请将{since}至{until}{of}从可用性统计中剔除（{id}）",
        "accepted": "{by}同意将{since}至{until}{of}从可用性统计中剔除（{id}）",
        "declined": "{by}不同意将{since}至{until}{of}从可用性统计中剔除（{id}）",
        "withdrawn": "{by}撤回剔除{since}至{until}{of}的申请（{id}）",
        "reason": "理由：{text}",
        "answer": "答复：{text}",
        "asks": "请答复同意或不同意；答复前，含与不含该时段的两个数值并列显示",
    },
}


def lines(copy: Copy) -> list[str]:
    """Which minutes, why, and what is asked; [] for every other notice."""
    content = copy.notice.content
    if content.get("event") != EVENT:
        return []
    said, zh = _SAID[copy.language], copy.language == "zh"
    function = str(content.get("function") or "")
    named = copy.case.settings.agreement.functions.get(function)
    name = copy.short(named.name if named else function)
    words = {
        "by": copy.name(content["by"]) or copy.short(content["by"]),
        "since": copy.clock(content["since"]),
        "until": copy.clock(content["until"]),
        "of": (f"（{name}）" if zh else f" of {name}") if function else "",
        "id": copy.short(content["exclusion"], 40),
    }
    found = [said[str(content["state"])].format(**words)]
    for word, key in (("reason", "because"), ("answer", "answer")):
        if text := str(content.get(key) or ""):
            found.append(said[word].format(text=copy.short(text, 220)))
    return [*found, *([said["asks"]] if content["state"] == "open" else [])]


_TAILS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "open": ": minutes are to be left out",
        "accepted": ": minutes were left out",
        "declined": ": minutes are not left out",
        "withdrawn": ": a claim was withdrawn",
    },
    "zh": {
        "open": "，申请剔除时段",
        "accepted": "，已剔除时段",
        "declined": "，不予剔除时段",
        "withdrawn": "，撤回剔除申请",
    },
}


def tail(copy: Copy) -> str:
    """What follows the system's name on the first line, by state."""
    return _TAILS[copy.language][str(copy.notice.content["state"])]
