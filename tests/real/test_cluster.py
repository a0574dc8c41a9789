"""Two Alertmanagers of one cluster post to one agent: what both tell is counted once, and one of them is enough."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.house import Account, house, named
from tests.support.running import free_port, until

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

BOTH_POST = ("--cluster.peer-timeout=0s", "--cluster.gossip-interval=60s", "--cluster.settle-timeout=1s")
"""They know each other, and neither hears in time that the other has told it already."""


def test_two_peers_post_the_same_one_dies_and_the_other_ends_it(program: Callable[[str], Path], tmp_path: Path) -> None:
    first, second = named("orders", "web-1", "web-2", lane="often")
    here, there = (f"127.0.0.1:{free_port()}" for _ in range(2))

    with house(program("prometheus-alertmanager"), tmp_path) as found:
        one = found.add_sender("one", f"--cluster.listen-address={here}", *BOTH_POST)
        other = found.add_sender("other", f"--cluster.listen-address={there}", f"--cluster.peer={here}", *BOTH_POST)
        until(lambda: one.peers() == other.peers() == 2, "cluster of two")
        for each in (one, other):
            each.fire(first, second)
        until(lambda: min(one.posted(), other.posted()) >= 2, "repeated messages of both")
        told_by_both = found.account("orders")
        one.process.kill()
        other.resolve(first)
        found.until_firing("orders", 1)
        other.resolve(second)
        closed = found.close("orders")
        other.process.kill()  # it would wait for its dead peer to say good-bye

    assert told_by_both == Account(incidents=1, joined=2, ended=0, openings=1, states=("open",))
    assert closed == Account(incidents=1, joined=2, ended=2, openings=1, states=("closed",))
