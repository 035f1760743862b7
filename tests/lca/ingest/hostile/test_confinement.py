"""A reader that its file has taken over reaches no file, no address and no process of ours."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import socket
import subprocess
import sys
from functools import lru_cache

import pytest

from lca.errors import UnreadableFile
from lca.ingest import Limits, child, confinement

pytestmark = pytest.mark.skipif(
    not child.can_limit_children(), reason="a child cannot be limited on this system"
)

# What a file might have the reader do, each a line that leaves `said`.
DEEDS = {
    "read a file of ours": "said = open({secret!r}).read()",
    "read the users": "said = open('/etc/passwd').read()",
    "list a folder of ours": "said = os.listdir({folder!r})",
    "see the parent's memory": "said = open('/proc/{parent}/maps').read()",
    "write beside the scratch": "said = open({folder!r} + '/mark', 'w').write('x')",
    "delete a file of ours": "said = os.remove({secret!r})",
    "link to a file of ours": "os.symlink({secret!r}, 'link'); said = open('link').read()",
    "call an address": "said = socket.create_connection(('127.0.0.1', {port}), 2)",
    "send a datagram": "said = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "open a socket of the machine": "said = socket.socket(socket.AF_UNIX)",
    "fork": "said = os.fork() or os._exit(0)",
    "start a thread": "said = start_thread()",
    "start a program": "said = subprocess.run(['/bin/true'])",
    "end the parent": "said = os.kill({parent}, 0)",
    "look into the parent": "said = libc.ptrace(16, {parent}, 0, 0) == 0 or refuse()",
    "get new rights": "said = libc.unshare(0x10000000) == 0 or refuse()",
}
OF_FILES = list(DEEDS)[:7]
TAKEN_OVER = """
    import ctypes, json, os, socket, subprocess, threading
    libc = ctypes.CDLL(None, use_errno=True)
    def refuse():
        raise PermissionError(ctypes.get_errno())
    def start_thread():
        try:
            threading.Thread(target=print).start()
        except RuntimeError as error:
            raise PermissionError from error
    outcome = {}
    for deed, line in job["deeds"].items():
        space = {**globals(), **locals()}
        try:
            exec(line, space)
            outcome[deed] = repr(space["said"])
        except OSError as error:
            outcome[deed] = None
    open("outcome", "w").write(json.dumps(outcome))
"""


@lru_cache(maxsize=1)
def granted():
    """What this kernel grants, told by a process of its own."""
    script = (
        "import sys; from lca.ingest.confinement import confine; print(*confine(['/usr'], '/tmp'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What came of each deed in the real worker, its reading replaced by the deeds."""
    folder = tmp_path_factory.mktemp("ours")
    secret = folder / "secret.txt"
    secret.write_text("canary", encoding="utf-8")
    scratch = folder.parent / "scratch"
    scratch.mkdir()
    script = scratch / "worker.py"
    worker = child._WORKER.read_text(encoding="utf-8")
    script.write_text(worker.replace("\n    _work(job)\n", TAKEN_OVER), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.MonkeyPatch.context() as patch:
        facts = {
            "secret": str(secret),
            "folder": str(folder),
            "parent": os.getpid(),
            "port": listener.getsockname()[1],
        }
        deeds = {deed: line.format(**facts) for deed, line in DEEDS.items()}
        encode = json.dumps
        patch.setattr(child, "_WORKER", script)
        patch.setattr(child.json, "dumps", lambda body: encode({**body, "deeds": deeds}))
        source = scratch / "input.xlsx"
        source.write_bytes(b"x")
        with pytest.raises(UnreadableFile, match="no result"):
            child.read_in_child(child.Job("workbook", source), scratch, Limits(wall_s=20))
    assert secret.read_text(encoding="utf-8") == "canary"
    assert [item.name for item in folder.iterdir()] == ["secret.txt"]
    return json.loads((scratch / "outcome").read_text(encoding="utf-8"))


@pytest.mark.parametrize("deed", DEEDS)
def test_a_taken_over_reader_cannot(outcome, deed):
    right = "files" if deed in OF_FILES else "calls"
    if right not in granted() and outcome[deed] is not None:
        pytest.skip(f"this kernel takes no {right} away from a process")
    assert outcome[deed] is None


def offered():
    """What the kernel says that a process may give up; a container may hide it."""
    libc = ctypes.CDLL(None, use_errno=True)
    seccomp = {"x86_64": 317, "aarch64": 277}[platform.machine()]
    action = ctypes.c_uint32(0x0005_0000)  # SECCOMP_RET_ERRNO, asked for with GET_ACTION_AVAIL
    return {
        *(["files"] if libc.syscall(444, None, 0, 1) >= 1 else []),
        *(["calls"] if libc.syscall(seccomp, 2, 0, ctypes.byref(action)) == 0 else []),
    }


def test_what_the_kernel_offers_is_given_up():
    """Both are part of any Linux from 5.13 on; a container may forbid them, and CI must not."""
    if sys.platform != "linux" or platform.machine() not in confinement._MACHINES:
        pytest.skip("no Linux on x86_64 or aarch64")
    if os.environ.get("CI"):
        assert granted() == ["files", "calls"]
    if not offered():
        pytest.skip("this container forbids Landlock and seccomp")
    assert offered() <= set(granted())
