import gzip
import json
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pydantic
import pytest

from agent.model import Reading, Result
from collectors.http_get import Options, probe
from tests.collectors.servers import certificate, dripping, http, refusing, resetting, saying, serving, showing

WITH_SECRETS = {
    "url": "http://me:hunter2@127.0.0.1/?key=hunter2",
    "headers": {"X-Key": "hunter2"},
    "bearer": "hunter2",
    "password": "hunter2",
}


def aimed_at(port: int) -> dict[str, Any]:
    return {"url": f"http://127.0.0.1:{port}/"}


def look(port: int, path: str = "/", timeout_s: float = 5, scheme: str = "http", **more: Any) -> Reading:
    return probe(Options.model_validate({"url": f"{scheme}://127.0.0.1:{port}{path}"} | more), timeout_s)


class Listener:
    """Remembers what was asked; answers by path."""

    def __init__(self, **answers: bytes) -> None:
        self.asked: list[str] = []
        self._answers = answers

    def __call__(self, plug: Any, closing: threading.Event) -> None:
        request = plug.recv(65536).decode()
        self.asked.append(request)
        path = request.split()[1].lstrip("/") or "root"
        plug.sendall(self._answers.get(path, http(status="404 Not Found")))


# ---------------------------------------------------------------------------------------------------- status


def test_a_good_answer_tells_how_long_each_part_took():
    with serving(saying(http(b"hello"))) as port:
        reading = look(port)

    assert reading.result is Result.OK
    assert reading.values["status"] == 200
    assert reading.values["size"] == 5
    assert 0 < reading.values["connect"] < reading.values["first_byte"] <= reading.values["latency"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("status", "answer", "result"),
    [
        (200, "200 OK", Result.OK),
        (200, "204 No Content", Result.BAD),
        ("200-299", "204 No Content", Result.OK),
        ([200, "401-403"], "402 Payment", Result.OK),
        ([200, "401-403"], "404 Not Found", Result.BAD),
        ("503", "503 Busy", Result.OK),
    ],
)
def test_the_status_is_one_of_those_expected(status: Any, answer: str, result: Result):
    with serving(saying(http(status=answer))) as port:
        assert look(port, status=status).result is result


def test_without_a_word_any_2xx_is_good():
    with serving(Listener(root=http(status="206 Partial"), down=http(status="502 Bad Gateway"))) as port:
        assert look(port).result is Result.OK
        assert look(port, "/down").error == "HTTP 502"


@pytest.mark.parametrize("status", [99, "2xx", "600", True, "200-", [], {}, "abc"])
def test_what_is_no_status_is_refused(status: Any):
    with pytest.raises(pydantic.ValidationError, match="write 200, 200-299, or a list"):
        Options.model_validate({"url": "http://a/", "status": status})


# ---------------------------------------------------------------------------------------------------- body


def test_text_must_be_there_and_other_text_must_not():
    body = "结算 fine\n".encode()
    with serving(saying(http(body, Content_Type="text/plain"))) as port:
        assert look(port, text="结算").result is Result.OK
        assert look(port, text=["结算", "fine"]).result is Result.OK
        assert look(port, text=["结算", "well"]).error == "the body does not contain 'well'"
        assert look(port, absent="error").result is Result.OK
        assert look(port, absent=["error", "fine"]).error == "the body contains 'fine'"


def test_the_charset_of_the_answer_is_respected_and_a_false_one_is_survived():
    gbk = http("结算".encode("gbk"), Content_Type="text/html; charset=GBK")
    odd = http("结算".encode(), Content_Type="text/html; charset=no-such")
    with serving(Listener(gbk=gbk, odd=odd)) as port:
        assert look(port, "/gbk", text="结算").result is Result.OK
        assert look(port, "/odd", text="结算").result is Result.OK


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"$.status": "UP"}, ""),
        ({"$.nodes[0].up": True, "$.nodes[-1]['a b']": 1.0, "$.none": None}, ""),
        ({"$.nodes[1]": {"a b": 1}}, ""),
        ({"$.status": "DOWN"}, '$.status is "UP", not "DOWN"'),
        ({"$.count": "3"}, '$.count is 3, not "3"'),
        ({"$.nodes[0].up": 1}, "$.nodes[0].up is true, not 1"),
        ({"$.count": True}, "$.count is 3, not true"),
        ({"$.missing": 1}, "$.missing is missing"),
        ({"$.nodes[7]": 1}, "$.nodes[7] is missing"),
        ({"$.status.deeper": 1}, "$.status.deeper is missing"),
        ({"$.status[0]": "U"}, "$.status[0] is missing"),
    ],
)
def test_values_of_a_json_answer_are_compared_by_type(wanted: dict[str, Any], error: str):
    body = json.dumps({"status": "UP", "count": 3, "none": None, "nodes": [{"up": True}, {"a b": 1}]}).encode()
    with serving(saying(http(body))) as port:
        reading = look(port, json=wanted)

    assert reading.error == error
    assert reading.result is (Result.BAD if error else Result.OK)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b'{"a": \xff'])
def test_what_is_no_json_is_bad(body: bytes):
    with serving(saying(http(body))) as port:
        assert look(port, json={"$.a": 1}).error == "the body is no JSON"


@pytest.mark.parametrize("path", ["status", "$status", "$.", "$..a", "$[*]", "$.a[?]", "$[0"])
def test_a_path_that_cannot_be_read_is_refused_when_it_is_written(path: str):
    with pytest.raises(pydantic.ValidationError, match=r"is no JSONPath|cannot be read from"):
        Options.model_validate({"url": "http://a/", "json": {path: 1}})


def test_a_body_is_read_up_to_its_limit_after_decompression():
    bomb = gzip.compress(b"a" * 50_000_000 + b"end")
    with serving(saying(http(bomb, Content_Encoding="gzip"))) as port:
        reading = look(port, body_limit="64KiB")
        told = look(port, body_limit="64KiB", text="end")
        found = look(port, body_limit="64KiB", text="aaa")

    assert reading.result is Result.OK
    assert reading.values["size"] == 65536
    assert (told.result, told.error) == (Result.UNKNOWN, "the body is longer than 65536 bytes: raise `body_limit`")
    assert found.result is Result.OK


def test_a_body_that_breaks_off_is_bad():
    with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")) as port:
        reading = look(port)

    assert reading.result is Result.BAD
    assert reading.values["status"] == 200


def test_a_body_that_is_not_as_compressed_as_it_says_is_bad():
    with serving(saying(http(b"plain", Content_Encoding="gzip"))) as port:
        reading = look(port)

    assert reading.result is Result.BAD
    assert reading.error.startswith("the answer could not be read: ")


# ---------------------------------------------------------------------------------------------------- what is sent


def test_who_asks_says_so_and_takes_the_connection_down_again():
    listener = Listener(root=http())
    with serving(listener) as port:
        look(port)

    assert listener.asked[0].startswith("GET / HTTP/1.1\r\n")
    assert "User-Agent: tocsin (health probe)\r\n" in listener.asked[0]
    assert "Connection: close\r\n" in listener.asked[0]


def test_headers_and_authorisation_are_sent():
    listener = Listener(root=http())
    with serving(listener) as port:
        look(port, headers={"X-Key": "k1", "Host": "shop.example"}, bearer="t0ken")
        look(port, user="lee", password="pä:ss")

    assert "X-Key: k1\r\n" in listener.asked[0]
    assert "Host: shop.example\r\n" in listener.asked[0]
    assert "Authorization: Bearer t0ken\r\n" in listener.asked[0]
    assert "Authorization: Basic bGVlOnDDpDpzcw==\r\n" in listener.asked[1]


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("HOME", str(tmp_path))
    listener = Listener(root=http())
    with serving(listener) as port:
        reading = look(port)

    assert reading.result is Result.OK
    assert "Authorization" not in listener.asked[0]


# ---------------------------------------------------------------------------------------------------- redirects


def test_redirects_are_followed_and_counted():
    listener = Listener(a=http(status="302 Found", Location="/b"), b=http(status="301 Moved", Location="root"))
    listener._answers["root"] = http(b"there")
    with serving(listener) as port:
        reading = look(port, "/a", text="there", headers={"X-Key": "k1"})

    assert reading.result is Result.OK
    assert reading.values["redirects"] == 2
    assert all("X-Key: k1" in asked for asked in listener.asked)


def test_a_redirect_that_may_not_be_followed_is_the_answer():
    with serving(Listener(root=http(status="302 Found", Location="/login?key=hunter2"))) as port:
        bad = look(port, redirects=0)
        good = look(port, redirects=0, status=302)

    assert bad.error == f"HTTP 302 to http://127.0.0.1:{port}/login"
    assert good.result is Result.OK


def test_a_circle_of_redirects_ends():
    with serving(Listener(root=http(status="302 Found", Location="/"))) as port:
        reading = look(port, redirects=3)

    assert reading.error == f"HTTP 302 to http://127.0.0.1:{port}/"
    assert reading.values["redirects"] == 3


def test_keys_are_not_carried_to_another_server():
    other = Listener(root=http(b"hello"))
    with (
        serving(other) as there,
        serving(Listener(root=http(status="302 Found", Location=f"http://127.0.0.1:{there}/"))) as here,
    ):
        reading = look(here, headers={"X-Key": "k1"}, bearer="t0ken", text="hello")

    assert reading.result is Result.OK
    assert "X-Key" not in other.asked[0]
    assert "Authorization" not in other.asked[0]
    assert "User-Agent: tocsin" in other.asked[0]


@pytest.mark.parametrize("where", ["file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)"])
def test_a_redirect_out_of_the_web_is_bad(where: str):
    with serving(saying(http(status="302 Found", Location=where))) as port:
        reading = look(port)

    assert reading.result is Result.BAD
    assert reading.error == f"redirected to {where.partition(':')[0]}:, which is not followed"


@pytest.mark.parametrize("where", ["http://[", "http://127.0.0.1:99999/", "http:///", "//", "http://a b/"])
def test_a_redirect_to_nowhere_is_bad(where: str):
    with serving(saying(http(status="302 Found", Location=where))) as port:
        reading = look(port, timeout_s=2)

    assert reading.result in {Result.BAD, Result.UNKNOWN}
    assert reading.error


# ---------------------------------------------------------------------------------------------------- TLS


def test_the_certificate_of_this_very_connection_is_looked_at(tmp_path: Path):
    pem = certificate(tmp_path, left=timedelta(days=3))
    with serving(saying(http(b"hi")), showing(pem)) as port:
        reading = look(port, scheme="https", ca=str(pem))

    assert reading.result is Result.OK
    assert 2.9 < reading.values["certificate_left"] / 86400 < 3.1  # type: ignore[operator]
    assert reading.values["tls"] > 0  # type: ignore[operator]


def test_an_expired_certificate_is_bad_and_still_tells_when_nobody_minds(tmp_path: Path):
    pem = certificate(tmp_path, left=timedelta(days=-2))
    with serving(saying(http(b"hi")), showing(pem)) as port:
        strict = look(port, scheme="https", ca=str(pem))
        lax = look(port, scheme="https", verify=False)

    assert strict.error == "certificate refused: certificate has expired"
    assert lax.result is Result.OK
    assert -2.1 < lax.values["certificate_left"] / 86400 < -1.9  # type: ignore[operator]


def test_a_certificate_of_someone_else_is_bad(tmp_path: Path):
    pem = certificate(tmp_path, names=("127.0.0.9",))
    with serving(saying(http(b"hi")), showing(pem)) as port:
        reading = look(port, scheme="https", ca=str(pem))

    assert reading.result is Result.BAD
    assert reading.error.startswith("certificate refused: IP address mismatch")


def test_tls_where_plain_http_is_spoken_is_bad():
    with serving(saying(http(b"hi"))) as port:
        reading = look(port, scheme="https")

    assert (reading.result, reading.error) == (Result.BAD, "TLS failed: WRONG_VERSION_NUMBER")


# ---------------------------------------------------------------------------------------------------- faults


def test_a_server_that_drips_is_cut_off_at_the_deadline():
    started = time.monotonic()
    with serving(dripping) as port:
        reading = look(port, timeout_s=0.5)
        took_s = time.monotonic() - started

    assert (reading.result, reading.error) == (Result.BAD, "no answer within 0.5 s")
    assert took_s < 3


def test_a_body_that_drips_is_cut_off_too():
    def talk(plug: Any, closing: threading.Event) -> None:
        plug.recv(65536)
        plug.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not closing.wait(0.05):
            plug.sendall(b"x")

    with serving(talk) as port:
        reading = look(port, timeout_s=0.5)

    assert (reading.result, reading.error) == (Result.BAD, "no answer within 0.5 s")
    assert reading.values["status"] == 200


def test_a_tls_server_that_drips_is_cut_off_too(tmp_path: Path):
    pem = certificate(tmp_path)
    with serving(dripping, showing(pem)) as port:
        reading = look(port, scheme="https", ca=str(pem), timeout_s=0.5)

    assert (reading.result, reading.error) == (Result.BAD, "no answer within 0.5 s")


def test_refused_and_reset_are_told_apart():
    with refusing() as port:
        refused = look(port)
    with serving(resetting) as port:
        reset = look(port)

    assert refused.error == "connection refused"
    assert reset.error == "the connection was closed before the answer was complete"


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example/", "http://", "http://a:99999/", "http:// /"])
def test_what_is_no_web_address_is_refused_when_it_is_written(url: str):
    with pytest.raises(pydantic.ValidationError):
        Options.model_validate({"url": url})


def test_two_authorisations_are_refused():
    with pytest.raises(pydantic.ValidationError, match="exclude each other"):
        Options.model_validate({"url": "http://a/", "user": "lee", "bearer": "x"})


def test_an_authority_that_cannot_be_read_is_unknown(tmp_path: Path):
    reading = look(1, scheme="https", ca=str(tmp_path / "none.pem"))

    assert reading.result is Result.UNKNOWN
    assert reading.error.endswith("cannot be used as `ca`: No such file or directory")
