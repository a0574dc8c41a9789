"""Whether an endpoint's URL can be built, told without sending and without repeating any of it."""

import difflib
import re
from typing import Any

from agent.notify import library as lib
from agent.notify import logbook

_SCHEMA = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_CUT = re.compile(r"[^/?#@]*:[^/?#@]*[/?#].*@")
_ENCODE = "write @ as %40, / as %2F, # as %23, : as %3A in a user or password, or refer to it by ${credential:NAME}"


def why_unbuildable(url: str) -> str:
    """What is wrong with an endpoint's URL and what would be right, "" where it can be built.

    The answer never holds any part of the URL but its schema. Loads Apprise, unless the schema is `log`.
    """
    found = _SCHEMA.fullmatch(url.strip())
    if found is None:
        return "this is no Apprise URL: it begins with a schema such as mailtos:// or wecombot://, or is log://"
    schema = found[1].lower()
    if schema == logbook.SCHEMA:
        return ""
    if schema in lib.OWN_HOST:
        return f"{schema}:// acts on the agent's own host and reaches nobody: use log://, or a service"
    apprise = lib.library()
    if schema in ("http", "https"):
        return "" if apprise.plugin(url.strip()) else _no_web_schema(schema)
    if apprise.service(schema) is None:
        return _unknown(schema, apprise)
    if not apprise.is_allowed(schema):
        return (
            f"{schema}:// is a function registered on this host, not one of Apprise's services: use json:// or log://"
        )
    return _badly_written(url.strip(), found[2], schema, apprise)


def _no_web_schema(schema: str) -> str:
    meant = "json://" if schema == "http" else "jsons://"
    return (
        f"{schema}:// is no Apprise schema: for a webhook of your own did you mean json:// or jsons:// (here {meant})?"
    )


def _unknown(schema: str, apprise: lib.Library) -> str:
    near = difflib.get_close_matches(schema, [*sorted(apprise.schemas()), logbook.SCHEMA], n=1)
    hint = f"did you mean {near[0]}://?" if near else "see https://appriseit.com/services/ for the list"
    return f"{schema}:// is no Apprise schema: {hint}"


def _badly_written(url: str, rest: str, schema: str, apprise: lib.Library) -> str:
    service: Any = apprise.service(schema)
    name = service.service_name
    if not service.enabled:
        return f"{name} ({schema}://) needs a Python package that is not installed: {_packages(service)}"
    if lib.has_stray_at(url):
        return f"there are several @ before the host: {_ENCODE}"
    plugin = apprise.plugin(url)
    if plugin is None:
        if _is_cut_password(rest, service):
            return f"the password ends at an unencoded character: {_ENCODE}"
        return f"{name} cannot be built from this URL: write it as {_forms(service, schema)}; see {service.setup_url}"
    if schema in ("mailto", "mailtos") and not plugin.targets:
        return "the mail has no valid recipient: end the URL with /name@example.com or ?to=name@example.com"
    return ""


def _is_cut_password(rest: str, service: Any) -> bool:
    """Whether what looks like `user:pass` ends without an @ that comes later."""
    takes_login = any("{password}@" in form for form in service.templates)
    return takes_login and _CUT.match(rest) is not None


def _forms(service: Any, schema: str) -> str:
    forms = sorted((str(form) for form in service.templates), key=len)[:2]
    return " or ".join(form.replace("{schema}", schema) for form in forms)


def _packages(service: Any) -> str:
    needed = service.requirements.get("packages_required", ())
    return ", ".join([needed] if isinstance(needed, str) else needed) or "see the service's page"
