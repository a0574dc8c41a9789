"""`tocsin run`: the daemon in the foreground."""

import faulthandler
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent import log as logs
from agent.cli.greeting import greeting
from agent.cli.stopping import signals, wait_for_stop
from agent.errors import TocsinError
from agent.log import Log

if TYPE_CHECKING:
    from agent.wiring import Daemon

log = Log("agent.run")


def address(_: click.Context, __: click.Parameter, text: str) -> tuple[str, int] | None:
    """`127.0.0.1:8119`, `:8119`, `[::1]:8119`; None for "".

    Raises:
        click.BadParameter
    """
    if not text:
        return None
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isdigit() or int(port[:6]) > 65535 or (":" in bare and not host.startswith("[")):
        raise click.BadParameter(f"{text!r} is no HOST:PORT, such as 127.0.0.1:8119 or [::1]:8119")
    return bare or "127.0.0.1", int(port)


@click.command()
@click.option(
    "--routes", default="routes.yaml", show_default=True, type=click.Path(path_type=Path), help="The agreement."
)
@click.option("--store", default="", metavar="URL", help="Instead of the file's store.url.")
@click.option(
    "--listen", default="", metavar="HOST:PORT", callback=address, help="Instead of the file's server.listen."
)
@click.option(
    "--log-level", default="info", show_default=True, type=click.Choice(["debug", "info", "warning", "error"])
)
@click.option("--json", "as_json", is_flag=True, help="Log JSON lines on a terminal too.")
def run(routes: Path, store: str, listen: tuple[str, int] | None, log_level: str, as_json: bool) -> None:
    """Watch, grade, tell and keep the evidence, until stopped.

    SIGHUP reads the file again, all or nothing; SIGTERM and Ctrl-C stop. Logs go to standard error: readable text on a
    terminal, else JSON lines.

    \b
    Examples:
      tocsin run
      tocsin run --routes /etc/tocsin/routes.yaml
      tocsin run --store sqlite:////tmp/try.db --listen 127.0.0.1:0
    """
    logs.start(log_level, json_lines=True if as_json else None)
    if "WATCHDOG_USEC" in os.environ:
        faulthandler.enable(file=2)  # the watchdog ends a hanging agent by SIGABRT: the journal shows where it hung
    early: list[int] = []  # a reload asked for while the agent starts must neither end it nor be lost
    signal.signal(signal.SIGHUP, lambda number, _: early.append(number))
    from agent.engine.memory import collect_rarely, start_sparingly

    start_sparingly()
    from agent.wiring import Daemon

    with signals() as asked:
        daemon = Daemon(routes, store_url=store, listen=listen)
        try:
            signal.signal(signal.SIGHUP, lambda *_: _reload_beside(daemon))
            daemon.start()
            if early:
                _reload_beside(daemon)
            if sys.stderr.isatty() and not as_json:
                click.echo(greeting(daemon.settings(), daemon.server.url), err=True)
            log.info("started", url=daemon.server.url, file=str(routes))
            collect_rarely()
            wait_for_stop(asked)
            log.info("stopping")
        finally:
            daemon.stop()
    log.info("stopped")


def _reload_beside(daemon: "Daemon") -> None:
    """On a thread of its own: a signal handler must not wait for what the main thread may hold."""
    threading.Thread(target=_reload, args=(daemon,), name="reload", daemon=True).start()


def _reload(daemon: "Daemon") -> None:
    try:
        daemon.reload()
    except TocsinError as fault:
        log.error("reload refused, the old configuration stays in force", fault=str(fault))
