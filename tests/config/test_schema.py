"""The JSON Schema and the reader say the same: both come from one table."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from agent.config.load import read
from agent.config.nodes import compose, plain
from agent.config.schema import json_schema
from agent.model import Reading, Result
from agent.ports import Collector
from collectors import catalogue
from tests.config.test_bad_routes import FILES
from tests.config.test_load import EXAMPLE, FULL, TREE, places, replaced

SCHEMA = json_schema(catalogue())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def tree_of(path: Path) -> Any:
    root = compose(path.read_text("utf-8"), lambda *said: None)
    assert root is not None
    return plain(root)


def reader_refuses(tree: object) -> bool:
    text = json.dumps(tree, ensure_ascii=False)
    loaded, _ = read(text, Path("/nowhere/routes.yaml"), catalogue(), None, {})
    return loaded is None


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [EXAMPLE, FULL], ids=lambda path: path.name)
def test_the_schema_accepts_what_the_reader_accepts(path: Path) -> None:
    assert [fault.message for fault in VALIDATOR.iter_errors(tree_of(path))] == []


@pytest.mark.parametrize("name", ["unknown_keys", "sections_missing", "units", "shapes", "door", "door_keys", "terms"])
def test_the_schema_refuses_faults_of_shape(name: str) -> None:
    path = next(path for path in FILES if path.stem == name)

    assert not VALIDATOR.is_valid(tree_of(path))


FREE_NAMES = {"functions", "terms", "channels", "contacts", "probes", "tokens", "basic", "json"}
"""Mappings whose names the file chooses."""
MAPPINGS = [path for path in places(TREE) if isinstance(path[-1], str) and not FREE_NAMES & set(path[-2:-1])]


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: ".".join(str(step) for step in path))
def test_both_know_the_same_keys(path: tuple[Any, ...]) -> None:
    """A sibling with an unknown name is refused by both."""
    parent: Any = TREE
    for step in path[:-1]:
        parent = parent[step]
    changed = replaced(TREE, path[:-1], {**parent, "zz_unknown": {}})

    assert not VALIDATOR.is_valid(changed)
    assert reader_refuses(changed)


INNER = {path[:-1] for path in places(TREE)}
LEAVES = [path for path in places(TREE) if path not in INNER and "json" not in path]  # any JSON may be wanted there


@pytest.mark.parametrize("path", LEAVES[::3], ids=lambda path: ".".join(str(step) for step in path))
def test_both_refuse_what_is_of_no_shape_at_all(path: tuple[Any, ...]) -> None:
    changed = replaced(TREE, path, {"zz": [[1]]})

    assert not VALIDATOR.is_valid(changed)
    assert reader_refuses(changed)


class Place(BaseModel):
    host: str


class Options(BaseModel):
    places: list[Place]
    title: str = ""


def test_an_options_own_models_are_found_where_their_references_look() -> None:
    kind = Collector("ask", "Does it answer?", Options, lambda options, timeout_s: Reading(Result.OK), {}, ())

    schema = json_schema({"ask": kind})

    fits = {
        "agreement": {"system": "x"},
        "parties": tree_of(FULL)["parties"],
        "probes": {"a": {"ask": {"places": [{"host": "h"}]}}},
    }
    assert jsonschema.Draft202012Validator(schema).is_valid(fits)
    assert "title" in schema["properties"]["probes"]["additionalProperties"]["properties"]["ask"]["properties"]
    assert "Place" in schema["$defs"]


def test_every_collector_brings_its_options_with_their_descriptions() -> None:
    probe = SCHEMA["properties"]["probes"]["additionalProperties"]["properties"]

    assert set(catalogue()) <= set(probe)
    assert probe["disk_space"]["properties"]["path"]["description"]
    assert probe["heartbeat"]["properties"]["within"]["pattern"]
