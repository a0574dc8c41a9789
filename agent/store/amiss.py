"""What is wrong with an archive that its chains do not show: facts gone between others, attachments, details erased."""

import json
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw

from agent.rules import as_sent
from agent.store import queries
from agent.store.evidence import reading
from agent.store.redacting import ERASED


def amiss(path: Path) -> list[str]:
    """A sentence for each; [] where nothing is.

    Raises:
        StoreUnavailable: the archive is missing, damaged or none.
    """
    with reading(path) as connection:
        return [*_gap(connection), *_erased(connection), *_attachments(connection), *_rewritten(connection)]


def _gap(connection: apsw.Connection) -> Iterator[str]:
    """Rows are numbered without gaps: a chain cut off at its end leaves one. The newest fact see `evidence.broken`."""
    found: list[Any] = connection.execute(queries.load()["first_gap"]).fetchall()
    for incident, seq in found:
        yield f"the fact that was written after fact {seq} of {incident or 'no incident'} is missing"


def _erased(connection: apsw.Connection) -> Iterator[str]:
    """Details that are gone without a redaction that says so (decision 12)."""
    said = set()
    for incident, text in connection.execute(queries.load()["redactions"]):
        detail = json.loads(text)
        while isinstance(detail, Mapping) and "fact" in detail:  # of a redaction that was itself redacted
            said.add((incident, detail["fact"]))
            detail = detail.get("said")
    for incident, seq in connection.execute(queries.load()["erased_facts"]):
        if (incident, seq) not in said:
            yield f"fact {seq} of {incident or 'no incident'} was erased, and no redaction says so"


def _attachments(connection: apsw.Connection) -> Iterator[str]:
    """Files attached to reports, against the hashes that the reports name."""
    for number, name, hash_, raw, fault in connection.execute(queries.load()["attached"]):
        if raw is None:
            yield f"{name} of {number} is missing"
        elif fault != ERASED and sha256(_unpacked(raw)).hexdigest() != hash_:
            yield f"{name} of {number} is not what was attached"


def _rewritten(connection: apsw.Connection) -> Iterator[str]:
    """Messages whose words are not those that the chain says were sent."""
    for subject, text, words, *whose in connection.execute(queries.load()["sent_words"]):
        if not as_sent.is_as_sent(words, subject, text):
            notice, contact, endpoint = whose
            yield f"what {contact} was told by {endpoint} ({notice}) is not what was sent"


def _unpacked(raw: bytes) -> bytes:
    try:
        return zlib.decompress(raw)
    except zlib.error:
        return b""
