"""What the recovery of an incident waits for, as people read it."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from agent.rules import party_names
from agent.rules.minutes import called
from agent.rules.sentences import WORDS

_SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "signals": "{line} to end; it has fired since {since} ({count} signal{s}{muted})",
        "truncated": "a complete message of {name}, or `tocsin verify --confirm-full`",
        "readings": "{count} more good reading{s} of probe {name}; {result} since {since}",
        "unread": "{count} good reading{s} of probe {name}; it has not answered yet",
        "stability": "nothing bad until {until}",
        "person": "a person of the provider: `tocsin verify`",
    },
    "zh": {
        "signals": "{line}告警解除；自{since}起告警（{count}条{muted}）",
        "truncated": "{name}的完整消息，或`tocsin verify --confirm-full`",
        "readings": "监测{name}再连续正常{count}次；自{since}起{result}",
        "unread": "监测{name}连续正常{count}次；尚无结果",
        "stability": "至{until}无异常",
        "person": "{provider}人员核实：`tocsin verify`",
    },
}


_MUTED = {"en": ", {} of them silenced or inhibited in Alertmanager", "zh": "，其中{}条在Alertmanager中被静默或抑制"}


def said(
    wait: Mapping[str, Any], language: str, zone: tzinfo | None = None, parties: Mapping[str, str] | None = None
) -> str:
    """One entry of `waits_for`; one that this program does not know yet is named."""
    what, count = str(wait.get("what", "")), int(wait.get("count") or 0)
    form = _SAID[language].get("unread" if what == "readings" and not wait.get("since") else what, what)
    names = parties or party_names.called({}, language)
    return form.format(
        provider=names["provider"],
        name=wait.get("name", ""),
        line=called(str(wait.get("name", "")), language),
        count=count,
        s="" if count == 1 else "s",
        muted=_MUTED[language].format(wait["muted"]) if wait.get("muted") else "",
        since=_at(wait.get("since"), zone),
        until=_at(wait.get("until"), zone),
        result=WORDS[language]["result"].get(str(wait.get("result")), str(wait.get("result"))),
    )


def _at(text: Any, zone: tzinfo | None) -> str:
    """`11-23 03:02:10`, in this machine's zone where none is given."""
    return f"{datetime.fromisoformat(str(text)).astimezone(zone):%m-%d %H:%M:%S}" if text else ""
