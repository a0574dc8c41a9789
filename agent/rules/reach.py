"""When a notice has reached a party: a channel of their own took it for those who count (OB-303)."""

from collections.abc import Collection, Set

from agent.model import Contact, Role


def is_reached(recipients: Collection[Contact], had: Set[str]) -> bool:
    """Whether the principal (or the deputy) and the coordinator have it, as far as the notice names them.

    `had`: ids of contacts of whom a channel of their own took it. Where neither is named, anyone will do.
    """
    principals = [each for each in recipients if Role.PRINCIPAL in each.roles]
    coordinators = [each for each in recipients if Role.COORDINATOR in each.roles]
    if not (principals or coordinators):
        return bool(had)
    has_principal = not principals or any({each.id, each.deputy} & had for each in principals)
    has_coordinator = not coordinators or any(each.id in had for each in coordinators)
    return has_principal and has_coordinator
