"""`tocsin evidence`: bundles that prove themselves, and every kind of tampering found and named."""

import json
import random
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.cli import bundle
from agent.model import Change, PartState
from agent.rules import chain, evidence, joint
from agent.store import open_store
from tests.cli.conftest import Run
from tests.store import nouns

FACTS = 1000
NUMBER = nouns.NUMBER


def thousand() -> list[dict[str, Any]]:
    """The lines of a chain of 1,000 facts."""
    before, lines = chain.genesis(NUMBER), []
    for seq in range(1, FACTS + 1):
        sealed = chain.seal(nouns.fact("signal_joined", count=seq, text="张伟"), seq, before, b"%016d" % seq)
        before = sealed.hash
        lines.append(evidence.line_of(sealed))
    return lines


def bad(lines: list[dict[str, Any]], head: evidence.Head) -> int | None:
    found = evidence.broken_chain([evidence.fact_of(line) for line in lines], NUMBER, head)
    return found.seq if found else None


@pytest.fixture
def archive(folder: Path, file: Path) -> Path:
    store = open_store(f"sqlite:///{folder}/tocsin.db", create=True)
    facts = (nouns.fact(), nouns.fact("incident_recovered", checks=["张伟", 0.25]), nouns.fact("incident_closed"))
    store.commit(replace(nouns.everything(), facts=facts))
    store.close()
    return folder / "tocsin.db"


@pytest.fixture
def unpacked(tocsin: Run, archive: Path, folder: Path) -> Path:
    """A signed bundle as whoever receives it has it before them."""
    tocsin("evidence", "key")
    told = tocsin("evidence", "export", NUMBER)
    assert told.exit_code == 0, told.stderr
    with tarfile.open(folder / f"{NUMBER}.tar.gz") as packed:
        packed.extractall(folder / "court", filter="data")
    return folder / "court"


def test_the_terms_are_those_pinned_to_the_incident_not_those_of_the_file(
    tocsin: Run, archive: Path, folder: Path
) -> None:
    """The head of the agreement, clock rule 7: version and hash in force when it opened, whatever the file says."""
    text = joint.canonical(
        {"agreement": {"system": "shop", "terms": {"assess": {"limit": "5m", "basis": "annex"}}}, "routes": []}
    )
    part = replace(nouns.PART, number=9, hash=joint.hash_of(text), text=text, state=PartState.PAST)
    store = open_store(f"sqlite:///{archive}", create=False)
    incident = replace(nouns.INCIDENT, agreement_hash=part.hash)
    store.commit(Change(parts={9: part}, incidents={incident.number: incident}))
    store.close()

    told = tocsin("evidence", "export", NUMBER)

    assert told.exit_code == 0, told.stderr
    with tarfile.open(folder / f"{NUMBER}.tar.gz") as packed:
        file = packed.extractfile("terms.json")
        assert file is not None
        terms = json.loads(file.read())
    assert terms["hash"] == part.hash
    assert [each["limit"]["1"] for each in terms["duties"] if each["name"] == "assess"] == ["5m"]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_tampering_with_a_thousand_facts_is_found_and_the_first_bad_one_named() -> None:
    lines, chance = thousand(), random.Random(3)
    head = evidence.Head(NUMBER, FACTS, lines[-1]["hash"])
    assert bad(lines, head) is None

    for name in ("at", "kind", "by", "detail", "salt", "prev_hash", "hash", "detail_hash", "seq", "incident"):
        place = chance.randrange(FACTS)
        changes = {"at": "2020-01-01T00:00:00+00:00", "detail": {"count": 0}, "salt": "00", "seq": 7777}
        changed = [*lines[:place], {**lines[place], name: changes.get(name, "other")}, *lines[place + 1 :]]
        # a first fact of another incident is no first fact of this chain
        assert bad(changed, head) == place + 1, name
    for _ in range(5):
        place = chance.randrange(FACTS - 1)
        swapped = [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]
        assert bad([*lines[:place], *lines[place + 1 :]], head) == place + 1
        assert bad(swapped, head) == place + 1
        assert bad([*lines[: place + 1], *lines[place:]], head) == place + 2
        assert bad(lines[: place + 1], head) == place + 2


def test_a_chain_written_anew_is_not_the_one_put_aside() -> None:
    lines = thousand()[:3]

    assert bad(lines, evidence.Head(NUMBER, 3, "0" * 64)) == 3


def test_a_bundle_is_checked_without_tocsin(unpacked: Path) -> None:
    summed = run(unpacked, "sha256sum", "--check", "--strict", "MANIFEST.sha256")
    signed = run(
        unpacked,
        *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin"),
        *("-in", "MANIFEST.sha256", "-sigfile", "MANIFEST.sig"),
    )
    checked = run(unpacked, sys.executable, "-I", "verify.py")

    assert (summed.returncode, signed.returncode, checked.returncode) == (0, 0, 0), summed.stderr + signed.stderr
    assert checked.stdout.startswith("whole: ")


def test_a_bundle_holds_all_that_is_on_file(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir()}
    expected = (
        "facts incident notices deliveries attempts acknowledgements entries statements reports obligations register "
        "signals terms head"
    )

    assert {f"{name}.json" for name in expected.split()[1:]} | {"facts.jsonl", "bodies", "verify.py"} <= names
    assert json.loads((unpacked / "terms.json").read_text())["duties"]


def test_both_checks_name_the_same_first_bad_fact(tocsin: Run, unpacked: Path) -> None:
    lines = (unpacked / "facts.jsonl").read_text("utf-8").splitlines(keepends=True)
    (unpacked / "facts.jsonl").write_text("".join(lines[:-1]), "utf-8")

    ours, theirs = tocsin("evidence", "verify", "court"), run(unpacked, sys.executable, "-I", "verify.py")

    assert (ours.exit_code, theirs.returncode) == (1, 1)
    for told in (ours.stdout, theirs.stdout):
        assert "facts.jsonl was changed" in told
        assert f"fact {len(lines)}" in told
        assert f"is missing: the chain had {len(lines)} facts" in told


def test_a_manifest_written_anew_is_not_signed(tocsin: Run, unpacked: Path) -> None:
    (unpacked / "notices.json").write_text("[]\n", "utf-8")
    files = {name: body for name, body in bundle.read(unpacked).items() if not name.startswith("MANIFEST")}
    (unpacked / "MANIFEST.sha256").write_text(evidence.manifest(files), "utf-8")

    told = tocsin("evidence", "verify", "court", "--json")

    assert json.loads(told.stdout)["wrong"] == ["MANIFEST.sig is not this key's signature of MANIFEST.sha256"]


def test_a_key_is_its_owners_alone_and_never_replaced(tocsin: Run, archive: Path, folder: Path) -> None:
    made = tocsin("evidence", "key", "--json")
    again = tocsin("evidence", "key")

    assert made.exit_code == 0, made.stderr
    assert (folder / "seal.key").stat().st_mode & 0o777 == 0o600
    assert again.exit_code == 1
    assert "is there already" in again.stderr


def test_a_chain_of_the_archive_cut_off_at_its_end_is_found_by_the_seal(
    tocsin: Run, archive: Path, folder: Path
) -> None:
    (folder / "public.pem").write_text(json.loads(tocsin("evidence", "key", "--json").stdout)["public"])
    tocsin("evidence", "seal", "heads.json")
    whole = tocsin("evidence", "verify", "--heads", "heads.json", "--public", "public.pem")
    cut_off(archive)

    told = tocsin("evidence", "verify", "--heads", "heads.json", "--public", "public.pem")

    assert (whole.exit_code, told.exit_code) == (0, 1), whole.output
    assert f"of {NUMBER} is missing: the chain had" in told.stdout


def test_what_is_not_on_file_is_not_exported(tocsin: Run, archive: Path, folder: Path) -> None:
    told = tocsin("evidence", "export", "INC-20200101-001")

    assert told.exit_code == 5
    assert not (folder / "INC-20200101-001.tar.gz").exists()


def cut_off(archive: Path) -> None:
    """What somebody with the file and a shell can do."""
    import apsw

    connection = apsw.Connection(str(archive))
    connection.execute("DROP TRIGGER fact_stays")
    connection.execute(
        "DELETE FROM fact WHERE id = (SELECT id FROM fact WHERE incident = ? ORDER BY seq DESC LIMIT 1)", (NUMBER,)
    )
    connection.close()


# ------------------------------------------------------------------------------------------ any tampering, anywhere

CHANGED: dict[str, Any] = {
    "at": "2020-01-01T00:00:00+00:00",
    "kind": "incident_voided",
    "by": "wang",
    "detail": {"count": 0},
    "salt": "00",
    "prev_hash": "0" * 64,
    "hash": "0" * 64,
    "detail_hash": "0" * 64,
    "seq": 7777,
    "incident": "INC-20200101-001",
}
TAMPERINGS = (*CHANGED, "deleted", "exchanged", "doubled", "cut off")
LINES = thousand()
WHOLE = [evidence.fact_of(line) for line in LINES]
HEAD = evidence.Head(NUMBER, FACTS, LINES[-1]["hash"])


def first_bad(place: int, what: str) -> int | None:
    """What is named once one fact of a thousand was tampered with; nothing is left out of the walk."""
    before, after = WHOLE[:place], WHOLE[place + 1 :]
    if what in CHANGED:
        tampered = [*before, evidence.fact_of({**LINES[place], what: CHANGED[what]}), *after]
    else:
        tampered = {
            "deleted": [*before, *after],
            "exchanged": [*before, *after[:1], WHOLE[place], *after[1:]],
            "doubled": [*before, WHOLE[place], WHOLE[place], *after],
            "cut off": before,
        }[what]
    found = evidence.broken_chain(tampered, NUMBER, HEAD)
    return found.seq if found else None


def test_wherever_in_a_thousand_facts_it_is_touched_the_first_bad_one_is_named() -> None:
    """Every third, by one kind of tampering after the other."""
    touched = [(place, TAMPERINGS[place % len(TAMPERINGS)]) for place in range(0, FACTS - 1, 3)]

    found = [first_bad(place, what) for place, what in touched]

    assert found == [place + (2 if what == "doubled" else 1) for place, what in touched]


@given(st.integers(0, FACTS - 2), st.sampled_from(TAMPERINGS))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_tampering_at_any_place_is_found(place: int, what: str) -> None:
    assert first_bad(place, what) == place + (2 if what == "doubled" else 1)


@pytest.mark.parametrize("what", TAMPERINGS)
@pytest.mark.parametrize("place", [0, FACTS - 1])
def test_the_first_and_the_last_fact_are_no_exception(place: int, what: str) -> None:
    is_moved_to_nowhere = what == "exchanged" and place == FACTS - 1

    assert first_bad(place, what) == (None if is_moved_to_nowhere else place + (2 if what == "doubled" else 1))
