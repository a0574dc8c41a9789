"""The shipped dashboard and rules, and the series that the agent has."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import Counter, Histogram

from agent import metrics
from agent.model import ProbeState, Result
from agent.web.exposition import probe_series

FOLDER = Path(__file__).parents[2] / "dashboards"
RULES = FOLDER / "tocsin.rules.yml"
RULE_TESTS = FOLDER / "tocsin.rules.test.yml"
OF_EVERY_TARGET = {"job", "instance"}
"""Labels that Prometheus itself puts on what it scrapes."""


@cache
def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "tocsin.json").read_text())
    return found


def panels() -> list[dict[str, Any]]:
    """Those that show something: all but the rows."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def variables() -> dict[str, dict[str, Any]]:
    return {variable["name"]: variable for variable in dashboard()["templating"]["list"]}


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    """(what it is for, the expression) of every panel, variable, annotation and rule."""
    for panel in panels():
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])
    for variable in variables().values():
        if asked := re.fullmatch(r"label_values\((.+), (\w+)\)", str(variable.get("definition", ""))):
            yield f"variable {variable['name']}", f"count by ({asked[2]}) ({asked[1]})"
    for note in dashboard()["annotations"]["list"]:
        if "expr" in note:
            yield f"annotation {note['name']}", note["expr"]
    for rule in rules():
        yield rule["alert"], rule["expr"]


@cache
def series() -> dict[str, set[str]]:
    """Every series that GET /metrics can show, with its own labels."""
    found: dict[str, set[str]] = {}
    for metric in metrics.REGISTRY._collector_to_names:
        name, labels = next(iter(metric.describe())).name, set(getattr(metric, "_labelnames", ()))
        if isinstance(metric, Histogram):
            found |= {f"{name}_bucket": labels | {"le"}, f"{name}_sum": labels, f"{name}_count": labels}
        else:
            found[f"{name}_total" if isinstance(metric, Counter) else name] = labels
    read = ProbeState("a", "b", "c", Result.OK, last_run_at=datetime(2026, 1, 1, tzinfo=UTC), values={"x": 1.0})
    for name, labels_ in re.findall(r"^(\w+)\{(.*?)\} ", probe_series([read]), re.MULTILINE):
        found[name] = set(re.findall(r"(\w+)=", labels_))
    return found
