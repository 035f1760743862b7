"""The real service in a process of its own, at a time of the test's choosing."""

from __future__ import annotations

import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import uvicorn

from api.app import create_app
from api.settings import Settings

from .processes import forking

_UP_WITHIN_S = 240
_DOWN_WITHIN_S = 60
"""They guard against a service that hangs; a busy machine takes seconds."""


def running_clock(start: datetime) -> Callable[[], datetime]:
    """Return a clock that starts at a moment and goes on from there."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


@contextmanager
def serving(store: Path, start: datetime, log: Path) -> Iterator[str]:
    """Serve a store and yield the address; the service's words go to ``log``."""
    log.touch()
    # The door is open before the process begins, so that no other can take its number meanwhile.
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}/"
        process = forking().Process(target=_serve, args=(door, store, start, log))
        process.start()
    try:
        _wait_until_up(address, process, log)
        yield address
    finally:
        process.terminate()
        process.join(_DOWN_WITHIN_S)
        process.kill()
        process.join()


def _wait_until_up(address: str, process: BaseProcess, log: Path) -> None:
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline and process.is_alive():
        try:
            with urllib.request.urlopen(f"{address}readyz", timeout=_UP_WITHIN_S) as answer:
                answer.read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"The service did not start:\n{log.read_text(encoding='utf-8')}")


def _serve(door: socket.socket, store: Path, start: datetime, log: Path) -> None:
    with log.open("wb") as words:
        os.dup2(words.fileno(), 1)
        os.dup2(words.fileno(), 2)
    app = create_app(Settings(store=store), clock=running_clock(start))
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[door])
