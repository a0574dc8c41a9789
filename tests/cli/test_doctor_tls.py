"""`tocsin doctor` and the files of `server.tls`; and how a command reaches an agent that asks for a certificate."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import FILE, Run
from tests.support.authority import DAY, Authority, Paper
from tests.support.daemon import Daemon


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


def tls(paper: Paper, client_ca: Path) -> str:
    return FILE + f"server: {{tls: {{cert: {paper.cert}, key: {paper.key}, client_ca: {client_ca}}}}}\n"


def looked_at(tocsin: Run) -> dict[str, list[str]]:
    """Level -> what is said of TLS."""
    told: list[dict[str, Any]] = json.loads(tocsin("doctor", "--url", "http://127.0.0.1:9", "--json").stdout)[
        "findings"
    ]
    found: dict[str, list[str]] = {}
    for each in told:
        if each["topic"] == "tls":
            found.setdefault(each["level"], []).append(each["text"])
    return found


def test_good_certificates_are_told_with_the_days_they_have_left(tocsin: Run, file: Path, authority: Authority) -> None:
    paper = authority.server()
    paper.key.chmod(0o640)
    file.write_text(tls(paper, authority.cert))

    found = looked_at(tocsin)

    assert list(found) == ["ok"]
    assert found["ok"][0].startswith("cert: CN=server is good until ")
    assert found["ok"][0].endswith(", 89 days")
    assert found["ok"][1] == f"key: {paper.key} fits the certificate, and is closed to others"
    assert found["ok"][2].startswith("client_ca: CN=Test CA is good until ")


@pytest.mark.parametrize(("days", "level"), [(20, "warn"), (-1, "fault")])
def test_a_certificate_at_its_end_is_told(tocsin: Run, file: Path, authority: Authority, days: int, level: str) -> None:
    paper = authority.server(lasts=days * DAY)
    paper.key.chmod(0o600)
    file.write_text(tls(paper, authority.cert))

    assert looked_at(tocsin)[level][0].startswith("cert: CN=server")


def test_a_key_that_everybody_reads_is_warned_about(tocsin: Run, file: Path, authority: Authority) -> None:
    paper = authority.server()
    paper.key.chmod(0o644)
    file.write_text(tls(paper, authority.cert))

    assert looked_at(tocsin)["warn"] == [f"key: {paper.key} can be read by everyone"]


def test_files_that_are_not_there_are_faults(tocsin: Run, file: Path, authority: Authority) -> None:
    paper = authority.server()
    file.write_text(tls(paper, authority.cert))
    paper.cert.unlink()

    assert looked_at(tocsin)["fault"] == [
        f"cert: {paper.cert}: No such file or directory",
        f"key: {paper.key}: No such file or directory",
    ]


def test_a_command_shows_its_certificate_and_a_signal_renews_the_agents(
    tocsin: Run, file: Path, folder: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = authority.server(), authority.client("operator")
    file.write_text(tls(server, authority.cert))
    with Daemon(folder) as agent:
        monkeypatch.setenv("TOCSIN_URL", agent.url.replace("127.0.0.1", "localhost"))
        not_trusted = tocsin("incidents")
        monkeypatch.setenv("TOCSIN_CA", str(authority.cert))
        without = tocsin("incidents")
        monkeypatch.setenv("TOCSIN_CERT", str(client.cert))
        monkeypatch.setenv("TOCSIN_KEY", str(client.key))
        with_it = tocsin("incidents")

        renewed = authority.server("renewed")
        server.cert.write_bytes(renewed.cert.read_bytes())
        agent.signal(signal.SIGHUP)
        refused = agent.wait_for("reload refused, the old configuration stays in force")
        server.key.write_bytes(renewed.key.read_bytes())
        agent.signal(signal.SIGHUP)
        agent.wait_for("certificates renewed")
        afterwards = tocsin("incidents")
        doctor = tocsin("doctor")

    assert (not_trusted.exit_code, without.exit_code, with_it.exit_code, afterwards.exit_code) == (3, 4, 0, 0)
    assert "$TOCSIN_CA" in not_trusted.stderr
    assert "a client certificate is needed" in without.stderr
    assert "is not the key of" in refused["fault"]
    assert "/readyz: ok" in doctor.stdout


def test_a_certificate_that_is_not_there_is_said(tocsin: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_CERT", str(folder / "mine.pem"))

    told = tocsin("incidents", "--url", "https://localhost:9")

    assert (told.exit_code, told.stderr) == (
        3,
        f"tocsin: $TOCSIN_CERT names {folder}/mine.pem, and that is no file here\n",
    )
