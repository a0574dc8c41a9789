"""The question whether what came back has the same cause (agreement.md 4, recovery gate); the provider's alone."""

from typing import Any

from agent.notify.case import Copy


def values(copy: Copy) -> dict[str, Any]:
    """The name of a template that asks it; empty where nothing came back."""
    earlier = copy.notice.content.get("same_cause", "") if copy.is_provider else ""
    if not earlier:
        return {"same_cause": ""}
    number = copy.short(copy.notice.incident)
    return {"same_cause": copy.say("same cause", earlier=copy.short(earlier, 24), number=number)}
