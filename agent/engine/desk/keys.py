"""What a signal is known by: its source and its fingerprint in one text, for a pair of them takes 64 bytes more."""

Key = str

_BETWEEN = "\0"
"""No fingerprint that arrives has one."""


def as_key(source: str, fingerprint: str) -> Key:
    return f"{source}{_BETWEEN}{fingerprint}"


def parts_of(key: Key) -> tuple[str, str]:
    """(source, fingerprint)."""
    source, _, fingerprint = key.partition(_BETWEEN)
    return source, fingerprint
