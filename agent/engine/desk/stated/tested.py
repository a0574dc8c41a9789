"""That a channel test reached somebody, as it is said: by themself, or by whoever writes it down (fact 15)."""

from collections.abc import Mapping
from typing import Any

from agent.engine.desk.owed import channel_tests
from agent.engine.desk.stated import behalf
from agent.engine.desk.turn import Turn
from agent.engine.rostered import AnsweredTest, AnswerTest
from agent.model import Contact
from agent.rules.channel_tests import ANSWERED


def answer(turn: Turn, act: AnswerTest) -> AnsweredTest:
    """The contact's answer; what the other party wrote down is asked about.

    Raises:
        see `channel_tests.answer`.
    """

    def stated(contact: Contact, test: str) -> Mapping[str, Any]:
        return behalf.state_of(turn, test, ANSWERED, contact, act, at=turn.now, said={})

    return channel_tests.answer(turn, act, stated)
