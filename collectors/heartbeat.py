"""Has a job reported in time, by a ping?"""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from agent.config.units import Duration
from agent.model import Reading
from collectors._readings import unknown

YIELDS = {
    "age": "seconds since the last ping, or since the first load where there was none",
    "failed": "1 where the last ping said that the job failed, else 0",
}
IS_REMOTE = False


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    within: Duration = Field(gt=timedelta(0), description="How often the job pings /ping/NAME.")
    grace: Duration = Field(default=timedelta(0), description="How much later than that it may be.")


def probe(options: Options, timeout_s: float) -> Reading:
    """Nothing: pings come in by themselves, and the watcher judges them."""
    return unknown("a heartbeat is not asked; it pings /ping/NAME")
