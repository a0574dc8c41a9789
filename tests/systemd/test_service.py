"""The agent under a real systemd: started, killed, hung, reloaded, walled in, copied and restored.

Each test finds the service running and leaves it running.
"""

import json
import re
from datetime import UTC, datetime

import pytest

from tests.support.running import until
from tests.systemd.host import FILE, PYTHON, SECRET, Host, typed

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

KNOCKING = """
import select, socket, sys
refused = answered = 0
print("begun", flush=True)
while not select.select([sys.stdin], [], [], 0.005)[0]:
    try:
        with socket.create_connection(("127.0.0.1", 8119), timeout=20) as door:
            door.sendall(b"GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
            answered += b" 200" in door.recv(64)
    except ConnectionRefusedError:
        refused += 1
    except OSError:
        pass
print(refused, answered, flush=True)
"""

ALERT = {"status": "firing", "labels": {"alertname": "CheckoutDown"}, "startsAt": "2026-01-01T00:00:00Z"}


def test_it_is_started_and_ready_once_systemd_says_so(host: Host) -> None:
    shown = host.box.show("tocsin.service", "Type", "ActiveState", "StatusText", "WatchdogUSec", "User")

    assert shown == {
        "Type": "notify",
        "ActiveState": "active",
        "StatusText": "ready",
        "WatchdogUSec": "20s",
        "User": "tocsin",
    }
    assert host.ask("/readyz")[0] == 200


def test_systemd_has_nothing_to_say_about_what_is_installed(host: Host) -> None:
    said = host.box.run("systemd-analyze", "verify", "tocsin.service", "tocsin.socket", "tocsin-backup.timer")

    assert (said.stdout, said.stderr) == ("", "")


def test_killed_three_times_it_comes_back_and_refuses_nobody(host: Host) -> None:
    knocking = host.box.process(PYTHON, "-c", KNOCKING)
    assert knocking.stdout is not None
    knocking.stdout.readline()

    for _ in range(3):
        pid = host.main_pid()
        host.box.run("kill", "-KILL", str(pid))
        host.ready(than=pid)

    refused, answered = map(int, knocking.communicate("enough", timeout=30)[0].split())
    assert refused == 0
    assert answered > 0


def test_a_hang_is_ended_by_the_watchdog_and_the_journal_shows_where(host: Host) -> None:
    drop_in = "/etc/systemd/system/tocsin.service.d/quick.conf"
    host.box.write(drop_in, "[Service]\nWatchdogSec=3\n")
    host.box.run("systemctl", "daemon-reload")
    host.box.run("systemctl", "restart", "tocsin.service")
    pid = host.main_pid()
    hung = host.box.show("tocsin.service", "InvocationID")["InvocationID"]

    host.box.run("kill", "-STOP", str(pid))
    host.ready(than=pid)

    said = [entry["MESSAGE"] for entry in host.box.journal("tocsin.service") if entry["_PID"] == str(pid)]
    host.box.run("rm", drop_in)
    host.box.run("systemctl", "daemon-reload")
    assert host.box.show("tocsin.service", "InvocationID")["InvocationID"] != hung
    assert "Fatal Python error: Aborted" in said
    assert any("agent/engine/loop.py" in line for line in said)


def test_a_reload_brings_the_new_file_in_force_in_the_same_process(host: Host) -> None:
    pid = host.main_pid()
    host.install_file(FILE + "  nightly: {heartbeat: {within: 52w}, function: checkout}\n")

    host.type(typed("Start, stop, reload")[0])

    until(lambda: host.ask("/ping/nightly", {})[0] == 200, "the new heartbeat")
    assert host.main_pid() == pid
    host.install_file(FILE)
    host.type(typed("Start, stop, reload")[0])
    until(lambda: host.ask("/ping/nightly", {})[0] == 404, "the old file")


def test_a_refused_reload_stands_in_the_status_and_changes_nothing(host: Host) -> None:
    host.install_file(FILE.replace("role: principal", "role: boss"))

    host.type(typed("Start, stop, reload")[0])
    until(lambda: "reload refused, the old configuration stays in force" in host.status(), "the refusal")

    assert host.ask("/readyz")[0] == 200
    host.install_file(FILE)
    host.type(typed("Start, stop, reload")[0])
    until(lambda: host.status() == "ready", "a good reload")


def test_the_journal_holds_json_lines_with_their_priority(host: Host) -> None:
    host.install_file(FILE.replace("role: principal", "role: boss"))
    host.box.run("systemctl", "reload", "tocsin.service")
    until(lambda: "refused" in host.status(), "the refusal")
    host.install_file(FILE)
    host.box.run("systemctl", "reload", "tocsin.service")
    until(lambda: host.status() == "ready", "a good reload")

    entries = [(entry["PRIORITY"], json.loads(entry["MESSAGE"])) for entry in host.written()]

    events = {line["event"]: (priority, line["level"]) for priority, line in entries}
    assert all({"at", "level", "room", "event"} <= line.keys() for _, line in entries)
    assert events["started"] == ("6", "info")
    assert events["reload refused, the old configuration stays in force"] == ("3", "error")


def test_a_secret_comes_from_its_credential_and_is_nobody_elses(host: Host) -> None:
    pid = host.main_pid()

    assert host.ask("/api/v1/incidents", token=SECRET)[0] == 200
    assert host.ask("/api/v1/incidents", token="guessed")[0] == 401
    folder = "/run/credentials/tocsin.service"
    spied = host.box.run("setpriv", "--reuid=nobody", "--clear-groups", "ls", folder, check=False)
    assert spied.returncode != 0
    assert SECRET not in host.box.run("cat", f"/proc/{pid}/environ").stdout
    assert SECRET not in str(host.box.journal("tocsin.service"))


def test_the_walls_keep_its_programs_from_writing_elsewhere_and_from_reading_homes(host: Host) -> None:
    """Tried by a `command` probe, which lives within the same walls; what it writes to /tmp is its own."""
    # everybody may write there: only the walls are in the way
    folders = "/etc /usr/local /opt/tocsin /var/lib /var/backups /srv /home /root /run"
    host.box.run("sh", "-c", f"for each in {folders}; do mkdir -m 777 $each/open; touch $each/open/letter; done")
    host.box.run("chmod", "755", "/root")
    host.box.write(
        "/opt/walls.sh",
        "cd /var/lib/tocsin || exit 3\n"
        "exec 2>/dev/null >trying\n"
        f"for each in {folders}; do touch $each/open/x && echo wrote $each; done\n"
        "for each in /home /root; do cat $each/open/letter && echo read $each; done\n"
        "cat /etc/tocsin/credentials/operator && echo read the secrets of all\n"
        "touch /tmp/x /dev/shm/x && echo wrote where everybody may\n"
        "unshare --user true && echo made a namespace\n"
        "cat /etc/open/letter && echo read /etc\n"
        "mv trying tried\n",
        mode="755",
    )

    until(lambda: host.box.run("test", "-e", "/var/lib/tocsin/tried", check=False).returncode == 0, "a probe")

    tried = host.box.run("cat", "/var/lib/tocsin/tried").stdout.splitlines()
    host.box.write("/opt/walls.sh", "exit 0\n", mode="755")
    assert tried == ["wrote where everybody may", "read /etc"]
    assert host.box.run("find", "/tmp", "/dev/shm", "-maxdepth", "1", "-name", "x").stdout == ""


def test_a_copy_is_made_while_it_runs_and_restored_as_the_document_says(host: Host) -> None:
    made = host.answer("/webhooks/alertmanager", {"version": "4", "alerts": [ALERT]})["incidents"]
    host.type(typed("Back up and restore")[0])
    found = host.box.run("find", "/var/backups/tocsin", "-name", "tocsin-*.db", "-user", "tocsin").stdout
    newest = max(found.split())  # an upgrade may have made one before
    stop, restore, start = typed("Back up and restore")[1]

    host.type([stop])
    host.box.run("rm", "/var/lib/tocsin/tocsin.db")
    told = host.type([restore])
    host.type([start])
    host.ready()

    assert re.match(rf"restored /var/lib/tocsin/tocsin.db from {newest}: \d+ facts", told)
    assert host.answer(f"/api/v1/incidents/{made[0]}")["number"] == made[0]


def test_a_copy_is_made_every_night(host: Host) -> None:
    timer = host.box.show("tocsin-backup.timer", "ActiveState", "NextElapseUSecRealtime")

    assert timer["ActiveState"] == "active"
    assert re.search(r" 02:(3|4)\d:", timer["NextElapseUSecRealtime"])
    assert str(datetime.now(UTC).year)[:2] in timer["NextElapseUSecRealtime"]


def test_an_upgrade_leaves_the_running_agent_its_files_until_the_restart(host: Host) -> None:
    backup, install, migrate, restart = typed("Upgrade")[0]
    pid, before = host.main_pid(), host.box.run("readlink", "/opt/tocsin/.venv").stdout

    host.type([backup, install, migrate])

    assert host.main_pid() == pid
    assert host.box.run("readlink", "/opt/tocsin/.venv").stdout != before
    assert host.box.run("test", "-e", f"{before.strip()}/bin/tocsin").returncode == 0
    host.type([restart])
    host.ready(than=pid)


def test_stopped_it_says_goodbye_and_nothing_is_left(host: Host) -> None:
    host.type([typed("Back up and restore")[1][0]])

    ended = host.box.show("tocsin.service", "Result", "ExecMainStatus", "ActiveState")
    last = json.loads(host.box.journal("tocsin.service")[-1]["MESSAGE"])
    host.type([typed("Back up and restore")[1][2]])
    host.ready()
    assert ended == {"Result": "success", "ExecMainStatus": "0", "ActiveState": "inactive"}
    assert last["event"] == "stopped"


def test_the_socket_that_systemd_holds_wins_and_a_different_listen_is_warned_about(host: Host) -> None:
    host.install_file(FILE.replace("server:\n", "server:\n  listen: 127.0.0.1:9999\n"))
    pid = host.main_pid()

    host.box.run("systemctl", "restart", "tocsin.service")
    host.ready(than=pid)

    lines = [json.loads(entry["MESSAGE"]) for entry in host.written()]
    warned = [line for line in lines if line["event"] == "socket of the service manager wins"]
    host.install_file(FILE)
    assert [(line["url"], line["listen"]) for line in warned] == [("http://127.0.0.1:8119", "127.0.0.1:9999")]
