"""A real Nagios with Debian's own objects, whose seconds are as long as its minutes are meant to be."""

import getpass
import grp
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.running import Running, running

CONFIG = """\
log_file={folder}/nagios.log
object_cache_file={folder}/objects.cache
precached_object_file={folder}/objects.precache
resource_file={folder}/resource.cfg
status_file={folder}/status.dat
state_retention_file={folder}/retention.dat
lock_file={folder}/nagios.pid
temp_file={folder}/nagios.tmp
temp_path={folder}
check_result_path={folder}/results
query_socket={folder}/nagios.qh
command_file={folder}/nagios.cmd
check_external_commands=0
check_for_updates=0
use_syslog=0
interval_length=1
check_result_reaper_frequency=1
cached_host_check_horizon=0
cached_service_check_horizon=0
host_inter_check_delay_method=n
service_inter_check_delay_method=n
nagios_user={user}
nagios_group={group}
illegal_macro_output_chars=`~$&|'"<>
{objects}
"""

WATCHED = """\
define host {{
    use              generic-host
    host_name        web-1
    address          127.0.0.1
    check_period     24x7
    max_check_attempts  1
    check_interval   1
    notification_interval  1
    contacts         +tocsin
    {host}
}}
define service {{
    use              generic-service
    host_name        web-1
    service_description  {service}
    check_command    check_shop
    max_check_attempts   2
    check_interval   1
    retry_interval   1
    notification_interval  1
    contact_groups   null
    contacts         +tocsin
}}
define command {{
    command_name     check_shop
    command_line     {check}
}}
"""
"""A host and a service, told of once a second while they are bad; contacts of the template are not told."""


class Nagios:
    """`config` is its main file; it runs from `started` on."""

    def __init__(
        self, program: Path, objects: Path, printed: Path, folder: Path, *, service: str, check: str, of_host: bool
    ) -> None:
        (folder / "results").mkdir(parents=True)
        (folder / "resource.cfg").touch()
        watched = folder / "watched.cfg"
        host = "check_command    check_shop" if of_host else ""
        watched.write_text(WATCHED.format(service=service, check=check, host=host))
        own = (objects / f"{name}.cfg" for name in ("commands", "contacts", "timeperiods", "templates"))
        self._program = program
        self._folder = folder
        self.config = folder / "main.cfg"
        self.config.write_text(
            CONFIG.format(
                folder=folder,
                user=getpass.getuser(),
                group=grp.getgrgid(os.getgid()).gr_name,
                objects="\n".join(f"cfg_file={file}" for file in (*own, printed, watched)),
            )
        )

    def complaints(self) -> str:
        """What it says of its configuration by itself; "" where it takes it as it stands."""
        command = [self._program, "-v", self.config]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        is_good = done.returncode == 0 and "Total Warnings: 0" in done.stdout
        return "" if is_good else done.stdout + done.stderr

    @contextmanager
    def started(self) -> Iterator[Running]:
        with running([self._program, self.config], self._folder, {"TMPDIR": str(self._folder)}) as process:
            yield process

    def told(self, state: str, command: str = "tocsin-service") -> int:
        """How often it told of the service, or by `tocsin-host` of the host, in this state."""
        log = self._folder / "nagios.log"
        return log.read_text(errors="replace").count(f";{state};{command};") if log.exists() else 0
