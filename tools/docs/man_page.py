"""docs/tocsin.1: the manual page, from the commands' own help."""

import re
from collections.abc import Iterator
from inspect import cleandoc

import click

from agent.cli import COMMANDS, main

HEAD = r""".TH TOCSIN 1 "" "Tocsin" "User Commands"
.SH NAME
tocsin \- execute a system emergency response agreement
.SH SYNOPSIS
.B tocsin
.I COMMAND
.RI [ OPTION ]...
.SH DESCRIPTION
"""
TAIL = r""".SH ENVIRONMENT
.TP
.B TOCSIN_URL
The running agent's address, where \fB\-\-url\fR is not given.
.TP
.B TOCSIN_TOKEN
The secret that is shown to it.
.TP
.BR TOCSIN_CA ", " TOCSIN_CERT ", " TOCSIN_KEY
PEM files: whom to trust under TLS, and the certificate and key to show where the agent asks for one.
.TP
.B CREDENTIALS_DIRECTORY
Where \fB${credential:NAME}\fR is looked up; systemd sets it.
.TP
.B STATE_DIRECTORY
What a relative \fBstore.url\fR counts from; systemd sets it.
.TP
.B NO_COLOR
Any value: no colours.
.SH FILES
.TP
.I routes.yaml
The agreement, in the current folder, else in
.IR /etc/tocsin .
"""
EXIT = (
    ("0", "done"),
    ("1", "the answer is no, or there are faults"),
    ("2", "wrong usage"),
    ("3", "no agent answers, or it cannot answer now"),
    ("4", "refused by the agreement, the incident's state, or for want of a token"),
    ("5", "no such incident, contact or probe"),
)


def text() -> str:
    context = click.Context(main, info_name="tocsin")
    parts = [HEAD, *_paragraphs(main.help or ""), ".SH COMMANDS\n"]
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        parts += _command(command, name, context)
    parts.append(".SH EXIT STATUS\n")
    parts += [f".TP\n.B {code}\n{_plain(meaning)}\n" for code, meaning in EXIT]
    return "".join([*parts, TAIL])


def _command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, parent=parent, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SS {_plain(context.command_path)} {_plain(usage)}\n"
    yield from _paragraphs(command.help or "")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and "--help" not in parameter.opts:
            yield f".TP\n.B {_plain(record[0])}\n{_plain(record[1])}\n"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _command(found, inner, context)


def _paragraphs(help_text: str) -> Iterator[str]:
    """Running text is filled; what follows click's own mark stands as it is."""
    for paragraph in re.split(r"\n\s*\n", cleandoc(help_text)):
        lines = [line for line in paragraph.split("\n") if line.strip() != "\b"]
        if "\b" in paragraph:
            yield ".PP\n.nf\n" + "".join(f"{_plain(line)}\n" for line in lines) + ".fi\n"
        else:
            yield ".PP\n" + "".join(f"{_plain(line.strip())}\n" for line in lines)


def _plain(line: str) -> str:
    """The text as roff prints it: no line of it is a request, no character of it an escape."""
    text = line.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti")
    text = "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in text)
    return f"\\&{text}" if text.startswith((".", "\\(aq")) else text
