"""How long a message may be, by service. Apprise counts characters; the vendors count bytes."""

from typing import Any

# Bytes of one message's text, below what the vendor states where the envelope counts too.
BYTES = {
    "wecombot": 2048,
    "wechat": 2048,
    "dingtalk": 18_000,  # 20,000 for the whole body
    "feishu": 18_000,  # 20 KiB for the whole body
    "lark": 18_000,
    "slack": 35_000,
    "tgram": 4096,
}
_SMS_CHARACTERS = 160
_SMS_BYTES = 140  # 70 characters as soon as one is not of the SMS alphabet, two bytes each

# They send SMS, although they take more than one SMS holds.
_SMS = frozenset(
    {
        *("cm", "eight00com", "exotel", "kaleyra", "klr", "mobilemessage", "mobilemsg", "notifyre", "octopush"),
        *("smseagle", "smseagles", "smstunnel", "sns", "telesign", "twilio"),
    }
)

# They put the title on the text's first line, where it already stands.
_REPEATS_TITLE = frozenset({"dingtalk", "lark"})


def limit_of(plugin: Any, text: str) -> tuple[int, str]:
    """The most bytes for one message's text, and the encoding they are counted in.

    For services not in the table Apprise's count of characters is taken for bytes: an early cut is only one part more.
    """
    characters = int(plugin.body_maxlen)
    if characters <= _SMS_CHARACTERS and not text.isascii():
        return _SMS_BYTES, "utf-16-be"
    return BYTES.get(plugin.schema, characters), "utf-8"


def is_sms(plugin: Any) -> bool:
    """Whether the service sends texts so short that the message's short form is meant for it."""
    return plugin.schema in _SMS or int(plugin.body_maxlen) <= _SMS_CHARACTERS


def has_title(plugin: Any) -> bool:
    """Whether a title goes beside the text; without one the first line is not said twice."""
    return int(plugin.title_maxlen) > 0 and plugin.schema not in _REPEATS_TITLE
