"""What people said of a recovery (3.4(d)): the last word about each thing, since the last signal cleared."""

from dataclasses import replace
from typing import Any

import pytest

from agent.errors import Refused
from agent.model import Entry, EntryKind, Party
from agent.rules import restored
from agent.rules.restored import Restored
from tests.rules.owing import INC, at
from tests.rules.test_happenings import INCIDENT

CLEARED = replace(INCIDENT, cleared_at=at(10))


def said(
    minutes: float, kind: EntryKind = EntryKind.VERIFICATION, what: str = "", by: str = "lee", /, **of: Any
) -> Entry:
    return Entry(f"{INC}/{minutes}", INC, kind, what, Party.PROVIDER, by, at(minutes), at(minutes), of)


def test_the_last_word_about_each_thing_counts() -> None:
    found = restored.restored(
        (
            said(
                11, EntryKind.PHASE, "recovery", "chen", text="standby took over", data="being compared", fix="standby"
            ),
            said(12, checked=["paid one order: ok"], data="none lost", is_temporary=False, risk=""),
            said(13, EntryKind.PHASE, "containment", text="contained", data="not about it"),
            said(14, EntryKind.UPDATE, text="all is well"),
        ),
        CLEARED,
    )

    assert found == Restored(
        checked=(("chen", "standby took over"), ("lee", "paid one order: ok")),
        data="none lost",
        fix="standby",
        is_temporary=False,
    )


def test_what_was_said_before_the_last_signal_cleared_is_about_something_else() -> None:
    assert restored.restored((said(9, text="it works"),), CLEARED) == Restored()
    assert restored.restored((said(12, text="it works"),), INCIDENT) == Restored()


def test_nobody_said_anything() -> None:
    assert restored.restored((said(12),), CLEARED) == Restored()


@pytest.mark.parametrize("checked", ["paid one order: ok", "实付一笔：成功", "at 04:20 paid one order: ok"])
def test_a_check_has_a_method_and_a_result(checked: str) -> None:
    restored.check({"checked": [checked]})


@pytest.mark.parametrize("checked", ["paid one order", "paid one order:", "：成功", ""])
def test_a_check_without_one_of_them_is_refused(checked: str) -> None:
    with pytest.raises(Refused, match="with what result") as refused:
        restored.check({"checked": [checked]})

    assert refused.value.clause == "3.4(d)"
