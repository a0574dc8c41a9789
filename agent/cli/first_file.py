"""A newcomer's first routes.yaml, made from six answers."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

SCHEMA = "routes.schema.json"
HEARTBEAT = "hello"


@dataclass(frozen=True, slots=True)
class Answers:
    system: str
    provider: str
    provider_reach: str
    customer: str
    customer_reach: str
    watch: str = ""  # a web address, or host:port


def written(answers: Answers) -> str:
    """The file: a trial, which tells nobody of the customer until `status:` says otherwise."""
    provider, customer = _ids(answers.provider, answers.customer)
    return f"""\
# yaml-language-server: $schema={SCHEMA}
# The agreement between two parties, as Tocsin reads it. `tocsin check` names every fault in it.
agreement:
  system: {_quoted(answers.system)}
  status: trial        # the customer's messages go to the provider's coordinator, marked; in_force makes it real

parties:
  provider:
    contacts:
      {provider}: {_contact(answers.provider, answers.provider_reach)}
  customer:
    contacts:
      {customer}: {_contact(answers.customer, answers.customer_reach)}

probes:
{_watched(answers.watch)}\
  root-disk:
    disk_space: {{path: /}}
  {HEARTBEAT}:                 # fail it to see a real incident: curl -X POST http://127.0.0.1:8119/ping/{HEARTBEAT}/fail
    heartbeat: {{within: 52w}}
"""


def is_watchable(text: str) -> bool:
    """Whether a probe can be made of it: `http://…`, `https://…`, or `host:port`."""
    try:
        split = urlsplit(text if "://" in text else f"//{text}")
        port = split.port
    except ValueError:
        return False
    if "://" in text:
        return split.scheme in ("http", "https") and bool(split.hostname)
    return bool(split.hostname) and bool(port) and split.netloc == text


def slug(name: str) -> str:
    """A contact id made of a name: `Li Lei` gives `li-lei`; letters of any script stay."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in kept.split("-") if part)


def _ids(provider: str, customer: str) -> tuple[str, str]:
    """Ids are unique over both parties and are no role words."""
    roles = {"principal", "coordinator", "member", "security", "observer", "everyone", "on_call", "on-call", ""}
    ours, theirs = slug(provider), slug(customer)
    ours = f"provider-{ours}".rstrip("-") if ours in roles else ours
    theirs = f"customer-{theirs}".rstrip("-") if theirs in roles or theirs == ours else theirs
    return _quoted(ours), _quoted(theirs)


def _contact(name: str, reach: str) -> str:
    return f"{{name: {_quoted(name)}, role: [principal, coordinator, member], reach: [{_quoted(reach)}]}}"


def _watched(watch: str) -> str:
    if not watch:
        return ""
    if "://" in watch:
        return f"  front:\n    http_get: {{url: {_quoted(watch)}}}\n"
    host, _, port = watch.rpartition(":")
    return f"  front:\n    tcp_connect: {{host: {_quoted(host.strip('[]'))}, port: {port}}}\n"


def _quoted(text: str) -> str:
    """A YAML double-quoted text, which JSON's is."""
    return json.dumps(text, ensure_ascii=False)
