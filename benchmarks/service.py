"""A served store in a process of its own, asked over the loopback interface."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PATIENCE_S = 60.0
_POLL_S = 0.05


class Client:
    """One kept-alive connection to the service."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post a body and return the answer's.

        Raises
        ------
        RuntimeError
            If the service refuses.
        """
        self._connection.request("POST", path, json.dumps(body), self._headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            msg = f"POST {path} gave {response.status}: {content.decode(errors='replace')}"
            raise RuntimeError(msg)
        answer: dict[str, Any] = json.loads(content)
        return answer


@contextmanager
def served(store: Path, token: str) -> Iterator[Client]:
    """Serve a store while the block runs."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.asgi:create"]
    command += ["--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(  # noqa: S603 - fixed arguments, no shell
        command, env={**os.environ, "LCA_STORE": str(store)}
    )
    try:
        _wait_for(port, process)
        yield Client(port, token)
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_POLL_S)
    msg = "The service did not start."
    raise RuntimeError(msg)
