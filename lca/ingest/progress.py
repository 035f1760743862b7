"""How far the reading of a file has come, told while it goes on."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .wire import NEITHER_LINK_NOR_PIPE

Told = Callable[[str, int], None]
"""Takes a stage and the number of rows that it has come to, or has before it."""
READING, CHECKING, JUDGING = "reading", "checking", "judging"
EVERY_S = 0.5
_PIECE = 1024 * 1024


class Watch:
    """Waits for a child, and tells about how many rows it has written: the lines of its result.

    Nothing of what the lines say is believed or kept.
    """

    def __init__(self, result: Path, told: Told) -> None:
        self._result = result
        self._told = told
        self._read = 0
        self._rows = 0

    def wait(self, process: subprocess.Popen[bytes], wall_s: float) -> int:
        """Return the exit code (TimeoutExpired if there is none in time)."""
        ends = time.monotonic() + wall_s
        while True:
            left = ends - time.monotonic()
            try:
                return process.wait(timeout=max(0.0, min(EVERY_S, left)))
            except subprocess.TimeoutExpired:
                if left <= EVERY_S:
                    raise
            self._told(READING, self.rows())

    def rows(self) -> int:
        """Return the number of rows so far."""
        try:
            descriptor = os.open(self._result, os.O_RDONLY | NEITHER_LINK_NOR_PIPE)
        except OSError:  # the child has not begun to write, or has left what is no plain file
            return self._rows
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return self._rows
        with os.fdopen(descriptor, "rb") as stream:
            stream.seek(self._read)
            while piece := stream.read(_PIECE):
                self._read += len(piece)
                self._rows += piece.count(b"\n")
        return self._rows
