"""The post: takes one endpoint and one message, answers what became of it. Knows no incident."""

from agent.model import Endpoint, Message, Outcome
from agent.notify.apprise import AppriseChannel
from agent.notify.build import why_unbuildable
from agent.notify.logbook import SCHEMA, LogbookChannel
from agent.ports import Channel


def is_logbook(endpoint: Endpoint) -> bool:
    """Whether it is the agent's own log: `log://`."""
    return endpoint.url.reveal().strip().lower().startswith(f"{SCHEMA}://")


def channel_for(endpoint: Endpoint, logbook: Channel, apprise: Channel) -> Channel:
    """Which of the two serves the endpoint: `log://` the logbook, everything else Apprise."""
    return logbook if is_logbook(endpoint) else apprise


class Post:
    """One Channel over both. Importing and making it loads no Apprise; the first send by it does."""

    def __init__(self, logbook: Channel | None = None, apprise: Channel | None = None) -> None:
        self._logbook = logbook or LogbookChannel()
        self._apprise = apprise or AppriseChannel()

    def send(self, endpoint: Endpoint, message: Message, deadline_s: float) -> Outcome:
        return channel_for(endpoint, self._logbook, self._apprise).send(endpoint, message, deadline_s)


__all__ = ["AppriseChannel", "LogbookChannel", "Post", "channel_for", "is_logbook", "why_unbuildable"]
