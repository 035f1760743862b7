"""Measure how assessments are read, judged and drafted: time, memory, and the corpus.

Run it as ``python -m benchmarks.reading [--rows 50000] [--out docs/benchmarks-reading.md]``. The
peers read the same file in the same run and neither judge nor type it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.reading_data import assessment_book, port_index
from layers.store import Store
from lca.ingest import read_assessment
from lca.ingest.instructions import Instructions
from scripts.corpus.ground import FIRST_DAY, NOW
from scripts.corpus.reading import verdicts

_SAID = Instructions(now=NOW, date_of_information=FIRST_DAY, exercise=True)
Measured = dict[str, float]
_BUDGETS = """Budgets: a workbook of 50,000 rows read, judged and drafted in 20 s, its child within
500 MB; a ports table of 3,800 rows in 3 s; of the corpus every row accounted for, every seeded
fault told, false alarms on less than 2 % of the rows."""


def ours(path: Path) -> Measured:
    """Read, judge and draft a file."""
    begin = time.perf_counter()
    reading = read_assessment(path, instructions=_SAID)
    read = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        for layer, frame in reading.tables.items():
            store.draft(
                layer,
                frame,
                author="benchmark",
                message="",
                report=reading.report,
                made=reading.records.get(layer, ()),
            )
        done = time.perf_counter()
    child, own = (
        resource.getrusage(whom) for whom in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    )
    return {
        "rows accepted": sum(reading.report.rows_accepted.values()),
        "read and judged, s": read - begin,
        "drafted, s": done - read,
        "in all, s": done - begin,
        "child's processor time, s": child.ru_utime + child.ru_stime,
        "child's peak memory, MB": child.ru_maxrss / 1024,
        "own peak memory, MB": own.ru_maxrss / 1024,
    }


def by_openpyxl(path: Path) -> Measured:
    """Read a workbook's cells with openpyxl, as a stream."""
    import openpyxl  # noqa: PLC0415 - in the process that is measured only

    begin = time.perf_counter()
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = sum(1 for sheet in book.worksheets for _ in sheet.iter_rows(values_only=True))
    return {"rows accepted": rows, "in all, s": time.perf_counter() - begin}


def by_pandas(path: Path) -> Measured:
    """Read a table or a workbook with pandas."""
    import pandas as pd  # noqa: PLC0415

    begin = time.perf_counter()
    if path.suffix == ".csv":
        rows = len(pd.read_csv(path))
    else:
        rows = sum(len(frame) for frame in pd.read_excel(path, sheet_name=None).values())
    return {"rows accepted": rows, "in all, s": time.perf_counter() - begin}


def measure(path: Path, readers: Mapping[str, Callable[[Path], Measured]]) -> dict[str, Measured]:
    """Return what each reader took for a file, each in a process of its own."""
    found = {}
    for name, reader in readers.items():
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            found[name] = pool.submit(reader, path).result()
    return found


def as_markdown(title: str, found: dict[str, Measured]) -> str:
    """Return a table of what was measured, the peers' times also as multiples of ours."""
    base = found["ours"]
    lines = [f"## {title}", "", f"| | {' | '.join(found)} |", "|---|" + "---:|" * len(found)]
    for what in base:
        cells = []
        for name, taken in found.items():
            value = taken.get(what)
            text = "" if value is None else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
            if value is not None and name != "ours" and what == "in all, s":
                text += f" ({value / base[what]:.2g}x)"
            cells.append(text)
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def corpus() -> str:
    """Return what came of the corpus."""
    begin = time.perf_counter()
    found = verdicts()
    alarms, rows = sum(len(one.alarms) for one in found), sum(one.rows for one in found)
    figures = {
        "files": len(found),
        "rows": rows,
        "files with a wrong record or count": sum(bool(one.wrong) for one in found),
        "seeded faults": sum(one.seeded for one in found),
        "of them not told": sum(len(one.missed) for one in found),
        "false alarms": f"{alarms} ({alarms / rows:.2%} of the rows)",
        "read in, s": f"{time.perf_counter() - begin:.0f}",
    }
    lines = ["## The corpus", "", "| | |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {what} | {value} |" for what, value in figures.items()), ""])


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--without-corpus", action="store_true")
    parser.add_argument("--out", type=Path, help="write the page here too")
    given = parser.parse_args()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    parts = ["# Reading measured", "", "`make bench-reading` writes this page.", _BUDGETS, ""]
    parts += [f"Load of the machine at the start: {load}; {os.cpu_count()} cores.", ""]
    readers = {"ours": ours, "openpyxl": by_openpyxl, "pandas": by_pandas}
    tables = {"ours": ours, "pandas": by_pandas}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = assessment_book(folder / "assessment.xlsx", given.rows)
        parts.append(as_markdown(f"A workbook of {given.rows:,} rows", measure(book, readers)))
        for suffix in ("csv", "xlsx"):
            table = port_index(folder / f"ports.{suffix}")
            title = f"3,800 ports as {suffix.upper()}"
            parts.append(as_markdown(title, measure(table, tables)))
    if not given.without_corpus:
        parts.append(corpus())
    text = "\n".join(parts)
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
