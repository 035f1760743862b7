"""Repeated timings of one operation, and the table that they are printed in."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

_MS = 1_000.0


@dataclass(slots=True)
class Samples:
    """What one operation took each time, in milliseconds; ``budget_ms`` is the design's, if any."""

    what: str
    budget_ms: float | None = None
    taken_ms: list[float] = field(default_factory=list)

    def run(self, operation: Callable[[], object], times: int) -> Samples:
        """Time an operation several times over."""
        for _ in range(times):
            with self.timed():
                operation()
        return self

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time what is done in the block."""
        started = time.perf_counter()
        yield
        self.taken_ms.append((time.perf_counter() - started) * _MS)

    @property
    def median_ms(self) -> float:
        """Half of the runs took no longer."""
        return statistics.median(self.taken_ms)

    @property
    def p95_ms(self) -> float:
        """Nineteen of twenty runs took no longer; with few runs, the longest of them."""
        ordered = sorted(self.taken_ms)
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def print_table(title: str, rows: Iterable[Samples]) -> None:
    """Print median, 95th percentile and number of runs of each operation."""
    table = Table(title=title, title_justify="left")
    table.add_column("operation")
    for heading in ("median ms", "p95 ms", "runs", "budget ms"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row.what,
            _figure(row.median_ms),
            _figure(row.p95_ms),
            str(len(row.taken_ms)),
            "" if row.budget_ms is None else _figure(row.budget_ms),
        )
    Console(width=100).print(table)


def _figure(value_ms: float) -> str:
    """Three digits are all that a timing on a shared machine holds."""
    return f"{value_ms:,.0f}" if value_ms >= 100 else f"{value_ms:.3g}"
