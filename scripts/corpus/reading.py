"""Make files of the corpus, read them, and print what came of each as a line of JSON.

Run it as ``python -m scripts.corpus.reading PART PARTS [--child] [--only WORDS]``. It is a process of
its own, because one that has read a GIS file by our rules has given up drivers that others need.
All files of a part are made before the first is read.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from unittest import mock

from lca.errors import LcaError
from lca.ingest import Limits, read_assessment, understanding, wire, worker
from lca.ingest.child import Job, read_in_child
from lca.ingest.gis.gdal import DRIVERS
from lca.ingest.instructions import Instructions
from scripts.corpus.case import Case
from scripts.corpus.check import Verdict, judged
from scripts.corpus.ground import NOW
from scripts.corpus.library import cases
from scripts.make_corpus import write

_ROOT = Path(__file__).resolve().parents[2]


def verdicts(*, parts: int = 2, in_child: bool = False, only: str = "") -> list[Verdict]:
    """Read the corpus in so many processes at once and return the verdicts.

    ``only`` is a regular expression that a file's family and name must match, as ``pages/``.
    """
    options = [*(["--child"] if in_child else []), "--only", only]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "scripts.corpus.reading", str(part), str(parts), *options],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for part in range(parts)
    ]
    found = []
    for process in running:
        out, complaints = process.communicate()
        if process.returncode:
            msg = f"the corpus could not be read: {complaints[-2000:]}"
            raise RuntimeError(msg)
        found += [Verdict(**json.loads(line)) for line in out.splitlines()]
    return found


def verdict_on(case: Case, path: Path, *, in_child: bool) -> Verdict:
    """Read the file of a case and judge what came of it."""
    asked = Instructions(now=NOW, **case.options)
    try:
        with nullcontext() if in_child else _without_a_child():
            reading = read_assessment(path, layer=case.layer, instructions=asked)
    except LcaError as error:
        wrong = f"it was refused: {error.what} {error.do_next}"
        return Verdict(case.name, sum(case.rows.values()), len(case.seeds), wrong=[wrong])
    return judged(case, reading)


def _read_here(job: Job, scratch: Path, limits: Limits, **_: object) -> tuple[wire.Sheet, ...]:
    """Do the child's job in this process, its result through the wire as ever.

    Not that of GDAL, which holds its process to one format.
    """
    if job.kind in DRIVERS:
        return read_in_child(job, scratch, limits)
    body = {
        "kind": job.kind,
        "known_sheets": list(job.known_sheets),
        "layer": job.layer,
        "every_layer": job.every_layer,
    }
    result = scratch / "result.jsonl"
    wire.write(worker._messages(body, job.source, limits), result)  # noqa: SLF001 - its own work
    return wire.read(result, limits)


@contextmanager
def _without_a_child() -> Iterator[None]:
    """Read in this process: a child costs half a second, and the corpus is hundreds of files."""
    with mock.patch.object(understanding, "read_in_child", _read_here):
        yield


def main(arguments: Sequence[str] | None = None) -> None:
    """Make and read one part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", type=int)
    parser.add_argument("parts", type=int)
    parser.add_argument("--child", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    chosen = [one for one in cases() if re.search(asked.only, f"{one.family}/{one.name}")]
    with tempfile.TemporaryDirectory() as folder:
        made = [(case, write(case, Path(folder))) for case in chosen[asked.part :: asked.parts]]
        for case, path in made:
            verdict = verdict_on(case, path, in_child=asked.child)
            sys.stdout.write(json.dumps(asdict(verdict), default=str) + "\n")


if __name__ == "__main__":
    main()
