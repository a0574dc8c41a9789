"""One event, one line, past tense, fields not sentences. JSON for journald, readable text on a terminal."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

_PRIORITIES = {"DEBUG": 7, "INFO": 6, "WARNING": 4, "ERROR": 3, "CRITICAL": 2}  # of syslog
_COLOURS = {"WARNING": "\x1b[33m", "ERROR": "\x1b[31m", "CRITICAL": "\x1b[31;1m"}


class Log:
    """A named logger whose calls read `log.info("incident opened", incident="INC-…", grade=2)`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    @property
    def is_debugging(self) -> bool:
        """Whether anyone reads what is said at level debug."""
        return self._logger.isEnabledFor(logging.DEBUG)

    def debug(self, event: str, **fields: Any) -> None:
        self._logger.debug(event, extra={"fields": fields})

    def info(self, event: str, **fields: Any) -> None:
        self._logger.info(event, extra={"fields": fields})

    def warning(self, event: str, **fields: Any) -> None:
        self._logger.warning(event, extra={"fields": fields})

    def error(self, event: str, *, exc: BaseException | None = None, **fields: Any) -> None:
        self._logger.error(event, extra={"fields": fields}, exc_info=exc)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "room": record.name.removeprefix("agent."),
            "event": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _Journal(_Json):
    """JSON behind the priority that `journalctl -p warning` goes by; the journal takes it off again."""

    def format(self, record: logging.LogRecord) -> str:
        return f"<{_PRIORITIES.get(record.levelname, 6)}>{super().format(record)}"


class _Text(logging.Formatter):
    def __init__(self, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        fields = "  ".join(f"{name}={value}" for name, value in getattr(record, "fields", {}).items())
        text = f"{at} {record.getMessage()}" + (f"  {fields}" if fields else "")
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        if self._colour and record.levelname in _COLOURS:
            return f"{_COLOURS[record.levelname]}{text}\x1b[0m"
        return text


def start(level: str = "info", stream: TextIO = sys.stderr, *, json_lines: bool | None = None) -> None:
    """Send every log line of the process to `stream`; `json_lines` None decides by whether it is a terminal."""
    terminal = stream.isatty()
    as_json = not terminal if json_lines is None else json_lines
    out = logging.StreamHandler(stream)
    lines = _Journal() if _is_journal(stream) else _Json()
    out.setFormatter(lines if as_json else _Text(terminal and not os.environ.get("NO_COLOR")))
    logging.basicConfig(level=level.upper(), handlers=[out], force=True)
    for noisy in ("apprise", "urllib3", "asyncio"):  # their debug lines print keys and URLs
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def _is_journal(stream: TextIO) -> bool:
    """Whether the other end is the journal: systemd says which file it has connected to it."""
    told = os.environ.get("JOURNAL_STREAM", "")
    try:
        file = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return told == f"{file.st_dev}:{file.st_ino}"
