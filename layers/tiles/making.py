"""Let one process at a time make an archive; who comes second does not make it again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from layers.objects import make_folder, writing


@contextmanager
def sole_maker(path: Path) -> Iterator[bool]:
    """Hold the right to make a file, and tell whether it was to be had.

    The system frees it when the process dies. It is no lock on the file itself, which appears
    whole and may be read at any time.
    """
    lock = path.with_name(f"{path.name}.making")
    with writing(lock):
        make_folder(lock.parent)
        stream = lock.open("wb")
    with stream:
        mine = _locked(stream)
        yield mine
        if mine:
            lock.unlink(missing_ok=True)


def _locked(stream: IO[bytes]) -> bool:
    if os.name == "nt":
        # Two may make the same archive here, of which the second replaces the first.
        return True
    import fcntl  # noqa: PLC0415 - Windows has none

    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
