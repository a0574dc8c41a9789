"""YAML by the 1.2 core rules, with lines, and nothing hidden."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.config.nodes import Node, compose, plain

ROOT = Path(__file__).parents[2]


def composed(text: str) -> tuple[Node | None, list[tuple[int, str, str]]]:
    said: list[tuple[int, str, str]] = []
    return compose(text, lambda line, key, message: said.append((line, key, message))), said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("yes", "yes"),
        ("12:30:45", "12:30:45"),
        ("2026-01-01", "2026-01-01"),
        ("010", 10),
        ("-7", -7),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("''", ""),
        ("'5'", "5"),
        ('"true"', "true"),
        ("=", "="),
    ],
)
def test_scalars_follow_the_yaml_1_2_core_rules(text: str, value: object) -> None:
    root, said = composed(f"a: {text}")

    assert said == []
    assert root is not None
    assert plain(root) == {"a": value}


def test_every_place_knows_its_line_and_dotted_key() -> None:
    root, _ = composed("a:\n  b:\n    - x\n    - {c: y}\n")

    assert root is not None
    deepest = root.at("a").at("b").value[1].at("c")  # type: ignore[index, union-attr]
    assert (deepest.line, deepest.key) == (4, "a.b[1].c")


def test_of_duplicate_keys_the_first_is_kept_and_each_later_one_named() -> None:
    root, said = composed("a: 1\nb: 2\na: 3\na: 4\n")

    assert root is not None
    assert plain(root) == {"a": 1, "b": 2}
    assert said == [
        (3, "a", "stands here a second time; the first, on line 1, is kept"),
        (4, "a", "stands here a second time; the first, on line 1, is kept"),
    ]


def test_an_alias_stands_for_what_it_names() -> None:
    root, said = composed("a: &x [1, 2]\nb: *x\n")

    assert said == []
    assert root is not None
    assert plain(root) == {"a": [1, 2], "b": [1, 2]}


def test_aliases_that_multiply_are_bounded() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))

    _, said = composed(bomb)

    assert [message for _, _, message in said] == [
        "too deep or too much: an alias repeats itself, or the nesting has no end"
    ]


def test_an_alias_inside_itself_comes_to_an_end() -> None:
    _, said = composed("a: &a [*a]")

    assert [message for _, _, message in said] == [
        "too deep or too much: an alias repeats itself, or the nesting has no end"
    ]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: {b: ${env:X}}", 1, 'quote it: "${…}" needs quotes'),
        ("a: 1\nb: {url: json://h/{phone}}", 2, "quote it: a URL needs quotes"),
        ("a:\n\tb: 1", 2, "indent with spaces, not tabs"),
        ("a: @x", 1, "quote the text"),
        ("a: *x", 1, "quote the text"),
        ("a: b: c", 1, "quote the text that holds a colon"),
        ("a: {b: 1", 1, "look for a missing bracket"),
        ("a: 1\n---\nb: 2", 2, "one file holds one document"),
        ("", 1, "the file is empty: `tocsin init` writes a first one"),
        ("# nothing\n", 1, "the file is empty"),
        ("a: \x00", 1, "holds a character that is no text"),
        ("a: 1\nb: \ud800", 2, "holds a character that is no text"),
        ('a: "\\UFFFFFFFF"', 1, "cannot be read"),
        ("[" * 3000, 1, "cannot be read"),
    ],
)
def test_what_is_no_yaml_is_named_with_its_remedy(text: str, line: int, part: str) -> None:
    root, said = composed(text)

    assert root is None
    assert [(found, part in message) for found, _, message in said] == [(line, True)]


def test_a_parse_error_does_not_repeat_the_line() -> None:
    _, said = composed("password: {a: hunter2 b: ${env:X}}")

    assert "hunter2" not in said[0][2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: !!int 5", "tags such as !!int are not used here: write the plain value"),
        ("a: !mine {b: 1}", "tags such as !!int are not used here: write the plain value"),
        ("<<: {a: 1}", "merge keys are no YAML 1.2: write the keys out, or use an alias for the value"),
        ("? [a]\n: b", 'a key must be a plain word; quote what begins with { or [: "[a]"'),
        ('a: "x\\0y"', "holds a control character or half a surrogate pair: remove it"),
        ('a: "\\ud800"', "holds a control character or half a surrogate pair: remove it"),
    ],
)
def test_what_yaml_1_2_or_a_reader_would_not_expect_is_named(text: str, message: str) -> None:
    _, said = composed(text)

    assert [found for _, _, found in said] == [message]


FILES = [ROOT / "routes.yaml", ROOT / "tests/config/full.yaml", *sorted((ROOT / "tests/bad_routes").glob("*.yaml"))]


def seen(raw: Any) -> object:
    """What we read of a tree of PyYAML's."""
    if isinstance(raw, yaml.ScalarNode):
        return raw.start_mark.line, raw.tag, raw.value, bool(raw.style)
    if isinstance(raw, yaml.MappingNode):
        return raw.start_mark.line, raw.tag, [(seen(name), seen(child)) for name, child in raw.value]
    return raw.start_mark.line, raw.tag, [seen(item) for item in raw.value]


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML came without libyaml here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_libyaml_reads_what_pyyaml_reads(path: Path) -> None:
    text = path.read_text("utf-8")

    try:
        quick = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return  # asked of PyYAML itself

    assert seen(quick) == seen(yaml.compose(text, Loader=yaml.BaseLoader))
