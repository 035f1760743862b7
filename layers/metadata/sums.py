"""The size and sha256 of exported files, computed once for each version and clearance.

An export has the same bytes each time, so what is stated here can be held against a download.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from layers.export import ExportFormat, file_name, write_export
from layers.release import Release
from layers.store import Store
from lca.vocab import Sensitivity

_KEPT = 512
SUMMED = (ExportFormat.GEOJSON, ExportFormat.GPKG, ExportFormat.PARQUET, ExportFormat.CSV)
"""The formats whose files are the same on every machine with the same libraries, quickly made."""


@dataclass(frozen=True, slots=True)
class FileSum:
    """Size in bytes and sha256 (hexadecimal) of a file."""

    size: int
    sha256: str


class FileSums:
    """Computes and remembers the sums of one store's exports; safe between threads.

    Parameters
    ----------
    most_rows : int, optional
        A release with more rows is not exported only to be summed; None sets no bound.
    """

    def __init__(self, most_rows: int | None = None) -> None:
        self._most_rows = most_rows
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], FileSum] = OrderedDict()

    def of(
        self, store: Store, release: Release, fmt: ExportFormat, clearance: Sensitivity
    ) -> FileSum | None:
        """Return the sum of an export, or None for a format or a size that has none."""
        too_large = self._most_rows is not None and release.feature_count > self._most_rows
        if fmt not in SUMMED or too_large:
            return None
        operation = store.operation
        key = (
            str(store.root),
            release.version,
            str(release.number),
            operation.title if operation else "",
            clearance.value,
            fmt.value,
        )
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = _sum(store, release, fmt, clearance)
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return found


def _sum(store: Store, release: Release, fmt: ExportFormat, clearance: Sensitivity) -> FileSum:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name(release, fmt)
        write_export(store, release, fmt, path, clearance)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return FileSum(path.stat().st_size, digest)
