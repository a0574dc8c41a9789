"""Two agents of one host beside each other, each for an agreement of its own, prepared as docs/service.md says."""

from dataclasses import dataclass

import pytest

from tests.support.running import until
from tests.systemd.host import FILE, Host, typed

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

ALERT = {"status": "firing", "labels": {"alertname": "CheckoutDown"}, "startsAt": "2026-01-01T00:00:00Z"}


@dataclass(frozen=True)
class Instance:
    """One of them, seen from the machine that it runs on."""

    host: Host
    name: str
    url: str

    @property
    def unit(self) -> str:
        return f"tocsin@{self.name}.service"

    @property
    def secret(self) -> str:
        return f"the-key-of-{self.name}"

    def begin(self) -> None:
        """Type what the document says, with this one's name and address in the place of the example's."""
        prepare, *rest = typed("Several agreements on one host")[0]
        words = prepare.replace(
            "make instance NAME=shop LISTEN=127.0.0.1:8120", f"/srv/tocsin/tools/instance {self.name} {self.url[7:]}"
        )
        self.host.configure(FILE)
        self.host.type([words])
        self.host.box.write(f"/etc/tocsin-{self.name}/credentials/operator", self.secret, mode="600")
        self.host.type([line.replace("shop", self.name) for line in rest])
        until(lambda: self.ask("/readyz")[0] == 200, f"ready agent {self.name}")

    def ask(self, path: str, body: object = None, secret: str | None = None) -> tuple[int, str]:
        return self.host.ask(path, body, self.secret if secret is None else secret, self.url)

    def pid(self) -> str:
        return self.host.box.show(self.unit, "MainPID")["MainPID"]


@pytest.fixture(scope="module")
def both(host: Host) -> tuple[Instance, Instance]:
    """Beside the host's own agent, which runs as well."""
    pair = Instance(host, "shop", "http://127.0.0.1:8120"), Instance(host, "bank", "http://127.0.0.1:8121")
    for each in pair:
        each.begin()
    return pair


def test_systemd_has_nothing_to_say_about_an_instance(both: tuple[Instance, Instance]) -> None:
    names = ("tocsin@shop.service", "tocsin@shop.socket", "tocsin-backup@shop.timer", "tocsin-backup@shop.service")

    said = both[0].host.box.run("systemd-analyze", "verify", *names)

    assert (said.stdout, said.stderr) == ("", "")


def test_each_has_its_own_secrets_archive_and_door(both: tuple[Instance, Instance]) -> None:
    shop, bank = both

    shop.ask("/webhooks/alertmanager", {"version": "4", "alerts": [ALERT]})

    assert '"CheckoutDown"' in shop.ask("/api/v1/incidents")[1]
    assert '"CheckoutDown"' not in bank.ask("/api/v1/incidents")[1]
    assert shop.ask("/api/v1/incidents", secret=bank.secret)[0] == 401
    assert shop.host.ask("/readyz")[0] == 200


def test_neither_can_read_what_is_the_others(both: tuple[Instance, Instance]) -> None:
    box = both[0].host.box
    folders = ("/etc/tocsin-bank", "/var/lib/tocsin-bank", "/run/tocsin-bank", "/var/backups/tocsin-bank")

    refused = [box.run("runuser", "-u", "tocsin-shop", "--", "ls", folder, check=False) for folder in folders]

    assert all(box.run("test", "-d", folder).returncode == 0 for folder in folders)
    assert [run.returncode != 0 for run in refused] == [True] * 4
    assert box.show("tocsin@bank.service", "User")["User"] == "tocsin-bank"


def test_one_that_dies_comes_back_while_the_other_goes_on(both: tuple[Instance, Instance]) -> None:
    shop, bank = both
    shops, banks = shop.pid(), bank.pid()

    shop.host.box.run("kill", "-KILL", shops)
    until(lambda: shop.pid() not in {"0", shops} and shop.ask("/readyz")[0] == 200, "the one that died")

    assert bank.pid() == banks


def test_each_is_copied_into_a_folder_of_its_own_and_restored_from_it(both: tuple[Instance, Instance]) -> None:
    box = both[0].host.box

    box.run("systemctl", "start", "tocsin-backup@bank.service")

    found = box.run("find", "/var/backups/tocsin-bank", "-name", "tocsin-*.db", "-user", "tocsin-bank").stdout.split()
    box.run("systemctl", "stop", "tocsin@bank.socket", "tocsin@bank.service")
    told = box.run("tocsin", "restore", "/var/backups/tocsin-bank", "--routes", "/etc/tocsin-bank/routes.yaml").stdout
    box.run("systemctl", "start", "tocsin@bank.socket", "tocsin@bank.service")
    until(lambda: both[1].ask("/readyz")[0] == 200, "the restored one")
    assert len(found) == 1
    assert told.startswith(f"restored /var/lib/tocsin-bank/tocsin.db from {found[0]}")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["Shop", "127.0.0.1:8130"], "Shop cannot be used"),
        (["../etc", "127.0.0.1:8130"], "cannot be used"),
        (["third"], "where does it listen?"),
        (["third", "127.0.0.1:8121"], "127.0.0.1:8121 is taken by /etc/systemd/system/tocsin@bank.socket"),
        (["third", "127.0.0.1:8119"], "127.0.0.1:8119 is taken by"),
    ],
)
def test_a_bad_name_or_a_taken_address_is_refused_and_nothing_is_made(
    both: tuple[Instance, Instance], words: list[str], reason: str
) -> None:
    box = both[0].host.box

    done = box.run("/srv/tocsin/tools/instance", *words, check=False)

    assert done.returncode == 1
    assert reason in done.stderr
    assert box.run("find", "/etc/systemd/system", "-name", "tocsin@third*").stdout == ""
