"""Servers on loopback that behave in one way, good or bad; each lives for one `with`."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

Talk = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def serving(talk: Talk, trust: ssl.SSLContext | None = None) -> Iterator[int]:
    """A port where every connection is given to `talk`, on a thread of its own."""
    closing = threading.Event()
    threads: list[threading.Thread] = []

    def speak(plug: socket.socket) -> None:
        with contextlib.suppress(OSError), plug:
            plug.settimeout(10)
            if trust is None:
                talk(plug, closing)
            else:
                with trust.wrap_socket(plug, server_side=True) as secured:
                    talk(secured, closing)

    def accept() -> None:
        while not closing.is_set():
            with contextlib.suppress(TimeoutError):
                plug, _ = door.accept()
                thread = threading.Thread(target=speak, args=(plug,), daemon=True)
                threads.append(thread)
                thread.start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.05)
        doorman = threading.Thread(target=accept, daemon=True)
        doorman.start()
        try:
            yield door.getsockname()[1]
        finally:
            closing.set()
            doorman.join(5)
            for thread in threads:
                thread.join(5)


@contextlib.contextmanager
def refusing() -> Iterator[int]:
    """A port that nobody listens on, and that nobody else gets meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def silent(plug: socket.socket, closing: threading.Event) -> None:
    """Accepts and says nothing."""
    closing.wait(30)


def dripping(plug: socket.socket, closing: threading.Event) -> None:
    """Says a good answer so slowly that it never ends, but never so slowly that a read times out."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000:
        plug.sendall(bytes([byte]))
        if closing.wait(0.05):
            return


def garbage(plug: socket.socket, closing: threading.Event) -> None:
    """Says what no protocol knows."""
    plug.sendall(b"\xff\x00\x80 \r\n\r\n\x16\x03" * 50)


def hanging_up(plug: socket.socket, closing: threading.Event) -> None:
    """Closes at once."""


def resetting(plug: socket.socket, closing: threading.Event) -> None:
    """Reads a little, then breaks the connection off."""
    plug.recv(10)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def flooding(plug: socket.socket, closing: threading.Event) -> None:
    """Never stops talking."""
    plug.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not closing.is_set():
        plug.sendall(b"y" * 65536)


BAD = {
    "silent": silent,
    "dripping": dripping,
    "garbage": garbage,
    "hanging up": hanging_up,
    "resetting": resetting,
    "flooding": flooding,
}


def saying(answer: bytes) -> Talk:
    """Reads a request, then says this."""

    def talk(plug: socket.socket, closing: threading.Event) -> None:
        plug.recv(65536)
        plug.sendall(answer)

    return talk


def http(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer; `Content_Type="…"` becomes a header."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def certificate(folder: Path, *, left: timedelta = timedelta(days=30), names: tuple[str, ...] = ("127.0.0.1",)) -> Path:
    """A self-signed certificate with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, now + left) - timedelta(days=1))
        .not_valid_after(now + left)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name)) for name in names]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def showing(pem: Path) -> ssl.SSLContext:
    """A server's side of TLS with that certificate."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(pem)
    return trust
