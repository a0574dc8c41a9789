"""The command `tocsin`. Each command lives in its own file and is loaded when it is called: `--help` stays quick."""

import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from agent.cli.faults import reported

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Ask six questions and write a first routes.yaml."),
    "run": ("run", "Watch, grade, tell and keep the evidence, until stopped."),
    "check": ("check", "Name every fault in a routes.yaml, with line and remedy."),
    "doctor": ("doctor", "Look at everything the agent needs; send a marked test."),
    "watch": ("watch", "Look at an agent from another machine; tell both parties when it is silent."),
    "schema": ("schema", "Print the JSON Schema of routes.yaml for editors."),
    "routes": ("routes", "Show who would be told, by which channels, and why."),
    "grade": ("grade", "Show which grade an alert would get, and by which rules."),
    "roster": ("roster", "Show both teams and what they lack; test the channels."),
    "obligations": ("obligations", "List what is owed, by whom, until when."),
    "terms": ("terms", "Show who owes what to whom by when, and on what basis."),
    "connect": ("connect", "Print what a monitor must be told to reach this agent."),
    "token": ("token", "Make a secret by which a machine comes in."),
    "signals": ("signals", "Show alerts that no row matched; count blocked attempts."),
    "incidents": ("incidents", "List incidents, newest first."),
    "show": ("show", "Show one incident like the minutes of a meeting."),
    "ack": ("acts", "Acknowledge an incident for your party."),
    "confirm": ("confirm", "Confirm what the other party recorded on behalf."),
    "dispute": ("confirm", "Correct what the other party recorded on behalf."),
    "report": ("report", "Tell the other party what is wrong; list and supplement reports."),
    "verify": ("acts", "State that the function is restored."),
    "void": ("acts", "Void a false alarm, with its reason."),
    "close": ("acts", "Close a recovered incident."),
    "update": ("update", "Tell both parties how it goes."),
    "phase": ("phase", "Record a phase, or why it does not apply."),
    "accept": ("answers", "Accept the grade, or confirm that it works again."),
    "object": ("answers", "Object to the grade or to a recovery, with the reason."),
    "record": ("record", "Record that the principals spoke, who coordinates, whether one responds."),
    "request": ("request", "Ask the other party for something; list what waits."),
    "answer": ("request", "Answer a request of the other party."),
    "share": ("share", "Put a material fact on the shared timeline."),
    "plan": ("plan", "Show the response plan of an incident; tick its steps."),
    "waive": ("waive", "Let a duty go that the other party owes."),
    "regrade": ("acts", "Set or confirm the grade; lowering needs a reason."),
    "snooze": ("snooze", "Let reminders of an incident rest for a while."),
    "maintenance": ("maintenance", "Announce planned work; extend, end and list it."),
    "availability": ("availability", "Show a month's availability; leave minutes out of it."),
    "register": ("register", "Improvements, vulnerabilities, upkeep and attestations."),
    "try": ("try_", "Show what would be told; send the provider a marked trial."),
    "probes": ("probes", "List the probes and their last answers."),
    "reload": ("reload", "Make the running agent read its file again."),
    "evidence": ("evidence", "Hand out evidence, sign it, see whether it is whole."),
    "redact": ("redact", "Take a person's name and numbers out of what is kept."),
    "backup": ("backup", "Copy the archive, also while the agent runs."),
    "restore": ("backup", "Put a copy in the archive's place."),
    "migrate": ("migrate", "Bring the store to this version."),
    "completion": ("completion", "Print what bash, zsh or fish must load to complete."),
    "version": ("version", "Print the versions in use."),
}


class Lazy(click.Group):
    """A group that knows its commands by name and one line, and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command = getattr(import_module(f"agent.cli.{COMMANDS[cmd_name][0]}"), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"there is no command {args[0]!r}{_meant(args[0])}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl(
                [
                    ("0", "done"),
                    ("1", "the answer is no, or there are faults"),
                    ("2", "wrong usage"),
                    ("3", "no agent answers, or it cannot answer now"),
                    ("4", "refused by the agreement, the incident's state, or for want of a token"),
                    ("5", "no such incident, contact or probe"),
                ]
            )

    def invoke(self, ctx: click.Context) -> Any:
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        for stream in (sys.stdout, sys.stderr):
            # 张伟 on a terminal that cannot show it must not end in a traceback
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        with reported():
            return super().invoke(ctx)


def _meant(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, n=1)
    return f": did you mean {near[0]}?" if near else ": `tocsin --help` lists them"


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="tocsin", message="tocsin %(version)s")
def main() -> None:
    """Tocsin executes a system emergency response agreement: probes and alerts in, graded incidents, notices to both
    parties out, with evidence.

    \b
    Start here:
      tocsin init                    write a first routes.yaml
      tocsin check routes.yaml       name every fault in it
      tocsin run                     start the agent on it

    Commands that look at or act on a running agent find it by --url, $TOCSIN_URL, or server.listen of the routes.yaml
    here; a token comes from $TOCSIN_TOKEN. Every command takes --json and --help, with examples.
    """
