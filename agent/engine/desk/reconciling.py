"""What Alertmanager knows of its alerts, against what is open here: it never resolves what was silenced or lost."""

from collections import Counter

from agent.engine.desk import expiring, sorting
from agent.engine.desk.timers import Key
from agent.engine.desk.turn import Turn
from agent.engine.works import Polled
from agent.model import Signal

SOURCE = "alertmanager"


def take_polled(turn: Turn, polled: Polled) -> None:
    """End what Alertmanager has not known twice in a row, and put on file what it keeps to itself."""
    known = turn.known
    before, known.absent = known.absent, {}
    gone: list[Signal] = []
    changed: Counter[tuple[str, str, str]] = Counter()
    for key, mark in known.marks.items():
        if key[0] != SOURCE or mark.ended_at is not None:
            continue
        muted = polled.muted.get(key[1])
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


def _is_news(turn: Turn, key: Key, episode: int, muted: str) -> bool:
    """Whether that was not so before; it is then put on file."""
    was = turn.known.muted.get(key)
    if (was[1] if was is not None and was[0] == episode else "") == muted:
        return False
    turn.known.muted[key] = episode, muted
    turn.change.mutes[episode] = muted
    return True
