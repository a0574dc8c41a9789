"""Every series and label that the dashboard or a rule asks for is one that the agent has."""

import re
from pathlib import Path
from typing import get_args

import pytest

from agent.model import Grade, State
from tests.dashboards.promql import named
from tests.dashboards.shipped import FOLDER, OF_EVERY_TARGET, expressions, series

EXPRESSIONS = list(expressions())


@pytest.mark.parametrize(("purpose", "expression"), EXPRESSIONS, ids=[purpose for purpose, _ in EXPRESSIONS])
def test_every_series_and_label_of_an_expression_exists(purpose: str, expression: str) -> None:
    asked = named(expression)

    known = series() | {"up": set()}
    missing = [name for name in asked.metrics if name not in known]
    strange = [
        f"{name}{{{label}}}"
        for name, matchers in asked.selectors
        for label in matchers
        if label not in known.get(name, set()) | OF_EVERY_TARGET
    ]
    carried = set().union(*(known.get(name, set()) for name in asked.metrics)) | OF_EVERY_TARGET
    assert (missing, strange, asked.grouped_by - carried) == ([], [], set())


def test_there_are_expressions_to_look_at() -> None:
    assert len(EXPRESSIONS) > 60
    assert sum(bool(named(expression).metrics) for _, expression in EXPRESSIONS) == len(EXPRESSIONS)


def test_grades_and_states_asked_for_are_those_of_incidents() -> None:
    asked = [
        matchers
        for _, expression in EXPRESSIONS
        for name, matchers in named(expression).selectors
        if name == "tocsin_incidents_live"
    ]

    values = {
        label: {part for each in asked for part in re.split(r"\|", each.get(label, "=").lstrip("=~"))} - {""}
        for label in ("grade", "state")
    }
    assert values["grade"] == {str(grade) for grade in get_args(Grade)}
    assert values["state"] <= {state.value for state in State}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yml")), ids=lambda file: file.name)
def test_no_name_of_a_series_stands_anywhere_else_in_the_rules_that_does_not_exist(file: Path) -> None:
    text = re.sub(r"\btocsin\.rules\S*|docs/\S+", "", file.read_text())

    assert set(re.findall(r"\btocsin_[a-z_]+\b", text)) - set(series()) == set()


@pytest.mark.parametrize(
    ("expression", "metrics", "grouped_by"),
    [
        ("up == 0", {"up"}, set()),
        ('sum by (a, b) (rate(x_total{c="d(e)"}[5m])) > 1', {"x_total"}, {"a", "b"}),
        ("x unless x offset 10m or vector(0)", {"x"}, set()),
        ("a / on (i) group_left (j) b", {"a", "b"}, {"i", "j"}),
        ("rate(x[$__rate_interval]) * 1000", {"x"}, set()),
        ('sum(x{job=~"$job"}) without (k)', {"x"}, {"k"}),
        ("avg_over_time((x >= 0)[1h:1m])", {"x"}, set()),
    ],
)
def test_the_reader_of_expressions_finds_what_they_name(
    expression: str, metrics: set[str], grouped_by: set[str]
) -> None:
    found = named(expression)

    assert (found.metrics, found.grouped_by) == (metrics, grouped_by)


def test_the_reader_of_expressions_finds_matchers() -> None:
    found = named('x{a="b", c=~"d|e,f", g!="}"}')

    assert found.selectors == [("x", {"a": "=b", "c": "=~d|e,f", "g": "!=}"})]
