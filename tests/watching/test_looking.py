"""What is seen of an agent: only its own good answer is well, and everything else is told as what it is."""

import datetime
import json
import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path

import pytest

from agent import clock
from agent.model import Secret
from agent.watching.judging import Look, Seen
from agent.watching.looking import Target, look, reaches
from tests.support.daemon import Daemon
from tests.support.sinks import Answer, Sink, SmtpScript, body_drip, close, hang, listening, reply, self_signed

FILE = """
agreement: {system: Payment platform}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""


@pytest.fixture
def agent() -> Iterator[Sink]:
    """Something at the agent's address."""
    with listening(Sink()) as sink:
        yield sink


def said(code: int, /, **content: object) -> Answer:
    return reply(code, json.dumps(content).encode(), content_type="application/json", date=_date())


def _date(**off: float) -> str:
    return format_datetime(clock.now() + datetime.timedelta(**off), usegmt=True)


def seen(agent: Sink, *answers: Answer, within_s: float = 5.0) -> Look:
    if answers:
        agent.answer(*answers)
    return look(Target(f"http://{agent.place}", within_s=within_s))


def test_an_agent_that_runs_is_well(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(FILE)
    with Daemon(tmp_path) as daemon:
        first = look(Target(daemon.url))
        while first.seen is Seen.UNREADY:  # until its first write
            first = look(Target(daemon.url))

    assert first == Look(Seen.WELL)
    assert look(Target(daemon.url)) == Look(Seen.SILENT, "connection refused")


def test_health_and_readiness_are_asked_with_the_token(agent: Sink) -> None:
    agent.answer(said(200, status="ok"))

    found = look(Target(f"http://{agent.place}", Secret("hush")))

    assert found.seen is Seen.WELL
    assert [(each.path, each.headers["authorization"]) for each in agent.seen] == [
        ("/healthz", "Bearer hush"),
        ("/readyz", "Bearer hush"),
    ]


def test_an_agent_that_says_it_hangs_or_cannot_work_is_believed(agent: Sink) -> None:
    ill = said(503, status="unavailable", reasons=["engine desk has not turned for 11 s"])
    full = said(503, status="unavailable", reasons=["store: the disk is full"])

    assert seen(agent, ill) == Look(Seen.ILL, "engine desk has not turned for 11 s")
    assert seen(agent, said(200, status="ok"), full) == Look(Seen.UNREADY, "store: the disk is full")


def test_where_readiness_is_not_published_health_counts(agent: Sink) -> None:
    assert seen(agent, said(200, status="ok"), reply(404)).seen is Seen.WELL


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, b"<html>a router</html>"),
        reply(200, b"ok"),
        reply(200, b'["ok"]'),
        reply(200, b'{"status": "up"}'),
        reply(204),
        reply(404, b"not here"),
        reply(502, b"bad gateway"),
        reply(503, b"maintenance"),
        reply(200, b"[" * 60_000),
    ],
)
def test_another_answer_is_not_well_whatever_its_status(agent: Sink, answer: Answer) -> None:
    found = seen(agent, answer)

    assert found.seen is Seen.STRANGER
    assert found.detail.endswith(", not as Tocsin answers")


def test_a_redirect_is_not_followed_and_shows_no_secret(agent: Sink) -> None:
    found = seen(agent, reply(302, location="https://login.example/sso?token=hush"))

    assert found == Look(Seen.REDIRECTED, "redirected to https://login.example")
    assert len(agent.seen) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_door_is_told_as_such(agent: Sink, status: int) -> None:
    assert seen(agent, reply(status)).seen is Seen.REFUSED


@pytest.mark.parametrize("answer", [close, hang, body_drip])
def test_no_whole_answer_is_silence(agent: Sink, answer: Answer) -> None:
    assert seen(agent, answer, within_s=0.5).seen is Seen.SILENT


@pytest.mark.parametrize(
    ("off_s", "told"), [(-3000, r"clock is (29|30)\d\d s behind"), (3000, r"clock is (29|30)\d\d s ahead of")]
)
def test_a_clock_that_is_off_is_told(agent: Sink, off_s: int, told: str) -> None:
    found = seen(agent, reply(200, b'{"status": "ok"}', date=_date(seconds=off_s)))

    assert found.seen is Seen.CLOCK
    assert re.search(told, found.detail)


@pytest.mark.parametrize("off_s", [-20, 20])
def test_a_clock_that_is_off_by_little_is_well(agent: Sink, off_s: int) -> None:
    assert seen(agent, reply(200, b'{"status": "ok"}', date=_date(seconds=off_s))).seen is Seen.WELL


def test_an_answer_without_a_date_is_no_caution(agent: Sink) -> None:
    assert seen(agent, reply(200, b'{"status": "ok"}')).seen is Seen.WELL
    assert seen(agent, reply(200, b'{"status": "ok"}', date="yesterday")).seen is Seen.WELL


def test_no_such_name_is_silence_and_a_resolver_that_fails_is_our_own_fault() -> None:
    found = look(Target("http://no-such-host.invalid", within_s=5))

    assert found.seen in (Seen.SILENT, Seen.BLIND)  # with or without a resolver on this host


# ---------------------------------------------------------------------------------------------- TLS


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[Sink, Path]]:
    """An agent behind TLS whose certificate is good for one more day, and the file that holds it."""
    with listening(Sink(), self_signed(tmp_path)) as sink:
        sink.answer(said(200, status="ok"))
        yield sink, tmp_path / "sink.pem"


def test_a_certificate_that_nobody_vouches_for_is_told(secured: tuple[Sink, Path]) -> None:
    found = look(Target(f"https://{secured[0].place}"))

    assert (found.seen, found.detail) == (Seen.CERTIFICATE, "certificate refused: self-signed certificate")


def test_a_certificate_that_runs_out_is_a_caution(secured: tuple[Sink, Path]) -> None:
    sink, authority = secured

    found = look(Target(f"https://{sink.place}", ca=authority))

    assert (found.seen, found.detail) == (Seen.EXPIRING, "the certificate expires in 1.0 days")


def test_a_certificate_for_another_name_is_told(secured: tuple[Sink, Path]) -> None:
    sink, authority = secured

    found = look(Target(f"https://localhost:{sink.port}", ca=authority))

    assert found.seen is Seen.CERTIFICATE
    assert "localhost" in found.detail


def test_what_does_not_speak_tls_is_a_stranger() -> None:
    with listening(SmtpScript()) as sink:
        assert look(Target(f"https://{sink.place}")).seen is Seen.STRANGER


def test_a_certificate_that_has_expired_is_told(tmp_path: Path) -> None:
    context, file = certificate(tmp_path, days=-1)
    with listening(Sink(), context) as sink:
        found = look(Target(f"https://{sink.place}", ca=file))

    assert (found.seen, found.detail) == (Seen.CERTIFICATE, "certificate refused: certificate has expired")


def test_the_certificate_that_is_asked_for_is_shown(tmp_path: Path) -> None:
    context, file = certificate(tmp_path, days=90)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile=file)
    with listening(Sink(), context) as sink:
        sink.answer(said(200, status="ok"))
        target = Target(f"https://{sink.place}", ca=file)

        without = look(target)
        with_it = look(replace(target, cert=file))

    assert without.seen in (Seen.REFUSED, Seen.SILENT)  # by whether the alert came before the reset
    assert with_it == Look(Seen.WELL)


def test_files_of_this_host_that_cannot_be_used_say_nothing_of_the_agent(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")

    missing = look(Target("https://127.0.0.1:9", ca=tmp_path / "gone.pem"))
    empty = look(Target("https://127.0.0.1:9", cert=tmp_path / "empty.pem"))

    assert missing == Look(Seen.BLIND, "--ca, --cert or --key cannot be used: No such file or directory")
    assert empty.seen is Seen.BLIND


def certificate(folder: Path, days: int) -> tuple[ssl.SSLContext, Path]:
    """A server's context whose certificate is good until so many days from now."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file


def test_the_reference_is_reached_or_not(agent: Sink) -> None:
    assert reaches("127.0.0.1", agent.port)
    assert not reaches("127.0.0.1", 9)
