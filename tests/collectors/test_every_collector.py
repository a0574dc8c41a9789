"""What holds for every kind of probe. A new kind brings `tests/collectors/test_KIND.py` with `aimed_at(port)` in it."""

import importlib
import subprocess
import sys
import time
from typing import Any

import pydantic
import pytest

from agent.model import Reading, Result
from agent.ports import Collector
from agent.rules import expressions
from collectors import catalogue
from tests.collectors.servers import BAD, refusing, serving

KINDS = sorted(catalogue())
MARGIN_S = 3.0
"""Machines under test are slow; a collector that hangs is slower."""


@pytest.fixture(params=KINDS)
def collector(request: pytest.FixtureRequest) -> Collector:
    return catalogue()[request.param]


def options(collector: Collector, port: int = 9) -> Any:
    """Options of that kind, aimed at a port of this host where it asks any."""
    test = importlib.import_module(f"tests.collectors.test_{collector.kind}")
    return collector.options.model_validate(test.aimed_at(port))


def look(collector: Collector, port: int, timeout_s: float) -> tuple[Reading, float]:
    started = time.monotonic()
    reading = collector.probe(options(collector, port), timeout_s)
    return reading, time.monotonic() - started


def test_it_asks_one_question(collector: Collector):
    assert collector.question.endswith("?")
    assert len(collector.question) < 120


def test_its_options_are_frozen_described_and_refuse_what_they_do_not_know(collector: Collector):
    model = collector.options

    with pytest.raises(pydantic.ValidationError, match="Extra inputs are not permitted"):
        model.model_validate({"surely_no_option": 1})
    assert model.model_config["frozen"] is True
    assert all(field.description for field in model.model_fields.values())
    assert model.model_json_schema()["type"] == "object"


def test_its_default_tells_ask_only_for_what_it_yields(collector: Collector):
    asked = {name for tell in collector.tells for name in expressions.names(expressions.parse(tell.when))}

    assert collector.tells
    assert asked <= set(collector.yields)


def test_it_says_what_each_value_is(collector: Collector):
    assert collector.yields
    assert all(text and name for name, text in collector.yields.items())


def test_it_reads_only_what_it_says_it_yields(collector: Collector):
    reading, _ = look(collector, 9, 5)

    if "*" not in collector.yields:
        assert set(reading.values) <= set(collector.yields)


def test_its_options_never_show_a_secret(collector: Collector):
    test = importlib.import_module(f"tests.collectors.test_{collector.kind}")
    secretive = getattr(test, "WITH_SECRETS", {})

    shown = repr(collector.options.model_validate(test.aimed_at(9) | secretive))

    assert "hunter2" not in shown


def test_refused_is_never_good_where_something_is_asked(collector: Collector):
    with refusing() as port:
        reading, took_s = look(collector, port, 2)

    if collector.is_remote:
        assert reading.result is Result.BAD
        assert reading.error
    assert took_s < 2 + MARGIN_S


@pytest.mark.parametrize("manner", sorted(BAD))
def test_a_bad_server_is_an_answer_within_the_deadline(collector: Collector, manner: str):
    with serving(BAD[manner]) as port:
        reading, took_s = look(collector, port, 0.4)

    assert isinstance(reading, Reading)
    assert reading.result is Result.OK or reading.error
    assert took_s < 0.4 + MARGIN_S


def test_no_time_at_all_is_an_answer_too(collector: Collector):
    reading, took_s = look(collector, 9, 0.0001)

    assert isinstance(reading, Reading)
    assert took_s < MARGIN_S


def test_the_catalogue_is_a_mapping_that_reads_no_file_before_it_is_asked():
    kinds = catalogue()

    assert "http_get" in kinds
    assert "_net" not in kinds
    assert "no_such_kind" not in kinds
    assert kinds.get("no_such_kind") is None
    assert len(kinds) == len(KINDS)


def test_reading_the_options_of_every_kind_loads_no_http_library():
    """The catalogue is read at start, and by every command that looks at a file."""
    asked = (
        "import sys; from collectors import catalogue; all(kind.options for kind in catalogue().values()); "
        "print([name for name in ('requests', 'urllib3', 'cryptography') if name in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)

    assert told.stdout == "[]\n"
