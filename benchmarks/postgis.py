"""A PostgreSQL server with PostGIS for one run of a benchmark, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving() -> Iterator[str | None]:
    """Yield the server's address, or None where PostgreSQL or PostGIS is not installed."""
    tools = _tools()
    if tools is None:
        print("PostGIS is not measured: install postgresql and postgis.", file=sys.stderr)
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = Path(name)
        # The server refuses to run as root.
        user = "nobody" if os.geteuid() == 0 else None
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

        def run(tool: str, *words: str) -> None:
            command = [str(tools / tool), "-D", str(folder / "data"), *words]
            # The command is ours.
            subprocess.run(  # noqa: S603
                command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder
            )

        run("initdb", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C")
        settings = "-c shared_buffers=512MB -c maintenance_work_mem=256MB -c max_wal_size=4GB"
        options = f"-c listen_addresses='' {settings} -k {folder}"
        run("pg_ctl", "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"host={folder} user=bench dbname=postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


def _tools() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    extensions = Path("/usr/share/postgresql")
    return folders[-1] if folders and any(extensions.glob("*/extension/postgis.control")) else None
