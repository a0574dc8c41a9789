"""What a notice says of the registers: a line that the other party put down or moved on (2.2(e), 2.3, 4.3(c)).

`content` of such a notice, of type AGREEMENT:
    event: register; did: what was done, a key of `_SAID`; by, recorded_by (where it was written down for them)
    item, kind, what, said (the line's words), owner, due_at, period, incident, items, because
    asks: acts that this party is asked for: accept, withdraw, verify, reopen
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from agent.model import ItemKind
from agent.notify import stated
from agent.notify.case import Copy
from agent.rules import register
from agent.rules.sentence_words import WORDS
from agent.rules.wording import listed

EVENT = "register"

_SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "improvement_proposed": "{by} proposes an improvement for {owner} to carry out{due}: {said} ({id})",
        "improvement_put_down": "{by} put down an improvement, for {owner} to carry out{due}: {said} ({id})",
        "improvement_agreed": "{by} accepted the improvement, for {owner} to carry out{due}: {said} ({id})",
        "improvement_declined": "{by} declined the improvement: {said} ({id})",
        "improvement_done": "{by} carried out the improvement: {said} ({id})",
        "improvement_verified": "{by} verified the improvement: {said} ({id})",
        "improvement_reopened": "{by} found the improvement not carried out: {said} ({id})",
        "improvement_withdrawn": "{by} withdrew the improvement: {said} ({id})",
        "improvements_proposed": "{by} proposes for {incident}: {what}{items}: {said} ({id})",
        "improvements_decided": "{by} accepted for {incident}: {what}{items}: {said} ({id})",
        "improvements_declined": "{by} declined what was proposed for {incident}: {said} ({id})",
        "improvements_withdrawn": "{by} withdrew what was proposed for {incident}: {said} ({id})",
        "vulnerability_known": "{by} put down a {what} vulnerability, for {owner} to fix{due}: {said} ({id})",
        "vulnerability_fixed": "{by} fixed the vulnerability: {said} ({id})",
        "vulnerability_risk_taken": "{by} accepts the risk of the vulnerability: {said} ({id})",
        "vulnerability_accepted": "{by} accepts the risk as well, of the vulnerability: {said} ({id})",
        "vulnerability_withdrawn": "{by} withdrew the vulnerability: {said} ({id})",
        "maintenance_done": "{by} recorded {what} for {period}: {said} ({id})",
        "maintenance_withdrawn": "{by} withdrew the record of {what} for {period}: {said} ({id})",
        "attestation_given": "{by} states for {period}: {what}: {said} ({id})",
        "attestation_withdrawn": "{by} withdrew the statement for {period}: {what}: {said} ({id})",
        "due": " by {at}",
        "because": "Words: {text}",
        "accept": "Please accept it, or decline it and say why; until then it binds nobody",
        "accept risk": "Please accept the risk as well, and say why, if you do; until both have it is to be fixed{due}",
        "verify": "Please verify it, or say what is missing; until somebody else has, it is not closed",
    },
    "zh": {
        "improvement_proposed": "{by}提出改进措施，请{owner}落实{due}：{said}（{id}）",
        "improvement_put_down": "{by}登记改进措施，由{owner}落实{due}：{said}（{id}）",
        "improvement_agreed": "{by}同意改进措施，由{owner}落实{due}：{said}（{id}）",
        "improvement_declined": "{by}不同意改进措施：{said}（{id}）",
        "improvement_done": "{by}已落实改进措施：{said}（{id}）",
        "improvement_verified": "{by}已验证改进措施：{said}（{id}）",
        "improvement_reopened": "{by}认为改进措施未落实：{said}（{id}）",
        "improvement_withdrawn": "{by}撤回改进措施：{said}（{id}）",
        "improvements_proposed": "{by}就{incident}提出：{what}{items}：{said}（{id}）",
        "improvements_decided": "{by}就{incident}同意：{what}{items}：{said}（{id}）",
        "improvements_declined": "{by}不同意就{incident}提出的改进决定：{said}（{id}）",
        "improvements_withdrawn": "{by}撤回就{incident}提出的改进决定：{said}（{id}）",
        "vulnerability_known": "{by}登记{what}漏洞，由{owner}修复{due}：{said}（{id}）",
        "vulnerability_fixed": "{by}已修复漏洞：{said}（{id}）",
        "vulnerability_risk_taken": "{by}接受漏洞风险：{said}（{id}）",
        "vulnerability_accepted": "{by}同样接受漏洞风险：{said}（{id}）",
        "vulnerability_withdrawn": "{by}撤回漏洞登记：{said}（{id}）",
        "maintenance_done": "{by}登记{period}{what}记录：{said}（{id}）",
        "maintenance_withdrawn": "{by}撤回{period}{what}记录：{said}（{id}）",
        "attestation_given": "{by}声明{period}{what}已完成：{said}（{id}）",
        "attestation_withdrawn": "{by}撤回{period}{what}的声明：{said}（{id}）",
        "due": "（期限{at}）",
        "because": "说明：{text}",
        "accept": "请同意，或注明理由不同意；答复之前对任何一方均无约束",
        "accept risk": "如同样接受该风险，请注明理由；双方均接受之前仍须修复{due}",
        "verify": "请验证，或注明尚缺之处；经他人验证之前不予关闭",
    },
}
_TAGS: Mapping[str, Mapping[str, str]] = {
    "en": {"accept": "REGISTER, please decide", "verify": "REGISTER, please verify", "": "REGISTER"},
    "zh": {"accept": "台账·请答复", "verify": "台账·请验证", "": "台账"},
}
_CLOSE: Mapping[str, Mapping[str, str]] = {
    "en": {"critical": "critical", "high": "high", "medium": "medium"},
    "zh": {"critical": "严重", "high": "高危", "medium": "中危"},
}


def lines(copy: Copy) -> list[str]:
    """What was done, in whose words, and what is asked; [] for every other notice."""
    content = copy.notice.content
    if content.get("event") != EVENT:
        return []
    said = _SAID[copy.language]
    found = [said[str(content["did"])].format(**_words(copy))]
    if text := str(content.get("because") or ""):
        found.append(said["because"].format(text=copy.short(text, 300)))
    if asked := _asked(copy):
        risk = asked == "accept" and content.get("kind") == ItemKind.VULNERABILITY
        found.append(said["accept risk" if risk else asked].format(due=_due(copy)))
    return found


def tag(copy: Copy) -> str:
    """What stands in brackets before the first line."""
    return _TAGS[copy.language][_asked(copy)]


def name(copy: Copy) -> str:
    """The line's own words, which the first line is about; "" for every other notice."""
    content = copy.notice.content
    return copy.short(content.get("said", "")) if content.get("event") == EVENT else ""


def command(copy: Copy) -> str:
    """What the provider's people may type instead; "" where nothing is asked, and for the customer."""
    asked = _asked(copy) if copy.notice.content.get("event") == EVENT and copy.is_provider else ""
    return f"tocsin register {asked} {copy.short(copy.notice.content['item'], 40)} --by CONTACT" if asked else ""


def clause(copy: Copy) -> str:
    """The clause that the line rests on; "" for every other notice."""
    content = copy.notice.content
    if content.get("event") != EVENT:
        return ""
    return register.clause_of(ItemKind(content["kind"]), str(content.get("what", "")))


def _asked(copy: Copy) -> str:
    """accept, verify, or "" where nothing is asked."""
    asks = copy.notice.content.get("asks", ())
    return str(asks[0]) if asks else ""


def _words(copy: Copy) -> dict[str, str]:
    content, zh = copy.notice.content, copy.language == "zh"
    what = str(content.get("what", ""))
    named = listed((copy.short(each, 40) for each in content.get("items", ())), copy.language)
    return {
        "by": _by(copy),
        "owner": copy.name(str(content.get("owner", ""))),
        "due": _due(copy),
        "said": copy.short(content.get("said", ""), 400),
        "id": copy.short(content["item"], 40),
        "what": WORDS[copy.language]["what"].get(what) or _CLOSE[copy.language].get(what, what.replace("_", " ")),
        "items": (f"（{named}）" if zh else f" ({named})") if named else "",
        "period": copy.short(content.get("period", ""), 20),
        "incident": copy.short(content.get("incident", ""), 40),
    }


def _by(copy: Copy) -> str:
    by, recorded_by = (str(copy.notice.content.get(name, "")) for name in ("by", "recorded_by"))
    name = copy.name(by) or copy.short(by, 40)
    if not recorded_by:
        return name
    return copy.say("written down", name=name, recorder=stated.recorder(copy, recorded_by))


def _due(copy: Copy) -> str:
    """Its last day: what is due at midnight is due the day before."""
    at = copy.notice.content.get("due_at", "")
    last = copy.day(datetime.fromisoformat(at) - timedelta(seconds=1)) if at else ""
    return _SAID[copy.language]["due"].format(at=last) if last else ""
