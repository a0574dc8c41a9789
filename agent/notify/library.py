"""Apprise, loaded late and wired to our own transport.

Apprise's services call `requests.post(...)` and `smtplib.SMTP(...)` by module name and offer no hook: no session, no
adapter, no status in the answer. So the name `requests` (and `smtplib`, and for mail `ssl`) *inside Apprise's own
modules* is bound to a stand-in whose calls go through `carrier` and `mail`, and whose other names are the real
module's. The real modules stay as they are for everyone else in the process. Outside a trip the stand-ins refuse, so
nothing of Apprise's can reach the network unseen.
"""

import importlib
import logging
import re
import sys
import threading
from functools import cache, partial
from types import ModuleType
from typing import Any

from agent.notify.services import Services

_AUTHORITY = re.compile(r"[^/?#]*")
_LOADING = threading.Lock()

# They act on the host the agent runs on and reach nobody else.
OWN_HOST = frozenset({"dbus", "kde", "qt", "glib", "gio", "gnome", "macosx", "windows", "syslog", "blink1"})

# They speak through sockets or libraries of their own, which the carrier does not see.
_OWN_SOCKETS = frozenset({"amqp", "aprs", "growl", "irc", "mqtt", "nostr", "rsyslog", "smpp", "xmpp"})


class _StandIn(ModuleType):
    """A module with some names replaced."""

    def __init__(self, real: ModuleType, **own: Any) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(own)
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Library:
    """What the post uses of Apprise."""

    def __init__(self, apprise: Any, services: Services, converted: Any) -> None:
        self._apprise = apprise
        self._converted = converted
        self._services = services
        self._asset = apprise.AppriseAsset(
            app_id="Tocsin",
            app_desc="Tocsin",
            app_url="",
            image_url_mask="",  # no pictures fetched from elsewhere by the readers' programs
            image_url_logo="",
            async_mode=False,  # its pool of 6 threads lets hanging endpoints delay healthy ones
            service_timeout=0,
            storage_mode=apprise.PersistentStoreMode.MEMORY,
            http_redirects=False,
            plugin_paths=[],
            allow_templates=False,
        )
        self._kinds = {1: apprise.NotifyType.FAILURE, 2: apprise.NotifyType.WARNING, 3: apprise.NotifyType.INFO}

    def schemas(self) -> frozenset[str]:
        """Every schema that may be used."""
        return frozenset(name for name in self._services.all() if self.is_allowed(name))

    def is_allowed(self, schema: str) -> bool:
        """Whether the schema is one of Apprise's own services, and not one that acts on this host.

        A function somebody decorated counts as sent whatever it returns, and is refused.
        """
        service = self.service(schema)
        return service is not None and schema not in OWN_HOST and service.__module__.startswith("apprise.plugins.")

    def service(self, schema: str) -> Any | None:
        """The service's class, or None where there is none."""
        return self._services.get(schema)

    def plugin(self, url: str) -> Any | None:
        """A plugin for the URL, made anew for each call (0.1–0.2 ms): plugins keep state and are not thread-safe.

        None where Apprise cannot read the URL or the schema is refused.
        """
        if has_stray_at(url):  # Apprise would take what follows the first one for the host
            return None
        try:
            plugin = self._built(url)
        except Exception:  # faults of single services; their texts quote the URL
            return None
        if plugin is None or not self.is_allowed(plugin.schema):
            return None
        plugin.request_rate_per_sec = 0
        plugin.throttle = _no_pause  # some services sleep on a 429 for as long as it says; the outbox does that
        return plugin

    def _built(self, url: str) -> Any | None:
        service = self.service(url.partition("://")[0].strip().lower())
        if service is None:  # perhaps an address as the vendor shows it, https://…: each service is asked
            return self._apprise.Apprise.instantiate(url, asset=self._asset)
        parsed = service.parse_url(url.replace("/#", "/%23")) if service.enabled else None
        return service(**parsed | {"tag": set(), "asset": self._asset}) if parsed else None

    def notify(self, plugin: Any, title: str, text: str, grade: int) -> bool:
        """The plugin's word on whether it sent the plain text, which is escaped where the service renders markup.

        The conversion is asked for here, as Apprise's own sender does: Telegram's plugin, called directly, skips it,
        and then renders what stood in a label, or drops the whole text for a `<script>` in it.
        """
        plain = self._apprise.NotifyFormat.TEXT
        shown_as = plugin.resolve_format(plain)
        sent = plugin.notify(
            body=self._converted(plain, shown_as, text),
            title=title,
            notify_type=self._kinds[grade],
            body_format=shown_as,
            body_passthrough=False,
        )
        return bool(sent)


def _no_pause(*_: Any, **__: Any) -> None:
    return None


def has_stray_at(url: str) -> bool:
    """Whether there is more than one @ before the host: one of a user or password that is not encoded."""
    place = url.partition("://")[2]
    return _AUTHORITY.match(place)[0].count("@") > 1  # type: ignore[index]  # it matches anything


def has_own_sockets(plugin: Any) -> bool:
    """Whether the plugin speaks past the carrier, so that only its own yes or no is known."""
    return str(type(plugin).__module__).split(".")[2] in _OWN_SOCKETS


def library() -> Library:
    """Apprise, loaded on the first call and wired; its services come later, see `Services`."""
    with _LOADING:
        return _load()


@cache
def _load() -> Library:
    import apprise

    for noisy in ("apprise", "urllib3", "requests_oauthlib", "oauthlib"):  # their debug lines print URLs and keys
        logging.getLogger(noisy).setLevel(logging.CRITICAL + 1)
    _wire()
    services = Services(importlib.import_module("apprise.manager_plugins").NotificationManager(), _wire)
    return Library(apprise, services, importlib.import_module("apprise.conversion").convert_between)


def _wire() -> None:
    import requests

    from agent.notify import carrier, mail

    verbs = ("get", "options", "head", "post", "put", "patch", "delete")
    web = _StandIn(requests, request=carrier.request, **{verb: partial(carrier.request, verb) for verb in verbs})
    import smtplib
    import ssl

    post = _StandIn(smtplib, SMTP=mail.Postman, SMTP_SSL=mail.SecurePostman)
    bare = _StandIn(ssl, create_default_context=mail.bare_context)
    for name, module in list(sys.modules.items()):
        if not name.startswith("apprise.") or module is None:
            continue
        for stand_in, real in ((web, requests), (post, smtplib)):
            if vars(module).get(real.__name__) is real:
                vars(module)[real.__name__] = stand_in
        if name == "apprise.plugins.email.smtp":
            vars(module)["ssl"] = bare
