"""`agreement.launch`: how many acknowledge before a team is launched (3.3(a))."""

from agent.model import Quorum
from tests.config.reading import SMALLEST, errors_of, settings_of
from tests.config.test_head import agreement


def test_one_principal_or_deputy_and_one_member_unless_agreed_otherwise() -> None:
    assert settings_of(SMALLEST).agreement.launch == Quorum(1, 1)
    assert settings_of(agreement("  launch: {member: 2}\n")).agreement.launch == Quorum(1, 2)


def test_a_quorum_of_nobody_is_a_fault() -> None:
    [fault] = errors_of(agreement("  launch: {principal_or_deputy: 0, member: 0}\n"))

    assert "launched by somebody" in fault
