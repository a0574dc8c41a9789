"""Reading whole files: from disk, whole or not at all, whatever they hold."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.config.load import BadConfig, load, read
from agent.config.nodes import compose, plain
from agent.config.schema import json_schema
from agent.notify.build import why_unbuildable
from collectors import catalogue
from tests.config.reading import SMALLEST, settings_of

HERE = Path(__file__).parent
FULL = HERE / "full.yaml"
EXAMPLE = HERE.parent.parent / "routes.yaml"


def test_the_smallest_file_is_sound() -> None:
    settings = settings_of(SMALLEST, can_build=why_unbuildable)

    assert settings.later == ()
    assert settings.probes == {}


def test_the_full_file_is_sound() -> None:
    loaded, faults = read(FULL.read_text("utf-8"), FULL, catalogue(), why_unbuildable, {})

    assert [str(fault) for fault in faults if not fault.is_warning] == []
    assert loaded is not None
    assert loaded.later == (
        "drills",
        "store.keep",
        "probes.checkout-page.depends_on",
    )
    assert list(loaded.endpoints) == [
        "zhang-wei/call",
        "room",
        "zhang-wei/mail",
        "li-lei/call",
        "li-lei/mail",
        "sec/1",
        "wang-fang/1",
        "csec/1",
    ]


def test_a_file_on_disk_is_loaded_with_its_warnings(tmp_path: Path) -> None:
    path = tmp_path / "routes.yaml"
    path.write_text(SMALLEST)

    loaded = load(path, catalogue(), environment={})

    assert loaded.path == path
    assert loaded.store_url == f"sqlite:///{tmp_path}/tocsin.db"
    assert all(fault.is_warning for fault in loaded.warnings)
    assert loaded.warnings


def test_a_bad_file_is_refused_with_all_its_faults_in_line_order(tmp_path: Path) -> None:
    path = tmp_path / "routes.yaml"
    path.write_text("sourcs: {}\n" + SMALLEST + "store: {keep: 3}\n")

    with pytest.raises(BadConfig) as refused:
        load(path, catalogue(), environment={})

    assert str(refused.value) == (
        f"{path}:1: sourcs: unknown key 'sourcs': did you mean sources?\n"
        f"{path}:7: store.keep: 3 has no unit: write 90s, 5m, 4h or 3d; also 2wd, 4wh, 2w, 6mo, 1y"
    )
    assert [fault.line for fault in refused.value.faults] == [1, 7]


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="No such file or directory; `tocsin init` writes a first file"):
        load(tmp_path / "nowhere.yaml", catalogue())


def test_a_file_that_is_not_utf_8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "routes.yaml"
    path.write_bytes(b"agreement:\n  system: caf\xe9\n")

    with pytest.raises(BadConfig, match=r"routes\.yaml:2: file: is not UTF-8 here"):
        load(path, catalogue())


def test_run_goes_on_where_check_refuses_a_broken_channel(tmp_path: Path) -> None:
    path = tmp_path / "routes.yaml"
    path.write_text(
        SMALLEST.replace('lee: {role: principal, reach: ["log://"', 'lee: {role: principal, reach: ["slakc://x"')
    )

    running = load(path, catalogue(), why_unbuildable, {})

    assert running.endpoints["lee/1"].broken != ""
    with pytest.raises(BadConfig):
        load(path, catalogue(), why_unbuildable, {}, strict_channels=True)


def test_the_example_is_sound_and_needs_nothing_from_outside() -> None:
    loaded = load(EXAMPLE, catalogue(), why_unbuildable, {}, strict_channels=True)

    assert {endpoint.url.reveal() for endpoint in loaded.endpoints.values()} == {"log://"}
    assert all(probe.is_local for probe in loaded.probes.values())
    assert {contact.language for contact in loaded.contacts.values()} == {"zh", "en"}
    assert loaded.later == ()


def test_an_editor_finds_the_schema_of_the_example() -> None:
    first_line = EXAMPLE.read_text("utf-8").splitlines()[0]
    named = first_line.removeprefix("# yaml-language-server: $schema=")

    assert json.loads((EXAMPLE.parent / named).read_text("utf-8")) == json_schema(catalogue()), (
        "the schema has grown: write it anew with `tocsin schema > docs/routes.schema.json`"
    )


PIECES = st.sampled_from(
    [
        *FULL.read_text("utf-8").splitlines(keepends=True),
        *SMALLEST.splitlines(keepends=True),
        "  - ",
        "  ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "? ",
        "&a ",
        "*a",
        "!!x ",
        "'",
        '"',
        "${env:X}",
        "\n",
        "\t",
        "---\n",
        "|\n",
        "\x00",
        "\ud800",
        "²",
        "٣",
        "-1e400",
        "9" * 5000,
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)))
def test_no_text_whatever_makes_reading_raise(text: str) -> None:
    loaded, faults = read(text, Path("/nowhere/routes.yaml"), catalogue(), None, {})

    assert (loaded is None) == any(not fault.is_warning for fault in faults)


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(["log://", "30s", "95%", "5GiB", "{phone}", "${env:X}", "${user}", "[name]", "fail", "http://["]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)


def places(tree: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The path of every value in a plain tree."""
    found = [path] if path else []
    for key, child in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        found += places(child, (*path, key))
    return found


def replaced(tree: object, path: tuple[object, ...], by: object) -> object:
    if not path:
        return by
    if isinstance(tree, dict):
        return {key: replaced(child, path[1:], by) if key == path[0] else child for key, child in tree.items()}
    assert isinstance(tree, list)
    return [replaced(child, path[1:], by) if index == path[0] else child for index, child in enumerate(tree)]


def _tree() -> object:
    root = compose(FULL.read_text("utf-8"), lambda *said: None)
    assert root is not None
    return plain(root)


TREE = _tree()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(places(TREE)), VALUES)
def test_no_value_anywhere_makes_reading_raise(path: tuple[object, ...], value: object) -> None:
    text = json.dumps(replaced(TREE, path, value), ensure_ascii=False)  # JSON is YAML

    loaded, faults = read(text, Path("/nowhere/routes.yaml"), catalogue(), None, {})

    assert (loaded is None) == any(not fault.is_warning for fault in faults)
