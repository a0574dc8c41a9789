"""What a failed connection means: bad is what was found to be bad, unknown what could not be found out."""

import errno
import os
import socket
import ssl
import time

import pytest

from agent.model import Result
from collectors._net import Deadline, ResolverSilent, connect, verdict


def fault(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("cause", "result", "error"),
    [
        (ConnectionRefusedError(), Result.BAD, "connection refused"),
        (ConnectionResetError(), Result.BAD, "the connection was closed before the answer was complete"),
        (TimeoutError(), Result.BAD, "no answer within 2.5 s"),
        (fault(errno.EHOSTUNREACH), Result.BAD, "No route to host"),
        (fault(errno.ENETUNREACH), Result.BAD, "Network is unreachable"),
        (fault(errno.EMFILE), Result.UNKNOWN, "this host could not connect: Too many open files"),
        (fault(errno.EACCES), Result.UNKNOWN, "this host could not connect: Permission denied"),
        (fault(errno.EADDRNOTAVAIL), Result.UNKNOWN, "this host could not connect: Cannot assign requested address"),
        (socket.gaierror(socket.EAI_NONAME, "?"), Result.BAD, "no such host name"),
        (
            socket.gaierror(socket.EAI_AGAIN, "Temporary failure"),
            Result.UNKNOWN,
            "the name could not be resolved (Temporary failure): look at this host's resolver",
        ),
        (
            ResolverSilent("the resolver did not answer for a.example"),
            Result.UNKNOWN,
            "the resolver did not answer for a.example: look at this host's resolver (/etc/resolv.conf)",
        ),
        (ssl.SSLEOFError(), Result.BAD, "the connection was closed during the TLS handshake"),
        (ValueError("odd"), Result.BAD, "the answer could not be read: ValueError"),
    ],
)
def test_each_fault_is_bad_or_unknown(cause: BaseException, result: Result, error: str):
    reading = verdict(cause, 2.5)

    assert (reading.result, reading.error) == (result, error)


def test_a_resolver_that_does_not_answer_in_time_is_left_behind():
    started = time.monotonic()

    with pytest.raises(ResolverSilent):
        connect("slow.invalid", 80, Deadline(0))

    assert time.monotonic() - started < 2


def test_no_host_name_at_all_is_one_that_does_not_exist():
    with pytest.raises(socket.gaierror) as refused:
        connect("a" * 64 + ".example", 80, Deadline(5))

    assert verdict(refused.value, 5).error == "no such host name"


def test_addresses_that_are_no_names_need_no_resolver():
    with socket.create_server(("127.0.0.1", 0)) as door, connect("127.0.0.1", door.getsockname()[1], Deadline(5)) as it:
        assert it.getpeername() == door.getsockname()
