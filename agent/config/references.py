"""Secrets by reference: `${credential:NAME}`, `${env:NAME}`, `${file:PATH}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_CREDENTIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]*")
_AT_MOST = 64 * 1024
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SECRET_PARAMETER = re.compile(
    r"[?&](?:pass|password|pwd|token|key|apikey|api_key|secret|auth)=(?!\$\{)[^&{]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A text with its references replaced; of those that could not be, `missing` says which and why."""

    text: str
    missing: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()  # what was put in, to keep it out of messages

    def hide(self, message: str) -> str:
        """`message` without anything secret in it."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            message = message.replace(secret, "***")
        return message

    def __repr__(self) -> str:
        return f"Resolved(***, missing={self.missing})"


@dataclass(frozen=True, slots=True)
class Vault:
    """Where references are looked up on this machine."""

    folder: Path  # of the configuration file
    environment: Mapping[str, str]

    @property
    def state(self) -> Path:
        """What a relative path of the store counts from."""
        # $STATE_DIRECTORY holds several paths, parted by colons, where a unit has several
        given = self.environment.get("STATE_DIRECTORY", "").partition(":")[0]
        return (Path(given) if given else self.folder).absolute()

    def resolve(self, text: str) -> Resolved:
        """`text` with every reference replaced: raw where it is the whole, percent-encoded inside a URL.

        Raises:
            ValueError: a reference of no known form.
        """
        parts = _REFERENCE.split(text)
        if len(parts) == 1:
            return Resolved(text)
        is_inside_url = len("".join(parts[::2])) > 0 and bool(_URL.match(text))
        missing: list[str] = []
        secrets: list[str] = []
        out = [parts[0]]
        for inside, after in zip(parts[1::2], parts[2::2], strict=True):
            value, why_not = self._look_up(inside)
            if why_not:
                missing.append(why_not)
            else:
                secrets += [value, quote(value, safe="")]
            out += [quote(value, safe="") if is_inside_url else value, after]
        return Resolved("".join(out), tuple(missing), tuple(secret for secret in secrets if secret))

    def _look_up(self, inside: str) -> tuple[str, str]:
        """(the secret, "") or ("", why it cannot be had here)."""
        kind, _, name = inside.partition(":")
        match kind:
            case "env" if name:
                value = self.environment.get(name, "")
                return value, "" if value else f"${{env:{name}}}: the environment variable is not set here"
            case "credential" if _CREDENTIAL.fullmatch(name):
                return self._credential(name)
            case "file" if name:
                return _content(self.folder / name, f"${{file:{name}}}")
        raise ValueError(f"${{{inside}}} is no reference: write ${{credential:NAME}}, ${{env:NAME}} or ${{file:PATH}}")

    def _credential(self, name: str) -> tuple[str, str]:
        reference = f"${{credential:{name}}}"
        given = self.environment.get("CREDENTIALS_DIRECTORY", "")
        if not given:
            return "", f"{reference}: no $CREDENTIALS_DIRECTORY here (systemd's LoadCredential sets it)"
        # LoadCredential=tocsin:FOLDER loads each file of the folder under this name
        of_folder = Path(given) / f"tocsin_{name}"
        return _content(of_folder if of_folder.exists() else Path(given) / name, reference)


def has_reference(text: str) -> bool:
    return bool(_REFERENCE.search(text))


def literal(what: str) -> str:
    """The warning about a secret that is written out."""
    return f'holds {what} written out: keep it out of the file by a reference such as "${{credential:NAME}}"'


def literal_secret(url: str) -> str:
    """What of a URL is a secret written out (`password`, `token`), "" for nothing."""
    if _SECRET_PARAMETER.search(url):
        return "a secret among its parameters"
    try:
        split = urlsplit(_REFERENCE.sub("\x01", url))
        if split.password and "\x01" not in split.password and "{" not in split.password:
            return "a password"
    except ValueError:
        return ""
    pieces = [split.netloc.rpartition("@")[2], *split.path.split("/")]
    return "a token" if any(_looks_random(piece) for piece in pieces) else ""


def _looks_random(piece: str) -> bool:
    letters = any(character.isalpha() for character in piece)
    digits = any(character.isdigit() for character in piece)
    return len(piece) >= 16 and letters and digits and "." not in piece and "\x01" not in piece


def _content(path: Path, reference: str) -> tuple[str, str]:
    try:
        with path.open("rb") as file:
            raw = file.read(_AT_MOST + 1)
        text = raw.decode().rstrip("\r\n")
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "is no text"
        return "", f"{reference}: {path}: {reason}"
    if len(raw) > _AT_MOST or not text:
        return "", f"{reference}: {path}: {'larger than 64 KiB' if text else 'is empty'}"
    return text, ""
