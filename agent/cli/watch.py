"""`tocsin watch URL`: the wheel on the other party's side, which tells both when the agent is silent."""

import os
import socket
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from agent import log as logs
from agent.cli import output, watch_once, watch_words
from agent.cli.stopping import signals, wait_for_stop
from agent.log import Log

if TYPE_CHECKING:
    from agent.watching.addressees import Addressee
    from agent.watching.looking import Target
    from agent.watching.wording import Place

log = Log("agent.watch")

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("url", envvar="TOCSIN_WATCH_URL", callback=watch_words.web)
@click.option(
    "--provider",
    multiple=True,
    metavar="URL",
    envvar="TOCSIN_WATCH_PROVIDER",
    help="Apprise URL by which the provider is told; may be repeated.",
)
@click.option(
    "--customer",
    multiple=True,
    metavar="URL",
    envvar="TOCSIN_WATCH_CUSTOMER",
    help="Apprise URL by which the customer is told; may be repeated.",
)
@click.option(
    "--routes",
    type=_FILE,
    envvar="TOCSIN_WATCH_ROUTES",
    help="A routes.yaml: its principals and coordinators are told as well.",
)
@click.option("--system", default="", envvar="TOCSIN_WATCH_SYSTEM", help="What the agent watches, for the messages.")
@click.option(
    *output.LANGUAGE,
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    envvar="TOCSIN_WATCH_LANGUAGE",
    help="Of the messages to --provider and --customer.",
)
@click.option(
    "--after",
    metavar="DURATION",
    callback=watch_words.span,
    default="5m",
    show_default=True,
    envvar="TOCSIN_WATCH_AFTER",
    help="How long it must not be well.",
)
@click.option(
    "--every",
    metavar="DURATION",
    callback=watch_words.span,
    default="30s",
    show_default=True,
    envvar="TOCSIN_WATCH_EVERY",
    help="How often to look.",
)
@click.option(
    "--again",
    metavar="DURATION",
    callback=watch_words.span,
    default="30m",
    show_default=True,
    envvar="TOCSIN_WATCH_AGAIN",
    help="Tell again then; after twice as long each time, at last daily.",
)
@click.option("--ca", type=_FILE, envvar="TOCSIN_CA", help="Authority that signed the agent's certificate (PEM).")
@click.option("--cert", type=_FILE, envvar="TOCSIN_CERT", help="Certificate to show where one is asked for (PEM).")
@click.option("--key", type=_FILE, envvar="TOCSIN_KEY", help="Its key, where it is not in the same file.")
@click.option(
    "--reference",
    metavar="HOST:PORT",
    callback=watch_words.host_port,
    envvar="TOCSIN_WATCH_REFERENCE",
    help="Something of nobody's, which tells our network from theirs.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="TOCSIN_WATCH_STATE",
    help="File that remembers what was told; else below $STATE_DIRECTORY or ~/.local/state.",
)
@click.option("--once", is_flag=True, help="Look once, say what is seen, tell nobody. Exits 1 where it is not well.")
@click.option("--try", "is_trial", is_flag=True, help="Send everybody a message marked [TEST], and look once.")
@click.option(
    "--log-level", default="info", show_default=True, type=click.Choice(["debug", "info", "warning", "error"])
)
@output.json_option
def watch(
    url: str,
    provider: tuple[str, ...],
    customer: tuple[str, ...],
    routes: Path | None,
    system: str,
    language: str,
    after: timedelta,
    every: timedelta,
    again: timedelta,
    ca: Path | None,
    cert: Path | None,
    key: Path | None,
    reference: tuple[str, int] | None,
    state: Path | None,
    once: bool,
    is_trial: bool,
    log_level: str,
    as_json: bool,
) -> None:
    """Look at the agent at URL from another machine, and tell both parties when it is not well.

    Runs until stopped, best on the other party's side. Well is the agent's own good answer alone: silence, another
    program, a redirect, a certificate that is not valid, a clock that is off are told as what they are; so is the
    return. Each option has a variable, such as $TOCSIN_WATCH_CUSTOMER, several URLs parted by spaces. A URL may be or
    hold a reference: ${credential:NAME}, ${env:NAME}, ${file:PATH}. A token comes from $TOCSIN_TOKEN.

    \b
    Examples:
      tocsin watch https://respond.example.com --once
      tocsin watch https://respond.example.com --provider '${credential:provider}' --customer '${credential:customer}'
      tocsin watch https://respond.example.com --routes routes.yaml --reference 192.0.2.1:443 --try
    """
    from agent.watching.looking import Target
    from agent.watching.wording import Place

    if key and not cert:
        raise click.BadParameter("belongs to --cert", param_hint="--key")
    if 2 * every > after:
        raise click.BadParameter("look at least twice within --after", param_hint="--every")
    target = Target(url, watch_words.token(os.environ), ca, cert, key)
    if once:
        watch_once.look_once(target, as_json)
        return
    found, named, broken = watch_words.addressees(provider, customer, routes, language, os.environ)
    place = Place(system or named or urlsplit(url).netloc, url, socket.gethostname())
    if is_trial:
        for endpoint, fault in broken.items():
            click.echo(f"tocsin: {endpoint} cannot be built here: {fault}", err=True)
        watch_once.try_all(target, found, place, as_json)
        return
    logs.start(log_level, json_lines=True if as_json else None)
    for endpoint, fault in broken.items():
        log.warning("channel cannot be built here", endpoint=endpoint, fault=fault)
    _warn_of_secrets(provider + customer)
    _run(target, found, place, state or watch_words.state_file(url, os.environ), (after, every, again), reference)


def _run(
    target: "Target",
    found: "list[Addressee]",
    place: "Place",
    state: Path,
    spans: tuple[timedelta, timedelta, timedelta],
    reference: tuple[str, int] | None,
) -> None:
    from agent.clock import SystemClock
    from agent.engine.loop import Loop
    from agent.engine.notifier import Notifier
    from agent.notify import Post
    from agent.watching import looking
    from agent.watching.judging import Terms
    from agent.watching.watch import Watch

    after, every, again = spans
    clock = SystemClock()
    terms = Terms(after=after, back=min(max(2 * every, timedelta(seconds=2)), after), again=again)
    state.parent.mkdir(parents=True, exist_ok=True)
    made = Watch(
        place,
        found,
        partial(looking.look, target),
        Post(),
        clock,
        state,
        terms=terms,
        every=every,
        reference=lambda: _reached(reference),
    )
    loop = Loop(clock)
    notifier = Notifier(clock, made.health, loop.last_turn_at)
    with signals() as asked:
        loop.tick("look", made.look)
        loop.tick("tell", made.tell)
        if notifier.is_wanted:
            loop.tick("notifier", notifier.tick)
        told = ", ".join(each.endpoint.id for each in found)
        log.info("watching", agent=place.agent, told=told, state=str(state), after_s=after.total_seconds())
        wait_for_stop(asked)
        log.info("stopping")
        notifier.stopping()
        loop.stop()
    log.info("stopped")


def _reached(reference: tuple[str, int] | None) -> str:
    from agent.watching.looking import reaches

    if reference is None:
        return ""
    return "reached" if reaches(*reference) else "not reached"


def _warn_of_secrets(urls: tuple[str, ...]) -> None:
    from agent.watching.addressees import written_out

    for what in dict.fromkeys(written_out(urls)):
        log.warning("an address holds a secret that others on this host may read: use ${credential:NAME}", what=what)
