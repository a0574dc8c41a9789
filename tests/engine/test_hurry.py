"""Only while the desk writes does a waiting thread get the interpreter sooner."""

import sys
from collections.abc import Iterator

import pytest

from agent.engine.desk import hurry


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before_s = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before_s)


def test_a_waiting_thread_gets_the_interpreter_sooner_while_the_desk_writes() -> None:
    with hurry.while_writing():
        writing_s = sys.getswitchinterval()

    assert writing_s == pytest.approx(hurry.WRITING_S)
    assert sys.getswitchinterval() == pytest.approx(hurry.USUAL_S)


def test_it_is_as_usual_after_a_write_that_failed() -> None:
    with pytest.raises(OSError, match="full"), hurry.while_writing():
        raise OSError("the disk is full")

    assert sys.getswitchinterval() == pytest.approx(hurry.USUAL_S)
