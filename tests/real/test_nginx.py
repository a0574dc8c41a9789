"""docs/nginx.conf in a real nginx before a real agent: people reach the link of their notice, and nothing else."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.support.running import free_port, running, until
from tests.support.running_agent import FILE, Agent, agent
from tests.support.sinks import self_signed

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

CONF = Path(__file__).parents[2] / "docs/nginx.conf"
SERVER = """
server:
  public_url: https://respond.example.com
  trusted_proxies: [127.0.0.1]
  tokens: {all: {may: [admin], secret: "sha256:d7ecdf25eaf3deba0f2628771dbdd22d4138ab6cf38f91ed02a2ca0dec7c8ab7"}}
"""
AROUND = """
daemon off; master_process off; pid nginx.pid; error_log stderr;
events {}
http {
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi; access_log access.log;
    include tocsin.conf;
}
"""
BEARER = {"Authorization": "Bearer open-sesame"}
ALERT = {
    "status": "firing",
    "labels": {"alertname": "CheckoutDown"},
    "startsAt": "2026-11-23T03:00:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
}
BODY = {"version": "4", "status": "firing", "groupKey": "{}", "alerts": [ALERT]}


def here(text: str, to: int, tls: int, plain: int, folder: Path) -> str:
    """The file with this test's ports and certificate in the place of the example's."""
    for old, new in (
        ("server 127.0.0.1:8119;", f"server 127.0.0.1:{to};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{tls} ssl http2;"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("/etc/ssl/respond.example.com.pem", f"{folder}/sink.pem"),
        ("/etc/ssl/respond.example.com.key", f"{folder}/sink.pem"),
        ("rate=5r/s", "rate=500r/s"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def is_open(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Published:
    """The agent as it is seen from the internet."""

    agent: Agent
    port: int
    plain: int
    certificate: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> requests.Response:
        """The path is sent as it is written here."""
        with requests.Session() as session:
            session.trust_env = False
            request = session.prepare_request(requests.Request(method, f"https://127.0.0.1:{self.port}/"))
            request.url = f"https://127.0.0.1:{self.port}{path}"
            request.headers.update({"Host": "respond.example.com", **headers})
            return session.send(request, verify=str(self.certificate), timeout=20, allow_redirects=False)

    def asked(self, method: str, path: str) -> str:
        return requests.request(method, self.agent.url + path, headers=BEARER, timeout=20).text

    def link(self) -> str:
        """The path of the link in the notice of a new incident."""
        requests.post(f"{self.agent.url}/webhooks/alertmanager", headers=BEARER, json=BODY, timeout=20)
        found = until(
            lambda: re.search(r"https://respond\.example\.com(/a/\w+)", self.agent.process.said()),
            "a notice with a link",
        )
        return found[1]


@pytest.fixture(scope="module")
def published(program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    nginx, folder = program("nginx"), tmp_path_factory.mktemp("nginx")
    tls, plain = free_port(), free_port()
    self_signed(folder)
    with agent(folder / "agent", FILE + SERVER) as found:
        (folder / "tocsin.conf").write_text(here(CONF.read_text(), found.port, tls, plain, folder))
        (folder / "nginx.conf").write_text(AROUND)
        with running([nginx, "-p", folder, "-c", "nginx.conf", "-e", "stderr"], folder) as process:
            until(lambda: is_open(tls), "nginx", alive=process)
            yield Published(found, tls, plain, folder / "sink.pem")


def test_the_link_of_a_notice_opens_and_acknowledges(published: Published) -> None:
    path = published.link()

    assert published.ask(path).status_code == 200
    assert published.ask(path, "POST").status_code == 200

    (incident,) = json.loads(published.asked("GET", "/api/v1/incidents"))["items"]
    assert (published.certificate.with_name("access.log")).read_text() == ""  # a link is a key
    assert [party for party, by in incident["acknowledged"].items() if by] != []


@pytest.mark.parametrize("path", ["/a/nobodys-link", "/report", "/static/page.css", "/a/x?lang=zh%20"])
def test_what_is_meant_for_the_internet_is_answered_by_the_agent(published: Published, path: str) -> None:
    assert "nginx" not in published.ask(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/metrics",
        "/healthz",
        "/readyz",
        "/webhooks/alertmanager",
        "/api/v2/alerts",
        "/api/v1/incidents",
        "/api/openapi.json",
        "/ping/hello",
        "/report/../metrics",
        "/a/../metrics",
        "/a/%2e%2e/metrics",
        "/a/..%2fmetrics",
        "/metrics/../a/x",
        "//a/x",
        "/a//x",
        "/%61/x",
        "/A/x",
        "/a",
        "/static/..%5cmetrics",
        "/reports",
    ],
)
def test_everything_else_is_not_there(published: Published, path: str) -> None:
    """Also for whoever has a token."""
    answer = published.ask(path, **BEARER)

    assert (answer.status_code, "nginx" in answer.text) == (404, True)


def test_plain_http_leads_to_tls(published: Published) -> None:
    answer = requests.get(f"http://127.0.0.1:{published.plain}/a/x", timeout=20, allow_redirects=False)

    assert (answer.status_code, answer.headers["Location"]) == (301, "https://127.0.0.1/a/x")


def test_nginx_names_no_version(published: Published) -> None:
    assert published.ask("/metrics").headers["Server"] == "nginx"
