"""A real agent looks at itself: a good ping goes out only while it keeps its promises."""

import json
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.stories.test_full_disk import Agent
from tests.support.daemon import Daemon
from tests.support.sinks import Sink, listening

FILE = """
agreement: {{system: Payment platform}}
parties:
  provider: {{contacts: {{lee: {{role: principal, reach: ["log://"]}}}}}}
  customer: {{contacts: {{wang: {{role: principal, reach: ["log://"]}}}}}}
dead_man: {{every: 1s, urls: ["http://{place}/ping/hush"]}}
"""


@pytest.fixture
def outside() -> Iterator[Sink]:
    with listening(Sink()) as sink:
        yield sink


def soon(is_so: Callable[[], bool], within_s: float = 30.0) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def ready(daemon: Daemon) -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", urlsplit(daemon.url).port or 0, timeout=20)
    try:
        connection.request("GET", "/readyz")
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()


def test_the_outside_hears_good_while_all_is_well_and_fail_with_the_reason_while_it_is_not(
    tmp_path: Path, outside: Sink
) -> None:
    def paths() -> list[str]:
        return [seen.path for seen in outside.seen]

    (tmp_path / "routes.yaml").write_text(FILE.format(place=outside.place))
    with Daemon(tmp_path) as daemon:
        assert soon(lambda: paths().count("/ping/hush") >= 2)
        checks = ready(daemon)["checks"]

        Agent(daemon).fill_the_disk()
        Agent(daemon).webhook("CheckoutDown", "a")
        assert soon(lambda: "/ping/hush/fail" in paths())
        failed_at = len(outside.seen)
        Agent(daemon).make_room()
        assert soon(lambda: "/ping/hush" in paths()[failed_at:])

        log = json.dumps(daemon.lines)

    [fail, *_] = [seen for seen in outside.seen if seen.path == "/ping/hush/fail"]
    assert paths()[0] in ("/ping/hush/start", "/ping/hush")  # where the first audit was quicker, it says good at once
    assert (fail.method, fail.body[:14]) == ("POST", b"store: archive")
    assert checks == dict.fromkeys(("engines", "store", "deliveries", "timers", "probes", "evidence", "seal"), "ok")
    assert "hush" not in log
