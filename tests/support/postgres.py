"""A PostgreSQL server of the tests' own, in a folder of its own, reached through a socket file."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

USER = "lca"
PASSWORD = "geheim-77"


def _tools() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


class Server:
    """One cluster; ``fsync`` is off because no test here cuts the power."""

    def __init__(self, tools: Path, folder: Path) -> None:
        self.folder = folder
        self._tools = tools
        # The server refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run(
            "initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-k", "--no-sync"
        )
        self.start()
        self._numbers = count(1)

    def start(self) -> None:
        options = f"-c listen_addresses='' -c fsync=off -c autovacuum=off -k {self.folder}"
        self._run(
            "pg_ctl", "-w", "-t", "240", "-o", options, "-l", str(self.folder / "log"), "start"
        )

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-t", "240", "-m", mode, "stop")

    def _run(self, tool: str, *words: str) -> None:
        command = [str(self._tools / tool), "-D", str(self.folder / "data"), *words]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, user=self._user, cwd=self.folder
        )

    def address(self, store: Path) -> str:
        """A new empty database, as the address of a store with that folder."""
        name = f"store_{next(self._numbers)}"
        with psycopg.connect(
            host=str(self.folder), user=USER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{USER}:{PASSWORD}@/{name}?host={self.folder}&folder={store}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server; without PostgreSQL the tests are skipped loudly, but fail in CI."""
    tools = _tools()
    if tools is None:
        reason = "NO TESTS OF POSTGRESQL: it is missing; run scripts/require_postgres.py"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Short, because a socket's path may have 107 characters, and open to the server's user.
    with tempfile.TemporaryDirectory(prefix="lca-pg-", dir="/tmp") as name:
        server = Server(tools, Path(name))
        yield server
        server.stop("immediate")
