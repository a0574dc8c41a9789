"""Check this folder of evidence: every file against MANIFEST.sha256, every fact against the one before it.

Needs Python 3.9 or later and nothing else. Run it in the unpacked folder: python3 verify.py
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

NOTICES = ("facts.jsonl", "deliveries.json")
TOLD = ("notice", "contact", "endpoint")
LINK = re.compile(r"/a/[A-Za-z0-9_()-]+")


def main(folder: Path) -> int:
    notices = ((folder / name).read_bytes() if (folder / name).is_file() else b"" for name in NOTICES)
    wrong = [*changed_files(folder), *first_bad_fact(folder), *rewritten_notices(*notices)]
    for line in wrong:
        print(line)
    if not wrong:
        print("whole: every file is as the manifest says, and every fact follows the one before it")
    return 1 if wrong else 0


def changed_files(folder: Path) -> list[str]:
    named = {}
    for line in (folder / "MANIFEST.sha256").read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        named[name] = digest
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    there -= {"MANIFEST.sha256", "MANIFEST.sig"}
    wrong = [f"{name} is not in the manifest" for name in sorted(there - named.keys())]
    wrong += [f"{name} is missing" for name in sorted(named.keys() - there)]
    for name in sorted(there & named.keys()):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != named[name]:
            wrong.append(f"{name} was changed")
    return wrong


def first_bad_fact(folder: Path) -> list[str]:
    head = head_of(folder)
    if head is None:
        return ["head.json is missing or not as it was"]
    before = sha(f"tocsin chain {head['incident']}".encode())
    count = 0
    for line in (folder / "facts.jsonl").read_text("utf-8").split("\n")[:-1]:
        count += 1
        try:
            fact = json.loads(line)
            holds = fact["incident"] == head["incident"] and follows(fact, count, before)
            before = fact["hash"]
        except (ValueError, LookupError, TypeError):
            holds = False
        if not holds:
            return [f"fact {count} was changed, moved or left out"]
    if count < head["seq"]:
        return [f"fact {count + 1} is missing: the chain had {head['seq']} facts"]
    if (count, before) != (head["seq"], head["hash"]):
        return [f"fact {head['seq']} is not the one in head.json"]
    return []


def rewritten_notices(facts: bytes, deliveries: bytes) -> list[str]:
    """Messages whose words are not those that a fact says were sent. Links stand without their secret in both.

    Of what a redaction went through nobody can tell: it says so in the gaps.
    """
    try:
        sent = {tuple(row[name] for name in TOLD): (row["subject"], row["text"]) for row in json.loads(deliveries)}
        said = [json.loads(line) for line in facts.decode("utf-8", "replace").split("\n")[:-1]]
        wrong = []
        for detail in (fact["detail"] for fact in said if fact["kind"] == "notice_accepted"):
            words = "\n".join(sent.get(tuple(detail.get(name) for name in TOLD), ()))
            is_known = bool(words and detail.get("words")) and "(redacted)" not in words
            if is_known and sha(LINK.sub("/a/(token)", words).encode("utf-8", "replace")) != detail["words"]:
                wrong.append("what {contact} was told by {endpoint} ({notice}) is not what was sent".format(**detail))
        return wrong
    except (ValueError, LookupError, TypeError, AttributeError):
        return ["deliveries.json cannot be compared with the facts"] if deliveries else []


def head_of(folder: Path) -> dict[str, Any] | None:
    """The last fact of the chain as it was exported."""
    try:
        head = json.loads((folder / "head.json").read_text("utf-8"))
        is_one = head["incident"] and head["hash"] and int(head["seq"]) == head["seq"] >= 0
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return dict(head) if is_one else None


def follows(fact: dict[str, Any], seq: int, before: str) -> bool:
    """The rule: hash = sha256([prev_hash, seq, at, kind, by, detail_hash]), detail_hash = sha256(salt + detail)."""
    if fact["seq"] != seq or fact["prev_hash"] != before:
        return False
    links = [before, seq, fact["at"], fact["kind"], fact["by"], fact["detail_hash"]]
    if fact["hash"] != sha(canonical(links)):
        return False
    if not fact["salt"]:
        return not fact["detail"]  # erased: its hash still stands in the chain
    return bool(fact["detail_hash"] == sha(bytes.fromhex(fact["salt"]) + canonical(fact["detail"])))


def canonical(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace")


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent))
