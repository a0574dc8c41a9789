"""A disk that can be told to fail: a layer under SQLite, for connections opened with its name."""

import apsw


class BrittleDisk(apsw.VFS):
    """While `faults["write"]` or `faults["sync"]` names an error, that operation raises it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: dict[str, type[apsw.Error]] = {}
        super().__init__(name, "")

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:
        return _BrittleFile(self, name, flags)

    def check(self, operation: str) -> None:
        if operation in self.faults:
            raise self.faults[operation]("injected")


class _BrittleFile(apsw.VFSFile):
    def __init__(self, disk: BrittleDisk, name: apsw.URIFilename | str | None, flags: list[int]) -> None:
        self._disk = disk
        # SQLite tries a lock for writing when a reader closes last, and passes over the refusal; this layer cannot
        if flags[0] & apsw.SQLITE_OPEN_READONLY:
            flags[0] ^= apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_READWRITE
        super().__init__("", name, flags)

    def xWrite(self, block: bytes, offset: int) -> None:
        self._disk.check("write")
        super().xWrite(block, offset)

    def xSync(self, flags: int) -> None:
        self._disk.check("sync")
        super().xSync(flags)
