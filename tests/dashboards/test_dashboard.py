"""The Grafana dashboard is whole: what Grafana needs to show each panel is there, and says what it shows."""

import re
from itertools import combinations
from typing import Any

import pytest

from tests.dashboards.promql import named
from tests.dashboards.shipped import FOLDER, dashboard, panels, variables

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
SELECTION = 'job=~"$job", instance=~"$instance"'
COLUMNS = 24

EACH_PANEL = pytest.mark.parametrize("panel", panels(), ids=lambda panel: str(panel["title"]))


def test_it_can_be_found_again_after_an_update() -> None:
    found = dashboard()

    assert (found["uid"], found["title"], found["schemaVersion"]) == ("tocsin", "Tocsin", 41)
    assert "id" not in found  # of one database


def test_its_rows_are_the_rooms_of_the_house() -> None:
    rows = [panel["title"] for panel in dashboard()["panels"] if panel["type"] == "row"]

    assert rows == [
        "Incidents",
        "Duties",
        "Maintenance",
        "Availability",
        "Notices and deliveries",
        "Intake",
        "Probes",
        "Engine and store",
    ]


def test_ids_and_titles_are_unique() -> None:
    every = dashboard()["panels"]

    assert len({panel["id"] for panel in every}) == len(every)
    assert len({panel["title"] for panel in every}) == len(every)


def test_no_panel_lies_on_another_and_all_are_inside_the_grid() -> None:
    every = dashboard()["panels"]

    assert [panel["title"] for panel in every if not _is_inside(panel["gridPos"])] == []
    assert [
        (one["title"], other["title"])
        for one, other in combinations(every, 2)
        if _overlap(one["gridPos"], other["gridPos"])
    ] == []


def test_panels_stand_in_the_order_in_which_they_are_written() -> None:
    places = [(panel["gridPos"]["y"], panel["gridPos"]["x"]) for panel in dashboard()["panels"]]

    assert places == sorted(places)


@EACH_PANEL
def test_a_panel_says_what_it_shows_and_in_which_unit(panel: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Z].{20,}\.", panel["description"])
    assert panel["fieldConfig"]["defaults"]["unit"]


@EACH_PANEL
def test_a_panel_asks_the_chosen_data_source_about_the_chosen_agents(panel: dict[str, Any]) -> None:
    targets = panel["targets"]

    assert panel["datasource"] == DATASOURCE
    assert [target["refId"] for target in targets] == list("ABCDEFGH"[: len(targets)])
    for target in targets:
        assert target["datasource"] == DATASOURCE
        assert target["range"] is not target["instant"]
        selectors = re.findall(r"\btocsin_\w+(\{[^}]*\})?", target["expr"])
        assert selectors
        assert all(each.startswith("{" + SELECTION) for each in selectors)


@EACH_PANEL
def test_several_lines_of_a_panel_can_be_told_apart(panel: dict[str, Any]) -> None:
    if panel["type"] == "timeseries":
        legends = [target["legendFormat"] for target in panel["targets"]]
        assert all(legends)
        assert len(set(legends)) == len(legends)
    for target in panel["targets"]:
        grouped = set(re.findall(r"by \((.*?)\)", target["expr"])[:1])
        named = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
        assert named <= set(", ".join(grouped).split(", "))


@EACH_PANEL
def test_thresholds_begin_somewhere_and_rise(panel: dict[str, Any]) -> None:
    steps = [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]

    assert steps[0] is None
    assert steps[1:] == sorted(steps[1:])


def test_every_variable_is_used_and_every_variable_used_is_there() -> None:
    own = {"__rate_interval", "__all"}
    text = (FOLDER / "tocsin.json").read_text()

    used = set(re.findall(r"\$\{?(\w+)", text)) - own

    assert used == set(variables()) == {"datasource", "job", "instance"}


def test_the_data_source_is_any_prometheus_and_the_agents_are_found_by_their_build() -> None:
    found = variables()

    assert (found["datasource"]["type"], found["datasource"]["query"]) == ("datasource", "prometheus")
    assert found["job"]["query"]["query"] == "label_values(tocsin_build_info, job)"
    assert found["instance"]["query"]["query"] == 'label_values(tocsin_build_info{job=~"$job"}, instance)'
    assert {found[name]["datasource"]["uid"] for name in ("job", "instance")} == {"${datasource}"}


def test_unknown_has_a_colour_of_its_own() -> None:
    answers = next(panel for panel in panels() if panel["title"] == "Answers")

    shown = [mapping["options"] for mapping in answers["fieldConfig"]["defaults"]["mappings"]]
    colours = {result["text"]: result["color"] for result in (shown[0]["0"], shown[0]["1"], shown[1]["result"])}
    assert shown[1]["match"] == "nan"
    assert colours == {"bad": "red", "good": "green", "unknown": "text"}


def test_a_month_that_cannot_be_assessed_is_no_figure() -> None:
    """1.6: below a coverage of 95 % nothing is said, neither good nor bad."""
    month, coverage = (_panel(title) for title in ("Availability of the month", "Coverage of the month"))

    [mapping] = month["fieldConfig"]["defaults"]["mappings"]
    assert (mapping["options"]["match"], mapping["options"]["result"]["text"]) == ("nan", "cannot be assessed")
    assert month["fieldConfig"]["defaults"]["decimals"] == 3  # 99.953 % reads as it is, not as 100 %
    assert [step["value"] for step in coverage["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 0.95]


def test_the_availability_is_shown_with_its_coverage_its_target_and_the_attempts() -> None:
    """1.6, R3"""
    place = [panel["title"] for panel in dashboard()["panels"]]
    row = place[place.index("Availability") + 1 : place.index("Notices and deliveries")]

    asked = {name for title in row for name in named(_asked(title)).metrics}
    assert asked == {
        "tocsin_availability_ratio",
        "tocsin_availability_coverage_ratio",
        "tocsin_availability_target_ratio",
        "tocsin_security_attempts",
    }


def _panel(title: str) -> dict[str, Any]:
    return next(panel for panel in panels() if panel["title"] == title)


def _asked(title: str) -> str:
    return " or ".join(target["expr"] for target in _panel(title)["targets"])


def _is_inside(place: dict[str, int]) -> bool:
    return place["x"] >= 0 and place["y"] >= 0 and 0 < place["w"] <= COLUMNS - place["x"] and place["h"] > 0


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not (beside or above)
