"""`server.limits` of the file are what the door keeps to, also after a reload."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.running import FILE, Running, firing, running

SMALL = FILE + "server:\n  limits: {body: 8KiB, depth: 6, alerts: 10, label: 64B}\n"


def deep(levels: int) -> dict[str, Any]:
    return {"alerts": [firing()], "more": json.loads("[" * (levels - 1) + "]" * (levels - 1))}


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        ({"alerts": [firing(note="x" * 9000)]}, 413, "at most 8192 are read"),
        (deep(7), 400, "nested deeper than 6 levels"),
        ({"alerts": [firing(instance=each) for each in "abcdefghijk"]}, 400, "holds 11 alerts, at most 10"),
        ({"alerts": [firing(instance="x" * 65)]}, 400, "is 65 bytes long, at most 64 are read"),
    ],
)
def test_each_limit_of_the_file_is_kept(tmp_path: Path, content: Any, status: int, said: str) -> None:
    with running(tmp_path, SMALL) as agent:
        reply = agent.webhook(content)

    assert reply.status == status
    assert said in reply.text


def test_what_is_within_them_is_taken(tmp_path: Path) -> None:
    with running(tmp_path, SMALL) as agent:
        assert agent.webhook({**deep(6), "alerts": [firing(instance="x" * 64)]}).status == 200


def test_a_reload_brings_other_limits(agent: Running) -> None:
    assert agent.webhook({"alerts": [firing(instance=each) for each in "abcdefghijk"]}).status == 200
    agent.path.write_text(SMALL)

    agent.office.reload()

    assert agent.webhook({"alerts": [firing(instance=each) for each in "lmnopqrstuv"]}).status == 400
