"""What was seen on the wire, as values: the adapter records them, `verdicts` reads them."""

from dataclasses import dataclass, field
from enum import StrEnum


class Phase(StrEnum):
    """How far a conversation had come when it ended."""

    NAME = "name"  # asking the resolver
    CONNECT = "connect"
    TLS = "tls"
    TALK = "talk"  # mail only: greeting, login, sender, recipients; the message has not gone out
    SEND = "send"  # the message is going out
    REPLY = "reply"  # all of it is out, the answer is not there
    DONE = "done"  # the answer was read


@dataclass(frozen=True, slots=True)
class Exchange:
    """One conversation with one server: an HTTP request, or a mail."""

    host: str
    phase: Phase
    status: int = 0  # HTTP status or SMTP code; 0: no answer
    retry_after: str = ""  # the header as it came
    fault: str = ""  # the exception's class where it ended in one
    is_late: bool = False  # our deadline ended it
    is_mail: bool = False
    said: str = ""  # mail: the command that was answered; never an address
    body: bytes = field(default=b"", repr=False)  # the reply's beginning; may hold secrets
