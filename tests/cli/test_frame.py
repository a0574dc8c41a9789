"""What holds for every command: quick help with examples, --json, exit codes, no colour where none is wanted."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from agent.cli import COMMANDS, main
from tests.cli.conftest import Run
from tests.support.api import Api

ROOT = Path(__file__).parents[2]
HEAVY = ("pydantic", "requests", "rich", "apprise", "apsw", "fastapi", "uvicorn", "prometheus_client", "yaml", "re2")
NEEDED = {"record": ["INC-20261123-001"]}  # what a group wants before its commands


def every_command(command: click.Command, words: list[str]) -> Iterator[list[str]]:
    """The words of each command that does something: all but the groups that only hold others."""
    if words and not (isinstance(command, click.Group) and not command.invoke_without_command):
        yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from every_command(below, [*words, *NEEDED.get(words[-1] if words else "", []), name])


WHOLE = list(every_command(main, []))


def loaded_by(*words: str) -> set[str]:
    """Which heavy libraries a command has loaded when it has answered."""
    script = (
        "import sys; from agent.cli import main\n"
        f"try: main({list(words)!r})\n"
        "except SystemExit: pass\n"
        f"print('loaded:', *(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("loaded:")[2].split())


def test_help_loads_nothing_heavy() -> None:
    assert loaded_by("--help") == set()


def test_the_version_loads_nothing_heavy() -> None:
    assert loaded_by("--version") == set()


@pytest.mark.parametrize("words", [["run"], ["check"], ["show"], ["grade", "test"], ["routes", "test"]], ids=" ".join)
def test_a_commands_help_loads_nothing_heavy(words: list[str]) -> None:
    assert loaded_by(*words, "--help") == set()


@pytest.mark.parametrize("words", WHOLE, ids=" ".join)
def test_every_command_shows_an_example_and_takes_json(tocsin: Run, words: list[str]) -> None:
    told = tocsin(*words, "--help")

    assert told.exit_code == 0
    assert "Example" in told.stdout
    assert f"tocsin {' '.join(words)}" in told.stdout.partition("Example")[2]
    assert "--json" in told.stdout


@pytest.mark.parametrize("words", [["show"], ["terms"], ["terms", "draft"], ["watch"]], ids=" ".join)
def test_the_language_is_named_alike_everywhere(tocsin: Run, words: list[str]) -> None:
    assert "--language, --lang [en|zh]" in tocsin(*words, "--help").stdout


def test_help_lists_every_command_and_the_exit_codes(tocsin: Run) -> None:
    told = tocsin("--help").stdout

    assert all(f"\n  {name} " in told for name in COMMANDS)
    assert "Exit codes" in told


def test_the_one_line_of_a_command_is_the_first_of_its_help(tocsin: Run) -> None:
    for name, (_, line) in COMMANDS.items():
        assert tocsin(name, "--help").exit_code == 0, line


def test_a_misspelt_command_is_told_what_was_meant(tocsin: Run) -> None:
    told = tocsin("chek")

    assert told.exit_code == 2
    assert "did you mean check?" in told.stderr


def test_version_names_what_is_in_use(tocsin: Run) -> None:
    told = tocsin("version")

    assert [line.split()[0] for line in told.stdout.splitlines()] == ["tocsin", "python", "sqlite", "apprise"]


def test_the_module_is_the_same_command() -> None:
    done = subprocess.run([sys.executable, "-m", "agent", "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("tocsin ")


def test_an_agent_that_does_not_answer_is_exit_code_3(tocsin: Run) -> None:
    told = tocsin("incidents", "--url", "http://127.0.0.1:9")

    assert told.exit_code == 3
    assert told.stdout == ""
    assert "http://127.0.0.1:9 cannot be reached" in told.stderr
    assert "tocsin run" in told.stderr


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 1), (401, 4), (403, 4), (404, 5), (409, 4), (500, 1), (503, 3)],
)
def test_what_the_agent_refuses_has_an_exit_code_of_its_own(tocsin: Run, api: Api, status: int, code: int) -> None:
    api.answers["POST /incidents/INC-1/close"] = (status, {"title": "no", "detail": "it has not recovered"})

    told = tocsin("close", "INC-1", "--by", "lee", "--url", api.url)

    assert told.exit_code == code
    assert told.stderr.startswith("tocsin: it has not recovered")


def test_a_missing_token_is_told_where_to_put_it(tocsin: Run, api: Api) -> None:
    api.answers["GET /incidents"] = (401, {"title": "a token is needed"})

    told = tocsin("incidents", "--url", api.url)

    assert "TOCSIN_TOKEN" in told.stderr


def test_the_token_of_the_environment_is_sent(tocsin: Run, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.answers["GET /incidents"] = (200, {"items": [], "next": None})
    monkeypatch.setenv("TOCSIN_TOKEN", "open-sesame")

    tocsin("incidents", "--url", api.url)

    assert api.asked[0].token == "Bearer open-sesame"


@pytest.mark.parametrize("url", ["ftp://agent.example", "http://", "http://[::1"])
def test_an_address_that_is_none_is_not_called_silent(tocsin: Run, url: str) -> None:
    told = tocsin("incidents", "--url", url)

    assert told.exit_code == 3
    assert "is no address of an agent: write http://HOST:PORT" in told.stderr


def test_something_else_at_the_address_is_not_taken_for_the_agent(tocsin: Run, api: Api) -> None:
    api.answers["GET /incidents"] = (200, b"<html>a router</html>")

    told = tocsin("incidents", "--url", api.url)

    assert told.exit_code == 3
    assert "is not Tocsin" in told.stderr


def test_the_environment_names_the_agent(tocsin: Run, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.answers["GET /incidents"] = (200, {"items": [], "next": None})
    monkeypatch.setenv("TOCSIN_URL", api.url + "/")

    assert tocsin("incidents").exit_code == 0


def test_the_file_here_names_the_agent(tocsin: Run, api: Api, file: Path) -> None:
    api.answers["GET /incidents"] = (200, {"items": [], "next": None})
    port = api.url.rpartition(":")[2]
    file.write_text(f"server: {{listen: 0.0.0.0:{port}}}\nwhatever: else\n")

    assert tocsin("incidents").exit_code == 0


def test_a_terminal_that_cannot_show_a_letter_is_no_reason_to_fail(folder: Path, file: Path) -> None:
    file.write_text("支付: 1\n", "utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "agent", "check", "routes.yaml"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == ""
    assert "\\u652f\\u4ed8" in done.stdout


def test_a_reader_that_goes_away_leaves_no_traceback(folder: Path) -> None:
    command = f"{sys.executable} -m agent schema | head -1"

    done = subprocess.run(
        command, shell=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )

    assert (done.stdout, done.stderr) == ("{\n", "")
