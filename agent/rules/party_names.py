"""What the parties are called: in Chinese by the file's own labels, since who is 甲方 differs by contract (fact 1)."""

import re
from collections.abc import Mapping

from agent.model import Party
from agent.rules.wording import plain

_IN_TEXTS: Mapping[str, str] = {Party.PROVIDER.value: "甲方", Party.CUSTOMER.value: "乙方"}
"""As the shipped texts have it."""

_ROLES: Mapping[str, Mapping[str, str]] = {
    "en": {party.value: party.value for party in Party},
    "zh": {Party.PROVIDER.value: "服务方", Party.CUSTOMER.value: "客户方"},
}
_LONGEST = 12


def called(labels: Mapping[str, str], language: str) -> Mapping[str, str]:
    """Party -> its name; `labels` as the file has them. In English the role's word, as the duties and notices have it.

    Where the file labels but one of them the other one is called by its role: both would be 甲方 else.
    """
    if language != "zh":
        return _ROLES["en"]
    given = {party: plain(label, _LONGEST) for party, label in labels.items() if label and not label.isascii()}
    return {**_ROLES["zh"], **given} if given else _IN_TEXTS


def in_text(text: str, names: Mapping[str, str]) -> str:
    """A shipped Chinese text with the parties called as `names` says."""
    words = {word: names.get(party, word) for party, word in _IN_TEXTS.items()}
    return re.sub("|".join(words), lambda found: words[found[0]], text)
