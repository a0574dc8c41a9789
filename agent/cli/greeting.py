"""What `tocsin run` says on a terminal: where it answers, and the one command that raises a real incident."""

from typing import TYPE_CHECKING

from agent.model import SYSTEM

if TYPE_CHECKING:
    from agent.config.settings import Settings


def greeting(settings: "Settings", url: str) -> str:
    """Readable at once, and to be pasted from."""
    agreement = settings.agreement
    url = url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
    trial = ", in trial: the customer's messages go to the provider's coordinator" if agreement.is_trial else ""
    lines = [
        f"Tocsin watches {agreement.system} by {_count(settings.probes, 'probe')}, and tells "
        f"{_count(settings.contacts, 'contact')}{trial}.",
        "",
        f"  address   {url}   (webhooks, API and /metrics; the web board comes with a later version)",
        f"  try it    {_try(settings, url)}",
        "            raises a real incident: its notices go out now, to log:// contacts right here",
        "  look      tocsin incidents --url " + url + "     in another terminal; tocsin show INC-… reads it out",
        f"  change    edit {settings.path}, then tocsin check and tocsin reload",
        "  stop      Ctrl-C",
    ]
    return "\n".join(["", *lines, ""])


def _try(settings: "Settings", url: str) -> str:
    """A heartbeat that says it failed, else an alert as Alertmanager would post it."""
    access = ' -H "Authorization: Bearer $TOCSIN_TOKEN"' if settings.server.tokens else ""
    heartbeat = next((name for name, probe in settings.probes.items() if probe.kind == "heartbeat"), "")
    if heartbeat:
        return f"curl -X POST{access} {url}/ping/{heartbeat}/fail"
    function = next((id_ for id_ in settings.agreement.functions if id_ != SYSTEM), "")
    service = f', "service": "{function}"' if function else ""
    alert = (
        f'{{"alerts": [{{"status": "firing", "labels": {{"alertname": "TryIt", "severity": "critical"{service}}}}}]}}'
    )
    return f"curl -H 'Content-Type: application/json'{access} -d '{alert}' {url}/webhooks/alertmanager"


def _count(listed: object, word: str) -> str:
    number = len(listed)  # type: ignore[arg-type]
    return f"{number} {word}{'s' * (number != 1)}"
