"""What `tocsin doctor` finds: each with how grave it is, and a remedy where there is something to mend."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAULT = "fault"  # the agent cannot do its work so


@dataclass(frozen=True, slots=True)
class Finding:
    topic: str
    level: Level
    text: str
    remedy: str = ""


def ok(topic: str, text: str) -> Finding:
    return Finding(topic, Level.OK, text)


def warn(topic: str, text: str, remedy: str) -> Finding:
    return Finding(topic, Level.WARN, text, remedy)


def fault(topic: str, text: str, remedy: str) -> Finding:
    return Finding(topic, Level.FAULT, text, remedy)
