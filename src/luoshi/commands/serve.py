"""The command ``luoshi serve``: the web server and the sweeper, started and ended together."""
# ruff: noqa: PLC0415

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from typing import Final

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.messages import mark, tr
from luoshi.terminal import Command, Option, say

SWEEP_SECONDS: Final = 30
STOP_SECONDS: Final = 10
THREADS: Final = 8
"""Requests that a worker answers side by side: most of a request's time is the store's."""


@click.command(
    "serve",
    cls=Command,
    short_help=mark("Start the desk: the officers' pages in a browser."),
    help=mark(
        "Start the web server of the desk and the sweeper that climbs the ladders; Ctrl-C ends both.\n"
        "TLS is ended by a proxy before it; LUOSHI_HTTPS=0 allows plain HTTP on this machine alone.\n"
        "The exit code is 0 after Ctrl-C, 2 if the database, the folder or the port cannot be used."
    ),
    epilog=mark("For example:\n  LUOSHI_HTTPS=0 luoshi serve --port 8000"),
)
@click.option(
    "--host", cls=Option, default="127.0.0.1", metavar=mark("ADDRESS"), help=mark("The address to listen on.")
)
@click.option(
    "--port", cls=Option, type=click.IntRange(1, 65535), default=8000, metavar=mark("PORT"), help=mark("The port.")
)
@click.option(
    "--workers",
    cls=Option,
    type=click.IntRange(1, 64),
    metavar=mark("N"),
    help=mark("Processes; one a core if not told."),
)
@click.option("--no-sweep", cls=Option, is_flag=True, help=mark("Leave the sweeping to another process."))
@refusals
def serve(host: str, port: int, workers: int | None, no_sweep: bool) -> int:
    """``luoshi serve``: pages until told to end."""
    check_port(host, port)
    as_collected()
    open_store()
    collect()
    run_server(host, port, workers or os.cpu_count() or 1, sweep=not no_sweep)
    return 0


def check_port(host: str, port: int) -> None:
    """Raise RefusedError if ``host`` and ``port`` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = tr(error.strerror or str(error))
        raise RefusedError(
            tr(
                "{host}:{port} cannot be listened on ({reason}); choose another --port",
                host=host,
                port=port,
                reason=reason,
            )
        ) from error


def as_collected() -> None:
    """From now on scripts and styles are those that :func:`collect` gathers. Before the settings are read, which this
    process and the workers that it forks do once."""
    os.environ["LUOSHI_STATICS"] = "collected"


def collect() -> None:
    """Gather scripts and styles into the home folder, each under its digest, compressed."""
    from django.conf import settings
    from django.core.management import call_command

    logging.getLogger("whitenoise").setLevel(logging.WARNING)
    try:
        call_command("collectstatic", verbosity=0, interactive=False)
    except OSError as error:
        raise RefusedError(
            tr(
                "the folder {name} cannot be written ({reason}); make room, or set LUOSHI_HOME to another",
                name=str(settings.STATIC_ROOT),
                reason=error.strerror or "",
            )
        ) from error


def run_server(host: str, port: int, workers: int, *, sweep: bool) -> None:
    """Serve until SIGINT or SIGTERM; the sweeper is a process of its own, ended with the server."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    sweeper = None
    if sweep:
        command = [sys.executable, "-m", "luoshi", "sweep", "--watch", str(SWEEP_SECONDS)]
        sweeper = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    say(tr("Serving on http://{host}:{port}/ ; end it with Ctrl-C.", host=host, port=port))
    read_ahead()
    let_go()
    try:
        Granian(
            "luoshi.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
            log_enabled=True,
            log_level=LogLevels.error,
        ).serve()
    finally:
        if sweeper is not None:
            sweeper.terminate()
            try:
                sweeper.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                sweeper.kill()
    say(tr("Ended."))


def let_go() -> None:
    """Close this process's connections to the store, and its pool.

    Workers are forked: they would read each other's answers from one connection, and wait in vain for another one from
    a pool whose threads were not forked with it.
    """
    from django.db import connections

    for one in connections.all(initialized_only=True):
        one.close()
        if one.vendor == "postgresql":
            one.close_pool()  # type: ignore[attr-defined]


def read_ahead() -> None:
    """Load the pages, and what the districts have in force: workers have it from this process, and do not keep their
    first readers waiting for as long as that takes."""
    from django.urls import get_resolver

    from luoshi.casework.models import Setup
    from luoshi.casework.setups import district
    from luoshi.org.snapshot import snapshot

    assert get_resolver().url_patterns
    for code in Setup.objects.order_by("district").values_list("district", flat=True).distinct():
        district(code)
        snapshot(code)
