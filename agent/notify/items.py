"""The four items of 3.2(b) beside the time: symptom, scope, measures, and what the monitor saw.

What nobody knows yet is being found out; it is never made up.
"""

from collections.abc import Mapping
from typing import Any

from agent.model import Condition, NoticeState, Party
from agent.notify.case import Copy
from agent.rules import headlines, wording
from agent.rules.wording import clipped, listed

SEEN = 3
"""Lines of what the monitor saw; the rest is counted."""


def symptom(copy: Copy) -> str:
    """What rows and probes say to the customer, else each function and its state."""
    content = copy.notice.content
    symptoms = content.get("symptoms", ())
    if not symptoms and "symptoms" in content:
        return copy.say("cleared")
    said = [text for text in dict.fromkeys(_sentence(copy, each) for each in symptoms) if text]
    if not said:
        name = copy.functions(content.get("functions", ()))[0]
        said = [_is(copy, name, content.get("state", ""))]
    return copy.say("and").join(said[:3])


def _sentence(copy: Copy, symptom: Mapping[str, Any]) -> str:
    says = symptom.get("says") or {}
    text = copy.short(says.get(copy.language) or next(iter(says.values()), ""), 200)
    if not text:
        function = symptom.get("function") or next(iter(copy.notice.content.get("functions", ())), "")
        text = _is(copy, copy.function(function), symptom.get("condition", ""))
    public = symptom.get("public") or {}
    opened = ", ".join(f"{copy.short(name, 40)}={copy.short(value, 60)}" for name, value in public.items())
    return copy.say("says", text=text, public=clipped(opened, 120)) if opened else text


def _is(copy: Copy, name: str, condition: str) -> str:
    words = wording.CONDITIONS[copy.language]
    phrase = "is a" if condition in headlines.NOUNS else "is"
    return copy.say(phrase, name=name, state=words.get(condition, words[""]))


def scope(copy: Copy) -> str:
    content, incident = copy.notice.content, copy.case.incident
    names = listed(copy.functions(content.get("functions", ())), copy.language)
    share = content.get("scope", {}).get("share")
    reported = [copy.short(text, 200) for text in content.get("scope", {}).get("said", ())]
    if reported and share is None:
        return copy.say("as reported", names=names, said=reported[0])
    is_least = incident is not None and bool(incident.truncated)  # the sender left alerts out
    if share is not None and share < 1:
        part = f"{max(round(share * 100), 1)}{'%' if copy.language == 'zh' else ' %'}"
        return copy.say("share at least" if is_least else "share", names=names, share=part)
    if share is not None:
        return copy.say("share of all", names=names)
    return copy.say("all users" if content.get("state") == Condition.DOWN else "extent unknown", names=names)


def done(copy: Copy) -> str:
    """Measures taken. What nobody has recorded is being found out, never made up."""
    steps = copy.notice.content.get("done", ())
    said = [copy.say("told teams", at=copy.clock(step["at"])) for step in steps if step["what"] == "told_teams"]
    if copy.is_provider and not _has_customer_been_told(copy):
        said = []
    if not said:
        said = [_recorded(copy)]
    for step in steps:
        if step["what"] == "acknowledged" and copy.name(step["by"]):
            phrase = "on it" if step["party"] == Party.PROVIDER else "confirmed"
            at = copy.clock(step.get("at"))
            name, party = copy.name(step["by"]), copy.party(Party(step["party"]))
            said.append(copy.say(f"{phrase} at" if at else phrase, name=name, party=party, at=at))
        if step["what"] == "measures":
            said.append(
                copy.say("measures", party=copy.party(Party(step["party"])), text=copy.short(step["text"], 200))
            )
    return copy.say("and").join(said)


def _has_customer_been_told(copy: Copy) -> bool:
    incident = copy.case.incident
    return incident is not None and incident.told_customer is NoticeState.RELEASED


def _recorded(copy: Copy) -> str:
    incident = copy.case.incident
    is_told = incident is not None and incident.told_provider is NoticeState.RELEASED
    return copy.say("told provider" if is_told else "recorded", provider=copy.party(Party.PROVIDER))


def seen(copy: Copy) -> list[str]:
    """Where it was seen, how often, and what was said."""
    symptoms = [each for each in copy.notice.content.get("symptoms", ()) if not each.get("report")]
    lines = [_seen_line(copy, each) for each in symptoms[:SEEN]]
    more = max(len(symptoms) - SEEN, 0) + copy.notice.content.get("more", 0)
    return [*lines, copy.say("more", count=str(more))] if more else lines


def _seen_line(copy: Copy, symptom: Mapping[str, Any]) -> str:
    labels = symptom.get("labels") or {}
    line = str(symptom.get("line", ""))
    name = labels.get("alertname") or line.removeprefix("probe:").removeprefix("alert:").rpartition("/")[0] or line
    name = copy.short(name, 60)
    if symptom.get("count", 1) > 1:
        name = copy.say("count", name=name, count=str(symptom["count"]))
    where = [f"{key}={copy.short(labels[key], 50)}" for key in ("instance", "job") if labels.get(key)]
    return clipped(" ".join(part for part in (name, *where, copy.short(symptom.get("summary", ""), 120)) if part), 220)
