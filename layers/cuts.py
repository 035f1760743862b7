"""Where a content is cut into parts: by its ids alone, so that an edit rewrites one part.

Up to ``whole`` rows are one part. Above, the rows are sorted by id and a part begins at each id
whose sha256 begins with ``zero_bits`` zero bits, about every 32,768 rows. Such a *mark* does not
depend on its neighbours: an id that comes or goes moves no other cut. Where no mark comes for
``largest`` rows a part ends all the same, so that memory is bounded for every choice of ids; the
next mark ends the harm. Same set of ids, same cuts, whatever the layer's history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Rule:
    """The sizes of parts, in rows; it is a part of the format of versions."""

    whole: int = 65_536
    zero_bits: int = 15
    largest: int = 131_072


RULE = Rule()


def ranges(ids: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of rows that are the parts of a content, given its sorted ids."""
    if len(ids) <= RULE.whole:
        yield 0, len(ids)
        return
    yield from run_ranges(ids)


def run_ranges(ids: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a run: rows of a large content from its beginning, or from a mark, on."""
    marks = [index for index, key in enumerate(ids) if index and is_mark(key)]
    for begin, end in pairwise([0, *marks, len(ids)]):
        for first in range(begin, end, RULE.largest):
            yield first, min(first + RULE.largest, end)


def is_mark(key: str) -> bool:
    """Tell whether a part of a large content begins at an id."""
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - RULE.zero_bits) == 0
