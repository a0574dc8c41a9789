"""Which channels may say what a security matter is about (notices.md, "Two readers").

Rooms, SMS and mail say only "security matter, please open". What is not known to ring one person's own device is
treated alike: behind `jsons://` may stand an SMS gateway, behind `tgram://` a group, and the log is read by many.
"""

import re

from agent.config.services import GROUPS, MAIL
from agent.model import Endpoint, Manner

SMS = frozenset({
    "46elks", "elks", "atalk", "bulksms", "bulkvs", "burstsms", "kudosity", "clickatell", "clicksend", "cm", "d7sms",
    "eight00com", "exotel", "freemobile", "httpsms", "infobip", "kaleyra", "klr", "kavenegar", "mobilemessage",
    "mobilemsg", "msg91", "msgbird", "nexmo", "vonage", "notifyre", "octopush", "plivo", "pushed", "ringc", "serwersms",
    "seven", "sfr", "sinch", "smpp", "smpps", "smsc", "smseagle", "smseagles", "smsmanager", "smsmgr", "smstunnel",
    "sns", "telesign", "telnyx", "twilio", "voipms",
    "aprs", "dapnet",  # radio: read by everyone in range
})  # fmt: skip
"""Apprise's schemas that send SMS."""

OWN_DEVICE = frozenset({
    "bark", "barks", "gotify", "gotifys", "pbul", "pover", "prowl", "pushdeer", "pushdeers", "schan", "threema",
})  # fmt: skip
"""Push to the device of one person, without the operator having to say so; others say so by `loud: true`."""

_NAMED_SMS = re.compile(r"(?<![a-z])sms(?![a-z])|短信", re.IGNORECASE)


def may_say_all(endpoint: Endpoint) -> bool:
    """Whether a security matter may be told in full here; else only that there is one."""
    scheme = endpoint.url.reveal().strip().partition("://")[0].lower()
    if endpoint.manner in (Manner.GROUP, Manner.QUIET) or scheme in SMS | MAIL | GROUPS:
        return False
    if _NAMED_SMS.search(endpoint.channel):  # a gateway behind a plain webhook
        return False
    return endpoint.manner is Manner.LOUD or scheme in OWN_DEVICE
