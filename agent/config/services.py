"""What an endpoint's scheme says of the service behind it."""

import re

from agent.model import Manner

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")

GROUPS = frozenset({
    "wecombot", "dingtalk", "feishu", "lark", "slack", "msteams", "workflow", "workflows", "discord", "mmost", "mmosts",
    "rocket", "rockets", "gchat", "guilded", "wxteams", "webex", "zulip", "matrix", "matrixs", "ryver", "twist",
    "flock", "nctalk", "nctalks", "revolt", "cliq", "zcliq", "zohocliq", "stackfield", "synology", "synologys",
    "groupme", "irc", "ircs", "humhub", "humhubs", "kook", "fluxer", "fluxers",
})  # fmt: skip
"""Bots of chat rooms: posted once, never delivery to a person."""

MAIL = frozenset({
    "mailto", "mailtos", "ses", "sendgrid", "mailgun", "sparkpost", "smtp2go", "sendpulse", "resend", "brevo",
    "postmark", "mailersend", "o365", "azure",
})  # fmt: skip

OWN_HOST = frozenset({"dbus", "qt", "kde", "glib", "gio", "gnome", "windows", "macosx", "syslog", "blink1"})
"""They act on the machine the agent runs on: nobody is reached by them."""


def scheme_of(url: str) -> str:
    """The scheme in small letters, "" for what is no URL."""
    found = SCHEME.match(url)
    return found[1].lower() if found else ""


def manner_of(scheme: str) -> Manner:
    """How such a service reaches people unless the channel says otherwise."""
    if scheme in GROUPS:
        return Manner.GROUP
    return Manner.QUIET if scheme in MAIL else Manner.PERSONAL


def why_refused(scheme: str) -> str:
    """Why no endpoint may have this scheme, "" where it may."""
    if scheme not in OWN_HOST:
        return ""
    return f"{scheme}:// acts on the agent's own host and reaches nobody: for a line in the log write log://"
