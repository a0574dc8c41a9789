"""The real programs, as for the tests of `tests/real`."""

from tests.real.conftest import program

__all__ = ["program"]
