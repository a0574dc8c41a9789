"""Durations, sizes and ratios as fields of a collector's Options."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from agent.rules.units import DURATION, RATIO, SIZE, duration, ratio, size


def _from_text(parse: Callable[[str], Any]) -> BeforeValidator:
    def read(value: Any) -> Any:
        if isinstance(value, timedelta):
            return value
        return parse(value if isinstance(value, str) else str(value))

    return BeforeValidator(read)


def _schema(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "examples": list(examples)})


Duration = Annotated[timedelta, _from_text(duration), _schema(DURATION, "30s", "5m", "4h", "3d")]
"""An option written `90s`; its value is a timedelta."""

Size = Annotated[int, _from_text(size), _schema(SIZE, "512KiB", "8MiB", "5GiB")]
"""An option written `5GiB`; its value is bytes. Defaults in code are plain ints."""

Ratio = Annotated[float, _from_text(ratio), _schema(RATIO, "5%", "50%", "95%")]
"""An option written `95%`; its value is 0.95. Defaults in code are plain floats."""
