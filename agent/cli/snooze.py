"""`tocsin snooze`: reminders of one incident rest for a while, for one's own side."""

from typing import Any

import click

from agent.cli import client, output


@click.command()
@click.argument("incident")
@click.argument("lasting", metavar="[DURATION]", required=False, default="")
@click.option("--as", "contact", required=True, metavar="CONTACT", help="Who asks; their own side is meant.")
@click.option("--me", is_flag=True, help="Only reminders to this contact.")
@click.option("--reason", default="", help="Why; it stands in the minutes.")
@click.option("--end", is_flag=True, help="Let reminders go on again.")
@client.url_option
@output.json_option
def snooze(
    incident: str, lasting: str, contact: str, me: bool, reason: str, end: bool, url: str, as_json: bool
) -> None:
    """Let reminders of an incident rest: at most 30m in grade 1, 2h in grade 2, 24h in grade 3.

    Only reminders to your own side rest. Every duty's clock and the ladder go on, changes and the recovery are told,
    and the other party hears what it hears. A raise of the grade ends it. To end the asking for good, acknowledge.

    \b
    Examples:
      tocsin snooze INC-20261123-001 30m --as lee --reason "on the train, there at 04:00"
      tocsin snooze 20261123-001 2h --as wang --me
      tocsin snooze INC-20261123-001 --end --as lee
    """
    if bool(lasting) == end:
        raise click.UsageError("say for how long, such as 30m, or --end")
    body = {"contact": contact, "lasting": lasting or "0s", "only_me": me, "reason": reason}
    done = client.call(url, "POST", client.incident_path(incident, "snooze"), body)
    output.answer(done, as_json, lambda value: output.line(_said(value, has_ended=end)))


def _said(done: dict[str, Any], *, has_ended: bool) -> str:
    whose = f"to {done['contact']}" if done.get("contact") else f"to the {done['party']}"
    if has_ended:
        return f"reminders of {done['incident']} {whose} go on"
    return f"reminders of {done['incident']} {whose} rest until {output.local(done['until'])}"
