"""Imports go downstairs only, neighbours do not know each other, and there are no circles."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FLOORS: tuple[frozenset[str], ...] = tuple(
    frozenset(floor.split())
    for floor in (
        "agent.__main__",
        "agent.cli",
        "agent.wiring",
        "agent.web agent.watching",
        "agent.engine",
        "agent.store agent.notify collectors agent.documents",
        "agent.config",
        "agent.agreement",
        "agent.ports",
        "agent.rules",
        "agent.model",
        "agent.clock agent.errors agent.log agent.metrics",
    )
)
"""Upstairs first. A room may import from the floors below its own, and from itself."""

PURE = frozenset(["agent.model", "agent.errors", "re2"])
"""What agent/rules may import beside the pure part of the standard library."""

IMPURE_STDLIB = frozenset(
    [
        "time",
        "random",
        "secrets",
        "os",
        "io",
        "socket",
        "threading",
        "subprocess",
        "logging",
        "pathlib",
        "asyncio",
        "shutil",
        "sys",
    ]
)

BASEMENT = FLOORS[-1]


def files() -> list[Path]:
    return sorted([*(ROOT / "agent").rglob("*.py"), *(ROOT / "collectors").rglob("*.py")])


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of every import in the file, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                is_module = (ROOT / inner.replace(".", "/")).with_suffix(".py").exists()
                is_module = is_module or (ROOT / inner.replace(".", "/")).is_dir()
                yield node.lineno, inner if is_module else node.module


def module_of(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def room_of(module: str) -> str:
    """`agent.engine.desk.desk` stands in the room `agent.engine`; collectors are one room."""
    return "collectors" if module.startswith("collectors") else ".".join(module.split(".")[:2])


def floor_of(room: str) -> int:
    for number, floor in enumerate(FLOORS):
        if room in floor:
            return number
    raise AssertionError(f"{room} has no floor: give it one in tests/architecture/test_imports.py")


def test_imports_go_downstairs_only() -> None:
    guilty = []
    for path in files():
        room = room_of(module_of(path))
        if room == "agent":
            continue
        for line, module in imports(path):
            if not module.startswith(("agent.", "collectors")):
                continue
            other = room_of(module)
            if other == room or (other in BASEMENT and room in BASEMENT):
                continue
            if floor_of(other) <= floor_of(room):
                guilty.append(f"{path.relative_to(ROOT)}:{line}: {room} imports {other}, which is not below it")

    assert guilty == []


def test_the_rules_are_pure() -> None:
    guilty = []
    for path in sorted((ROOT / "agent/rules").glob("*.py")):
        for line, module in imports(path):
            top = module.split(".")[0]
            is_own = module.startswith("agent.rules")
            is_allowed = is_own or any(module == pure or module.startswith(f"{pure}.") for pure in PURE)
            is_foreign = top in {"agent", "collectors", "re2"} and not is_allowed
            if is_foreign or top in IMPURE_STDLIB:
                guilty.append(f"{path.relative_to(ROOT)}:{line}: a rule imports {module}")

    assert guilty == []


def test_only_the_clock_asks_the_time_or_sleeps() -> None:
    guilty = []
    for path in files():
        if path == ROOT / "agent/clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                said = f"{node.value.id}.{node.attr}"
                if said in {
                    "time.time",
                    "time.sleep",
                    "time.monotonic",
                    "datetime.now",
                    "datetime.utcnow",
                    "date.today",
                }:
                    guilty.append(f"{path.relative_to(ROOT)}:{node.lineno}: {said}")

    assert guilty == []


def test_there_are_no_circles_between_modules() -> None:
    known = {module_of(path): path for path in files()}
    graph = {
        name: {module for _, module in imports(path) if module in known and module != name}
        for name, path in known.items()
    }

    assert _circle(graph) == []


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """The first loop of imports found, as a path, or nothing."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph[name]):
            if found := walk(other, [*path, name]):
                return found
        done.add(name)
        return []

    for name in sorted(graph):
        if found := walk(name, []):
            return found
    return []


ENGINES = ("desk", "courier", "watcher")


@pytest.mark.parametrize("engine", ENGINES)
def test_desk_courier_and_watcher_meet_only_in_the_store_and_the_hand_overs(engine: str) -> None:
    others = tuple(f"agent.engine.{other}" for other in ENGINES if other != engine)

    guilty = [
        f"{path.relative_to(ROOT)}:{line}: imports {module}"
        for path in sorted((ROOT / "agent/engine" / engine).rglob("*.py"))
        for line, module in imports(path)
        if module.startswith(others)
    ]

    assert guilty == []


DESK_FLOORS = ("told", "owed", "seen", "stated")
"""The rooms of the desk: each may import from those before it, and from what stands in `desk/` itself beside them."""
DESK_HALL = {"casework", "desk", "outbox", "rehearsing", "fast_clock", "clock_jumps", "forgetting"}
"""They go through the rooms, and no room knows them."""


@pytest.mark.parametrize("room", DESK_FLOORS)
def test_rooms_of_the_desk_import_downstairs_only(room: str) -> None:
    above = DESK_FLOORS[DESK_FLOORS.index(room) + 1 :]
    forbidden = tuple(f"agent.engine.desk.{name}" for name in (*above, *DESK_HALL))

    guilty = [
        f"{path.relative_to(ROOT)}:{line}: imports {module}"
        for path in sorted((ROOT / "agent/engine/desk" / room).glob("*.py"))
        for line, module in imports(path)
        if any(module == name or module.startswith(f"{name}.") for name in forbidden)
    ]

    assert guilty == []


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_outgrows_its_room(path: Path) -> None:
    """A file that needs more than 450 lines tells two stories."""
    assert len(path.read_text().splitlines()) <= 450
