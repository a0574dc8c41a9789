"""Examples walk the rules, properties search them: what the one count as must not depend on what the other find.

Properties are judged by what they find, not by how long a loaded machine takes to find it.
"""

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

settings.register_profile("rules", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rules")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark each test with literal expectations: `make test` runs these alone and counts the branches that they take."""
    if isinstance(item, pytest.Function) and not is_hypothesis_test(item.obj):
        item.add_marker(pytest.mark.example)
