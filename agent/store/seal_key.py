"""The Ed25519 key that signs evidence: one file, for its owner alone."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import TocsinError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME = "seal.key"


def place(store: Path) -> Path:
    """`$STATE_DIRECTORY/seal.key`, else beside the archive."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return (Path(given) if given else store.parent) / NAME


def make(path: Path) -> bytes:
    """Make a key in a new file; the public half, as PEM.

    Raises:
        TocsinError: there is one already, or the folder cannot be written.
    """
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secret)
    except FileExistsError:
        raise TocsinError(
            f"{path} is there already: what it signed is checked with it; move it away before making another"
        ) from None
    except OSError as fault:
        raise TocsinError(f"{path} cannot be written: {fault.strerror}: name another place with --key") from None
    return _public(key)


def sign(path: Path, content: bytes) -> tuple[bytes, bytes]:
    """The signature, 64 bytes, and the public half, as PEM.

    Raises:
        TocsinError: the file is no Ed25519 key, or cannot be read.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as fault:
        raise TocsinError(f"{path} cannot be read: {fault.strerror}: run this as its owner") from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise TocsinError(f"{path} is no Ed25519 key: make one with `tocsin evidence key`")
    return key.sign(content), _public(key)


def is_signed(public: bytes, signature: bytes, content: bytes) -> bool:
    """Whether this key signed it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(public)
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(signature, content)
    except (ValueError, InvalidSignature):
        return False
    return True


def _public(key: "Ed25519PrivateKey") -> bytes:
    from cryptography.hazmat.primitives import serialization as form

    return key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
