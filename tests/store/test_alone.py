"""Two agents never write one archive."""

import os
from pathlib import Path

import pytest

from agent.errors import StoreUnavailable
from agent.store import hold, migrate, open_store


def test_a_second_agent_is_refused_with_the_remedy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tocsin.db"
    first = hold(url)

    with pytest.raises(StoreUnavailable, match=rf"belongs to a running agent \(process {os.getpid()}\): stop that one"):
        hold(url)

    first.close()


def test_an_archive_that_was_let_go_may_be_taken(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tocsin.db"
    first = hold(url)
    first.close()
    first.close()

    hold(url).close()


def test_two_archives_in_one_folder_do_not_know_each_other(tmp_path: Path) -> None:
    one, other = hold(f"sqlite:///{tmp_path}/one.db"), hold(f"sqlite:///{tmp_path}/other.db")

    one.close()
    other.close()


def test_a_missing_folder_is_said_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=f"its folder is missing: mkdir -p {tmp_path}/nowhere"):
        hold(f"sqlite:///{tmp_path}/nowhere/tocsin.db")


def test_what_a_running_agent_has_is_not_migrated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tocsin.db"
    open_store(url, create=True).close()
    running = hold(url)

    with pytest.raises(StoreUnavailable, match="belongs to a running agent"):
        migrate(url)

    running.close()
