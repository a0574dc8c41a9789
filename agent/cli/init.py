"""`tocsin init`: six questions, and a first routes.yaml that works."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from agent.cli import output
from agent.cli.first_file import SCHEMA, Answers, is_watchable, slug, written
from agent.errors import TocsinError


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what stands there if nothing is said, and what is wrong with an answer ("" for nothing)."""

    text: str
    default: str
    fault: Callable[[str], str]


def _named(text: str) -> str:
    return "" if slug(text) and text.isprintable() else "needs a name with a letter or a digit in it"


def _printable(text: str) -> str:
    return "" if text.strip() and text.isprintable() else "needs a name of printable characters"


def _reachable(text: str) -> str:
    from agent.notify import why_unbuildable

    return "" if "${" in text else why_unbuildable(text)


def _watched(text: str) -> str:
    return (
        "" if not text or is_watchable(text) else "is no address: write https://shop.example/health or db.example:5432"
    )


QUESTIONS = {
    "system": Question("What is the system called", "My system", _printable),
    "provider": Question("Who leads the provider's emergency team", "Provider on duty", _named),
    "provider_reach": Question(
        "How are they reached (any Apprise URL; log:// writes to the log)", "log://", _reachable
    ),
    "customer": Question("Who leads the customer's emergency team", "Customer on duty", _named),
    "customer_reach": Question("How are they reached", "log://", _reachable),
    "watch": Question("What shall be watched (https://… or host:port; empty for this host alone)", "", _watched),
}


@click.command()
@click.option("--system", metavar="NAME", help="What the system is called.")
@click.option("--provider", metavar="NAME", help="Who leads the provider's emergency team.")
@click.option("--provider-reach", metavar="URL", help="How they are reached: an Apprise URL, or log://.")
@click.option("--customer", metavar="NAME", help="Who leads the customer's emergency team.")
@click.option("--customer-reach", metavar="URL", help="How they are reached.")
@click.option("--watch", metavar="ADDRESS", help="What is watched: https://… or host:port.")
@click.option("--yes", is_flag=True, help="Ask nothing: defaults for what no option says.")
@click.option(
    "--output", "to", default="routes.yaml", show_default=True, type=click.Path(path_type=Path), help="File to write."
)
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
@output.json_option
def init(to: Path, force: bool, yes: bool, as_json: bool, **given: str | None) -> None:
    """Ask six questions and write a first routes.yaml, in trial: nobody of the customer is told by it yet.

    An option answers its question; with --yes nothing is asked.

    \b
    Examples:
      tocsin init
      tocsin init --yes
      tocsin init --yes --system "Payment platform" --watch https://pay.example/health --output /etc/tocsin/routes.yaml
    """
    if to.exists() and not force:
        raise TocsinError(f"{to} exists: --force overwrites it, --output names another file")
    answers = Answers(**{name: _answer(name, given[name], yes) for name in QUESTIONS})
    text = written(answers)
    _check(text, to)
    schema = to.with_name(SCHEMA)
    _write(to, text, 0o600)  # it may come to hold what not everyone should read
    _write(schema, _schema_text(), 0o644)
    output.answer({"file": str(to), "schema": str(schema)}, as_json, _show)


def _answer(name: str, given: str | None, yes: bool) -> str:
    """The option's value, the default, or what is typed, asked again until it is good."""
    question = QUESTIONS[name]
    if given is None and not yes:
        return str(click.prompt(question.text, default=question.default, value_proc=_good(question), err=True))
    answer = question.default if given is None else given.strip()
    if fault := question.fault(answer):
        raise click.BadParameter(f"{fault}", param_hint=f"--{name.replace('_', '-')}")
    return answer


def _good(question: Question) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if fault := question.fault(typed.strip()):
            raise click.UsageError(fault)
        return typed.strip()

    return read


def _check(text: str, path: Path) -> None:
    """Whatever was answered, the file passes `tocsin check`.

    Raises:
        BadConfig
    """
    import collectors
    from agent.config.load import BadConfig, read
    from agent.notify import why_unbuildable

    settings, faults = read(text, path, collectors.catalogue(), why_unbuildable)
    if settings is None:
        raise BadConfig(path, faults)


def _schema_text() -> str:
    from agent.cli.schema import schema_text

    return schema_text()


def _write(path: Path, text: str, mode: int) -> None:
    """The whole file or none of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w", encoding="utf-8") as file:
            file.write(text)
        unfinished.replace(path)
    except OSError as fault:
        unfinished.unlink(missing_ok=True)
        raise TocsinError(f"{path} cannot be written: {fault.strerror}: name another file with --output") from None


def _show(done: dict[str, Any]) -> None:
    output.line(f"wrote {done['file']}, and {done['schema']} for editors")
    output.line(f"next: tocsin check {done['file']}, then tocsin run --routes {done['file']}")
