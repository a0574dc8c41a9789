"""Durations, sizes and ratios as a collector's options read them."""

from datetime import timedelta

import pytest
from pydantic import BaseModel, ValidationError

from agent.config.units import Duration, Ratio, Size


class Options(BaseModel, frozen=True, extra="forbid"):
    within: Duration
    floor: Size = 1024
    part: Ratio = 0.5


def test_a_collectors_options_read_units() -> None:
    options = Options.model_validate({"within": "24h", "floor": "5GiB", "part": "95%"})

    assert options == Options(within=timedelta(hours=24), floor="5GiB", part="95%")  # type: ignore[arg-type]
    assert (options.floor, options.part) == (5 * 2**30, 0.95)


@pytest.mark.parametrize(
    "raw", [{"within": 30}, {"within": True}, {"within": "1s", "floor": 5}, {"within": "1s", "part": 1}]
)
def test_a_collectors_options_refuse_bare_numbers(raw: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(raw)
