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

    def as_json(self) -> dict[str, Any]:
        """Return the limits as a JSON object."""
        return asdict(self)
