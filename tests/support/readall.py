"""Read several geodata files in one process, as the limited child reads one: ``python -m support.readall``.

A process that has read a GIS file has given up drivers that others need, so it is one of its own;
standard input says what to read: lines of JSON with ``kind``, ``source``, ``layer`` and ``result``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from lca.ingest import wire, worker
from lca.ingest.limits import Limits

_ROOT = Path(__file__).parents[2]


def read_all(jobs: Iterable[Mapping[str, str]]) -> None:
    """Read each file into its ``result``, by :func:`lca.ingest.wire.write`."""
    subprocess.run(
        [sys.executable, "-m", "support.readall"],
        input="\n".join(map(json.dumps, jobs)),
        env={**os.environ, "PYTHONPATH": f"{_ROOT / 'tests'}{os.pathsep}{_ROOT}"},
        cwd=_ROOT,
        text=True,
        check=True,
    )


def main() -> None:
    """Do the jobs of standard input."""
    for line in sys.stdin:
        job = json.loads(line)
        body = {**job, "known_sheets": ["*"], "every_layer": False}
        messages = worker._messages(body, Path(job["source"]), Limits())
        wire.write(messages, Path(job["result"]))


if __name__ == "__main__":
    main()
