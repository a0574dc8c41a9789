"""What a restart of the watch must not forget: what it saw last, what it told, and who has not been reached yet.

A small JSON file, written beside and put in place whole. It holds no addresses: whom it told stands there as a hash.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.watching.judging import Letter, Look, Seen, Watched

VERSION = 1


@dataclass(frozen=True, slots=True)
class Post:
    """The newest letter, and who has not had it yet: addressee -> how often it was tried."""

    letter: Letter
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Memory:
    url: str  # another agent's memory is of no use
    watched: Watched = field(default_factory=Watched)
    post: Post | None = None


class Forgotten(Exception):
    """The file cannot be read as what it should be; the text says why."""


def read(path: Path, url: str) -> Memory:
    """What was known of the agent at `url`; nothing where the file is missing or tells of another one.

    Raises:
        Forgotten: it is damaged.
    """
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Memory(url)
    except (OSError, ValueError) as fault:
        raise Forgotten(f"{path}: {getattr(fault, 'strerror', None) or 'is no JSON'}") from None
    try:
        if value["version"] != VERSION or value["url"] != url:
            return Memory(url)
        post = value["post"]
        return Memory(
            url,
            _watched(value["watched"]),
            Post(_letter(post["letter"]), {str(key): int(tries) for key, tries in post["left"].items()})
            if post
            else None,
        )
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        raise Forgotten(f"{path}: {type(fault).__name__} at {fault}") from None


def write(path: Path, memory: Memory) -> None:
    """Put it in the file's place, whole or not at all.

    Raises:
        OSError
    """
    post = memory.post
    value = {
        "version": VERSION,
        "url": memory.url,
        "watched": _plain(memory.watched),
        "post": {"letter": _plain(post.letter), "left": dict(post.left)} if post else None,
    }
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


def _watched(value: Mapping[str, Any]) -> Watched:
    told = value["told"]
    return Watched(
        look=Look(Seen(value["look"]["seen"]), str(value["look"]["detail"])),
        **{name: _time(value[name]) for name in ("looked_at", "since", "changed_at", "last_well_at", "told_at")},
        told=Seen(told) if told else None,
        count=int(value["count"]),
    )


def _letter(value: Mapping[str, Any]) -> Letter:
    return Letter(
        seen=Seen(value["seen"]),
        detail=str(value["detail"]),
        since=datetime.fromisoformat(value["since"]),
        at=datetime.fromisoformat(value["at"]),
        count=int(value["count"]),
        last_well_at=_time(value["last_well_at"]),
        is_over=bool(value["is_over"]),
        reference=str(value["reference"]),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
