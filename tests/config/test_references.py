"""Secrets by reference."""

from pathlib import Path

import pytest

from agent.config.references import Vault, literal_secret


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "smtp").write_text("p@ss/w#rd\n")
    (tmp_path / "key.txt").write_text("from a file\n")
    return Vault(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"), "TOKEN": "a:b"})


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("${credential:smtp}", "p@ss/w#rd"),
        ("${env:TOKEN}", "a:b"),
        ("${file:key.txt}", "from a file"),
        ("Bearer ${env:TOKEN}", "Bearer a:b"),
        ("plain", "plain"),
        ("costs $5 {each}", "costs $5 {each}"),
    ],
)
def test_a_reference_is_replaced_by_what_it_names(vault: Vault, text: str, resolved: str) -> None:
    assert vault.resolve(text).text == resolved


def test_inside_a_url_a_secret_is_one_encoded_component(vault: Vault) -> None:
    url = vault.resolve("mailtos://er:${credential:smtp}@smtp.example.com")

    assert url.text == "mailtos://er:p%40ss%2Fw%23rd@smtp.example.com"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${env:NOWHERE}", "${env:NOWHERE}: the environment variable is not set here"),
        ("${credential:nobody}", "No such file or directory"),
        ("${file:missing.txt}", "No such file or directory"),
    ],
)
def test_what_is_not_on_this_machine_is_said(vault: Vault, text: str, reason: str) -> None:
    missing = vault.resolve(text).missing

    assert len(missing) == 1
    assert reason in missing[0]


def test_without_a_credentials_directory_the_reason_says_so(tmp_path: Path) -> None:
    assert vault_without(tmp_path).resolve("${credential:smtp}").missing == (
        "${credential:smtp}: no $CREDENTIALS_DIRECTORY here (systemd's LoadCredential sets it)",
    )


def vault_without(folder: Path) -> Vault:
    return Vault(folder, {})


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"x" * 70_000])
def test_a_file_that_holds_no_secret_is_missing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd").write_bytes(content)

    assert len(Vault(tmp_path, {}).resolve("${file:odd}").missing) == 1


@pytest.mark.parametrize("text", ["${smtp}", "${credential:}", "${credential:../../etc/shadow}", "${vault:x}", "${}"])
def test_a_reference_of_no_known_form_is_refused(vault: Vault, text: str) -> None:
    with pytest.raises(ValueError, match="is no reference: write"):
        vault.resolve(text)


def test_secrets_do_not_show(vault: Vault) -> None:
    found = vault.resolve("json://er:${credential:smtp}@host")

    assert "p%40ss" not in repr(found)
    assert (
        found.hide("cannot reach json://er:p%40ss%2Fw%23rd@host as p@ss/w#rd")
        == "cannot reach json://er:***@host as ***"
    )


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mailtos://er:hunter2@smtp.example.com", "a password"),
        ("tgram://123456789:abcdefghijk/987", "a token"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "a token"),
        ("json://host/?token=abc", "a secret among its parameters"),
        ("https://hooks.example/services/abc123def456ghi789", "a token"),
        ("mailtos://er:${credential:smtp}@smtp.example.com", ""),
        ("wecombot://${credential:room}", ""),
        ("json://host/?token=${env:TOKEN}", ""),
        ("jsons://gw.example/call/{phone}", ""),
        ("mailto://wang@customer.example", ""),
        ("log://", ""),
        ("ntfy://alerts", ""),
        ("json://[::1", ""),
    ],
)
def test_a_secret_written_out_is_noticed(url: str, what: str) -> None:
    assert literal_secret(url) == what
