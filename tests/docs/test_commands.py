"""Every command that a document tells the reader to type exists, with the options it shows."""

import re
from collections.abc import Iterator

import click
import pytest

from agent.cli import main
from tests.docs.pages import ROOT, commands, pages


def _quoted() -> list[tuple[str, list[str]]]:
    return list(commands("tocsin"))


@pytest.mark.parametrize(("place", "words"), _quoted(), ids=lambda value: value if isinstance(value, str) else None)
def test_every_tocsin_command_line_can_be_parsed(place: str, words: list[str]) -> None:
    wrong = _fault(main, click.Context(main, info_name="tocsin"), _filled(words))

    assert not wrong, f"{place}: tocsin {' '.join(words)}: {wrong}"


def test_there_are_command_lines_to_look_at() -> None:
    assert len(_quoted()) > 20


def test_every_make_target_exists() -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    wrong = [
        f"{place}: make {word}" for place, words in commands("make") for word in _targets(words) if word not in known
    ]

    assert wrong == []


def test_every_metric_named_in_a_document_exists() -> None:
    known = set(re.findall(r"^\| `(tocsin_\w+)` \|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE))

    named = {name for page in pages() for name in re.findall(r"\btocsin_[a-z_]+\b", page.read_text())}
    said = {re.sub(r"_(bucket|sum|count)$", "", name) if name not in known else name for name in named}

    assert said - known - {"tocsin_state"} == set()


def _targets(words: list[str]) -> Iterator[str]:
    yield from (word for word in words if "=" not in word and not word.startswith("-"))


def _filled(words: list[str]) -> list[str]:
    """The words with something in place of what stands for the reader's own."""
    return ["routes.yaml" if word == "FILE" else word for word in words if word not in {"[OPTIONS]", "..."}]


def _fault(command: click.Command, context: click.Context, words: list[str]) -> str:
    """What is wrong with the words after the command, "" for nothing. Names of commands alone are right."""
    if isinstance(command, click.Group) and words and not words[0].startswith("-"):
        own = sum(isinstance(each, click.Argument) for each in command.params)
        words = words[own:] if len(words) > own else ["--help"]
    if isinstance(command, click.Group) and words and not words[0].startswith("-"):
        try:
            name, inner, rest = command.resolve_command(context, words)
        except click.ClickException as fault:
            return fault.format_message()
        assert inner is not None
        return _fault(inner, click.Context(inner, parent=context, info_name=name), rest)
    if not words:
        return ""
    try:
        command.parse_args(context, [word for word in words if word != "--help"])
    except click.MissingParameter:
        return ""  # prose names a command with the option it is about
    except click.ClickException as fault:
        return fault.format_message()
    return ""
