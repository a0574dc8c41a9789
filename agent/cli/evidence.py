"""`tocsin evidence`: a bundle that proves an incident without this program, and whether evidence is whole."""

import json
import os
from pathlib import Path
from typing import Any

import click

from agent import clock
from agent.cli import bundle, output
from agent.cli.backup import routes_option, store_of, store_option
from agent.errors import Malformed, TocsinError
from agent.rules import evidence as rules
from agent.rules import seals
from agent.store import seal_key

key_option = click.option(
    "--key", type=click.Path(path_type=Path), help="Instead of seal.key in $STATE_DIRECTORY or beside the archive."
)


@click.group()
def evidence() -> None:
    """Hand out evidence, sign it, and see whether it is whole. Each of its commands takes --json.

    \b
    Examples:
      tocsin evidence key
      tocsin evidence export INC-20261123-001
      tocsin evidence verify INC-20261123-001.tar.gz
    """


@evidence.command()
@click.argument("incident")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; else INCIDENT.tar.gz here.")
@routes_option
@store_option
@key_option
@output.json_option
def export(incident: str, out: Path | None, routes: Path, store: str, key: Path | None, as_json: bool) -> None:
    """Write all that is on file about INCIDENT into one bundle, also beside a running agent.

    It is checked by sha256sum, openssl and the verify.py in it, without this program. It holds notices word for word:
    give it only to whom they may go. The secrets of links are left out of the texts.

    \b
    Examples:
      tocsin evidence export INC-20261123-001
      tocsin evidence export INC-20261123-001 --out /srv/court/evidence.tar.gz --routes /etc/tocsin/routes.yaml
    """
    from agent.store.evidence import held

    path = _path(store, routes)
    found = held(path, incident)
    files = bundle.files_of(incident, found, _terms(path, incident, routes))
    key = key or seal_key.place(path)
    is_signed = key.exists()
    if is_signed:
        files[bundle.PUBLIC] = seal_key.sign(key, b"")[1]
    manifest = rules.manifest(files).encode()
    if is_signed:
        files[bundle.SIGNATURE] = seal_key.sign(key, manifest)[0]
    target = out or Path(f"{incident}.tar.gz")
    bundle.write(target, {**files, bundle.MANIFEST: manifest})
    told = {"file": str(target), "facts": len(found.facts), "files": len(files) + 1, "is_signed": is_signed}
    signed = "signed" if is_signed else f"not signed: {key} is missing, `tocsin evidence key` makes it"
    output.answer(told, as_json, lambda _: output.line(f"wrote {target}: {len(found.facts)} facts, {signed}"))


@evidence.command()
@routes_option
@store_option
@key_option
@output.json_option
def key(routes: Path, store: str, key: Path | None, as_json: bool) -> None:
    """Make the key that signs evidence, and print its public half: give that to the other party now.

    \b
    Examples:
      tocsin evidence key > tocsin-public.pem
      tocsin evidence key --key /etc/tocsin/seal.key
    """
    place = key or seal_key.place(_path(store, routes))
    public = seal_key.make(place).decode()
    click.echo(f"wrote {place}", err=True)
    output.answer({"file": str(place), "public": public}, as_json, lambda _: click.echo(public, nl=False))


@evidence.command()
@click.argument("out", type=click.Path(path_type=Path))
@routes_option
@store_option
@key_option
@output.json_option
def seal(out: Path, routes: Path, store: str, key: Path | None, as_json: bool) -> None:
    """Write the last fact of every chain into the file OUT, and its signature beside it as OUT.sig.

    Put it where the archive's owner cannot reach it: it shows later that the end of a chain is missing.

    \b
    Example:
      tocsin evidence seal heads-20261123.json
    """
    from agent.store.evidence import heads

    path = _path(store, routes)
    listed = [{"incident": head.incident, "seq": head.seq, "hash": head.hash} for head in heads(path)]
    content = (json.dumps(listed, indent=1) + "\n").encode()
    key = key or seal_key.place(path)
    signature = seal_key.sign(key, content)[0] if key.exists() else b""
    bundle.put(out, content)
    if signature:
        bundle.put(Path(f"{out}.sig"), signature)
    told = {"file": str(out), "chains": len(listed), "is_signed": bool(signature)}
    signed = "signed" if signature else "not signed"
    output.answer(told, as_json, lambda _: output.line(f"wrote {out}: {len(listed)} chains, {signed}"))


@evidence.command()
@click.argument("source", metavar="[BUNDLE]", required=False, type=click.Path(path_type=Path))
@routes_option
@store_option
@click.option("--heads", type=click.Path(path_type=Path), help="With the archive: what `tocsin evidence seal` wrote.")
@click.option("--public", type=click.Path(path_type=Path), help="The public key you were given; else the bundle's own.")
@output.json_option
def verify(
    source: Path | None, routes: Path, store: str, heads: Path | None, public: Path | None, as_json: bool
) -> None:
    """Check a bundle, or without one every chain of the archive and its daily seals; name the first bad fact of each.

    \b
    Examples:
      tocsin evidence verify INC-20261123-001.tar.gz --public tocsin-public.pem
      tocsin evidence verify --public tocsin-public.pem
      tocsin evidence verify --heads heads-20261123.json --public tocsin-public.pem
      tocsin evidence verify --store sqlite:////var/backups/tocsin/tocsin-20261123T020000Z.db
    """
    if source and (store or heads):
        raise click.UsageError("name a bundle, or --store and --heads, not both")
    told = _bundle(source, public) if source else _archive(_path(store, routes), heads, public)
    output.answer(told, as_json, _show)
    if told["wrong"]:
        raise SystemExit(1)


def _bundle(source: Path, public: Path | None) -> dict[str, Any]:
    files = bundle.read(source)
    wrong = bundle.broken(files)
    signature = files.get(bundle.SIGNATURE)
    if signature is not None:
        known = _read(public) if public else files.get(bundle.PUBLIC, b"")
        if not seal_key.is_signed(known, signature, files[bundle.MANIFEST]):
            wrong.append(f"{bundle.SIGNATURE} is not this key's signature of {bundle.MANIFEST}")
    elif public:
        wrong.append(f"{bundle.SIGNATURE} is missing")
    count = files.get("facts.jsonl", b"").count(b"\n")
    return {"facts": count, "is_signed": signature is not None, "wrong": wrong}


def _archive(path: Path, heads: Path | None, public: Path | None) -> dict[str, Any]:
    from agent.store.amiss import amiss
    from agent.store.evidence import broken, sealed

    given = _read(public) if public else b""
    own, wrong = seals.read(
        ((each.fact, raw) for each, raw in sealed(path)),
        lambda named, signature, content: seal_key.is_signed(given or named, signature, content),
    )
    content = _read(heads) if heads else b"[]"
    if public and heads and not seal_key.is_signed(_read(public), _read(Path(f"{heads}.sig")), content):
        wrong.append(f"{heads}.sig is not this key's signature of {heads}")
    try:
        listed = [rules.head_of(head) for head in json.loads(content)]
    except (ValueError, TypeError, Malformed):
        raise TocsinError(f"{heads} is not what `tocsin evidence seal` writes") from None
    count, found = broken(path, [*listed, *own])
    wrong += [f"fact {bad.seq} of {bad.incident or 'no incident'} {bad.why}" for bad in found]
    wrong += amiss(path)
    if public and not heads and not own:
        wrong.append("no seal is on file: nothing here is signed by this key")
    return {"facts": count, "is_signed": bool(public and (heads or own)), "wrong": wrong}


def _show(told: dict[str, Any]) -> None:
    for sentence in told["wrong"]:
        output.line(sentence)
    if not told["wrong"]:
        output.line(f"whole: {told['facts']} facts{', signed' if told['is_signed'] else ''}")


def _terms(path: Path, incident: str, routes: Path) -> Any:
    """The duties pinned to the incident (clock rule 7); of one older than their being kept, those of the file."""
    from agent.cli.file import load
    from agent.cli.terms import plan, plan_of
    from agent.config import parts
    from agent.config.people import People
    from agent.store.evidence import pinned_part

    text = pinned_part(path, incident)
    try:
        if text:
            agreed = parts.agreed(text, People({}, {}, {}), os.environ, clock.now()).agreement
            pinned = {"version": agreed.version, "hash": agreed.hash, "duties": plan_of(agreed)}
            return {**pinned, "agreement": json.loads(text)}
    except Malformed as fault:
        return {"missing": str(fault), "agreement": json.loads(text)}
    try:
        agreement = load(routes).agreement
        return {"version": agreement.version, "hash": agreement.hash, "duties": plan(routes)}
    except (TocsinError, OSError) as fault:
        return {"missing": f"{routes} could not be read ({type(fault).__name__}): see obligations.json"}


def _path(store: str, routes: Path) -> Path:
    from agent.store.connections import path_of

    return path_of(store or store_of(routes))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise TocsinError(f"{path} cannot be read: {fault.strerror}") from None
