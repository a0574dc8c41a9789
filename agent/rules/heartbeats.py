"""When something that should beat counts as silent."""

from datetime import datetime, timedelta

from agent.model import Heartbeat


def silent_at(heartbeat: Heartbeat, listens_since: datetime | None = None) -> datetime | None:
    """When a beating alert counts as silent; None: it is no alert, or told already.

    `listens_since`: before that nobody could hear it, None for always.
    """
    if not heartbeat.within_s or heartbeat.has_failed:
        return None
    heard_at = heartbeat.last_at if listens_since is None else max(heartbeat.last_at, listens_since)
    return heard_at + timedelta(seconds=heartbeat.within_s)
