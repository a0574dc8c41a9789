"""How an act reads in the minutes that was recorded on behalf: “stated by …” until it is confirmed (fact 15)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.rules.sentences import WORDS
from agent.rules.wording import plain

STATED: Mapping[str, Mapping[str, str]] = {
    "en": {
        "waiting": "Stated by {by} (recorded by {recorder}): {said}",
        "confirmed": "{said} (Recorded by {recorder}, confirmed by {answerer}.)",
        "disputed": "DISPUTED by {answerer}, stated by {by} (recorded by {recorder}): {said}",
        "unanswered": "Stated by {by} (recorded by {recorder}; the other party gave no answer): {said}",
    },
    "zh": {
        "waiting": "据称（{by}陈述，{recorder}登记，待对方确认）：{said}",
        "confirmed": "{said}（{recorder}登记，{answerer}已确认）",
        "disputed": "【有异议】{answerer}不认可；据称（{by}陈述，{recorder}登记）：{said}",
        "unanswered": "据称（{by}陈述，{recorder}登记，对方未答复）：{said}",
    },
}

_ANSWERS = frozenset({"statement_confirmed", "statement_disputed", "statement_unanswered"})
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Standing:
    """How a statement stands: waiting, confirmed, disputed or unanswered, and who answered."""

    state: str = "waiting"
    by: str = ""


def standings(facts: Iterable[tuple[str, str, Mapping[str, Any]]]) -> dict[str, Standing]:
    """Statement -> how it stands, from an incident's facts (kind, by, detail); those that wait are missing."""
    return {
        str(detail.get("about", "")): Standing(kind.removeprefix("statement_"), by)
        for kind, by, detail in facts
        if kind in _ANSWERS
    }


def bare(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """The detail without who recorded it, where that is said in front of the sentence."""
    if "statement" not in detail:
        return detail
    return {name: value for name, value in detail.items() if name != "recorded_by"}


def attributed(said: str, by: str, detail: Mapping[str, Any], standing: Mapping[str, Standing], language: str) -> str:
    """The sentence of a fact, with whose word it is; as it is where the person acted themself."""
    if "statement" not in detail:
        return said
    now, recorded_by = standing.get(str(detail["statement"]), Standing()), str(detail.get("recorded_by", ""))
    words = {
        "by": by,
        "recorder": WORDS[language]["recorded_by"].get(recorded_by, recorded_by),
        "answerer": now.by,
    }
    text = STATED[language][now.state].partition("{said}")
    head, tail = (part.format(**{name: plain(word, _LONGEST) for name, word in words.items()}) for part in text[::2])
    return f"{head}{said}{tail}"
