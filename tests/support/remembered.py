"""Is what the desk remembers what the store would tell it? Every difference is a promise that a restart would break."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.engine.desk.known import ENDED_KEPT, Tally
from agent.engine.desk.recalled import recalled
from tests.support.world import World


def differences(world: World) -> list[str]:
    """What a restart would make the desk know otherwise, in sentences; [] for nothing."""
    desk = world.desk
    mine = desk._known
    if mine is None:
        return []
    now = world.clock.now()
    read = recalled(world.store, now)
    wrong: list[str] = []
    recent = {
        key: mark
        for key, mark in mine.marks.items()
        if mark.end is None or (mark.end.received_at or mark.end.at) > now - ENDED_KEPT
    }
    wrong += _compare("mark", recent, read.marks)
    wrong += _compare("line", mine.lines, read.lines)
    wrong += _compare("incident", mine.incidents, read.incidents)
    wrong += _compare("ladder", mine.ladders, read.ladders)
    wrong += _compare("held notice", _without_proof(mine.held), _without_proof(read.held))
    wrong += _compare("reminder", mine.reminders, read.reminders)
    wrong += _compare("link", mine.links, read.links)
    wrong += _compare("statement", mine.ledger.statements, read.ledger.statements)
    if mine.joint != read.joint:
        wrong.append(f"agreement: {mine.joint} remembered, {read.joint} on file")
    wrong += _compare("probe", mine.probes, read.probes)
    wrong += _compare("heartbeat", _names(mine.heartbeats), _names(read.heartbeats))
    wrong += _compare("tally", _shapes(mine.tallies), _shapes(read.tallies))
    wrong += _compare("loose tally", _shapes(mine.loose), _shapes(read.loose))
    wrong += _starts(mine.tallies, read.tallies) + _starts(mine.loose, read.loose)
    if mine.last_episode != read.last_episode:
        wrong.append(f"last episode: {mine.last_episode} remembered, {read.last_episode} on file")
    for day, number in mine.numbers.items():
        if number != world.store.last_number(day):
            wrong.append(f"last number of {day}: {number} remembered, {world.store.last_number(day)} on file")
    return wrong


def _compare(what: str, mine: Mapping[Any, Any], read: Mapping[Any, Any]) -> list[str]:
    wrong = [f"{what} {key} is remembered and not on file: {mine[key]}" for key in mine if key not in read]
    wrong += [f"{what} {key} is on file and not remembered: {read[key]}" for key in read if key not in mine]
    wrong += [
        f"{what} {key}: {mine[key]} remembered, {read[key]} on file"
        for key in mine
        if key in read and mine[key] != read[key]
    ]
    return wrong


def _shapes(tallies: Mapping[Any, Tally]) -> dict[Any, Any]:
    """The open lines without their samples, and without places where nothing is open."""
    return {
        key: {line_id: (opened.line, opened.keys, dict(opened.values)) for line_id, opened in tally.lines.items()}
        for key, tally in tallies.items()
        if tally
    }


def _starts(mine: Mapping[Any, Tally], read: Mapping[Any, Tally]) -> list[str]:
    """No line may seem older after a restart than it was; younger only where its signals came and went often."""
    return [
        f"line {line_id} of {key} began at {opened.started_at}, and after a restart at {again.started_at}"
        for key, tally in mine.items()
        for line_id, opened in tally.lines.items()
        if key in read and (again := read[key].lines.get(line_id)) is not None
        if again.started_at < opened.started_at
    ]


def _without_proof(notices: Mapping[str, Any]) -> dict[str, Any]:
    """The store fills the proof in."""
    return {id_: replace(notice, proof="") for id_, notice in notices.items()}


def _names(heartbeats: Mapping[str, Any]) -> dict[str, bool]:
    """Beats go on file at most every 30 s."""
    return {name: beat.has_failed for name, beat in heartbeats.items()}
