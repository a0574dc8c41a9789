"""How soon a thread that waits for the interpreter gets it: sooner while the desk writes.

With each statement the desk lets go of the interpreter. The door, which then reads what has arrived, kept it for up to
a millisecond each time, fourteen times a turn. What is decided and not written is done sooner with fewer changes.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

USUAL_S = 0.001
WRITING_S = 0.0001


@contextmanager
def while_writing() -> Iterator[None]:
    """For the one thread that writes; afterwards it is as usual."""
    sys.setswitchinterval(WRITING_S)
    try:
        yield
    finally:
        sys.setswitchinterval(USUAL_S)
