"""The repository speaks of itself alone, keeps no secrets, and what its pages point at is there."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]

# Each is written so that it does not match itself.
ANOTHER_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|Users)/[\w.]|/tmp/[b]rief|(?<![\w)])[.]library\b")
"""Places that exist on one developer's machine only."""

SECRET = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE[ ]KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[abprs]-\d{10,}"
)

LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
MAKE = re.compile(r"(?:^|&&|\$)\s*make((?: +[A-Z]+=\S+)*(?: +[a-z][a-z-]*)*)", re.MULTILINE)
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the repository."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files belong to it is not known")
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in sorted(names.split("\0")) if (path := ROOT / name).is_file())


@cache
def texts() -> dict[str, str]:
    """Path -> text, of those that are text."""
    found: dict[str, str] = {}
    for path in files():
        raw = path.read_bytes()
        if b"\0" not in raw:
            found[str(path.relative_to(ROOT))] = raw.decode(errors="replace")
    return found


def pages() -> dict[str, str]:
    return {name: text for name, text in texts().items() if name.endswith(".md")}


def written_here() -> dict[str, str]:
    """Without what was captured, or is wrong on purpose."""
    return {name: text for name, text in texts().items() if not name.startswith(("tests/golden/", "tests/bad_routes/"))}


def guilty_lines(pattern: re.Pattern[str], among: dict[str, str]) -> list[str]:
    return [
        f"{name}:{number}: {found.group()}"
        for name, text in among.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def test_nothing_names_a_place_of_one_developers_machine() -> None:
    assert guilty_lines(ANOTHER_MACHINE, texts()) == []


def test_no_secret_is_kept() -> None:
    assert guilty_lines(SECRET, texts()) == []


def test_every_relative_link_leads_somewhere() -> None:
    broken = [
        f"{name}: {target}"
        for name, text in pages().items()
        for target in LINK.findall(FENCE.sub("", text))
        if "://" not in target
        and not target.startswith("mailto:")
        and not (ROOT / name).parent.joinpath(target).exists()
    ]

    assert broken == []


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    missing = [
        f"{name}: make {word}"
        for name, text in pages().items()
        for code in [*FENCE.findall(text), *SPAN.findall(FENCE.sub("", text))]
        for words in MAKE.findall(code)
        for word in words.split()
        if "=" not in word and word not in targets
    ]

    assert missing == []


def test_every_line_ends_where_its_text_ends() -> None:
    blank_ends = re.compile(r"[ \t]+$")

    assert guilty_lines(blank_ends, written_here()) == []


def test_every_file_ends_with_one_newline() -> None:
    guilty = [
        name for name, text in written_here().items() if text and (not text.endswith("\n") or text.endswith("\n\n"))
    ]

    assert guilty == []


def test_no_line_of_the_product_is_excused_from_its_tests() -> None:
    """What can never be taken is deleted; what can be has a test."""
    product = {name: text for name, text in texts().items() if name.startswith(("agent/", "collectors/"))}

    assert guilty_lines(re.compile(r"#\s*[p]ragma:\s*no\s"), product) == []


def wanted(*groups: str) -> list[Requirement]:
    """What pyproject.toml asks for: the program's own, and those of the groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked: list[str] = list(project["project"]["dependencies"])
    for group in groups:
        asked += [each for each in project["dependency-groups"][group] if isinstance(each, str)]
    return [Requirement(each) for each in asked]


def pinned(lock: str) -> dict[str, list[str]]:
    """Name -> versions; there are several where they differ by Python."""
    found: dict[str, list[str]] = {}
    for name, version in PINNED.findall((ROOT / lock).read_text()):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


LOCKS = [("requirements.lock", ("build",)), ("requirements-dev.lock", ("build", "dev"))]


@pytest.mark.parametrize(("lock", "groups"), LOCKS)
def test_the_lock_holds_what_the_project_asks_for(lock: str, groups: tuple[str, ...]) -> None:
    versions = pinned(lock)

    unmet = [
        str(asked)
        for asked in wanted(*groups)
        if not (found := versions.get(canonicalize_name(asked.name))) or not all(map(asked.specifier.contains, found))
    ]

    assert unmet == []


@pytest.mark.parametrize(("lock", "groups"), LOCKS)
def test_everything_in_the_lock_has_a_hash(lock: str, groups: tuple[str, ...]) -> None:
    logical = re.sub(r"\\\n\s*", "", (ROOT / lock).read_text()).splitlines()

    bare = [line for line in logical if line and not line.lstrip().startswith("#") and "--hash=sha256:" not in line]

    assert bare == []


def test_the_tests_run_with_the_very_versions_that_are_installed() -> None:
    of_tests = pinned("requirements-dev.lock")

    assert {name: of_tests.get(name) for name in pinned("requirements.lock")} == pinned("requirements.lock")
