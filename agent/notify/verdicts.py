"""What was recorded on the wire -> what became of the attempt. Pure.

Reasons name the host and the status and nothing else: URLs, headers and replies hold keys and phone numbers.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from agent.model import Outcome, Verdict
from agent.notify.exchange import Exchange, Phase

_LONGEST_PAUSE = timedelta(days=1)  # a server that names more is not believed
_RETRIED = frozenset({408, 425, 429})
_UNSENT = frozenset({Phase.NAME, Phase.CONNECT, Phase.TLS, Phase.TALK})
_GRAVEST_LAST = (Verdict.REJECTED, Verdict.NOT_SENT, Verdict.RETRY, Verdict.UNKNOWN)
_ENDED = {
    Phase.NAME: "its name could not be resolved",
    Phase.CONNECT: "no connection",
    Phase.TLS: "no secure connection",
    Phase.TALK: "the conversation broke off before the message",
    Phase.SEND: "broke off while the message went out",
    Phase.REPLY: "broke off before the answer",
}


@dataclass(frozen=True, slots=True)
class Business:
    """How a service says in the body what its HTTP 200 does not.

    `keys`: the first one present decides; `good`: its value that means taken; `again`: those that mean too often or
    not now.
    """

    keys: tuple[str, ...]
    good: int | bool
    again: frozenset[int] = frozenset()


def _business(*keys: str, good: int | bool = 0, again: tuple[int, ...] = ()) -> Business:
    return Business(keys, good, frozenset(again))


# Apprise reads none of these bodies: HTTP 200 is success to it.
BUSINESS: Mapping[str, Business] = {
    "wecombot": _business("errcode", again=(-1, 45009, 45033)),  # busy; over 20 a minute; too many at once
    "dingtalk": _business("errcode", again=(-1, 130101, 410100)),  # busy; over 20 a minute (old and new code)
    "feishu": _business("code", "StatusCode", again=(9499, 11232, 11233)),  # too many requests; frequency limited
    "lark": _business("code", "StatusCode", again=(9499, 11232, 11233)),
    "schan": _business("code", "errno"),
    "pushdeer": _business("code"),
    "pushdeers": _business("code"),
    "qq": _business("code"),
    "bark": _business("code", good=200),
    "barks": _business("code", good=200),
    "spugpush": _business("code", good=200),
    "synology": _business("success", good=True),
    "synologys": _business("success", good=True),
}


@dataclass(frozen=True, slots=True)
class _Judgement:
    verdict: Verdict
    reason: str
    retry_after: timedelta | None = None
    is_hidden: bool = False  # the plugin takes it for success

    @property
    def gravity(self) -> int:
        return _GRAVEST_LAST.index(self.verdict)


def outcome(exchanges: Sequence[Exchange], said_sent: bool, schema: str, now: datetime) -> Outcome:
    """What became of one attempt, from what went over the wire and the plugin's own yes or no.

    The plugin's word counts last: its yes is overruled by a business code or redirect it did not look at, its no is
    explained by the exchange that failed. Of several failures (several targets in one URL) the one most worth another
    try is told.
    """
    judged = [_judged(exchange, schema, now) for exchange in exchanges]
    failed = [one for one in judged if one.verdict is not Verdict.ACCEPTED and (one.is_hidden or not said_sent)]
    if failed:
        worst = max(failed, key=lambda one: one.gravity)
        pauses = [one.retry_after for one in failed if one.retry_after is not None]
        return Outcome(worst.verdict, worst.reason, max(pauses, default=None))
    if said_sent:
        return Outcome(Verdict.ACCEPTED, judged[-1].reason if judged else "sent; this service does not confirm")
    if judged:
        return Outcome(Verdict.REJECTED, f"{judged[-1].reason}, but its reply was a refusal")
    return Outcome(Verdict.REJECTED, "the message was refused before anything was sent: check the address")


def _judged(exchange: Exchange, schema: str, now: datetime) -> _Judgement:
    if exchange.phase is not Phase.DONE:
        return _broken_off(exchange)
    if exchange.is_mail:
        return _mail(exchange)
    return _web(exchange, schema, now)


def _broken_off(exchange: Exchange) -> _Judgement:
    # a mail without its closing dot is thrown away; of a web request that was cut off nobody can say
    is_unsent = exchange.phase in _UNSENT or (exchange.is_mail and exchange.phase is Phase.SEND)
    verdict = Verdict.NOT_SENT if is_unsent else Verdict.UNKNOWN
    why = "deadline" if exchange.is_late else exchange.fault
    return _Judgement(verdict, f"{exchange.host}: {_ENDED[exchange.phase]} ({why})")


def _mail(exchange: Exchange) -> _Judgement:
    reason = f"{exchange.host} answered {exchange.status} to {exchange.said}"
    if 200 <= exchange.status < 300:
        return _Judgement(Verdict.ACCEPTED, reason)
    return _Judgement(Verdict.RETRY if 400 <= exchange.status < 500 else Verdict.REJECTED, reason)


def _web(exchange: Exchange, schema: str, now: datetime) -> _Judgement:
    status = exchange.status
    reason = f"{exchange.host} answered {status}"
    if 200 <= status < 300:
        return _by_business_code(exchange, schema, reason)
    if status in _RETRIED or status >= 500:
        pause = retry_after(exchange.retry_after, now) or _pause_in_body(exchange.body)
        return _Judgement(Verdict.RETRY, reason, pause)
    if 300 <= status < 400:
        return _Judgement(Verdict.REJECTED, f"{reason}: redirects are not followed", is_hidden=True)
    return _Judgement(Verdict.REJECTED, reason)


def _by_business_code(exchange: Exchange, schema: str, reason: str) -> _Judgement:
    rule = BUSINESS.get(schema)
    if rule is None:
        return _Judgement(Verdict.ACCEPTED, reason)
    reply = _json(exchange.body)
    key = next((key for key in rule.keys if key in reply), None)
    if key is None:
        # a proxy's page, a cut reply: nobody knows whether it was taken
        return _Judgement(Verdict.UNKNOWN, f"{reason} without the code it owes", is_hidden=True)
    code = reply[key]
    if isinstance(code, str) and code.lstrip("-").isdigit():
        code = int(code)
    if type(code) is type(rule.good) and code == rule.good:  # False is no 0 here
        return _Judgement(Verdict.ACCEPTED, reason)
    shown = f"{reason} with {key} {code if isinstance(code, bool | int) else 'unreadable'}"
    if isinstance(code, int) and code in rule.again:
        return _Judgement(Verdict.RETRY, f"{shown}: too many or too busy", is_hidden=True)
    return _Judgement(Verdict.REJECTED, shown, is_hidden=True)


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return reply if isinstance(reply, dict) else {}


def retry_after(header: str, now: datetime) -> timedelta | None:
    """How long the server asks to wait: seconds or an HTTP date; None where it says nothing readable."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return _believed(float(text[:12]))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return _believed((at - now).total_seconds())


def _pause_in_body(body: bytes) -> timedelta | None:
    """The pause as Discord and Telegram (`retry_after`, also under `parameters`) and Matrix (in ms) say it."""
    reply = _json(body)
    inner = reply.get("parameters")
    for place in (reply, inner if isinstance(inner, dict) else {}):
        for key, unit in (("retry_after", 1.0), ("retry_after_ms", 0.001)):
            value = place.get(key)
            if isinstance(value, int | float) and not math.isnan(value):
                return _believed(value * unit)
    return None


def _believed(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_PAUSE.total_seconds()))
