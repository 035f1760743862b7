"""Memory that kernels write in: lent to one thread at a time, clean before and after."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT = max(2, os.cpu_count() or 1)
"""How many of a kind are kept for the next question: kernels that run at a time, not threads."""


class Pool(Generic[T]):
    """Makes scratch memory when none is free, and keeps a bounded number.

    Parameters
    ----------
    make : callable
        Makes one, clean.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        # A deque's own operations are atomic; beyond its length, the one kept longest is dropped.
        self._free: deque[T] = deque(maxlen=KEPT)

    @contextmanager
    def lent(self) -> Iterator[T]:
        """Lend one. After an error it is not kept, for it may not be clean."""
        try:
            scratch = self._free.pop()
        except IndexError:
            scratch = self._make()
        yield scratch
        self._free.append(scratch)
