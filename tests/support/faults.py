"""Faults at every system call of an act: where they can strike, and one case of each."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from support import acts
from support.zygote import AT, CALLS, MARK, Outcome, Zygote, strace, zygote

_LINE = re.compile(r"^\d+\s+(\w+)\(")


class Point(NamedTuple):
    """The n-th call of a kind in an act, counted from 1."""

    act: str
    call: str
    number: int


class Stage:
    """Folders as an act finds them and as it leaves them, and a new folder for each case."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._folder = folder
        self._cases = 0
        self.before: dict[str, acts.State] = {}
        self.after: dict[str, acts.State] = {}
        self.calls: dict[str, Counter[str]] = {}
        for name in names:
            acts.GIVEN.get(name, acts.prepare)(folder / name)
            self._record(name)

    def copy(self, name: str) -> Path:
        """A new folder as the act finds it."""
        self._cases += 1
        case = self._folder / f"case-{self._cases}"
        if (self._folder / name).exists():
            shutil.copytree(self._folder / name, case)
        return case

    def _record(self, name: str) -> None:
        case, log = self.copy(name), self._folder / f"{name}.log"
        self.before[name] = acts.state(self.copy(name))
        with zygote(strace(log=log)) as process:
            outcome = process.run(name, case)
        assert outcome.done, outcome
        self.after[name] = acts.state(case)
        self.calls[name] = Counter(call for call, _ in traced(log))
        assert max(self.calls[name].values()) < AT

    def points(self, names: Iterable[str] | None = None) -> list[Point]:
        """Every call of the acts."""
        return [
            Point(name, call, number + 1)
            for name in names or self.calls
            for call, times in self.calls[name].items()
            for number in range(times)
        ]

    def strike(self, process: Zygote, point: Point) -> tuple[Outcome, Path]:
        """Let a fault strike at a point; the folder is whole, as before the act or as after it."""
        case = self.copy(point.act)
        outcome = process.run(point.act, case, call=point.call, number=point.number)
        try:
            found = acts.state(case)
        except Exception as error:
            raise AssertionError(f"{point} left {case}, told {outcome}") from error
        assert found in (self.before[point.act], self.after[point.act]), point
        if outcome.done:
            assert found == self.after[point.act], point
        return outcome, case


def traced(log: Path) -> list[tuple[str, str]]:
    """The calls of an act, in order, each with its whole line."""
    lines = log.read_text(errors="replace").splitlines()
    begin = next(index for index, line in enumerate(lines) if MARK.decode() in line)
    found = [(match.group(1), line) for line in lines[begin + 1 :] if (match := _LINE.match(line))]
    return [item for item in found if item[0] in CALLS]


def spread(points: Sequence[Point], many: int) -> list[Point]:
    """So many of the points: of writes, of which there are many, fewer than of the rest."""
    rare = [point for point in points if point.call not in {"write", "pwrite64"}]
    writes = [point for point in points if point.call in {"write", "pwrite64"}]
    share = max(many - len(rare), many // 2)
    return _every(writes, share) + _every(rare, many - min(share, len(writes)))


def _every(points: Sequence[Point], many: int) -> list[Point]:
    if len(points) <= many:
        return list(points)
    return [points[index * len(points) // many] for index in range(many)]
