"""Read hostile files one by one and take down what each of them did to its reader."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import resource
import socket
import subprocess
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca.errors import LcaError
from lca.ingest import child, read_assessment, worker
from lca.ingest.profiles.profile import load_profiles
from scripts.hostile.case import Bait
from scripts.make_hostile import corpus, make

CANARY = "canary-7f3a91"
_LONGEST = 600.0
_HARMLESS = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"C1",'
    '"name":"Exercise","source_org":"Exercise","date_of_information":"2026-11-20"},'
    '"geometry":{"type":"Point","coordinates":[30.5,15.5]}}]}'
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one hostile file."""

    name: str
    outcome: str
    """``refused``, ``read``, or what went wrong."""
    says: str
    seconds: float
    grown_mb: float
    """How far this process's memory rose above what it was, at most."""
    processor_s: float
    """Processor time of this process and the child, which does not depend on who else works."""
    left: tuple[str, ...]
    """What still lies in the folder of temporary files, and processes that still run."""


class _Forked:
    """A child that is forked with the libraries loaded, in the place of a new interpreter."""

    def __init__(self, command: Sequence[str], **options: Any) -> None:
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            code = 1
            try:
                os.setsid()
                os.chdir(options["cwd"])
                os.environ.clear()
                os.environ.update(options["env"])
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os.dup2(options["stderr"].fileno(), 2)
                worker._find_ours = lambda _: None
                worker.main(json.loads(Path(command[-1]).read_text(encoding="utf-8")))
                code = 0
            except BaseException:  # noqa: BLE001 - told on stderr, as an interpreter does
                traceback.print_exc()
            finally:
                os._exit(code)

    def poll(self) -> int | None:
        if self.returncode is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        ends = time.monotonic() + (timeout or 1e9)
        while self.poll() is None:
            if time.monotonic() > ends:
                raise subprocess.TimeoutExpired("child", timeout or 0)
            time.sleep(0.002)
        assert self.returncode is not None
        return self.returncode


def _ready(*, forked: bool) -> None:
    """Load what the reading needs, so that no file is charged for it."""

    load_profiles()
    with tempfile.TemporaryDirectory() as folder:
        harmless = Path(folder) / "harmless.geojson"
        harmless.write_text(_HARMLESS, encoding="utf-8")
        read_assessment(harmless, layer="constraints")
    if forked:
        for name in (
            "delimited",
            "workbook",
            "worker",
            "gis.kml",
            "gis.gpx",
            "pages.html",
            "pages.docx",
        ):
            importlib.import_module(f"lca.ingest.{name}")
        child._confinement = lambda _: []
        child.subprocess = type(  # type: ignore[assignment]
            "Forking", (), {**vars(subprocess), "Popen": _Forked}
        )


def _status(word: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(word):
            return int(line.split()[1]) / 1024
    raise KeyError(word)


def _worked() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _judged(path: str, name: str, layer: str | None) -> Verdict:
    """Read one file in this process, as the API or the CLI would."""
    folder = Path(path).parent / f"tmp-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    tempfile.tempdir = str(folder)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    before = _status("VmRSS")
    started, worked = time.monotonic(), _worked()
    reading = None
    try:
        reading = read_assessment(path, layer=layer)
        outcome, says = "read", ""
    except LcaError as error:
        outcome, says = "refused", error.text()
        if "stopped unexpectedly" in says:
            outcome, says = "reader died", says + "".join(getattr(error, "__notes__", ()))
        if not error.do_next:
            outcome = "says not what to do"
    except BaseException as error:  # noqa: BLE001 - any other is the finding
        outcome, says = "crashed", "".join(traceback.format_exception(error))
    seconds, processor_s = time.monotonic() - started, _worked() - worked
    grown = _status("VmHWM") - before  # what this judge then writes down is not the reader's
    if reading is not None:
        says = _accounted(reading)
        outcome = "lost rows" if "unaccounted" in says else outcome
    left = [item.name for item in folder.iterdir()]
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    left += [f"process {pid}" for pid in children]
    return Verdict(name, outcome, says, seconds, grown, processor_s, tuple(left))


def _accounted(reading: Any) -> str:
    report = reading.report
    told = f"rows in {report.rows_in}, accepted {report.rows_accepted}, rejected {report.rows_rejected}"
    for layer in report.rows_in:
        held = len(reading.tables.get(layer, ()))
        if layer in reading.tables and held != report.rows_accepted[layer]:
            return f"unaccounted: {told}, in the table {held}"
    shown = told + "".join(issue.text() for issue in report.issues[:200])
    shown += "".join(table.head(50).to_csv() for table in reading.tables.values())
    return shown[:200_000]


def _made(name: str, folder: str, bait: Bait) -> str:
    # A maker may use no more than a small machine has.
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, resource.RLIM_INFINITY))
    return str(make(corpus()[name], Path(folder), bait))


@contextmanager
def baited(folder: Path) -> Iterator[tuple[Bait, socket.socket]]:
    """Lay out a file that nobody may read, and listen where nobody may call."""
    file = folder / "canary.txt"
    file.write_text(CANARY, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Bait(str(file), f"http://127.0.0.1:{listener.getsockname()[1]}/bait"), listener


def try_all(
    names: Sequence[str], folder: Path, bait: Bait, *, forked: bool, at_once: int = 2
) -> Iterator[Verdict]:
    """Yield what came of each file; made in one process, read in others, then deleted."""
    spawn = multiprocessing.get_context("spawn")
    cases = corpus()
    with (
        ProcessPoolExecutor(1, mp_context=spawn) as maker,
        ProcessPoolExecutor(
            at_once, mp_context=spawn, initializer=_ready_in, initargs=(forked,)
        ) as court,
    ):
        waiting: list[tuple[str, Path, Any]] = []
        for name in names:
            path = Path(maker.submit(_made, name, str(folder), bait).result())
            waiting.append((name, path, court.submit(_judged, str(path), name, cases[name].layer)))
            if len(waiting) >= at_once:
                yield _verdict(*waiting.pop(0))
        for one in waiting:
            yield _verdict(*one)


def _ready_in(forked: bool) -> None:
    _ready(forked=forked)


def _verdict(name: str, path: Path, pending: Any) -> Verdict:
    try:
        verdict: Verdict = pending.result(timeout=_LONGEST)
    except BrokenProcessPool:
        return Verdict(name, "the parent died", "", 0, 0, 0, ())
    except TimeoutError:
        return Verdict(name, "the parent does not come back", "", _LONGEST, 0, 0, ())
    path.unlink()
    return verdict


def wrong(verdict: Verdict) -> str | None:
    """Return what was wrong with what came of a file; None if nothing was."""
    wanted = corpus()[verdict.name].outcome
    problems = []
    if verdict.outcome not in ({"refused", "read"} if wanted == "either" else {wanted}):
        problems.append(f"{verdict.outcome} instead of {wanted}: {verdict.says[:1_500]}")
    if CANARY in verdict.says or "root:x:0" in verdict.says:
        problems.append("it shows a file of the machine")
    if verdict.grown_mb > 64:
        problems.append(f"the parent grew by {verdict.grown_mb:.0f} MB")
    if verdict.left:
        problems.append(f"left behind: {verdict.left}")
    if "/lca-read-" in verdict.says:
        problems.append(f"it names a path: {verdict.says[:500]}")
    if verdict.outcome == "refused" and len(verdict.says) > 600:
        problems.append(f"it says {len(verdict.says)} characters")
    return f"{verdict.name}: " + "; ".join(problems) if problems else None
