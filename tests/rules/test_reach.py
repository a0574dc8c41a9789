"""OB-303: who must have a notice for it to have reached the party."""

import pytest

from agent.model import Contact, Party, Role
from agent.rules import reach


def contact(id_: str, *roles: Role, deputy: str = "") -> Contact:
    return Contact(id_, Party.CUSTOMER, id_, roles, deputy=deputy)


WANG = contact("wang", Role.PRINCIPAL, deputy="li")
LI = contact("li", Role.MEMBER)
COORD = contact("co", Role.COORDINATOR)


@pytest.mark.parametrize(
    ("recipients", "had", "is_reached"),
    [
        ([WANG, LI, COORD], {"wang"}, False),
        ([WANG, LI, COORD], {"wang", "co"}, True),
        ([WANG, LI, COORD], {"li", "co"}, True),  # the deputy stands in
        ([WANG, LI, COORD], {"co"}, False),
        ([COORD], {"co"}, True),  # the principal is not told of this grade
        ([WANG], {"wang"}, True),
        ([LI], {"li"}, True),
        ([LI], set(), False),
        ([contact("both", Role.PRINCIPAL, Role.COORDINATOR)], {"both"}, True),
    ],
)
def test_the_principal_or_deputy_and_the_coordinator_as_far_as_they_are_told(
    recipients: list[Contact], had: set[str], is_reached: bool
) -> None:
    assert reach.is_reached(recipients, had) is is_reached
