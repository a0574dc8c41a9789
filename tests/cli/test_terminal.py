"""On a terminal: tables, colour and summaries; nowhere else."""

from pathlib import Path

from tests.cli.test_live import INCIDENT
from tests.support.api import Api
from tests.support.terminal import on_terminal

RED, BOLD = "\x1b[31m", "\x1b[1m"


def test_a_table_has_titles_and_colour(folder: Path, api: Api) -> None:
    api.answers["GET /incidents"] = (200, {"items": [INCIDENT], "next": None})

    shown = on_terminal("incidents", "--url", api.url, folder=folder)

    assert "number" in shown.splitlines()[0]
    assert "INC-20261123-001" in shown.splitlines()[1]
    assert "\x1b[" in shown.splitlines()[1]


def test_an_incidents_number_is_whole_on_a_narrow_terminal(folder: Path, api: Api) -> None:
    named = INCIDENT | {"functions": ["checkout", "ledger", "an-important-function"]}
    api.answers["GET /incidents"] = (200, {"items": [named], "next": None})

    shown = on_terminal("incidents", "--url", api.url, folder=folder, environment={"COLUMNS": "70"})

    assert "INC-20261123-001" in shown


def test_no_color_is_honoured(folder: Path, api: Api) -> None:
    api.answers["GET /incidents"] = (200, {"items": [INCIDENT], "next": None})

    shown = on_terminal("incidents", "--url", api.url, folder=folder, environment={"NO_COLOR": "1"})

    assert "\x1b[3" not in shown
    assert "INC-20261123-001" in shown


def test_cells_from_outside_cannot_bring_colours_of_their_own(folder: Path, api: Api) -> None:
    evil = INCIDENT | {"functions": ["\x1b[2Jgone", "[bold]x[/bold]"]}
    api.answers["GET /incidents"] = (200, {"items": [evil], "next": None})

    shown = on_terminal("incidents", "--url", api.url, folder=folder)

    assert "\x1b[2J" not in shown
    assert "[bold]x[/bold]" in shown.replace("\n", "")


def test_check_ends_with_a_summary(folder: Path, file: Path) -> None:
    file.write_text(file.read_text().replace("role: principal,", "role: boss,"))

    shown = on_terminal("check", "routes.yaml", folder=folder)

    assert RED in shown.splitlines()[0]
    assert "routes.yaml: cannot be used: 1 fault, no warnings" in shown.splitlines()[-1]


def test_check_without_colour_where_none_is_wanted(folder: Path, file: Path) -> None:
    shown = on_terminal("check", "routes.yaml", folder=folder, environment={"NO_COLOR": "1"})

    assert "\x1b" not in shown
    assert "routes.yaml: can be used: no faults, " in shown
