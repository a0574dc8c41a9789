"""How a reading is worded: good, bad, or could not find out."""

from collections.abc import Mapping

from agent.model import Reading, Result

Values = Mapping[str, float | str | bool | None]


def good(values: Values | None = None) -> Reading:
    return Reading(Result.OK, values or {})


def bad(error: str, values: Values | None = None) -> Reading:
    return Reading(Result.BAD, values or {}, error)


def unknown(error: str, values: Values | None = None) -> Reading:
    return Reading(Result.UNKNOWN, values or {}, error)
