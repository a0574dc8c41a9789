"""A bundle of evidence: its files, written as one `tar.gz` and read back."""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.cli import bundle_check
from agent.errors import Malformed, TocsinError
from agent.rules import chain, evidence

if TYPE_CHECKING:
    from agent.store.evidence import Held

MANIFEST, SIGNATURE, PUBLIC = "MANIFEST.sha256", "MANIFEST.sig", "public.pem"
MAX_BYTES = 2 * 1024**3  # of one bundle, unpacked


def files_of(number: str, held: "Held", terms: Any) -> dict[str, bytes]:
    """All but the manifest and its signature, by name."""
    last = held.facts[-1] if held.facts else None
    head = {"incident": number, "seq": last.seq if last else 0, "hash": last.hash if last else chain.genesis(number)}
    files = {
        "facts.jsonl": "".join(
            json.dumps(evidence.line_of(fact), ensure_ascii=False) + "\n" for fact in held.facts
        ).encode("utf-8", "replace"),
        "head.json": _json(head),
        "terms.json": _json(terms),
        "verify.py": Path(__file__).with_name("bundle_check.py").read_bytes(),
    }
    files |= {f"{name}.json": _json(rows) for name, rows in held.rows.items()}
    return files | {f"bodies/{hash_}": body for hash_, body in held.bodies.items()}


def write(target: Path, files: Mapping[str, bytes]) -> None:
    """One `tar.gz` for its owner alone, never over another file.

    Raises:
        TocsinError: it is there already, or cannot be written.
    """
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size = len(files[name])
            archive.addfile(entry, io.BytesIO(files[name]))
    put(target, packed.getvalue())


def put(target: Path, content: bytes) -> None:
    """
    Raises:
        TocsinError: it is there already, or cannot be written.
    """
    try:
        with target.open("xb") as file:
            target.chmod(0o600)
            file.write(content)
    except FileExistsError:
        raise TocsinError(f"{target} is there already: name another with --out") from None
    except OSError as fault:
        raise TocsinError(f"{target} cannot be written: {fault.strerror}: name another place with --out") from None


def read(source: Path) -> dict[str, bytes]:
    """The files of a bundle, packed or in a folder.

    Raises:
        TocsinError: it is none, or cannot be read.
    """
    try:
        if source.is_dir():
            found = {
                path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("*") if path.is_file()
            }
        else:
            found = _unpacked(source)
    except (OSError, EOFError, tarfile.TarError, ValueError) as fault:
        raise TocsinError(f"{source} cannot be read as a bundle ({fault}): export it again") from None
    if MANIFEST not in found:
        raise TocsinError(f"{source} is no bundle of evidence: it has no {MANIFEST}")
    return found


def broken(files: Mapping[str, bytes]) -> list[str]:
    """What does not hold in a bundle, the first bad fact named; [] for nothing. The signature is checked elsewhere."""
    listed = {name: body for name, body in files.items() if name not in {MANIFEST, SIGNATURE}}
    wrong = evidence.differing(files[MANIFEST].decode("utf-8", "replace"), listed)
    if (bad := _bad_fact(files)) is not None:
        wrong.append(f"fact {bad.seq} of {bad.incident} {bad.why}")
    return wrong + bundle_check.rewritten_notices(files.get("facts.jsonl", b""), files.get("deliveries.json", b""))


def _bad_fact(files: Mapping[str, bytes]) -> evidence.Broken | None:
    try:
        head = evidence.head_of(json.loads(files.get("head.json", b"")))
    except (ValueError, Malformed):
        return evidence.Broken("the incident", 1, "cannot be judged: head.json is missing or not as it was")
    facts = []
    for line in files.get("facts.jsonl", b"").decode("utf-8", "replace").split("\n")[:-1]:
        try:
            facts.append(evidence.fact_of(json.loads(line)))
        except (ValueError, Malformed):
            before = evidence.broken_chain(facts, head.incident)
            return before or evidence.Broken(head.incident, len(facts) + 1, "cannot be read")
    if len(facts) > head.seq:
        return evidence.broken_chain(facts, head.incident) or evidence.Broken(
            head.incident, head.seq + 1, f"was added: the chain had {head.seq} facts"
        )
    return evidence.broken_chain(facts, head.incident, head)


def _unpacked(source: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = MAX_BYTES
    with tarfile.open(source, "r:gz") as archive:
        for entry in archive:
            left -= entry.size
            if left < 0:
                raise ValueError("unpacked it is larger than 2 GiB")
            if entry.isfile() and (file := archive.extractfile(entry)):
                found[entry.name] = file.read()
    return found


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode("utf-8", "replace")
