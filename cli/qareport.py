"""The quality report of a file: as a table for people, as JSON, and as a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lca.errors import UsageError
from lca.ingest import Reading
from lca.ingest.annotate import annotate
from lca.issues import Issue, Report, errors_first

_MOST_SHOWN = 60
_NO_TERMINAL = 4_000
"""Columns off a terminal: each issue stays on a line of its own, for grep."""


def show(report: Report) -> None:
    """Write the report to stderr: the issues, errors first, then what was counted."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        console = Console(stderr=True, highlight=False, width=_NO_TERMINAL)
    issues = errors_first(report.issues)
    if issues:
        console.print(_table_of(issues[:_MOST_SHOWN]))
    if len(issues) > _MOST_SHOWN:
        more = len(issues) - _MOST_SHOWN
        console.print(f"… and {more} more; --report FILE.xlsx writes all of them.")
        for line in _by_rule(issues):
            console.print(Text(line))
    for line in counts(report):
        console.print(Text(line))


def _table_of(issues: list[Issue]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "WHERE", "WHAT IS WRONG", "VALUE", "WHAT TO DO"):
        table.add_column(heading, overflow="fold")
    for issue in issues:
        proposed = f" Proposed: {issue.proposal}." if issue.proposal else ""
        style = "red" if issue.severity.value == "error" else None
        table.add_row(
            Text(issue.severity.value, style=style or ""),
            Text(issue.place()),
            Text(issue.message),
            Text(issue.value or ""),
            Text(issue.do_next + ("" if issue.repaired else proposed)),
        )
    return table


def _by_rule(issues: list[Issue]) -> Iterator[str]:
    """Yield how often each kind of issue occurs, the most frequent first."""
    kinds = Counter((one.severity.value, one.rule or one.message) for one in issues)
    for (severity, kind), count in kinds.most_common(12):
        yield f"  {count:>6}  {severity}: {kind}"


def counts(report: Report) -> Iterator[str]:
    """Yield what became of the rows of each layer, of unknown words, and of tables left unread."""
    for layer, count in report.rows_in.items():
        accepted, rejected = report.rows_accepted.get(layer, 0), report.rows_rejected.get(layer, 0)
        aside = report.rows_set_aside.get(layer, 0)
        apart = f", {aside} set aside" if aside else ""
        yield f"{layer}: {count} rows read, {accepted} accepted, {rejected} rejected{apart}"
    for column, words in report.unmapped.items():
        told = ", ".join(f"{word!r} {count}×" for word, count in sorted(words.items())[:8])
        more = f" and {len(words) - 8} more" if len(words) > 8 else ""
        yield f"{column}: words in no code list: {told}{more}"
    for sheet, count in report.unread.items():
        yield f"{sheet}: {count} rows of a table that no layer holds"


def write(path: Path, reading: Reading) -> None:
    """Write the report to a ``.json`` file, or as ``.xlsx`` into a copy of what was read.

    Raises
    ------
    UsageError
        If the file is to be of another kind.
    """
    if path.suffix == ".json":
        path.write_bytes(orjson.dumps(reading.report.as_json(), option=orjson.OPT_INDENT_2))
    elif path.suffix == ".xlsx":
        annotate(reading, path)
    else:
        raise UsageError(f"{path.name} is neither .json nor .xlsx.", do_next="Name the report so.")
