"""`tocsin redact`: a person is taken out of an archive that was lived in, and its chains go on holding."""

import json
import zlib
from pathlib import Path

import apsw
import pytest

from agent.store import hold
from tests.cli.conftest import Run
from tests.support.world import FILE, World

LIVED = FILE.replace(
    'lee: {role: [principal], phone: "+1-555-0100", reach: ["log://"]}',
    'lee: {name: Lee Ann, role: [principal], phone: "+1-555-010-0100", email: lee@provider.example, reach: ["log://"]}',
)
TRACES = (b"Lee Ann", b"010-0100", b"010 0100", b"lee@provider.example", b"night desk")


@pytest.fixture
def lived(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an agent that told Lee Ann's number to the customer, and was told of her by name."""
    monkeypatch.setenv("STATE_DIRECTORY", str(folder))
    world = World(folder, LIVED)
    world.alert("CheckoutDown", owner="Lee Ann")
    world.advance("5 min")
    world.regrade(1, "Lee Ann of the night desk says so, +1 555 010 0100")
    world.record("update", "chen", text="Lee Ann is on it: lee@provider.example")
    world.acknowledge("lee")
    world.report("all tills", measures="phoned Lee Ann")
    world.advance("1 min")
    world.end()
    return folder


def content(folder: Path) -> bytes:
    """Every byte that is kept, bodies unpacked."""
    connection = apsw.Connection(str(folder / "tocsin.db"))
    bodies = [zlib.decompress(raw) for (raw,) in connection.execute("SELECT raw FROM body")]
    connection.close()
    return b"".join([*bodies, *(path.read_bytes() for path in folder.glob("tocsin.db*"))])


def test_without_yes_it_is_counted_and_nothing_is_changed(tocsin: Run, lived: Path) -> None:
    before = (lived / "tocsin.db").read_bytes()

    told = tocsin("redact", "lee")

    assert told.exit_code == 0, told.stderr
    assert "nothing was changed" in told.stdout
    assert "delivery.text" in told.stdout
    assert "facts of INC-20261123-001" in told.stdout
    assert (lived / "tocsin.db").read_bytes() == before


def test_afterwards_no_byte_of_the_person_is_left_and_the_chains_hold(tocsin: Run, lived: Path) -> None:
    assert any(trace in content(lived) for trace in TRACES)

    done = tocsin("redact", "lee", "--yes", "--reason", "left the company", "--also", "night desk", "--json")

    told = json.loads(done.stdout)
    assert told["done"], done.stderr
    assert told["bodies"] == 1
    assert [trace for trace in TRACES if trace in content(lived)] == []
    assert tocsin("evidence", "verify").exit_code == 0
    assert json.loads(tocsin("redact", "lee", "--json").stdout)["rows"] == {}


def test_the_agent_goes_on_with_it_and_shows_what_is_left(tocsin: Run, lived: Path) -> None:
    tocsin("redact", "lee", "--yes", "--reason", "left the company")

    world = World(lived, LIVED)
    world.record("update", "chen", text="pool restarted")
    number = world.incident().number
    facts = world.facts(number)
    world.end()

    kinds = [each.fact.kind for each in facts]
    assert "fact_redacted" in kinds
    assert kinds.count("update_posted") == 2
    assert tocsin("evidence", "verify").exit_code == 0


def test_a_bundle_of_it_is_whole_and_says_what_was_erased(tocsin: Run, lived: Path) -> None:
    tocsin("redact", "lee", "--yes", "--reason", "left the company")

    told = tocsin("evidence", "export", "INC-20261123-001")
    checked = tocsin("evidence", "verify", "INC-20261123-001.tar.gz")

    assert (told.exit_code, checked.exit_code) == (0, 0), told.stderr + checked.stdout


def test_it_is_refused_beside_a_running_agent_without_a_reason_and_for_nobody(tocsin: Run, lived: Path) -> None:
    before = (lived / "tocsin.db").read_bytes()
    bare = tocsin("redact", "lee", "--yes")
    nobody = tocsin("redact", "nobody")
    held = hold(f"sqlite:///{lived}/tocsin.db")
    beside = tocsin("redact", "lee", "--yes", "--reason", "left")
    held.close()

    assert (bare.exit_code, nobody.exit_code) == (2, 5)
    assert beside.exit_code != 0
    assert "stop that one" in beside.stderr
    assert (lived / "tocsin.db").read_bytes() == before


def test_what_the_archive_knows_is_enough_where_the_file_forgot_the_person(tocsin: Run, lived: Path) -> None:
    (lived / "routes.yaml").unlink()

    told = tocsin("redact", "lee", "--also", "Lee Ann", "--store", f"sqlite:///{lived}/tocsin.db", "--json")

    assert json.loads(told.stdout)["facts"]
