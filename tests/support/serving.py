"""The real service in a process of its own, at a time of the test's choosing.

Run as ``python -m support.serving STORE PORT START``; :func:`serving` does so and waits for it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn

from api.app import create_app
from api.settings import Settings

TESTS = Path(__file__).resolve().parents[1]
_UP_WITHIN_S = 60


def running_clock(start: datetime) -> Callable[[], datetime]:
    """Return a clock that starts at a moment and goes on from there."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


@contextmanager
def serving(store: Path, start: datetime, log: Path) -> Iterator[str]:
    """Serve a store and yield the address; the service's words go to ``log``."""
    port = _free_port()
    with log.open("w", encoding="utf-8") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "support.serving", str(store), str(port), start.isoformat()],
            cwd=TESTS.parent,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])},
            stdout=words,
            stderr=words,
        )
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_until_up(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}readyz", timeout=30) as answer:
                answer.read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"The service did not start:\n{log.read_text(encoding='utf-8')}")


def _main() -> None:
    store, port, start = sys.argv[1:]
    app = create_app(
        Settings(store=Path(store)), clock=running_clock(datetime.fromisoformat(start))
    )
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    _main()
