"""The service as a newcomer starts it: a real process, a real port, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from routing.engine.kernel_cache import kernel_folder

LCA = Path(sys.executable).with_name("lca")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, process):
    """Poll until the service answers; a process that dies ends the wait."""
    # On a machine where nothing is compiled yet the path engine comes first.
    deadline = time.monotonic() + 200
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                return json.load(response)
        except OSError:
            time.sleep(0.1)
    process.kill()  # Else reading what it said would wait for ever.
    pytest.fail(f"no answer from {url}: {process.stderr.read()}")


@pytest.mark.slow
def test_demo_starts_answers_and_stops_on_ctrl_c(tmp_path):
    port = free_port()
    process = subprocess.Popen(
        [LCA, "demo", "--folder", tmp_path, "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={"LCA_KERNELS": str(kernel_folder()), **os.environ, "HOME": str(tmp_path)},
    )
    try:
        health = wait_for(f"http://127.0.0.1:{port}/healthz", process)
        assert health
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=200)
    finally:
        process.kill()
    assert process.returncode in {0, 130}
    assert f"http://127.0.0.1:{port}" in err
    assert "EXERCISE" in err
    assert "Traceback" not in err


def test_demo_never_clears_a_folder_that_is_not_its_own(empty_lca):
    empty_lca("layer", "list")
    before = sorted(empty_lca.store.rglob("*"))
    ran = empty_lca("demo", "--build-only")
    assert ran.code == 2
    assert "not a demo store" in ran.err
    assert sorted(empty_lca.store.rglob("*")) == before


def test_a_port_in_use_is_told_in_words(lca):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = lca("serve", "--port", port)
    assert answer.code == 1
    assert f"Port {port}" in answer.err
    assert str(port + 1) in answer.err


def test_tokens_are_shown_once_and_can_be_revoked(lca):
    made = lca("token", "create", "--name", "Ana", "--role", "editor", "--json")
    assert made.code == 0
    secret = made.json["token"]
    (listed,) = lca("token", "list", "--json").json
    assert secret not in json.dumps(listed)
    assert lca("token", "revoke", listed["id"]).code == 0
    assert lca("token", "list", "--json").json[0]["revoked_at"]
