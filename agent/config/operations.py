"""What the operator decides: the store, sources, maintenance, plans, drills, the dead man's switch."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from agent.config import layouts, times
from agent.config.faults import Faults, suggest
from agent.config.head import DAY_OR_MOMENT, DURATION_SHAPE, MOMENT
from agent.config.lookups import WEB, file_of, resolved, web
from agent.config.references import Vault, has_reference, literal, literal_secret
from agent.config.settings import DeadMan
from agent.config.shapes import (
    TEXT,
    WORDS,
    Entry,
    Field,
    ListOf,
    Placed,
    Record,
    Scalar,
    measured,
    one_of,
)
from agent.config.terms import GRADE
from agent.model import Function, Kind, Plan, Recurrence, Secret, Window
from agent.rules import limits

DEFAULT_STORE = "sqlite:///tocsin.db"


def _store(text: str) -> str:
    if not re.match(r"sqlite:///[^:?]+$|postgres(ql)?://.", text):
        raise ValueError("is no store: write sqlite:///tocsin.db or postgresql://user@host/name")
    return text


_SPAN = measured("a length of time such as 3y", limits.span, pattern=limits.SPAN)
STORE = Record(
    {
        "url": Field(Scalar("a store", _store), "sqlite:///tocsin.db or postgresql://…"),
        "keep": Field(_SPAN, "how long evidence is kept; 3y where it is not said"),
    },
    "where everything is kept",
)
SOURCES = Record(
    {
        "alertmanager": Field(Record({"url": Field(WEB, "its address", True)}), "polled to close what it never closes"),
        "generic": Field(layouts.SHAPE, "monitors with a shape of their own, by a name of your choosing"),
    }
)
NOTICES = Record({"templates": Field(TEXT, "folder of your own wording, by language and type")})
DEAD_MAN = Record(
    {
        "every": Field(DURATION_SHAPE, "how often, each time after a self-audit that passed; 1m where it is not said"),
        "urls": Field(
            Placed(ListOf(TEXT, at_least=1)),
            "addresses that get a plain GET; `/start` and `/fail` stand below them, as Healthchecks has it",
            True,
        ),
    },
    "somebody else notices when the agent itself falls silent",
)
DRILLS = ListOf(
    Record(
        {
            "name": Field(WORDS, "what is practised", True),
            "every": Field(_SPAN, "how often"),
            "scenario": Field(TEXT, "file with the scenario"),
        }
    )
)
PLANS = ListOf(
    Record(
        {
            "kind": Field(one_of(Kind), "fault, security or other", True),
            "function": Field(WORDS, "id of a function; all where it is not said"),
            "grade": Field(GRADE, "all where it is not said"),
            "link": Field(TEXT, "where it is written"),
            "steps": Field(ListOf(WORDS), "ticked by people"),
        },
        "a response plan (3.1)",
    )
)
MAINTENANCE = ListOf(
    Record(
        {
            "what": Field(WORDS, "what is done", True),
            "probes": Field(Placed(ListOf(WORDS)), "names of probes"),
            "functions": Field(Placed(ListOf(WORDS)), "ids of functions"),
            "from": Field(MOMENT, 'once: "2026-12-06 02:00"'),
            "every": Field(
                Scalar('a recurrence such as "Sun 02:00"', times.recurrence), 'again and again: "Sun 02:00"'
            ),
            "for": Field(DURATION_SHAPE, "how long", True),
            "announced": Field(DAY_OR_MOMENT, "when the customer was told"),
        },
        "an announced window (R2)",
    )
)


def check_drills(entries: tuple[Entry, ...], vault: Vault, faults: Faults) -> None:
    """Warn of a scenario that is not there."""
    for entry in entries:
        file_of(entry, "scenario", vault, faults)


def maintenance(
    entries: tuple[Entry, ...],
    probes: Mapping[str, Any],
    functions: Mapping[str, Function],
    zone: tzinfo,
    faults: Faults,
) -> tuple[Window, ...]:
    """The announced windows."""
    found: list[Window] = []
    for entry in entries:
        covered = {
            "probes": _known(entry, "probes", "probe", probes, faults),
            "functions": _known(entry, "functions", "function", functions, faults),
        }
        if "probes" not in entry and "functions" not in entry:
            faults.error(entry.node, "covers nothing: name `probes:` or `functions:`")
        if ("from" in entry) == ("every" in entry):
            faults.error(entry.node, "needs either `from:` (once) or `every:` (again and again)")
        recurs: Recurrence | None = entry.get("every")
        found.append(
            Window(
                what=entry.get("what", ""),
                duration=entry.get("for", timedelta()),
                starts_at=_placed(entry, "from", zone, faults),
                recurs=recurs,
                announced_at=_placed(entry, "announced", zone, faults),
                **covered,
            )
        )
    return tuple(found)


def _known(entry: Entry, key: str, what: str, known: Mapping[str, Any], faults: Faults) -> tuple[str, ...]:
    named = entry.get(key, ())
    for place, id_ in named:
        if id_ not in known:
            faults.error(place, f"unknown {what} {id_!r}: {suggest(id_, known)}")
    return tuple(id_ for _, id_ in named)


def _placed(entry: Entry, key: str, zone: tzinfo, faults: Faults) -> datetime | None:
    at = entry.get(key)
    if at is None:
        return None
    try:
        return times.placed(at, zone)
    except ValueError as fault:
        faults.error(entry.at(key), str(fault))
        return None


def plans(entries: tuple[Entry, ...], functions: Mapping[str, Function], faults: Faults) -> tuple[Plan, ...]:
    """The response plans."""
    for entry in entries:
        function = entry.get("function")
        if function is not None and function not in functions:
            faults.error(entry.at("function"), f"unknown function {function!r}: {suggest(function, functions)}")
        if "link" not in entry and "steps" not in entry:
            faults.error(entry.node, "holds no plan: add `steps:` or `link:`")
    return tuple(
        Plan(
            kind=entry.get("kind", Kind.FAULT),
            function=entry.get("function", ""),
            grade=entry.get("grade"),
            steps=entry.get("steps", ()),
            link=entry.get("link", ""),
        )
        for entry in entries
    )


def store(entry: Entry | None, vault: Vault, faults: Faults) -> tuple[str, timedelta]:
    """(URL with an absolute path, how long evidence is kept)."""
    url, keep = DEFAULT_STORE, limits.span("3y")
    if entry is not None:
        url, keep = entry.get("url", url), entry.get("keep", keep)
        if literal_secret(url):
            faults.warn(entry.at("url"), literal("a password"))
        if has_reference(url):
            url = resolved(entry, "url", vault, faults, "the store cannot be opened until it is") or url
    return placed(url, vault), keep.longest


def placed(url: str, vault: Vault) -> str:
    """The store's URL with an absolute path."""
    if not url.startswith("sqlite:///"):
        return url
    return f"sqlite:///{vault.state / url.removeprefix('sqlite:///')}"


def dead_man(entry: Entry | None, vault: Vault, faults: Faults) -> DeadMan | None:
    """Whom to tell, again and again, that the agent is alive."""
    if entry is None:
        return None
    urls: list[Secret] = []
    for place, text in entry.get("urls", ()):
        try:
            found = vault.resolve(text)
            if not found.missing:
                urls.append(Secret(web(found.text)))
        except ValueError as fault:
            faults.error(place, str(fault))
            continue
        for reason in found.missing:
            faults.warn(place, f"{reason}; nobody is told until it is")
    return DeadMan(entry.get("every", timedelta(minutes=1)), tuple(urls))


def templates(entry: Entry | None, vault: Vault, faults: Faults) -> Path | None:
    return file_of(entry, "templates", vault, faults)
