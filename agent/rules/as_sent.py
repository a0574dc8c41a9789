"""The words of a message as they went out, by a hash that the chain keeps: nobody can rewrite them afterwards.

The secret of a link is left out of it, as it is left out of what is handed out.
"""

import hashlib
import re

from agent.rules.redaction import GONE

_LINK = re.compile(r"/a/[A-Za-z0-9_()-]+")


def digest(subject: str, text: str) -> str:
    """The SHA-256 of subject, a line's end and text, each link as `/a/(token)`."""
    return hashlib.sha256(_LINK.sub("/a/(token)", f"{subject}\n{text}").encode("utf-8", "replace")).hexdigest()


def is_as_sent(words: str, subject: str, text: str) -> bool:
    """Whether it still says what the chain says was sent; of what a redaction went through nobody can tell."""
    return GONE in f"{subject}\n{text}" or digest(subject, text) == words
