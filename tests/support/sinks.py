"""Bad receivers on loopback: they take, refuse, stall, drip, reset and lie, and remember what they were sent."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller

Stopped = threading.Event


@dataclass(frozen=True)
class Seen:
    """One HTTP request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Answer = Callable[[socket.socket, Stopped], None]
"""What a sink does with a connection once the request is read; `Stopped` is set when the test ends."""


def reply(status: int, body: bytes = b"", **headers: str) -> Answer:
    """A proper HTTP answer; `retry_after="2"` becomes `Retry-After: 2`."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    whole = "\r\n".join([*lines, "", ""]).encode() + body
    return lambda link, _stopped: link.sendall(whole)


def hang(_link: socket.socket, stopped: Stopped) -> None:
    stopped.wait(30)


def reset(link: socket.socket, _stopped: Stopped) -> None:
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close(_link: socket.socket, _stopped: Stopped) -> None:
    """Ends the connection without a word."""


def drip(before: bytes) -> Answer:
    """Sends `before` at once and then a byte every 50 ms: no read of the client ever times out."""

    def answer(link: socket.socket, stopped: Stopped) -> None:
        link.sendall(before)
        while not stopped.wait(0.05):
            link.sendall(b"x")

    return answer


head_drip = drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
body_drip = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")


def huge(mebibytes: int) -> Answer:
    """A 200 whose body never seems to end."""

    def answer(link: socket.socket, stopped: Stopped) -> None:
        link.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {mebibytes << 20}\r\n\r\n".encode())
        block = b"x" * (1 << 20)
        for _ in range(mebibytes):
            if stopped.is_set():
                return
            link.sendall(block)

    return answer


@dataclass
class Sink:
    """A listening socket with a thread per connection. `answers` are used one by one, the last one for good."""

    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=lambda: [reply(200)])
    stopped: Stopped = field(default_factory=Stopped)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def take(self, link: socket.socket) -> None:
        """One connection."""
        request = read_request(link)
        if request is not None:
            self.seen.append(request)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            answer(link, self.stopped)


def read_request(link: socket.socket) -> Seen | None:
    """The HTTP request on the line, None where the client went away first."""
    stream = link.makefile("rb")
    with stream:
        first = stream.readline().decode("latin-1").split()
        headers: dict[str, str] = {}
        while (line := stream.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if len(first) < 2:
            return None
        return Seen(first[0], first[1], headers, stream.read(int(headers.get("content-length", "0"))))


@contextlib.contextmanager
def listening(sink: Sink, context: ssl.SSLContext | None = None) -> Iterator[Sink]:
    """The sink, reachable on `sink.port` while inside; with a context it speaks TLS."""
    door = socket.create_server(("127.0.0.1", 0))
    door.settimeout(10)
    sink.port = door.getsockname()[1]
    takers: list[threading.Thread] = []
    links: list[socket.socket] = []

    def take(link: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as closing:
            closing.enter_context(link)
            link.settimeout(10)
            links.append(link)
            sink.take(closing.enter_context(context.wrap_socket(link, server_side=True)) if context else link)

    def admit() -> None:
        while True:
            try:
                link, _ = door.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            takers.append(threading.Thread(target=take, args=(link,), daemon=True))
            takers[-1].start()

    porter = threading.Thread(target=admit, daemon=True)
    porter.start()
    try:
        yield sink
    finally:
        sink.stopped.set()
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        porter.join(5)
        for link in links:
            with contextlib.suppress(OSError):  # most are closed already
                link.shutdown(socket.SHUT_RDWR)
        for taker in takers:
            taker.join(5)


@dataclass
class Letterbox:
    """An aiosmtpd handler: answers as told and keeps the mails."""

    at_recipient: str = "250 OK"
    at_data: str = "250 OK"
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.at_data


class _AnyPort(Controller):
    """Takes a free port; aiosmtpd itself would knock at port 0 to see whether it is up."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def mail_server(letterbox: Letterbox, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a real SMTP server in front of the letterbox."""
    controller = _AnyPort(letterbox, hostname="127.0.0.1", port=0, ssl_context=context, ready_timeout=10)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@dataclass
class SmtpScript(Sink):
    """An SMTP server that says 250 to everything but what is scripted: command -> answer, or what to do instead."""

    greeting: bytes = b"220 sink ESMTP\r\n"
    says: dict[str, bytes | Answer] = field(default_factory=dict)

    def take(self, link: socket.socket) -> None:
        link.sendall(self.greeting)
        with link.makefile("rb") as stream:
            while line := stream.readline():
                command = line.decode("latin-1").strip().upper().split(" ")[0]
                said = self.says.get(command, b"354 go ahead\r\n" if command == "DATA" else b"250 OK\r\n")
                if callable(said):
                    said(link, self.stopped)
                    return
                link.sendall(said)
                if command == "DATA" and said.startswith(b"354"):
                    while stream.readline() not in (b".\r\n", b""):
                        pass
                    end = self.says.get(".", b"250 OK\r\n")
                    if callable(end):
                        end(link, self.stopped)
                        return
                    link.sendall(end)


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS context whose certificate nobody trusts."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    both = folder / "sink.pem"
    both.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context
