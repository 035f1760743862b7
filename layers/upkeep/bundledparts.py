"""The parts of a bundle as tables: unpacked by a limited child, and checked again here.

A part of a bundle may be a bomb, so no byte of it is decoded in this process (D8). What the child
made of it is bounded, and looked at as if the child had been taken over by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from lca.errors import UnreadableFile
from lca.ingest.child import Job, read_in_child
from lca.ingest.limits import Limits
from lca.ingest.parquetparts import SUFFIX, is_plain

MOST_ROWS = 5_000_000
MOST_BYTES = 4 << 30
LIMITS = Limits(
    memory_bytes=2 << 30,
    cpu_s=900,
    wall_s=1200.0,
    output_bytes=512 << 20,
    unpacked_bytes=MOST_BYTES,
    rows=MOST_ROWS,
)
"""One part unpacks to 512 MB at most: ours hold some 50,000 rows, a road of 100 corners in 2 kB."""


class BundledParts:
    """The unpacked parts of one bundle, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def unpacked(
        cls,
        scratch: Path,
        digests: Iterable[str],
        copy: Callable[[str, Path], None],
        limits: Limits = LIMITS,
    ) -> BundledParts:
        """Unpack the parts of some digests into a private folder.

        Parameters
        ----------
        copy : callable
            Writes a part's file, checked against its digest.

        Raises
        ------
        UnreadableFile
            If one is no table of rows, or would take more than it may.
        ReaderUnavailable
            If a child cannot be limited on this machine.
        """
        folder = scratch / "parts"
        folder.mkdir()
        for digest in digests:
            copy(digest, folder / digest)
        read_in_child(Job("parts", folder), scratch, limits)
        return cls(folder)

    def table(self, digest: str) -> Any:
        """Return a part as an Arrow table of plain columns."""
        path = self._folder / f"{digest}{SUFFIX}"
        try:
            if path.is_symlink() or path.stat().st_size > LIMITS.output_bytes:
                raise _refused()
            with pa.memory_map(str(path)) as source:
                table = pa.ipc.open_stream(source).read_all()
            if not is_plain(table.schema):
                raise _refused()
            table.validate(full=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            # Ours is a ValueError as well, and says the same.
            raise _refused() from error
        return table


def _refused() -> UnreadableFile:
    return UnreadableFile(
        "The bundle is refused: a part is no table of rows.",
        do_next="Ask its sender for another; nothing was changed.",
    )
