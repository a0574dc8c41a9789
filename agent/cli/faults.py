"""Faults as a person reads them: one line and a remedy on standard error, and an exit code that scripts can use.

0 done        1 the answer is no, or there are faults        2 wrong usage
3 no agent answers, or it cannot answer now        4 refused by the agreement, the incident's state, or for want of a
token        5 no such incident, contact or probe
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from agent.errors import NotFound, Refused, TocsinError

FAULTY, UNREACHABLE, REFUSED, NOT_FOUND = 1, 3, 4, 5


class Unreachable(TocsinError):
    """No agent answers at the address, or it cannot answer now."""


@contextmanager
def reported() -> Iterator[None]:
    """Turn named faults into a message and an exit code; others are bugs and keep their traceback."""
    try:
        yield
    except TocsinError as fault:
        # the faults of a file carry their own FILE:LINE, which editors and CI jump to
        print(fault if hasattr(fault, "faults") else f"tocsin: {fault}", file=sys.stderr)
        sys.exit(code_of(fault))


def code_of(fault: TocsinError) -> int:
    if isinstance(fault, Unreachable):
        return UNREACHABLE
    if isinstance(fault, NotFound):
        return NOT_FOUND
    return REFUSED if isinstance(fault, Refused) else FAULTY
