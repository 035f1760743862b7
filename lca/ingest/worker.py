"""The child process that reads one file: limit yourself, read, report, exit.

Started by :mod:`lca.ingest.child` as a script, so that nothing is imported before the limits
hold: not the parsers, and not this package. Nor is a parser before the rights are given up that
reading needs none of.
"""

from __future__ import annotations

import errno
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any


def main(job: dict[str, Any]) -> None:
    """Do one job and write its result; a failure that can be told is written in its place."""
    if job["limited"]:
        _limit(job["limits"])
    _find_ours(Path(job["root"]) / "lca")
    if job["limited"]:
        from lca.ingest.confinement import confine  # noqa: PLC0415 - only once limits hold

        confine(job["readable"], job["writable"])
    _work(job)


def _find_ours(package: Path) -> None:
    """Make our package importable where it lies, with nothing that lies beside it."""
    spec = importlib.util.spec_from_file_location("lca", package / "__init__.py")
    if spec is None or spec.loader is None:
        msg = f"{package} is no package"
        raise ImportError(msg)
    sys.modules["lca"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["lca"])


def _limit(limits: dict[str, Any]) -> None:
    import resource  # noqa: PLC0415 - absent on Windows, where the parent refuses before this

    for what, bound in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_FSIZE, limits["output_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),  # neither threads nor processes of its own
    ):
        hard = resource.getrlimit(what)[1]
        if hard != resource.RLIM_INFINITY:
            bound = min(bound, hard)  # noqa: PLW2901 - a limit can only be lowered
        resource.setrlimit(what, (bound, bound))


_READERS = {
    "csv": ("lca.ingest.delimited", "read_delimited"),
    "html": ("lca.ingest.pages.html", "read_html"),
    "docx": ("lca.ingest.pages.docx", "read_docx"),
    "parts": ("lca.ingest.parquetparts", "unpack_parts"),
}
"""Readers of files without a geometry: module and function, of a path and limits."""


def _messages(job: dict[str, Any], source: Path, limits: Any) -> Any:
    """Return the messages of the reader of the job's kind, imported only now: each is lean."""
    kind = job["kind"]
    if kind == "workbook":
        from lca.ingest.workbook import read_workbook  # noqa: PLC0415 - no GDAL

        return read_workbook(source, job["known_sheets"], limits)
    if kind == "ticket":
        from lca.ingest.selfstatement import ticket_of_geopackage  # noqa: PLC0415

        return ticket_of_geopackage(source)
    if kind in _READERS:
        module, function = _READERS[kind]
        return getattr(importlib.import_module(module), function)(source, limits)
    from lca.ingest.geofile import read_geofile  # noqa: PLC0415

    return read_geofile(
        source, kind, job["layer"], limits, every_layer=job.get("every_layer", False)
    )


def _work(job: dict[str, Any]) -> None:
    from lca.errors import LcaError, UnreadableFile  # noqa: PLC0415 - only once limits hold
    from lca.ingest import wire  # noqa: PLC0415
    from lca.ingest.limits import Limits  # noqa: PLC0415

    limits, source, result = Limits(**job["limits"]), Path(job["input"]), Path(job["output"])
    try:
        wire.write(_messages(job, source, limits), result, limits)
    except LcaError as error:
        wire.write_failure(error, result)
    except (MemoryError, RecursionError, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EFBIG:
            raise
        too_large = UnreadableFile(
            "The file needs more memory or space than the reader may use.",
            do_next="Split it, or delete unused sheets and formatting, and save it again.",
        )
        wire.write_failure(too_large, result)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
