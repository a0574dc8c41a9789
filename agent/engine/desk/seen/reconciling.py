"""What Alertmanager knows of its alerts, against what is open here: it never resolves what was silenced or lost."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.engine.desk.keys import Key, as_key, parts_of
from agent.engine.desk.known import Known
from agent.engine.desk.seen import expiring, sorting
from agent.engine.desk.turn import Turn
from agent.engine.works import Polled
from agent.model import Signal
from agent.rules import groups


def take_polled(turn: Turn, polled: Polled) -> None:
    """End what Alertmanager has not known twice in a row, and put on file what it keeps to itself."""
    known = turn.known
    before, known.absent = known.absent, {}
    gone: list[Signal] = []
    changed: Counter[tuple[str, str, str]] = Counter()
    for key, mark in known.marks.items():
        if mark.end is not None:
            continue
        source, fingerprint = parts_of(key)
        if source != sorting.ALERTMANAGER:
            continue
        muted = polled.muted.get(fingerprint)
        if muted is not None:
            if _is_news(turn, key, mark.id, muted) and mark.incident in known.incidents:
                changed[mark.incident or "", mark.line, muted] += 1
        elif polled.is_complete:
            last = before.get(key)
            if last is not None and last[0] == mark.id:
                gone.append(expiring.presumed_end(key, mark, last[1], turn.now))
            else:
                known.absent[key] = mark.id, polled.asked_at
    for (number, line, muted), count in changed.items():
        kind = "signals_silenced" if muted == "silenced" else "signals_inhibited" if muted else "signals_heard_again"
        turn.fact(number, kind, line=line, count=count)
    sorting.take_signals(turn, gone, message="")
    _look_at_truncated(turn, polled)


def _look_at_truncated(turn: Turn, polled: Polled) -> None:
    """A group whose message left alerts out is whole again once nothing of it fires there that is not known here.

    As with what is gone, two polls in a row must say so. What is silenced was not left out: it would not be told.
    """
    known = turn.known
    before, known.whole = known.whole, frozenset()
    cut = {group for incident in known.incidents.values() for group in incident.truncated}
    if not cut or not polled.is_complete:
        return
    hidden = [_labels(polled, name) for name, muted in polled.muted.items() if not muted and not _fires(known, name)]
    known.whole = frozenset(group for group in cut if _is_whole(group, hidden))
    for incident in list(known.incidents.values()):
        clear = known.whole & before & {*incident.truncated}
        if clear:
            left = tuple(group for group in incident.truncated if group not in clear)
            turn.put(replace(incident, truncated=left))
            turn.fact(incident.number, "groups_found_complete", groups=sorted(clear))
            turn.touch(incident.number)


def _fires(known: Known, fingerprint: str) -> bool:
    mark = known.marks.get(as_key(sorting.ALERTMANAGER, fingerprint))
    return mark is not None and mark.end is None


def _labels(polled: Polled, name: str) -> Mapping[str, str] | None:
    """Of an alert that is not known here; None where the answer does not say them."""
    found = json.loads(polled.labels.get(name, b"null"))
    return found if isinstance(found, dict) else None


def _is_whole(group: str, hidden: Sequence[Mapping[str, str] | None]) -> bool:
    if groups.labels_of(group) is None:  # not Alertmanager's, or not as it writes them
        return False
    return not any(labels is None or groups.may_hold(group, labels) for labels in hidden)


def _is_news(turn: Turn, key: Key, episode: int, muted: str) -> bool:
    """Whether that was not so before; it is then put on file."""
    was = turn.known.muted.get(key)
    if (was[1] if was is not None and was[0] == episode else "") == muted:
        return False
    turn.known.muted[key] = episode, muted
    turn.change.mutes[episode] = muted
    return True
