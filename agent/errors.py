"""Faults by name. Each message says what is wrong and what would put it right."""


class TocsinError(Exception):
    """Something the reader of the message can mend."""


class StoreUnavailable(TocsinError):
    """The store could not write. What was asked may or may not be on file: look again before deciding anew."""


class Unkeepable(StoreUnavailable):
    """The store will never take this change, whatever the disk does: a fault of the program. Nothing was written."""


class NotFound(TocsinError):
    """No such incident, contact, probe or link."""


class Refused(TocsinError):
    """An act that the agreement or the incident's state does not allow; nothing has changed."""

    def __init__(self, message: str, clause: str = "") -> None:
        super().__init__(message)
        self.clause = clause


class WrongParty(Refused):
    """The act belongs to the other party."""


class IllegalStep(Refused):
    """The state table has no such step."""


class Malformed(TocsinError):
    """Bytes from outside that cannot be read as what they claim to be."""


class TooBusy(TocsinError):
    """The queue in front of the desk is full; the sender should try again."""


class CannotListen(TocsinError):
    """The address is taken or none of this machine's, or listening there would let everyone in."""
