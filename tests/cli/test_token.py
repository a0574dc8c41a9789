"""`tocsin token new`: a secret nobody has seen before, and lines that let it in."""

import hashlib
import json
from pathlib import Path

import pytest

from agent.cli.check import look
from agent.config.load import load
from tests.cli.conftest import FILE, Run


def test_the_hash_is_the_secrets_own(tocsin: Run) -> None:
    told = json.loads(tocsin("token", "new", "--json").stdout)

    assert told["hash"] == f"sha256:{hashlib.sha256(told['secret'].encode()).hexdigest()}"
    assert len(told["secret"]) == 43


def test_no_two_secrets_are_the_same(tocsin: Run) -> None:
    secrets = {json.loads(tocsin("token", "new", "--json").stdout)["secret"] for _ in range(20)}

    assert len(secrets) == 20


@pytest.mark.parametrize("name", ["alertmanager", "1", "on", "0x1", "支付", "a.b_c-d", "null", "1.5"])
def test_the_lines_let_the_machine_in_with_the_rights_asked_for(tocsin: Run, file: Path, name: str) -> None:
    told = json.loads(tocsin("token", "new", name, "--may", "intake", "--may", "read", "--json").stdout)
    file.write_text(FILE + told["lines"])

    (token,) = load(file, {}).server.tokens

    assert (token.name, token.may, token.is_hashed) == (name, {"intake", "read"}, True)
    assert look(file).is_good


def test_the_lines_say_whose_it_is(tocsin: Run, file: Path) -> None:
    words = ("--may", "act", "--party", "customer", "--contact", "wang", "--json")
    file.write_text(FILE + json.loads(tocsin("token", "new", "wangs", *words).stdout)["lines"])

    (token,) = load(file, {}).server.tokens

    assert (token.party, token.contact) == ("customer", "wang")
    assert look(file).is_good


def test_the_secret_stands_on_a_line_of_its_own(tocsin: Run) -> None:
    lines = tocsin("token", "new", "prometheus", "--may", "read").stdout.splitlines()

    assert " " not in lines[1]
    assert lines[-1].startswith('    prometheus: {may: [read], secret: "sha256:')


def test_a_name_that_the_file_would_refuse_is_refused(tocsin: Run) -> None:
    told = tocsin("token", "new", "two words")

    assert told.exit_code == 2
    assert "is no token name" in told.stderr
