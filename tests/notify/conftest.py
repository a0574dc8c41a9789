from collections.abc import Callable, Iterator

import pytest

from agent.model import Endpoint, Manner, Message, Outcome, Secret
from agent.notify import AppriseChannel
from tests.support.sinks import Sink, listening

Send = Callable[..., Outcome]

MESSAGE = Message(
    subject="[GRADE 1] Checkout down [INC-20261123-001 #1]",
    text="[GRADE 1] Checkout down\nINC-20261123-001 #1\nScope: checkout, all users",
    short="Grade 1: checkout down",
    thread="INC-20261123-001",
    id="d-1",
    grade=1,
)


@pytest.fixture(scope="session")
def channel() -> AppriseChannel:
    channel = AppriseChannel()
    channel.load()
    return channel


@pytest.fixture
def send(channel: AppriseChannel) -> Send:
    """Sends to a URL, within 5 s unless told."""

    def send(url: str, message: Message = MESSAGE, *, deadline_s: float = 5, by: AppriseChannel = channel) -> Outcome:
        return by.send(Endpoint("lee/1", "test", Manner.PERSONAL, Secret(url)), message, deadline_s)

    return send


@pytest.fixture
def web() -> Iterator[Sink]:
    with listening(Sink()) as sink:
        yield sink
