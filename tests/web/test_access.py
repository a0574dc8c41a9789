"""Who may ask for what (routes.md, Access): the rule itself, then over a real socket."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from agent.config.settings import Server, Token
from agent.errors import CannotListen
from agent.model import Secret
from agent.web.access import Asked, Denied, Right, admit, client_address, why_closed
from agent.web.serve import Server as Listening
from tests.web.running import Running, basic, bearer, firing


def token(name: str, may: str, secret: str, *, is_basic: bool = False) -> Token:
    return Token(name, frozenset(may.split()), Secret(secret), is_basic, is_hashed=secret.startswith("sha256:"))


def asked(peer: str = "127.0.0.1", local: str = "127.0.0.1", host: str = "localhost:8119", **headers: str) -> Asked:
    named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Asked(peer, local, {b"host": host.encode(), **named})


# ---------------------------------------------------------------------------------------------- without tokens


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8119", "127.0.0.1:8119", "127.8.8.8", "[::1]:8119", "LOCALHOST"]
)
def test_on_loopback_without_tokens_machines_may_do_everything(host: str) -> None:
    granted = [admit(asked(host=host), Server(), right).name for right in Right]

    assert set(granted) == {"unauthenticated"}


@pytest.mark.parametrize(
    "request_",
    [
        asked(peer="203.0.113.9"),
        asked(local="192.0.2.1"),
        asked(peer="::ffff:203.0.113.9"),
        asked(host="er.example"),
        asked(host="localhost.evil.example"),
        asked(host="127.0.0.1.evil.example"),
        asked(host=""),
        asked(host="["),
        asked(forwarded="for=203.0.113.9"),
        asked(x_forwarded_for="127.0.0.1"),
        asked(x_forwarded_host="localhost"),
        asked(x_forwarded_proto="https"),
        asked(origin="http://localhost:8119"),
        asked(origin="null"),
        asked(sec_fetch_site="cross-site"),
    ],
)
def test_what_is_not_plainly_a_machine_on_loopback_is_refused(request_: Asked) -> None:
    with pytest.raises(Denied) as denied:
        admit(request_, Server(), Right.READ)

    assert denied.value.status == 401


def test_mapped_loopback_and_unix_sockets_are_loopback() -> None:
    assert admit(asked(peer="::ffff:127.0.0.1", local="::ffff:127.0.0.1"), Server(), Right.READ).name
    assert admit(asked(peer="", local=""), Server(), Right.READ).name


# ------------------------------------------------------------------------------------------------- with tokens

GUARDED = Server(
    tokens=(
        token("alertmanager", "intake", "hunter2"),
        token("cli", "read act", "sha256:" + sha256(b"s3cret").hexdigest()),
        token("root", "admin", "master"),
        token("prometheus", "intake read", "pässword", is_basic=True),
    )
)


def test_the_first_token_closes_loopback() -> None:
    with pytest.raises(Denied) as denied:
        admit(asked(), GUARDED, Right.READ)

    assert denied.value.status == 401


@pytest.mark.parametrize(
    ("authorization", "right", "name"),
    [
        ("Bearer hunter2", Right.INTAKE, "alertmanager"),
        ("bearer s3cret", Right.ACT, "cli"),
        ("Bearer master", Right.PING, "root"),
        (basic("prometheus", "pässword")["authorization"], Right.READ, "prometheus"),
    ],
)
def test_a_good_credential_is_let_in_by_name(authorization: str, right: Right, name: str) -> None:
    assert admit(asked(peer="203.0.113.9", authorization=authorization), GUARDED, right).name == name


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer wrong",
        "Bearer sha256:" + sha256(b"s3cret").hexdigest(),
        "Bearer pässword",
        "hunter2",
        "Basic hunter2",
        "Basic !!!",
        basic("alertmanager", "hunter2")["authorization"],
        basic("prometheus", "wrong")["authorization"],
        basic("somebody", "pässword")["authorization"],
    ],
)
def test_a_bad_credential_is_401(authorization: str) -> None:
    with pytest.raises(Denied) as denied:
        admit(asked(authorization=authorization), GUARDED, Right.INTAKE)

    assert denied.value.status == 401


def test_a_token_does_only_what_it_may() -> None:
    with pytest.raises(Denied, match="alertmanager may intake, not act") as denied:
        admit(asked(authorization="Bearer hunter2"), GUARDED, Right.ACT)

    assert denied.value.status == 403


# ------------------------------------------------------------------------------------------------- where from


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", "nonsense", ("10.0.0.0/8",), "10.0.0.1"),
        ("10.0.0.1", "", ("10.0.0.0/8",), "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3", ("10.0.0.0/8",), "10.0.0.3"),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, forwarded: str, trusted: tuple[str, ...], address: str) -> None:
    assert client_address(asked(peer=peer, x_forwarded_for=forwarded), trusted) == address


def test_an_open_address_without_tokens_is_refused() -> None:
    assert "without tokens" in why_closed(Server(), "0.0.0.0")
    assert "without tokens" in why_closed(Server(), "192.0.2.1")
    assert "public_url" in why_closed(Server(public_url="https://er.example"), "127.0.0.1")
    assert why_closed(Server(), "127.0.0.1") == why_closed(Server(), "::1") == why_closed(GUARDED, "0.0.0.0") == ""


# ------------------------------------------------------------------------------------------- over a real socket


def test_the_server_does_not_start_open_to_everyone(agent: Running, tmp_path: Path) -> None:
    with pytest.raises(CannotListen, match=r"0\.0\.0\.0 without tokens"):
        Listening(agent.office, "0.0.0.0", 0).start()


def test_every_right_has_its_paths(agent: Running) -> None:
    number = agent.opened().number
    agent.configure(tokens=tuple(token(right, right, f"{right}-secret") for right in Right))
    wanted = {
        ("POST", "/webhooks/alertmanager"): "intake",
        ("GET", "/metrics"): "read",
        ("GET", "/api/v1/incidents"): "read",
        ("GET", "/api/openapi.json"): "read",
        ("POST", f"/api/v1/incidents/{number}/close"): "act",
        ("POST", "/ping/backup"): "ping",
        ("POST", "/api/v1/reload"): "admin",  # last: the file it reads has no tokens
    }

    let_in = {
        asked_: {
            right for right in Right if agent.ask(*asked_, headers=bearer(f"{right}-secret")).status not in (401, 403)
        }
        for asked_ in wanted
    }

    assert let_in == {asked_: {right, "admin"} for asked_, right in wanted.items()}


def test_who_is_not_let_in_is_told_how_and_the_body_is_not_read(agent: Running) -> None:
    agent.configure(tokens=(token("alertmanager", "intake", "hunter2"),))

    reply = agent.post_json("/webhooks/alertmanager", {"alerts": [firing()] * 1000})

    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in reply.json["detail"]
    assert agent.store.incidents()[0] == []


def test_secrets_show_nowhere(agent: Running) -> None:
    agent.configure(tokens=(token("alertmanager", "intake", "hunter2"),))

    replies = [agent.ask("POST", "/webhooks/alertmanager", headers=bearer(given)) for given in ("hunter3", "hunter2")]

    assert not any("hunter" in reply.text for reply in replies)
    assert "hunter2" not in repr(agent.settings.server)


def test_health_is_open_but_its_reasons_are_for_readers(agent: Running) -> None:
    from agent.ports import Health

    agent.health = Health(
        is_alive=True,
        is_ready=False,
        reasons=("store: the disk is full",),
        checks={"engines": "", "store": "the disk is full"},
        audited_at=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    )
    agent.configure(tokens=(token("cli", "read", "s3cret"),))

    stranger, reader = agent.ask("GET", "/readyz"), agent.ask("GET", "/readyz", headers=bearer("s3cret"))

    assert (stranger.status, stranger.json) == (503, {"status": "unavailable"})
    assert reader.json == {
        "status": "unavailable",
        "reasons": ["store: the disk is full"],
        "checks": {"engines": "ok", "store": "the disk is full"},
        "audited_at": "2026-11-23T03:00:00Z",
    }
