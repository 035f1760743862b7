"""Whether the write-ahead log beside the catalogue is whole.

What is committed lies there until SQLite moves it into the catalogue's file. Frames are chained by
checksums, and SQLite takes the log to end at the first that does not fit: a flipped bit there takes
back, without a word, what was committed behind it. A commit behind a broken frame is therefore
damage. After a power cut some such frames may be left of a commit that nobody was told of.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .findings import Finding, damaged, note

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_MAGIC = 0x377F0682
_MASK = 0xFFFFFFFF


def check_log(path: Path) -> Iterator[Finding]:
    """Yield a finding if frames of a write-ahead log cannot be read any more.

    Parameters
    ----------
    path : Path
        The log, ``catalogue.sqlite-wal``; it need not exist.
    """
    state = _read(path)
    # A writer may have been adding frames while they were read: then they are whole by now.
    if state.broken is None or _read(path) != state:
        return
    if state.commits_behind:
        yield damaged(
            f"{state.commits_behind} transaction(s) behind frame {state.broken} cannot be read, "
            "and SQLite will leave them out.",
            path.name,
            do_next="Copy the store's folder before anything opens it; then lca restore.",
        )
    else:
        what = (
            f"its last frame ({state.broken}) cannot be read: it was damaged, or its writer died."
        )
        yield note(what, path.name, "lca layer log shows whether the last release is there.")


class _State(NamedTuple):
    """The first frame that cannot be read, and how many commits there are behind it."""

    broken: int | None
    commits_behind: int


def _read(path: Path) -> _State:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return _State(None, 0)
    if len(content) < _HEADER.size:
        return _State(None, 0)
    magic, _, page, _, *salt, first, second = _HEADER.unpack_from(content)
    order = ">" if magic & 1 else "<"
    sums = _checksum(content[:24], order, (0, 0))
    if magic & ~1 != _MAGIC or sums != (first, second) or page == 0:
        # Nothing behind a broken header is ever read.
        return _State(0, int(any(content[_HEADER.size :])))
    size, broken, behind = _FRAME.size + page, None, 0
    for number, at in enumerate(range(_HEADER.size, len(content) - size + 1, size), 1):
        _, pages, *frame_salt, first, second = _FRAME.unpack_from(content, at)
        if not set(enumerate(frame_salt)) & set(enumerate(salt)):
            break  # Left of an earlier round of the log; both salts have changed since.
        if broken is not None:
            behind += pages > 0
            continue
        sums = _checksum(content[at : at + 8], order, sums)
        sums = _checksum(content[at + _FRAME.size : at + size], order, sums)
        if sums != (first, second) or frame_salt != salt:
            broken = number
    return _State(broken, behind)


def _checksum(content: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """Return the checksum of SQLite's log (file format, 4.2) carried on over some bytes."""
    one, two = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        one = (one + even + two) & _MASK
        two = (two + odd + one) & _MASK
    return one, two
