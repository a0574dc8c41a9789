"""Services that speak past the carrier: only their own yes or no is known, and the deadline holds all the same."""

import socket
import time

from agent.model import Verdict
from tests.notify.conftest import Send
from tests.support.sinks import Sink, hang, listening


def test_a_datagram_is_sent_and_nobody_confirms(send: Send) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as journal:
        journal.bind(("127.0.0.1", 0))
        journal.settimeout(5)

        result = send(f"rsyslog://127.0.0.1:{journal.getsockname()[1]}/daemon")

        assert result.verdict is Verdict.ACCEPTED
        assert result.reason == "sent; this service does not confirm"
        assert b"Checkout down" in journal.recv(4096)


def test_a_hanging_chat_server_ends_at_the_deadline(send: Send) -> None:
    begun = time.monotonic()
    with listening(Sink(answers=[hang])) as server:
        result = send(f"irc://{server.place}/%23ops", deadline_s=0.4)
        took_s = time.monotonic() - begun

    assert result.verdict is Verdict.UNKNOWN
    assert result.reason == "no answer before the deadline"
    assert took_s < 3
