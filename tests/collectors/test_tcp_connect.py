import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.model import Reading, Result
from collectors.tcp_connect import Options, probe
from tests.collectors.servers import certificate, dripping, hanging_up, refusing, saying, serving, showing, silent


def aimed_at(port: int) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port, "expect": "ready"}


def look(port: int, timeout_s: float = 5, **more: Any) -> Reading:
    return probe(Options.model_validate({"host": "127.0.0.1", "port": port} | more), timeout_s)


def test_whatever_accepts_is_good():
    with serving(silent) as port:
        reading = look(port)

    assert reading.result is Result.OK
    assert 0 < reading.values["latency"] < 5  # type: ignore[operator]


def test_nobody_there_is_refused():
    with refusing() as port:
        reading = look(port)

    assert (reading.result, reading.error) == (Result.BAD, "connection refused")


def test_a_greeting_is_waited_for():
    with serving(lambda plug, closing: plug.sendall(b"220 mail.example ready\r\n")) as port:
        good = look(port, expect="220 ")
        bad = look(port, expect="250 ", timeout_s=0.3)

    assert good.result is Result.OK
    assert (bad.result, bad.error) == (Result.BAD, "the server said '220 mail.example ready\\r\\n', not '250 '")


def test_something_is_said_first_where_asked():
    with serving(saying(b"+PONG\r\n")) as port:
        reading = look(port, send="PING\r\n", expect="+PONG")

    assert reading.result is Result.OK


@pytest.mark.parametrize(("talk", "error"), [(silent, "no answer within 0.3 s"), (dripping, "no answer within 0.3 s")])
def test_a_greeting_that_does_not_come_in_time_is_bad(talk: Any, error: str):
    with serving(talk) as port:
        reading = look(port, expect="ready", timeout_s=0.3)

    assert (reading.result, reading.error) == (Result.BAD, error)


def test_a_server_that_hangs_up_said_nothing():
    with serving(hanging_up) as port:
        reading = look(port, expect="ready")

    assert (reading.result, reading.error) == (Result.BAD, "the server said nothing, not 'ready'")


def test_tls_tells_how_long_the_certificate_holds(tmp_path: Path):
    pem = certificate(tmp_path, left=timedelta(days=3))
    with serving(silent, showing(pem)) as port:
        reading = look(port, tls=True, ca=str(pem))

    assert reading.result is Result.OK
    assert 2.9 < reading.values["certificate_left"] / 86400 < 3.1  # type: ignore[operator]


def test_an_untrusted_certificate_is_bad_unless_it_was_said_not_to_look(tmp_path: Path):
    pem = certificate(tmp_path, left=timedelta(days=3))
    with serving(silent, showing(pem)) as port:
        strict = look(port, tls=True)
        lax = look(port, tls=True, verify=False)

    assert (strict.result, strict.error) == (Result.BAD, "certificate refused: self-signed certificate")
    assert lax.result is Result.OK
    assert 2.9 < lax.values["certificate_left"] / 86400 < 3.1  # type: ignore[operator]


def test_an_authority_that_cannot_be_read_is_unknown(tmp_path: Path):
    missing = look(1, tls=True, ca=str(tmp_path / "none.pem"))
    (tmp_path / "empty.pem").write_text("nothing")
    empty = look(1, tls=True, ca=str(tmp_path / "empty.pem"))

    assert missing.result is Result.UNKNOWN
    assert missing.error.endswith("none.pem cannot be used as `ca`: No such file or directory")
    assert empty.result is Result.UNKNOWN


def test_plain_text_where_tls_was_expected_is_bad():
    with serving(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        reading = look(port, tls=True)

    assert reading.result is Result.BAD
    assert reading.error.startswith("TLS failed: ")


def test_contexts_are_made_once_and_again_when_the_file_changes(tmp_path: Path):
    from collectors import _tls

    pem = certificate(tmp_path)
    first = _tls.context(True, pem)
    again = _tls.context(True, pem)
    renewed = certificate(tmp_path)
    renewed.touch()

    assert first is again
    assert _tls.context(True, pem) is not first
    assert first.verify_mode is ssl.CERT_REQUIRED
