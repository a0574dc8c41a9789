"""`tocsin init`: six questions, and a first file that works."""

import json
import stat
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run


def test_the_file_of_all_defaults_passes_the_check(tocsin: Run) -> None:
    assert tocsin("init", "--yes").exit_code == 0

    assert tocsin("check", "routes.yaml").exit_code == 0


def test_the_file_is_a_trial_and_names_its_schema(tocsin: Run, folder: Path) -> None:
    tocsin("init", "--yes")

    text = (folder / "routes.yaml").read_text()
    assert text.splitlines()[0] == "# yaml-language-server: $schema=routes.schema.json"
    assert yaml.safe_load(text)["agreement"]["status"] == "trial"
    assert json.loads((folder / "routes.schema.json").read_text())["type"] == "object"


def test_six_answers_make_the_file(tocsin: Run, folder: Path) -> None:
    told = tocsin("init", typed="Shop\nLi Lei\nlog://\n王芳\nlog://\nhttps://shop.example/health\n")

    assert told.exit_code == 0
    made = yaml.safe_load((folder / "routes.yaml").read_text())
    assert made["agreement"]["system"] == "Shop"
    assert made["parties"]["provider"]["contacts"]["li-lei"]["name"] == "Li Lei"
    assert made["parties"]["customer"]["contacts"]["王芳"]["reach"] == ["log://"]
    assert made["probes"]["front"] == {"http_get": {"url": "https://shop.example/health"}}
    assert tocsin("check", "routes.yaml").exit_code == 0


def test_questions_are_asked_on_standard_error(tocsin: Run) -> None:
    told = tocsin("init", typed="\n\n\n\n\n\n")

    assert told.stderr.count("?") + told.stderr.count("]:") >= 6
    assert told.stdout.startswith("wrote routes.yaml")


def test_a_bad_answer_is_asked_again(tocsin: Run, folder: Path) -> None:
    told = tocsin("init", typed="Shop\nLee\nnowhere\nlog://\nWang\nlog://\nshop\nshop.example:443\n")

    made = yaml.safe_load((folder / "routes.yaml").read_text())
    assert told.stderr.count("Error: ") == 2
    assert made["parties"]["provider"]["contacts"]["lee"]["reach"] == ["log://"]
    assert made["probes"]["front"] == {"tcp_connect": {"host": "shop.example", "port": 443}}


def test_an_option_answers_its_question(tocsin: Run, folder: Path) -> None:
    told = tocsin("init", "--system", "Shop", "--watch", "db.example:5432", typed="\n\n\n\n")

    made = yaml.safe_load((folder / "routes.yaml").read_text())
    assert told.exit_code == 0
    assert "What is the system called" not in told.stderr
    assert made["agreement"]["system"] == "Shop"


def test_a_file_that_exists_is_kept(tocsin: Run, file: Path) -> None:
    before = file.read_text()

    told = tocsin("init", "--yes")

    assert told.exit_code == 1
    assert "routes.yaml exists: --force overwrites it" in told.stderr
    assert file.read_text() == before


def test_force_overwrites(tocsin: Run, file: Path) -> None:
    assert tocsin("init", "--yes", "--force").exit_code == 0

    assert "status: trial" in file.read_text()


def test_two_people_of_one_name_get_two_ids(tocsin: Run) -> None:
    tocsin("init", "--yes", "--provider", "Lee", "--customer", "Lee")

    assert tocsin("check", "routes.yaml").exit_code == 0


@pytest.mark.parametrize("name", ["principal", "everyone", "O'Neill: #1", '"quoted"', "{x}", "- x", "yes", "42"])
def test_whatever_people_are_called_the_file_is_good(tocsin: Run, folder: Path, name: str) -> None:
    told = tocsin("init", "--yes", "--provider", name, "--system", name)

    made = yaml.safe_load((folder / "routes.yaml").read_text())
    assert told.exit_code == 0
    assert made["agreement"]["system"] == name
    assert tocsin("check", "routes.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("option", "answer"),
    [("--provider-reach", "nowhere"), ("--watch", "shop"), ("--provider", "!!"), ("--system", "a\nb")],
)
def test_a_bad_option_is_wrong_usage_and_writes_nothing(tocsin: Run, folder: Path, option: str, answer: str) -> None:
    told = tocsin("init", "--yes", option, answer)

    assert told.exit_code == 2
    assert option in told.stderr
    assert list(folder.iterdir()) == []


def test_only_its_owner_may_read_the_file(tocsin: Run, folder: Path) -> None:
    tocsin("init", "--yes")

    assert stat.S_IMODE((folder / "routes.yaml").stat().st_mode) == 0o600


def test_scripts_get_the_paths_as_json(tocsin: Run) -> None:
    told = tocsin("init", "--yes", "--json", "--output", "first.yaml")

    assert json.loads(told.stdout) == {"file": "first.yaml", "schema": "routes.schema.json"}
