"""A process that forks others to act on a store, so that each needs no start of Python.

It can run under ``strace``, which refuses a system call or kills at it. strace counts the calls of
each process from its beginning, and acts on the :data:`AT`-th: the child first makes calls of that
kind that do nothing, so that the one meant is the AT-th.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AT = 300
NOWHERE = Path("/nonexistent/a")
MARK = b"the act begins"


def _calls(null: int) -> Mapping[str, Callable[[], Any]]:
    """A call of each kind that does nothing."""
    return {
        "write": lambda: os.write(null, b""),
        "pwrite64": lambda: os.pwrite(null, b"", 0),
        "fsync": lambda: os.fsync(null),
        "fdatasync": lambda: os.fdatasync(null),
        "ftruncate": lambda: os.ftruncate(null, 0),
        "rename": lambda: NOWHERE.rename(NOWHERE),
        "link": lambda: NOWHERE.hardlink_to(NOWHERE),
        "unlink": NOWHERE.unlink,
        "mkdir": NOWHERE.mkdir,
    }


CALLS = tuple(_calls(0))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an act ended: what it told, and whether it was killed."""

    told: tuple[dict[str, Any], ...]
    killed: bool

    @property
    def done(self) -> bool:
        """Whether it came to its end."""
        return any("done" in item for item in self.told)

    @property
    def error(self) -> dict[str, Any] | None:
        """The error that it raised, if any."""
        return next((item for item in self.told if "error" in item), None)


class Zygote:
    """The door to the process; one act at a time."""

    def __init__(self, prefix: Sequence[str] = ()) -> None:
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            paths = os.pathsep.join(path for path in sys.path if path)
            self._process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "support.zygote", str(there.fileno())],
                pass_fds=[there.fileno()],
                env={**os.environ, "PYTHONPATH": paths},
            )
        assert self._here.recv(100) == b"ready"
        self._told: list[dict[str, Any]] = []
        self._pace = 0.0

    def start(self, act: str, folder: Path, **options: Any) -> int:
        """Begin an act and return its process."""
        request = {"act": act, "folder": str(folder), **options}
        self._here.send(json.dumps(request).encode())
        return int(self._here.recv(100))

    def amid(self, pick: random.Random) -> None:
        """Wait for a random moment in what is going on, however quick the machine is just now."""
        before = time.monotonic()
        for _ in range(pick.randint(1, 2)):
            line = self._here.recv(1 << 16)
            assert line[:1] == b"{", line
            self._told.append(json.loads(line))
            now = time.monotonic()
            before, self._pace = now, now - before
        time.sleep(pick.uniform(0, 1.2) * self._pace)

    def end(self) -> Outcome:
        """Wait for the act's process, and return how it ended."""
        told, self._told = self._told, []
        while (line := self._here.recv(1 << 16))[:1] == b"{":
            told.append(json.loads(line))
        return Outcome(tuple(told), killed=int(line) == -signal.SIGKILL)

    def run(self, act: str, folder: Path, **options: Any) -> Outcome:
        """Do an act to its end."""
        self.start(act, folder, **options)
        return self.end()

    def close(self) -> None:
        """End the process, which ends with its socket."""
        self._here.close()
        self._process.wait()


@contextmanager
def zygote(prefix: Sequence[str] = ()) -> Iterator[Zygote]:
    """A process for the time of a test."""
    opened = Zygote(prefix)
    try:
        yield opened
    finally:
        opened.close()


def strace(*options: str, log: Path | None = None) -> list[str]:
    """The words that run a program under strace, seeing only the calls that matter."""
    words = ["strace", "-f", "-qq", "-o", str(log or os.devnull)]
    return [*words, "-e", "trace=" + ",".join(CALLS), *options]


def injected(fault: str) -> list[str]:
    """The words that let each kind of call fail at its AT-th: ``signal=SIGKILL``, ``error=EIO``."""
    # A filter in the kernel spares the other calls the trap, but loses the signals.
    quick = [] if fault.startswith("signal") else ["--seccomp-bpf"]
    return strace(*quick, "-e", f"inject={','.join(CALLS)}:{fault}:when={AT}")


def missing() -> str | None:
    """Why strace cannot be used here, or None."""
    if not shutil.which("strace"):
        return "NO FAULTS INJECTED: strace is missing; run scripts/require_postgres.py"
    tried = subprocess.run([*strace(), "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"NO FAULTS INJECTED: strace is not allowed here ({tried.stderr.strip()[:80]})"
    return None


def _serve(channel: socket.socket) -> None:
    from support import acts  # noqa: PLC0415  # seconds, and the caller waits for ready

    channel.send(b"ready")
    while request := channel.recv(1 << 16):
        asked = json.loads(request)
        process = os.fork()
        if process == 0:
            _act(acts, channel, asked)
        channel.send(str(process).encode())
        _, status = os.waitpid(process, 0)
        channel.send(str(os.waitstatus_to_exitcode(status)).encode())


def _act(acts: Any, channel: socket.socket, asked: dict[str, Any]) -> None:
    def tell(item: dict[str, Any]) -> None:
        channel.send(json.dumps(item).encode())

    folder = Path(asked["folder"])
    null = os.open(os.devnull, os.O_RDWR)
    if "call" in asked:
        burn = _calls(null)[asked["call"]]
        for _ in range(AT - asked["number"]):
            with suppress(OSError):
                burn()
    else:
        os.write(null, MARK)
    if asked.get("fault"):
        acts.FAULTS[asked["fault"]]()
    try:
        if asked["act"] == "churn":
            for item in acts.churn(folder, asked["seed"]):
                tell(item)
        acts.ACTS[asked["act"]](folder)
    except BaseException as error:  # noqa: BLE001
        kind = [item.__name__ for item in type(error).__mro__]
        tell({"error": kind, "text": str(error)})
    else:
        tell({"done": True})
    finally:
        os._exit(0)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
