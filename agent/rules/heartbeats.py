"""When something that should beat counts as silent."""

from datetime import datetime, timedelta

from agent.model import Heartbeat


def silent_at(heartbeat: Heartbeat) -> datetime | None:
    """When a beating alert counts as silent; None: it is no alert, or told already."""
    if not heartbeat.within_s or heartbeat.has_failed:
        return None
    return heartbeat.last_at + timedelta(seconds=heartbeat.within_s)
