"""`server.tls`: what is said of its files before anybody connects."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.config.certificates import read
from agent.config.load import read as read_routes
from agent.config.settings import Fault
from collectors import catalogue
from tests.config.reading import SMALLEST, settings_of
from tests.support.authority import DAY, Authority, Paper

HERE = Path("/etc/tocsin/routes.yaml")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def tls(cert: Path, key: Path, client_ca: Path | None = None) -> str:
    more = f", client_ca: {client_ca}" if client_ca else ""
    return SMALLEST + f"server:\n  tls: {{cert: {cert}, key: {key}{more}}}\n"


def said(text: str, now: datetime | None = None) -> list[Fault]:
    """What is said of `server.tls`, warnings and errors."""
    _, faults = read_routes(text, HERE, catalogue(), None, {}, now=now)
    return [fault for fault in faults if fault.key.startswith("server.tls")]


def texts(faults: list[Fault], *, is_warning: bool) -> list[str]:
    return [f"{fault.key}: {fault.message}" for fault in faults if fault.is_warning is is_warning]


def test_good_files_are_read_and_nothing_is_said(authority: Authority) -> None:
    paper = authority.server()
    text = tls(paper.cert, paper.key, authority.cert)

    server = settings_of(text).server

    assert (server.cert, server.key, server.client_ca) == (paper.cert, paper.key, authority.cert)
    assert said(text) == []


def test_files_that_are_not_here_are_warned_about(tmp_path: Path) -> None:
    """The file may be checked on another machine than the one it is for."""
    faults = said(tls(tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem"))

    assert texts(faults, is_warning=False) == []
    assert texts(faults, is_warning=True) == [
        f"server.tls.cert: {tmp_path}/cert.pem is not there",
        f"server.tls.key: {tmp_path}/key.pem is not there",
        f"server.tls.client_ca: {tmp_path}/ca.pem is not there",
    ]


def test_a_key_of_another_certificate_is_a_fault(authority: Authority) -> None:
    cert, key = authority.server("one").cert, authority.server("two").key

    assert texts(said(tls(cert, key)), is_warning=False) == [
        f"server.tls.key: {key} is not the key of {cert}: was one of them renewed without the other?"
    ]


def test_a_key_with_a_passphrase_is_a_fault_and_nobody_is_asked_for_it(authority: Authority) -> None:
    from cryptography.hazmat.primitives import serialization

    paper = authority.server()
    key = serialization.load_pem_private_key(paper.key.read_bytes(), None)
    secret = serialization.BestAvailableEncryption(b"passphrase")
    paper.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret))

    (fault,) = texts(said(tls(paper.cert, paper.key)), is_warning=False)

    assert fault.startswith(f"server.tls.key: {paper.key} is encrypted, and nobody is there to ask")


@pytest.mark.parametrize("which", ["cert", "client_ca"])
def test_a_file_without_a_certificate_is_a_fault_of_its_own(authority: Authority, tmp_path: Path, which: str) -> None:
    paper, empty = authority.server(), tmp_path / "empty.pem"
    empty.write_text("no certificate\n")
    text = tls(empty, paper.key) if which == "cert" else tls(paper.cert, paper.key, empty)

    assert texts(said(text), is_warning=False) == [
        f"server.tls.{which}: {empty} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"
    ]


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (0 * DAY, None),
        (68 * DAY, None),
        (70 * DAY, "in 19 days: renew it, then reload"),
        (91 * DAY, "who checks it does not connect; renew it"),
        (-10 * DAY, "is good from"),
    ],
)
def test_a_certificate_that_is_not_good_for_long_is_warned_about(
    authority: Authority, ahead: timedelta, words: str | None
) -> None:
    """Never refused: an agent that does not start at three in the morning helps nobody."""
    paper = authority.server(lasts=90 * DAY)

    faults = said(tls(paper.cert, paper.key), datetime.now(UTC) + ahead)

    assert texts(faults, is_warning=False) == []
    warnings = texts(faults, is_warning=True)
    assert (len(warnings) == 1 and words in warnings[0]) if words else warnings == []


def test_a_whole_chain_is_looked_at(authority: Authority, tmp_path: Path) -> None:
    paper = authority.server(lasts=5 * DAY)
    chain = Paper(tmp_path / "chain.pem", paper.key)
    chain.cert.write_bytes(paper.cert.read_bytes() + authority.cert.read_bytes())

    assert [each.name for each in read(chain.cert)] == ["CN=server", "CN=Test CA"]
    assert len(texts(said(tls(chain.cert, chain.key)), is_warning=True)) == 1
