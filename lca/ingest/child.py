"""Run the reader in a child process that can harm neither this process nor the machine.

The child limits its own memory, processor time, output and open files before it imports a
parser; this side limits its wall time and kills its whole process group. On Linux it also gives up
the network, other processes and every file but the upload, the interpreter and this package
(:mod:`lca.ingest.confinement`); where bubblewrap works, it never sees them.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lca.errors import ReaderUnavailable, UnreadableFile

from . import wire
from .limits import Limits
from .progress import Told, Watch

_LAST_WORDS = 4_000
_PACKAGE = Path(__file__).resolve().parent.parent
_WORKER = Path(__file__).resolve().with_name("worker.py")
# What an interpreter and its libraries lie in, and read at their start.
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64")
_READABLE = (*_SYSTEM, "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom")
# How a process ends that asked for too much time or memory.
_SIGNALS_OF_LIMITS = {"SIGXCPU", "SIGXFSZ", "SIGKILL", "SIGSEGV", "SIGABRT", "SIGBUS"}


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read: its kind (``workbook``, or the geodata format), and where it lies.

    ``layer`` is the layer to take of a GIS file that holds several, ``every_layer`` takes all.
    """

    kind: str
    source: Path
    known_sheets: tuple[str, ...] = ()
    layer: str | None = None
    every_layer: bool = False


def can_limit_children() -> bool:
    """Tell whether this machine lets a process limit its own memory and processor time.

    Windows has no such limits for a plain process, and macOS does not hold the one on memory.
    """
    return importlib.util.find_spec("resource") is not None and sys.platform != "darwin"


def read_in_child(
    job: Job,
    scratch: Path,
    limits: Limits,
    *,
    trusted: bool = False,
    on_progress: Told | None = None,
) -> tuple[wire.Sheet, ...]:
    """Read a file in a limited child process and return its sheets, checked.

    Parameters
    ----------
    job : Job
        What to read.
    scratch : Path
        A private folder that holds the file and will hold the result.
    limits : Limits
        What the child may use.
    trusted : bool
        The file is one of ours, so it may be read where a child cannot be limited.
    on_progress : callable, optional
        Told twice a second how many rows there are.

    Raises
    ------
    ReaderUnavailable
        If the child cannot be limited here and the file is not trusted.
    UnreadableFile
        If the child found the file unreadable, exceeded a limit or died.
    """
    limited = can_limit_children()
    if not limited and not trusted:
        msg = f"Files cannot be read on {sys.platform}: a reader's memory and processor time cannot be limited there."
        raise ReaderUnavailable(
            msg, do_next="Import the file on a Linux machine, or in WSL or a Linux container."
        )
    result = scratch / "result.jsonl"
    result.unlink(missing_ok=True)  # of an earlier pass over the same file
    body = {
        "root": str(_PACKAGE.parent),
        "kind": job.kind,
        "input": str(job.source),
        "output": str(result),
        "known_sheets": list(job.known_sheets),
        "layer": job.layer,
        "every_layer": job.every_layer,
        "limits": limits.as_json(),
        "limited": limited,
        "readable": [*_READABLE, *_interpreter()],
        "writable": str(scratch),
    }
    job_file = scratch / "job.json"
    job_file.write_text(json.dumps(body), encoding="utf-8")
    _run(
        [*_confinement(scratch), sys.executable, "-I", "-B", str(_WORKER), str(job_file)],
        scratch,
        limits,
        None if on_progress is None else Watch(result, on_progress),
    )
    if not result.exists():
        msg = "The file could not be read: the reader wrote no result."
        raise UnreadableFile(msg, do_next="Save the file again with Excel or QGIS.")
    return wire.read(result, limits)


def _run(command: list[str], scratch: Path, limits: Limits, watch: Watch | None = None) -> None:
    """Run the child to its end, or end it with all its children when its time is up."""
    complaints = scratch / "stderr.txt"
    with complaints.open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            cwd=scratch,
            env=_environment(scratch),
            start_new_session=True,
        )
        try:
            code = (
                process.wait(timeout=limits.wall_s)
                if watch is None
                else watch.wait(process, limits.wall_s)
            )
        except subprocess.TimeoutExpired:
            raise _over_limit(f"{limits.wall_s:g} seconds") from None
        finally:
            _end(process)
    if code == 0:
        return
    if _signal(code) in _SIGNALS_OF_LIMITS:
        raise _over_limit(f"{limits.cpu_s} s of processor time or {limits.memory_bytes >> 20} MB")
    error = UnreadableFile(
        f"The file could not be read: the reader stopped unexpectedly (exit code {code}).",
        do_next="Save the file again with Excel or QGIS; if it stays so, report the file as a bug.",
    )
    error.add_note(_last_words(complaints))
    raise error


def _signal(code: int) -> str | None:
    """Return the name of the signal that ended a child; bubblewrap reports one as 128 and more."""
    number = -code if code < 0 else code - 128
    return (
        signal.Signals(number).name if number in {item.value for item in signal.Signals} else None
    )


def _last_words(complaints: Path) -> str:
    """Return the end of what the child wrote to stderr, for whoever mends the reader."""
    with complaints.open("rb") as stream:
        stream.seek(max(0, complaints.stat().st_size - _LAST_WORDS))
        return stream.read(_LAST_WORDS).decode("utf-8", errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the child's process group, or the child where there are no groups, and reap it."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def _environment(scratch: Path) -> dict[str, str]:
    """Return an environment that holds nothing of ours; threads would only eat address space."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    if "SYSTEMROOT" in os.environ:  # Windows cannot start Python without it
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return environment


def _confinement(scratch: Path) -> list[str]:
    """Return the command that shuts the child off from network and files, if one works here."""
    program = shutil.which("bwrap")
    if program is None or not _works(program):
        return []
    return [*_bubblewrap(program), "--bind", str(scratch), str(scratch), "--chdir", str(scratch)]


@lru_cache(maxsize=4)
def _works(program: str) -> bool:
    """Tell whether bubblewrap may make namespaces here; many containers forbid it."""
    probe = [*_bubblewrap(program), sys.executable, "-I", "-S", "-c", ""]
    try:
        return subprocess.run(probe, check=False, capture_output=True, timeout=10).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False


def _bubblewrap(program: str) -> list[str]:
    command = [program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for folder in _SYSTEM:
        if Path(folder).is_symlink():
            command += ["--symlink", str(Path(folder).readlink()), folder]
        elif Path(folder).exists():
            command += ["--ro-bind", folder, folder]
    for needed in _interpreter():
        if not Path(needed).is_relative_to("/usr"):
            command += ["--ro-bind", needed, needed]
    return command


def _interpreter() -> list[str]:
    """Return the folders of this interpreter, its packages, and this package."""
    return list(dict.fromkeys((sys.base_prefix, sys.prefix, str(_PACKAGE))))


def _over_limit(what: str) -> UnreadableFile:
    return UnreadableFile(
        f"The file needs more than the reader may use ({what}).",
        do_next="Split it, or delete unused sheets, formatting and pictures, and save it again.",
    )
