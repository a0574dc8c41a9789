"""`tocsin watch --once` and `--try`: one look, and a marked message to everybody, without a daemon."""

import sys
from typing import TYPE_CHECKING, Any

from agent.cli import output
from agent.cli.faults import FAULTY

if TYPE_CHECKING:
    from agent.watching.addressees import Addressee
    from agent.watching.judging import Look
    from agent.watching.looking import Target
    from agent.watching.wording import Place


def look_once(target: "Target", as_json: bool) -> None:
    """Say what is seen; exit code 1 where it is not well."""
    from agent.watching.judging import Seen
    from agent.watching.looking import look

    seen = look(target)
    output.answer(_said(target, seen), as_json, lambda _: _show(target, seen))
    if seen.seen is not Seen.WELL:
        sys.exit(FAULTY)


def try_all(target: "Target", found: "list[Addressee]", place: "Place", as_json: bool) -> None:
    """A marked message by every channel, and one look; exit code 1 where a channel did not take it."""
    from agent import clock
    from agent.model import Verdict
    from agent.notify import Post
    from agent.watching import wording
    from agent.watching.looking import look
    from agent.watching.watch import DEADLINE_S

    post, seen = Post(), look(target)
    outcomes = [
        (each, post.send(each.endpoint, wording.trial(each.party, each.language, place, clock.now()), DEADLINE_S))
        for each in found
    ]
    sent = [{"to": to.endpoint.id, "verdict": got.verdict.value, "reason": got.reason} for to, got in outcomes]

    def show(_: Any) -> None:
        _show(target, seen)
        for to, got in outcomes:
            output.line(f"{to.endpoint.id}: {got.verdict}: {got.reason}")

    output.answer({**_said(target, seen), "sent": sent}, as_json, show)
    if any(got.verdict is not Verdict.ACCEPTED for _, got in outcomes):
        sys.exit(FAULTY)


def _said(target: "Target", seen: "Look") -> dict[str, Any]:
    return {"agent": target.url, "seen": seen.seen.value, "detail": seen.detail}


def _show(target: "Target", seen: "Look") -> None:
    output.line(f"{target.url}: {seen.seen}{f': {seen.detail}' if seen.detail else ''}")
