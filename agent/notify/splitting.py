"""A long text in numbered parts: vendors count bytes, and cut or refuse what is longer."""

_ROOM_FOR_TEXT = 16  # a part must hold more than its number


def parts(text: str, limit_bytes: int, encoding: str = "utf-8") -> tuple[str, ...]:
    """The text in parts of at most `limit_bytes` bytes, each begun with `(1/3) ` where there are several.

    Cuts at line ends where it can, else between words, never inside a character. A limit of 0 is none.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates would fail only once on the way
    if not limit_bytes or len(text.encode(encoding)) <= limit_bytes:
        return (text,)
    digits = 1
    while True:
        number_bytes = len(f"({'9' * digits}/{'9' * digits}) ".encode(encoding))
        pieces = _pieces(text, max(limit_bytes - number_bytes, _ROOM_FOR_TEXT), encoding)
        if len(str(len(pieces))) <= digits:
            return tuple(f"({number}/{len(pieces)}) {piece}" for number, piece in enumerate(pieces, 1))
        digits += 1


def _pieces(text: str, room: int, encoding: str) -> list[str]:
    pieces: list[str] = []
    rest = text
    while len(coded := rest.encode(encoding)) > room:
        head = coded[:room].decode(encoding, "ignore")
        cut = _cut(head, rest[len(head)])
        pieces.append(rest[:cut].rstrip("\n "))
        rest = rest[cut:].lstrip("\n ")
    if rest:
        pieces.append(rest)
    return [piece for piece in pieces if piece]


def _cut(head: str, following: str) -> int:
    """Where to end the head: at its last line end, else its last blank, else as it stands."""
    if following in "\n ":
        return len(head)
    for mark in "\n ":
        at = head.rfind(mark)
        if at > 0:
            return at + 1
    return len(head)
