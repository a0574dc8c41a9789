"""`tocsin evidence`: bundles that prove themselves, and every kind of tampering found and named."""

import json
import subprocess
import sys
import tarfile
import zlib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from agent.cli import bundle
from agent.model import Attachment, Body, Change, Fact, PartState
from agent.rules import evidence, joint
from agent.store import open_store
from tests.cli.conftest import Run
from tests.store import nouns
from tests.support.world import FILE, World

NUMBER = nouns.NUMBER


@pytest.fixture
def archive(folder: Path, file: Path) -> Path:
    store = open_store(f"sqlite:///{folder}/tocsin.db", create=True)
    facts = (nouns.fact(), nouns.fact("incident_recovered", checks=["张伟", 0.25]), nouns.fact("incident_closed"))
    store.commit(replace(nouns.everything(), facts=facts, reports={}))
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


@pytest.mark.parametrize(
    "head",
    [
        "",
        "[]",
        '{"incident": "INC-20261123-001", "seq": "3", "hash": ""}',
        '{"incident": "INC-20261123-001", "seq": -1, "hash": ""}',
    ],
)
def test_a_head_that_is_none_is_said_by_both_checks(tocsin: Run, unpacked: Path, head: str) -> None:
    (unpacked / "head.json").write_text(head, "utf-8")

    ours, theirs = tocsin("evidence", "verify", "court"), run(unpacked, sys.executable, "-I", "verify.py")

    assert (ours.exit_code, theirs.returncode) == (1, 1)
    for told in (ours.stdout, theirs.stdout):
        assert "head.json was changed" in told
        assert "head.json is missing or not as it was" in told


def test_a_time_that_no_clock_can_show_is_a_bad_fact(tocsin: Run, unpacked: Path) -> None:
    first, *rest = (unpacked / "facts.jsonl").read_text("utf-8").splitlines(keepends=True)
    moved = json.dumps({**json.loads(first), "at": "0001-01-01T00:00:00.000000+10:00"}) + "\n"
    (unpacked / "facts.jsonl").write_text(moved + "".join(rest), "utf-8")

    ours, theirs = tocsin("evidence", "verify", "court"), run(unpacked, sys.executable, "-I", "verify.py")

    assert (ours.exit_code, theirs.returncode) == (1, 1)
    assert f"fact 1 of {NUMBER} cannot be read" in ours.stdout
    assert "fact 1 was changed" in theirs.stdout


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


# ------------------------------------------------------------------------------- what no chain shows, the archive does


def tampered(archive: Path, *statements: str) -> None:
    """With the file, a shell and the triggers gone."""
    import apsw

    connection = apsw.Connection(str(archive))
    for (name,) in list(connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    connection.close()


def more(archive: Path, *facts: Fact, attached: bytes = b"") -> None:
    """What was put on file after the incident's chain."""
    hash_ = sha256(attached).hexdigest()
    body = Body(hash_, nouns.NOW, "report", attached)
    report = replace(nouns.REPORT, attachments=(Attachment("till.txt", "text/plain", len(attached), hash_),))
    store = open_store(f"sqlite:///{archive}", create=False)
    store.commit(Change(facts=list(facts), bodies={hash_: body}, reports={report.number: report}))
    store.close()


def test_an_end_cut_off_since_the_last_seal_leaves_a_gap_in_the_file(tocsin: Run, archive: Path) -> None:
    """Whatever was written after it, in whichever chain, shows that something is missing."""
    more(archive, nouns.fact("calendar_turned", incident=""))
    cut_off(archive)

    told = tocsin("evidence", "verify")

    assert told.exit_code == 1
    assert told.stdout == f"the fact that was written after fact 2 of {NUMBER} is missing\n"


def test_the_newest_fact_of_all_cannot_go_unseen(tocsin: Run, archive: Path) -> None:
    """Nothing was written after it, no seal knows it yet."""
    more(archive, nouns.fact("calendar_turned", incident=""))
    assert tocsin("evidence", "verify").exit_code == 0
    tampered(archive, "DELETE FROM fact WHERE id = (SELECT MAX(id) FROM fact)")

    told = tocsin("evidence", "verify")

    assert told.exit_code == 1
    assert told.stdout == "fact 1 of no incident is missing: the chain had 1 facts\n"


def test_an_archive_cut_off_as_a_whole_is_found(tocsin: Run, archive: Path) -> None:
    tampered(archive, "DELETE FROM fact")

    told = tocsin("evidence", "verify")

    assert told.exit_code == 1
    assert f"fact 1 of {NUMBER} is missing: the chain had" in told.stdout


def test_an_archive_whose_seals_are_gone_does_not_pass_for_signed(tocsin: Run, archive: Path, folder: Path) -> None:
    (folder / "public.pem").write_text(json.loads(tocsin("evidence", "key", "--json").stdout)["public"])

    told = tocsin("evidence", "verify", "--public", "public.pem")

    assert told.exit_code == 1
    assert "no seal is on file: nothing here is signed by this key" in told.stdout


def test_an_attachment_that_is_not_what_its_report_named_is_found(tocsin: Run, archive: Path) -> None:
    """3.2(b): the hash stands in the chain."""
    more(archive, attached=b"no till works")
    assert tocsin("evidence", "verify").exit_code == 0
    packed = zlib.compress(b"all tills work").hex()
    tampered(archive, f"UPDATE body SET raw = x'{packed}' WHERE source = 'report'")

    told = tocsin("evidence", "verify")

    assert told.exit_code == 1
    assert "till.txt of REP-20261123-001 is not what was attached" in told.stdout


def test_a_detail_erased_by_anything_but_a_redaction_is_found(tocsin: Run, archive: Path) -> None:
    """Decision 12: a fact in the same chain says why, and the rest of it."""
    tampered(archive, "UPDATE fact SET detail = NULL, salt = NULL WHERE seq = 2")

    told = tocsin("evidence", "verify")

    assert told.exit_code == 1
    assert f"fact 2 of {NUMBER} was erased, and no redaction says so" in told.stdout


def test_what_was_attached_to_a_report_goes_with_the_bundle(tocsin: Run, archive: Path, folder: Path) -> None:
    """3.2(b): word for word, under its hash."""
    more(archive, attached=b"no till works")

    told = tocsin("evidence", "export", NUMBER)

    assert told.exit_code == 0, told.stderr
    with tarfile.open(folder / f"{NUMBER}.tar.gz") as packed:
        file = packed.extractfile(f"bodies/{sha256(b'no till works').hexdigest()}")
        assert file is not None
        assert file.read() == b"no till works"


def lived(folder: Path) -> None:
    """An archive in which somebody was told something, with a link."""
    world = World(folder, FILE)
    world.alert("CheckoutDown")
    world.advance("7 min")
    world.end()


def test_the_words_of_a_notice_cannot_be_rewritten_before_a_bundle_is_made(
    tocsin: Run, file: Path, folder: Path
) -> None:
    """4.1(c): what the customer was told stands in the chain by its hash, whoever exports and signs afterwards."""
    lived(folder)
    tocsin("evidence", "key")
    assert tocsin("evidence", "verify").stdout.startswith("whole: ")
    tampered(
        folder / "tocsin.db", "UPDATE delivery SET text = replace(text, 'GRADE 2', 'GRADE 3') WHERE contact = 'wang'"
    )

    ours = tocsin("evidence", "verify")
    tocsin("evidence", "export", NUMBER, "--out", "new.tar.gz")
    with tarfile.open(folder / "new.tar.gz") as packed:
        packed.extractall(folder / "court", filter="data")
    theirs = run(folder / "court", sys.executable, "-I", "verify.py")
    both = tocsin("evidence", "verify", "new.tar.gz")

    told = f"what wang was told by wang/1 ({NUMBER}/1/customer) is not what was sent\n"
    assert [(each.exit_code, each.stdout) for each in (ours, both)] == [(1, told)] * 2
    assert (theirs.returncode, theirs.stdout) == (1, told)


def test_what_was_sent_is_proved_without_the_secret_of_its_link(tocsin: Run, file: Path, folder: Path) -> None:
    lived(folder)
    tocsin("evidence", "key")
    tocsin("evidence", "export", NUMBER)
    with tarfile.open(folder / f"{NUMBER}.tar.gz") as packed:
        packed.extractall(folder / "court", filter="data")

    checked = run(folder / "court", sys.executable, "-I", "verify.py")

    assert "/a/(token)" in (folder / "court" / "deliveries.json").read_text()
    assert checked.stdout.startswith("whole: ")
