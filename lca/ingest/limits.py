"""How much of this machine one file may use while it is read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one reading. The defaults fit assessments of a whole country on a small server.

    The first group is held by the operating system on the child process, the second by the
    reader itself, which can then say what was too much.

    ``parts`` are rings, lines of several and points of several: each costs as much memory as some
    20 corners. One feature may have ``feature_vertices`` corners: nearly three days of a receiver
    that keeps a position each second, and over three times Canada's border at 1:10 million
    (68,193 corners in 412 parts in Natural Earth), which is the longest there. Nobody draws more
    or can look through it on a map. Borders in full detail come as reference data, which has
    bounds of its own.
    """

    memory_bytes: int = 2048 * _MIB
    cpu_s: int = 20
    wall_s: float = 45.0
    output_bytes: int = 128 * _MIB
    open_files: int = 64

    upload_bytes: int = 64 * _MIB
    archive_entries: int = 2_000
    unpacked_bytes: int = 256 * _MIB
    compression_ratio: int = 250
    sheets: int = 1_000
    rows: int = 100_000
    columns: int = 256
    cells: int = 2_000_000
    text_chars: int = 32_767
    all_text_chars: int = 32_000_000
    vertices: int = 1_000_000
    parts: int = 150_000
    feature_vertices: int = 250_000
    feature_parts: int = 10_000
    row_chars: int = 1_000_000
    merged: int = 20_000

    def as_json(self) -> dict[str, Any]:
        """Return the limits as a JSON object."""
        return asdict(self)
