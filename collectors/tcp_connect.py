"""Does something accept a TCP connection there, and greet as expected?"""

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agent import clock
from agent.model import Reading
from collectors import _tls
from collectors._net import BoundedSocket, Deadline, connect, verdict
from collectors._readings import bad, good, unknown

YIELDS = {
    "latency": "seconds until the connection (and TLS, and the expected greeting) stood",
    "certificate_left": "seconds until the server's certificate expires; with `tls` only",
}
WORKERS = 32
GREETING_LIMIT = 64 * 1024


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1, max_length=253, description="Host name or address.")
    port: Annotated[int, Field(ge=1, le=65535, description="TCP port.")]
    tls: bool = Field(default=False, description="Whether to speak TLS from the start.")
    verify: bool = Field(default=True, description="With `tls`: whether the certificate must be trusted.")
    ca: Path | None = Field(default=None, description="With `tls`: a file of further trusted authorities (PEM).")
    send: str = Field(default="", description=r"Text to send once connected; `\r\n` in double quotes is a line's end.")
    expect: str = Field(default="", description="Text that must appear in what the server then says.")


def probe(options: Options, timeout_s: float) -> Reading:
    started = clock.monotonic()
    deadline = Deadline(timeout_s)
    values: dict[str, float] = {}
    try:
        trust = _tls.context(options.verify, options.ca) if options.tls else None
    except OSError as unreadable:
        return unknown(f"{options.ca} cannot be used as `ca`: {unreadable.strerror or unreadable}")
    try:
        with connect(options.host, options.port, deadline) as plug:
            if trust is None:
                error = _greet(plug, options, deadline)
            else:
                error = _greet_over_tls(plug, trust, options, deadline, values)
    except OSError as fault:
        return verdict(fault, timeout_s)
    values["latency"] = clock.monotonic() - started
    return bad(error, values) if error else good(values)


def _greet_over_tls(
    plug: BoundedSocket, trust: ssl.SSLContext, options: Options, deadline: Deadline, values: dict[str, float]
) -> str:
    plug.settimeout(deadline.left_s())
    with trust.wrap_socket(plug, server_hostname=options.host) as secured:
        left_s = _tls.certificate_left_s(secured)
        if left_s is not None:
            values["certificate_left"] = left_s
        return _greet(secured, options, deadline)


def _greet(plug: BoundedSocket | ssl.SSLSocket, options: Options, deadline: Deadline) -> str:
    """What is wrong with the greeting, "" for nothing."""
    if options.send:
        plug.settimeout(deadline.left_s())
        plug.sendall(options.send.encode())
    wanted = options.expect.encode()
    heard = b""
    while wanted not in heard:
        plug.settimeout(deadline.left_s())
        piece = plug.recv(4096)
        heard += piece
        if not piece or len(heard) > GREETING_LIMIT:
            return f"the server said {_shown(heard)}, not {options.expect!r}"
    return ""


def _shown(heard: bytes) -> str:
    return repr(heard[:80].decode("utf-8", "replace")) if heard else "nothing"
