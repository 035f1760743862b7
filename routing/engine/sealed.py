"""Arrays that can be made again, kept in a folder: whole and for the right key, or not at all."""

from __future__ import annotations

import hashlib
import json
import mmap
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIRST_LINE = b"lca-access-map sealed arrays 1\n"
"""How each file begins; the number changes with the layout."""

ALIGNMENT_BYTES = 64
SEAL_BYTES = 32

Array = NDArray[Any]


def load_sealed(folder: Path, key: str) -> dict[str, Array] | None:
    """Return the arrays kept under a key, read-only and memory-mapped; None if they are not whole.

    Every byte is checked before it is returned. Processes that load the same key share the memory.

    Parameters
    ----------
    folder : Path
        Where :func:`save_sealed` kept them; it need not exist.
    key : str
        Names the content: what the arrays were made from, and by which method and version.
    """
    try:
        with _path(folder, key).open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        # Absent, not ours to read, or empty, which cannot be mapped: the caller makes it anew.
        return None
    return _arrays(content, key)


def save_sealed(folder: Path, key: str, arrays: Mapping[str, Array]) -> bool:
    """Keep arrays under a key, atomically; tell whether they are kept.

    What is kept only saves time, so a folder that cannot be written, or a full disk, is no error.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    key : str
        Names the content; up to its first space it also begins the file's name.
    arrays : mapping of str to array
        Numbers or booleans of any shape.
    """
    path = _path(folder, key)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".sealing-") as fresh:
            whole = Path(fresh) / path.name
            with whole.open("wb") as file:
                for part in _parts(key, arrays):
                    file.write(part)
            # Those who have the old file mapped keep it; Windows refuses, and they serve it.
            whole.replace(path)
    except OSError:
        return False
    return True


def _path(folder: Path, key: str) -> Path:
    digest = hashlib.sha256(key.encode()).hexdigest()[:24]
    return folder / f"{key.split(' ', 1)[0]}-{digest}.sealed"


def _parts(key: str, arrays: Mapping[str, Array]) -> Iterator[bytes | memoryview]:
    """Yield the file: first line, seal of the heading, heading, and the arrays, each aligned."""
    listed, plain, offset = [], [], 0
    for name, array in arrays.items():
        body = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        listed.append(
            {
                "name": name,
                "dtype": array.dtype.str,
                "shape": array.shape,
                "offset": offset,
                "sha256": hashlib.sha256(body).hexdigest(),
            }
        )
        plain.append(body)
        offset += _padded(len(body))
    heading = json.dumps({"key": key, "arrays": listed}).encode()
    before = len(FIRST_LINE) + SEAL_BYTES + len(heading) + 1
    heading += b" " * (_padded(before) - before) + b"\n"
    yield FIRST_LINE
    yield hashlib.sha256(heading).digest()
    yield heading
    for body in plain:
        yield body
        yield bytes(_padded(len(body)) - len(body))


def _arrays(content: mmap.mmap, key: str) -> dict[str, Array] | None:
    """Check the seals and return the arrays, views of the mapped file."""
    seal_start = len(FIRST_LINE)
    start = seal_start + SEAL_BYTES
    end = content.find(b"\n", start) + 1
    heading = content[start:end]
    if (
        content[:seal_start] != FIRST_LINE
        or content[seal_start:start] != hashlib.sha256(heading).digest()
    ):
        return None
    listed = json.loads(heading)
    if listed["key"] != key:
        return None
    found: dict[str, Array] = {}
    for entry in listed["arrays"]:
        dtype, shape = np.dtype(entry["dtype"]), tuple(entry["shape"])
        offset = end + int(entry["offset"])
        size = dtype.itemsize * int(np.prod(shape, dtype=np.int64))
        body = memoryview(content)[offset : offset + size]
        if len(body) != size or hashlib.sha256(body).hexdigest() != entry["sha256"]:
            return None
        found[entry["name"]] = np.frombuffer(body, dtype).reshape(shape)
    return found


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT_BYTES) * ALIGNMENT_BYTES
