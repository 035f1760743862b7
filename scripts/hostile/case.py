"""One hostile file: what it is called, how it is made, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bait:
    """What a hostile file tries to reach: a file of the machine, and an address."""

    file: str = "/etc/passwd"
    url: str = "http://127.0.0.1:9/bait"


Maker = Callable[[Path, Bait], object]


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile file.

    ``outcome`` is ``refused`` where nothing of the file may be taken, ``read`` where its harmless
    part must be, and ``either`` where both are right as long as no row is lost in silence.
    """

    name: str
    suffix: str
    make: Maker
    outcome: str = "either"
    layer: str | None = None

    @property
    def filename(self) -> str:
        """Return the name of the file."""
        return self.name.replace(" ", "-").replace("/", "-") + self.suffix


def content(data: bytes | str | Callable[[Bait], bytes | str]) -> Maker:
    """Return a maker that writes some bytes or a text, which may name the bait."""

    def make(path: Path, bait: Bait) -> None:
        made = data(bait) if callable(data) else data
        path.write_bytes(made.encode() if isinstance(made, str) else made)

    return make


def pieces(*parts: tuple[bytes, int]) -> Maker:
    """Return a maker of a large file: each part as often as it says, written in blocks."""

    def make(path: Path, bait: Bait) -> None:
        del bait
        with path.open("wb") as stream:
            for part, times in parts:
                at_once = max(1, 1_000_000 // max(len(part), 1))
                whole, rest = divmod(times, at_once)
                block = part * at_once
                for _ in range(whole):
                    stream.write(block)
                stream.write(part * rest)

    return make
