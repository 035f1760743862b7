"""Feed the targets with changed seeds, the same ones for the same number."""

from __future__ import annotations

import random
from pathlib import Path

from fuzz.targets import run

CORPUS = Path(__file__).with_name("corpus")
_ODD = (
    *(b"\0", b"\xff", b"\n", b'"', b",", b";", b"|", b"<", b">", b"&", b"-", b"=", b"'"),
    *(b"1e999", b"NaN", b"9" * 40, b"-0", b"1904", b"\xe2\x80\xae", b"\xc2\xb0", "٣".encode()),
    *(
        "²".encode(),
        "ﷺ".encode(),
        b"\xed\xa0\x80",
        b"PK\x03\x04",
        b"<!DOCTYPE",
        b"]]>",
        b"[[",
        b"24:00",
    ),
)


def seeds(name: str) -> list[bytes]:
    """Return the committed seeds of a target."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


def mutated(start: bytes, chance: random.Random) -> bytes:
    """Return some bytes with a few changes: cut, doubled, flipped, something odd put in."""
    data = bytearray(start)
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(data))
        to = min(len(data), at + chance.randint(1, 16))
        kind = chance.randrange(5)
        if kind == 0:
            del data[at:to]
        elif kind == 1:
            data[at:at] = data[at:to]
        elif kind == 2 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        else:
            data[at : at if kind == 3 else to] = chance.choice(_ODD)
    return bytes(data)


def loop(name: str, runs: int, seed: int) -> int:
    """Run a target on changed seeds; return how often.

    Raises
    ------
    AssertionError
        At a finding, with the bytes that lead to it.
    """
    chance = random.Random(seed)
    started = seeds(name)
    for data in started:
        run(name, data)
    for _ in range(runs):
        data = mutated(chance.choice(started), chance)
        try:
            run(name, data)
        except Exception as error:
            msg = f"{name} fails on {data!r}: {error!r}"
            raise AssertionError(msg) from error
    return runs + len(started)
