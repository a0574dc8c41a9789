"""`tocsin run`: the daemon in the foreground."""

import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import click

from agent import log as logs
from agent.cli.faults import reported
from agent.log import Log

log = Log("agent.run")


def address(text: str) -> tuple[str, int]:
    """`127.0.0.1:8119`, `:8119`, `[::1]:8119`.

    Raises:
        click.BadParameter
    """
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise click.BadParameter(f"{text!r} is no HOST:PORT, such as 127.0.0.1:8119")
    return host.strip("[]") or "127.0.0.1", int(port)


@click.command()
@click.option(
    "--routes", default="routes.yaml", show_default=True, type=click.Path(path_type=Path), help="The agreement."
)
@click.option("--store", default="", metavar="URL", help="Instead of the file's store.url.")
@click.option("--listen", default="", metavar="HOST:PORT", help="Instead of the file's server.listen.")
@click.option(
    "--log-level", default="info", show_default=True, type=click.Choice(["debug", "info", "warning", "error"])
)
def run(routes: Path, store: str, listen: str, log_level: str) -> None:
    """Watch, grade, tell and keep the evidence, until stopped.

    SIGHUP reads the file again, all or nothing; SIGTERM and Ctrl-C stop.

    \b
    Example:
      tocsin run --routes /etc/tocsin/routes.yaml
    """
    logs.start(log_level)
    where = address(listen) if listen else None
    with reported():
        from agent.wiring import Daemon

        daemon = Daemon(routes, store_url=store, listen=where)
    stop = threading.Event()

    def reload(_: int, __: FrameType | None) -> None:
        threading.Thread(target=_reload, args=(daemon,), daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    signal.signal(signal.SIGHUP, reload)
    with reported():
        daemon.start()
    if sys.stderr.isatty():
        click.echo(daemon.greeting(), err=True)
    stop.wait()
    log.info("stopping")
    daemon.stop()


def _reload(daemon: "Daemon") -> None:  # noqa: F821
    try:
        daemon.reload()
    except Exception as fault:
        log.error("reload refused, the old configuration stays in force", fault=str(fault))
