"""docs/certificates.md: its commands make what the agent and its clients take."""

import shutil
import subprocess
from http.client import HTTPSConnection
from pathlib import Path
from ssl import VERIFY_X509_STRICT, create_default_context

import pytest

from tests.docs.pages import ROOT, blocks
from tests.web.running import FILE, running

PAGE = ROOT / "docs" / "certificates.md"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed (apt install openssl)")
def test_an_authority_of_ones_own_is_made_by_the_pages_commands(tmp_path: Path) -> None:
    (script,) = [block.text for block in blocks() if block.page == PAGE and block.info == "sh"]
    folder = tmp_path / "tls"
    folder.mkdir()

    done = subprocess.run(["sh", "-eu", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = "server: {tls: {cert: tls/tocsin.pem, key: tls/tocsin.key, client_ca: tls/ca.pem}}\n"
    with running(tmp_path, FILE + told) as agent:
        context = create_default_context(cafile=str(folder / "ca.pem"))
        context.verify_flags |= VERIFY_X509_STRICT  # as Python 3.13 does by itself
        context.load_cert_chain(folder / "alertmanager.pem", folder / "alertmanager.key")
        connection = HTTPSConnection("localhost", agent.port, timeout=20, context=context)
        connection.request("POST", "/webhooks/alertmanager", '{"alerts": []}')
        status = connection.getresponse().status
        connection.close()

    assert status == 200
