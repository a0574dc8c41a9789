"""The door under TLS: whom it lets in with which certificate, and certificates that are renewed while it is open."""

import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from agent import metrics
from agent.config.settings import Token
from agent.errors import CannotListen
from agent.model import Secret
from agent.web.guard import Patience
from tests.support.authority import DAY, Authority, Paper
from tests.web.running import FILE, Reply, Running, bearer, firing, running

HOOK = "/webhooks/alertmanager"


@pytest.fixture
def own(tmp_path: Path) -> Authority:
    """Signs the server."""
    return Authority(tmp_path / "own")


@pytest.fixture
def theirs(tmp_path: Path) -> Authority:
    """Signs clients."""
    return Authority(tmp_path / "theirs", "Monitoring CA")


def tls(paper: Paper, clients: Authority | None = None) -> str:
    more = f", client_ca: {clients.cert}" if clients else ""
    return FILE + f"server: {{listen: '127.0.0.1:0', tls: {{cert: {paper.cert}, key: {paper.key}{more}}}}}\n"


@pytest.fixture
def encrypted(tmp_path: Path, own: Authority) -> Iterator[Running]:
    with running(tmp_path, tls(own.server()), patience=Patience(handshake_s=0.3)) as started:
        yield started


@pytest.fixture
def strict(tmp_path: Path, own: Authority, theirs: Authority) -> Iterator[Running]:
    """Clients must show a certificate."""
    with running(tmp_path, tls(own.server(), theirs)) as started:
        yield started


def ask(agent: Running, context: ssl.SSLContext, method: str, path: str, content: Any = None, **headers: str) -> Reply:
    connection = HTTPSConnection("localhost", agent.port, timeout=20, context=context)
    try:
        connection.request(method, path, json.dumps(content) if content else None, headers)
        answer = connection.getresponse()
        return Reply(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def test_it_speaks_tls(encrypted: Running, own: Authority) -> None:
    reply = ask(encrypted, own.trusting(), "POST", HOOK, {"alerts": [firing()]})

    assert (reply.status, reply.json["new"]) == (200, 1)
    assert encrypted.server.url.startswith("https://")


def test_a_handshake_that_never_comes_is_not_waited_for(encrypted: Running) -> None:
    with encrypted.raw() as wire:
        try:
            said = wire.recv(100)
        except ConnectionResetError:
            said = b""

    assert said == b""


@contextmanager
def connected(agent: Running, context: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", agent.port), timeout=20) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as wire,
    ):
        yield wire


def rest(wire: socket.socket) -> bytes:
    found = b""
    while piece := wire.recv(65536):
        found += piece
    return found


def until(holds: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 20
    while not holds() and time.monotonic() < ends:
        time.sleep(0.01)
    return holds()


# ------------------------------------------------------------------------------------------------ who shows which


def test_a_client_with_a_certificate_of_the_agreed_authority_is_let_in(
    strict: Running, own: Authority, theirs: Authority
) -> None:
    reply = ask(strict, own.trusting(theirs.client()), "POST", HOOK, {"alerts": [firing()]})

    assert (reply.status, reply.json["new"]) == (200, 1)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", HOOK),
        ("POST", "/api/v2/alerts"),
        ("GET", "/metrics"),
        ("GET", "/api/v1/incidents"),
        ("GET", "/ping/backup"),
    ],
)
def test_a_client_without_one_is_refused_and_told_why(strict: Running, own: Authority, method: str, path: str) -> None:
    reply = ask(strict, own.trusting(), method, path)

    assert reply.status == 403
    assert reply.json["detail"] == "a client certificate is needed, signed by one of server.tls.client_ca"
    assert strict.store.incidents()[0] == []


def test_a_good_token_alone_does_not_do_and_neither_does_a_certificate_alone(
    strict: Running, own: Authority, theirs: Authority
) -> None:
    secret = Secret("sha256:" + sha256(b"hunter2").hexdigest())
    strict.configure(tokens=(Token("alertmanager", frozenset({"intake"}), secret, is_hashed=True),))
    shown = own.trusting(theirs.client())

    token_alone = ask(strict, own.trusting(), "POST", HOOK, {"alerts": []}, **bearer("hunter2"))
    certificate_alone = ask(strict, shown, "POST", HOOK, {"alerts": []})
    both = ask(strict, shown, "POST", HOOK, {"alerts": []}, **bearer("hunter2"))

    assert [each.status for each in (token_alone, certificate_alone, both)] == [403, 401, 200]


def test_a_signed_message_needs_a_certificate_too(strict: Running, own: Authority) -> None:
    strict.configure(tokens=(Token("grafana", frozenset({"intake"}), Secret("key"), hmac_header="X-Signature"),))

    reply = ask(strict, own.trusting(), "POST", HOOK, {"alerts": []}, **{"x-signature": "0" * 64})

    assert reply.status == 403


def test_a_certificate_of_somebody_else_ends_the_handshake(strict: Running, own: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger").client()

    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(strict, own.trusting(stranger), "GET", "/healthz")


def test_a_certificate_that_has_ended_ends_the_handshake(strict: Running, own: Authority, theirs: Authority) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(strict, own.trusting(theirs.client(lasts=-DAY)), "GET", "/healthz")


def test_what_is_open_to_all_needs_no_certificate(strict: Running, own: Authority, theirs: Authority) -> None:
    """People open the link of a notice with a telephone, and a monitor asks for health with nothing."""
    ask(strict, own.trusting(theirs.client()), "POST", HOOK, {"alerts": [firing()]})

    page = ask(strict, own.trusting(), "GET", "/a/token00000001")
    health = ask(strict, own.trusting(), "GET", "/healthz")

    assert page.status == 200
    assert b"Checkout" in page.body
    assert (health.status, health.json) == (200, {"status": "ok"})


# --------------------------------------------------------------------------------------------------------- renewal


def shown(agent: Running, context: ssl.SSLContext) -> str:
    """Whom the certificate is of that a new connection is shown."""
    with connected(agent, context) as wire:
        names = wire.getpeercert() or {}
        return str(dict(pair for part in names["subject"] for pair in part)["commonName"])  # type: ignore[misc, union-attr]


def renew(agent: Running, file: str) -> None:
    agent.path.write_text(file)
    fresh = agent.office.reload()
    agent.server.renewal(fresh.server)()


def test_a_renewed_certificate_is_shown_from_the_reload_on(encrypted: Running, own: Authority) -> None:
    before = shown(encrypted, own.trusting())

    renew(encrypted, tls(own.server("renewed")))

    assert (before, shown(encrypted, own.trusting())) == ("server", "renewed")


def test_files_that_are_renewed_in_their_place_are_read_again(encrypted: Running, own: Authority) -> None:
    file, fresh = encrypted.path.read_text(), own.server("renewed")
    was = encrypted.settings.server
    assert was.cert
    assert was.key
    was.cert.write_bytes(fresh.cert.read_bytes())
    was.key.write_bytes(fresh.key.read_bytes())

    renew(encrypted, file)

    assert shown(encrypted, own.trusting()) == "renewed"


def test_what_is_being_asked_during_a_renewal_is_answered_and_then_the_connection_closes(
    encrypted: Running, own: Authority
) -> None:
    body = json.dumps({"alerts": [firing()]}).encode()
    head = f"POST {HOOK} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with connected(encrypted, own.trusting()) as wire:
        wire.sendall(head + body[:10])
        assert until(lambda: encrypted.server.body_bytes == 10)
        renew(encrypted, tls(own.server("renewed")))
        wire.sendall(body[10:])

        answer = rest(wire)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"new":1' in answer


def test_an_idle_connection_is_closed_by_a_renewal_and_left_alone_where_nothing_was_renewed(
    encrypted: Running, own: Authority
) -> None:
    with connected(encrypted, own.trusting()) as wire:
        first = health(wire)
        renew(encrypted, encrypted.path.read_text())
        second = health(wire)

        renew(encrypted, tls(own.server("renewed")))

        assert (first, second) == (b"HTTP/1.1 200", b"HTTP/1.1 200")
        assert rest(wire) == b""


def health(wire: ssl.SSLSocket) -> bytes:
    """The answer's first words; the connection stays open."""
    wire.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
    answer = b""
    while not answer.endswith(b"}"):
        answer += wire.recv(4096)
    return answer[:12]


def test_an_authority_that_is_no_longer_trusted_lets_nobody_in_from_the_reload_on(
    strict: Running, own: Authority, theirs: Authority, tmp_path: Path
) -> None:
    old = own.trusting(theirs.client())
    assert ask(strict, old, "GET", "/metrics").status == 200
    others = Authority(tmp_path / "others", "Next CA")

    renew(strict, tls(own.server(), others))

    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(strict, old, "GET", "/metrics")
    assert ask(strict, own.trusting(others.client()), "GET", "/metrics").status == 200


def test_tls_may_come_and_go_with_a_reload(agent: Running, own: Authority) -> None:
    renew(agent, tls(own.server()))
    encrypted = ask(agent, own.trusting(), "GET", "/healthz").status, agent.server.url[:8]

    renew(agent, FILE)
    plain = agent.ask("GET", "/healthz").status, agent.server.url[:7]

    assert encrypted == (200, "https://")
    assert plain == (200, "http://")


def test_certificates_that_cannot_be_used_leave_the_old_ones_in_force(encrypted: Running, own: Authority) -> None:
    was = encrypted.settings.server
    assert was.cert
    was.cert.write_bytes(own.server("other").cert.read_bytes())

    with pytest.raises(CannotListen, match=r"server\.key is not the key of .*server\.pem"):
        encrypted.server.renewal(was)

    assert shown(encrypted, own.trusting()) == "server"


def test_it_stops_cleanly_after_a_renewal_and_its_port_is_free(encrypted: Running, own: Authority) -> None:
    renew(encrypted, tls(own.server("renewed")))

    encrypted.server.stop()

    with socket.create_server(("127.0.0.1", encrypted.port)):
        pass


# ---------------------------------------------------------------------------------------------------- what is told


def test_when_the_certificates_end_is_a_figure(strict: Running, own: Authority) -> None:
    def ends(file: str) -> datetime:
        found = metrics.REGISTRY.get_sample_value("tocsin_certificate_end_timestamp_seconds", {"file": file})
        return datetime.fromtimestamp(found or 0.0, UTC)

    now = datetime.now(UTC)

    assert timedelta(days=89) < ends("cert") - now < timedelta(days=91)
    assert ends("client_ca") - now > timedelta(days=3000)


def test_a_certificate_that_ends_soon_is_logged_at_the_start(
    tmp_path: Path, own: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"), running(tmp_path, tls(own.server(lasts=5 * DAY))):
        said = [record.__dict__["fields"]["said"] for record in caplog.records if "certificate" in record.getMessage()]

    assert len(said) == 1
    assert said[0].startswith("CN=server ends on ")


@pytest.mark.parametrize("which", ["cert", "key", "client_ca"])
def test_without_one_of_its_files_it_does_not_start_and_says_which(
    tmp_path: Path, own: Authority, theirs: Authority, which: str
) -> None:
    files = {"cert": own.server().cert, "key": own.server().key, "client_ca": theirs.cert}
    text = tls(own.server(), theirs)
    files[which].unlink()

    with pytest.raises(CannotListen, match=f"{files[which]}: No such file"), running(tmp_path, text):
        pass
