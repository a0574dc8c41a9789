"""`tocsin check` and `tocsin schema`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import yaml

from agent.model import AgreementPart, Change, Fact, PartState
from agent.rules import joint
from agent.store import open_store
from tests.cli.conftest import FILE, Run

BROKEN = FILE.replace("role: principal, reach", "role: principle, reach").replace("function: ledger", "function: ledgr")


def test_a_good_file_is_exit_code_0(tocsin: Run, file: Path) -> None:
    told = tocsin("check", str(file))

    assert told.exit_code == 0
    assert told.stderr == ""


def test_every_fault_is_named_in_one_run_with_file_line_and_key(tocsin: Run, file: Path) -> None:
    file.write_text(BROKEN)

    told = tocsin("check", "routes.yaml")

    faults = [line for line in told.stdout.splitlines() if ": warning: " not in line]
    assert told.exit_code == 1
    assert faults[0].startswith("routes.yaml:10: parties.provider.contacts.lee.role")
    assert "did you mean principal?" in faults[0]
    assert faults[1].startswith("routes.yaml:17: signals[1].function: unknown function 'ledgr'")


def test_what_a_file_changes_of_the_agreement_in_force_is_listed(tocsin: Run, file: Path, folder: Path) -> None:
    """Fact 14: it waits until both principals have accepted it."""
    text = joint.canonical({"agreement": {"system": "Another shop"}, "routes": []})
    now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    store = open_store(f"sqlite:///{folder}/tocsin.db", create=True)
    store.commit(
        Change(parts={1: AgreementPart(1, 1, joint.hash_of(text), text, PartState.IN_FORCE, now, in_force_at=now)})
    )
    store.close()

    told = tocsin("check", str(file))
    as_json = json.loads(tocsin("check", "--json", str(file)).stdout)

    assert told.exit_code == 0
    assert "both principals will have to accept: " in told.stdout
    assert "agreement.system" in as_json["files"][0]["awaits_acceptance"]


def test_a_first_day_that_lies_behind_is_warned_about_until_it_is_on_record(
    tocsin: Run, file: Path, folder: Path
) -> None:
    """Clock rule 1: afterwards it is what happened, and a warning would be noise."""
    file.write_text(FILE.replace("  time_zone:", "  effective: 2020-01-01\n  time_zone:", 1))
    before = tocsin("check", str(file))

    store = open_store(f"sqlite:///{folder}/tocsin.db", create=True)
    day = Fact("", datetime(2020, 1, 1, tzinfo=UTC), "agreement_effective", detail={"effective": "2020-01-01"})
    store.commit(Change(facts=[day]))
    store.close()
    after = tocsin("check", str(file))

    assert before.exit_code == after.exit_code == 0
    assert ":3: agreement.effective: warning: the first day, 2020-01-01, lies behind" in before.stdout
    assert "lies behind" not in after.stdout


def test_a_fault_is_one_line_however_long(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + "x" * 500 + ": 1\n")

    told = tocsin("check", "routes.yaml")

    assert len([line for line in told.stdout.splitlines() if "x" * 500 in line]) == 1


def test_warnings_alone_are_no_reason_to_fail(tocsin: Run, file: Path) -> None:
    told = tocsin("check", "routes.yaml")

    assert told.exit_code == 0
    assert ": warning: no response plan (3.1)" in told.stdout


def test_what_is_not_active_yet_is_said(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + "drills: [{name: lost, every: 6mo, scenario: lost.yaml}]\n")

    told = tocsin("check", "routes.yaml")

    assert "routes.yaml: accepted, not active yet: drills" in told.stdout.splitlines()


def test_a_channel_that_cannot_be_built_is_a_fault(tocsin: Run, file: Path) -> None:
    file.write_text(FILE.replace('wang: {role: [principal, coordinator], reach: ["log://"]}',
                                 'wang: {role: [principal, coordinator], reach: ["logg://"]}'))  # fmt: skip

    told = tocsin("check", "routes.yaml")

    assert told.exit_code == 1
    assert "did you mean log://?" in told.stdout


def test_a_missing_file_is_a_fault_with_its_remedy(tocsin: Run) -> None:
    told = tocsin("check", "nothing.yaml")

    assert told.exit_code == 1
    assert told.stdout.startswith("nothing.yaml:1: file: cannot be read")
    assert "tocsin init" in told.stdout


def test_without_a_name_the_file_here_is_checked(tocsin: Run, file: Path) -> None:
    file.write_text("agreement: {}\n")

    assert tocsin("check").stdout.startswith("routes.yaml:1: ")


def test_of_several_files_one_bad_one_is_enough(tocsin: Run, file: Path, folder: Path) -> None:
    (folder / "other.yaml").write_text("agreement: {}\n")

    told = tocsin("check", "routes.yaml", "other.yaml")

    assert told.exit_code == 1
    assert "other.yaml:1: " in told.stdout


def test_scripts_get_the_faults_as_json(tocsin: Run, file: Path) -> None:
    file.write_text(BROKEN)

    told = tocsin("check", "--json", "routes.yaml")

    looked = json.loads(told.stdout)
    assert told.exit_code == 1
    assert looked["ok"] is False
    assert looked["files"][0]["file"] == "routes.yaml"
    first = looked["files"][0]["faults"][0]
    assert (first["line"], first["key"], first["warning"]) == (10, "parties.provider.contacts.lee.role", False)


def test_what_the_file_says_cannot_act_on_the_terminal(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + '"\\e[2Jgone": 1\n')

    told = tocsin("check", "routes.yaml")

    assert told.exit_code == 1
    assert "\x1b" not in told.stdout


def test_the_schema_accepts_the_good_file_and_refuses_a_bad_one(tocsin: Run) -> None:
    schema = json.loads(tocsin("schema").stdout)

    jsonschema.validate(yaml.safe_load(FILE), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(BROKEN), schema)


def test_the_schema_goes_to_a_file_whole(tocsin: Run, folder: Path) -> None:
    told = tocsin("schema", "--output", "routes.schema.json")

    assert told.stdout == ""
    assert json.loads((folder / "routes.schema.json").read_text())["type"] == "object"


def test_a_schema_that_cannot_be_written_is_a_fault(tocsin: Run) -> None:
    told = tocsin("schema", "--output", "no/such/folder.json")

    assert told.exit_code == 1
    assert told.stderr.startswith("tocsin: no/such/folder.json cannot be written: ")
