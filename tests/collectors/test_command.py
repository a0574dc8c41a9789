import os
import time
from pathlib import Path
from typing import Any

import psutil
import pydantic
import pytest

from agent.model import Reading, Result
from collectors._perfdata import name, texts, values
from collectors.command import Options, probe

WITH_SECRETS = {"env": {"KEY": "hunter2"}}


def aimed_at(port: int) -> dict[str, Any]:
    return {"run": f"bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port} || exit 2; read -r line <&3'"}


def look(*run: str, timeout_s: float = 10, **more: Any) -> Reading:
    return probe(Options.model_validate({"run": list(run)} | more), timeout_s)


def shell(script: str, timeout_s: float = 10, **more: Any) -> Reading:
    return look("sh", "-c", script, timeout_s=timeout_s, **more)


@pytest.mark.parametrize(
    ("code", "result", "warning", "critical"),
    [(0, Result.OK, False, False), (1, Result.BAD, True, False), (2, Result.BAD, False, True)],
)
def test_the_exit_status_is_the_answer(code: int, result: Result, warning: bool, critical: bool):
    reading = shell(f"echo 'DISK WORD - text|used=91%;90;95'; exit {code}")

    assert reading.result is result
    assert reading.values["exit"] == code
    assert reading.values["warning"] is warning
    assert reading.values["critical"] is critical
    assert reading.values["used"] == 0.91
    assert reading.error == ("" if code == 0 else "DISK WORD - text")


@pytest.mark.parametrize("code", [3, 4, 127, 255])
def test_every_other_status_is_unknown_and_its_values_say_nothing(code: int):
    reading = shell(f"echo 'no idea|used=99%'; exit {code}")

    assert (reading.result, reading.error) == (Result.UNKNOWN, f"exit status {code}: no idea")
    assert set(reading.values) == {"exit", "duration"}


def test_one_that_says_nothing_but_complains_is_quoted():
    assert shell("echo cannot >&2; exit 2").error == "cannot"
    assert shell("exit 2").error == "it said nothing"


def test_one_ended_by_a_signal_is_unknown():
    reading = shell("kill -11 $$")

    assert (reading.result, reading.error) == (Result.UNKNOWN, "sh was ended by signal 11")


def test_a_missing_program_is_unknown_with_a_remedy(tmp_path: Path):
    (tmp_path / "check").write_text("#!/bin/sh\n")

    assert look("check_nothing").error.startswith("check_nothing was not found in /usr/local/sbin:")
    assert look("check_nothing").error.endswith("install it, or name it by its full path")
    assert look("/no/such/check").error == "/no/such/check was not found: install it, or name it by its full path"
    assert "cannot be executed: chmod +x it" in look(str(tmp_path / "check")).error
    assert look("check_nothing").result is Result.UNKNOWN


def test_a_line_is_split_into_words_but_no_shell_sees_it():
    options = Options.model_validate({"run": "echo '$HOME; rm x' \"two words\" `id`"})

    assert options.run == ("echo", "$HOME; rm x", "two words", "`id`")


@pytest.mark.parametrize("run", ["", [], "echo 'open", 7])
def test_what_cannot_be_run_is_refused_when_it_is_written(run: Any):
    with pytest.raises(pydantic.ValidationError):
        Options.model_validate({"run": run})


def test_an_argument_that_no_program_can_take_is_unknown():
    assert look("echo", "a\0b").result is Result.UNKNOWN


def test_the_environment_is_clean_but_for_what_is_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SURELY_SECRET", "1")

    reading = shell(
        '[ -z "$SURELY_SECRET" ] && [ "$KEY" = k1 ] && [ "$PWD" = / ] && [ "$LANG" = C.UTF-8 ]', env={"KEY": "k1"}
    )

    assert reading.result is Result.OK


def test_it_has_limits():
    reading = shell('[ "$(ulimit -c)" = 0 ] && [ "$(ulimit -v)" = 65536 ] && [ "$(ulimit -t)" -le 12 ]', memory="64MiB")

    assert reading.result is Result.OK


def test_one_that_eats_memory_ends_itself():
    reading = look("python3", "-c", "x = 'a' * 10**10", memory="256MiB")

    assert reading.result in {Result.BAD, Result.UNKNOWN}


def test_at_the_deadline_it_is_killed_with_all_its_children(tmp_path: Path):
    mark = f"86{os.getpid() % 1000:03d}"
    started = time.monotonic()

    reading = shell(f"(sleep {mark} & setsid sleep {mark} & sleep {mark}) & sleep {mark}", timeout_s=0.7)

    assert (reading.result, reading.error) == (Result.UNKNOWN, "sh did not end within 0.7 s and was killed")
    assert time.monotonic() - started < 5
    assert left_running(mark) == []


def test_what_it_leaves_running_is_killed_when_it_ends():
    mark = f"87{os.getpid() % 1000:03d}"
    started = time.monotonic()

    reading = shell(f"sleep {mark} & echo fine")

    assert reading.result is Result.OK
    assert time.monotonic() - started < 5
    assert left_running(mark) == []


def test_one_that_closes_its_output_is_still_waited_for():
    reading = shell("exec >&- 2>&-; sleep 0.3; exit 1")

    assert reading.values["exit"] == 1


def test_one_that_prints_without_end_is_ended():
    started = time.monotonic()

    reading = look("yes", timeout_s=30)

    assert (reading.result, reading.error) == (Result.UNKNOWN, "yes printed without end and was killed")
    assert time.monotonic() - started < 20


def test_long_output_is_cut_and_the_answer_counts():
    reading = shell("head -c 300000 /dev/zero | tr '\\0' x; exit 2")

    assert reading.values["critical"] is True
    assert len(reading.error) == 500


def test_garbage_is_survived():
    reading = shell("head -c 5000 /dev/urandom; exit 0")

    assert reading.result is Result.OK


def test_it_reads_nothing_from_anyone():
    assert shell('read line; [ -z "$line" ]').result is Result.OK


def left_running(mark: str) -> list[int]:
    """Processes that still sleep so long; killed ones may take a moment."""
    end = time.monotonic() + 5
    while True:
        found = [it.pid for it in psutil.process_iter(["cmdline", "status"]) if is_sleeping(it, mark)]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.05)


def is_sleeping(it: psutil.Process, mark: str) -> bool:
    return it.info["cmdline"] == ["sleep", mark] and it.info["status"] != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("time=12ms;1;2;0; size=5KiB", {"time": 0.012, "size": 5120}),
        ("load1=0.42;5;10 'free space'=95%;;", {"load1": 0.42, "free_space": 0.95}),
        ("'it''s'=3c", {"it_s": 3}),
        ("/=10GB /var=1e3B", {"_/": 10_000_000_000, "_/var": 1000}),
        ("temp=-3,5", {"temp": -3.5}),
        ("x=U y=1", {"y": 1}),
        ("x=1.2.3 y=2", {"y": 2}),
        ("no data here", {}),
        ("=5 =", {}),
    ],
)
def test_performance_data_is_read(data: str, expected: dict[str, float]):
    assert values(data) == pytest.approx(expected)


def test_data_stands_after_the_bar_of_the_first_line_and_after_the_next_bar():
    text, data = texts("DISK OK | /=1MB;2\nlong text\nmore | /var=2MB\n/home=3MB\n")

    assert text == "DISK OK"
    assert values(data) == {"_/": 1e6, "_/var": 2e6, "_/home": 3e6}


def test_no_more_than_so_many_values_are_kept():
    assert len(values(" ".join(f"v{number}=1" for number in range(1000)))) == 200


@pytest.mark.parametrize(
    ("label", "expected"), [("load1", "load1"), ("C:\\ %", "C:_"), ("5min", "_5min"), ("接口", "接口")]
)
def test_labels_become_names_that_expressions_know(label: str, expected: str):
    assert name(label) == expected
