"""Hostile zip archives, each as a workbook, a Word document, a KMZ and a zipped Shapefile."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from . import office
from .case import Bait, Case, Maker
from .office import Parts, packed

CARRIERS: dict[str, Callable[[], Parts]] = {
    ".xlsx": office.book,
    ".docx": office.document,
    ".kmz": office.kmz,
    ".zip": office.shapefile,
}
MIB = 1024 * 1024


def _adding(name: str, data: bytes = b"x") -> Callable[[Parts], bytes]:
    return lambda parts: packed({**parts, name: data})


def _changed(parts: Parts, old: bytes, new: bytes) -> bytes:
    return packed(parts).replace(old, new)


def _link(parts: Parts) -> bytes:
    stream = io.BytesIO(packed(parts))
    with zipfile.ZipFile(stream, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


def _linked_main(parts: Parts) -> bytes:
    """Make the main part a symbolic link to a file outside."""
    stream = io.BytesIO()
    name = max(parts, key=lambda part: len(parts[part]))
    with zipfile.ZipFile(stream, "w") as archive:
        for part, data in parts.items():
            entry = zipfile.ZipInfo(part)
            entry.external_attr = (0o120777 << 16) if part == name else 0
            archive.writestr(entry, b"/etc/passwd" if part == name else data)
    return stream.getvalue()


def _twice(parts: Parts) -> bytes:
    stream = io.BytesIO(packed(parts))
    with zipfile.ZipFile(stream, "a") as archive:
        name = next(iter(parts))
        entry = zipfile.ZipInfo(name.upper())
        archive.writestr(entry, b"x")
    return stream.getvalue()


def _lying_size(parts: Parts) -> bytes:
    """Let the table of contents say that the largest part is smaller than it is."""
    size = max(len(data) for data in parts.values())
    return packed(parts).replace(struct.pack("<I", size), struct.pack("<I", size // 2))


def _lying_large(parts: Parts) -> bytes:
    """Let the table of contents say that a part has 4 GB."""
    size = max(len(data) for data in parts.values())
    return packed(parts).replace(struct.pack("<I", size), struct.pack("<I", 0xFFFFFFF0))


def _wrong_crc(parts: Parts) -> bytes:
    name = max(parts, key=lambda part: len(parts[part]))
    crc = zlib.crc32(parts[name])
    return packed(parts).replace(struct.pack("<I", crc), struct.pack("<I", crc ^ 1))


def _overlapping(parts: Parts) -> bytes:
    """Every entry of the table of contents points at the first part, which holds 20 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
        archive.writestr("a", bytes(20 * MIB))
        one = archive.getinfo("a")
        for number in range(200):
            again = zipfile.ZipInfo(f"a{number}")
            again.header_offset, again.CRC = one.header_offset, one.CRC
            again.compress_size, again.file_size = one.compress_size, one.file_size
            again.compress_type = one.compress_type
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
    return stream.getvalue()


def _claims_entries(parts: Parts) -> bytes:
    raw = bytearray(packed(parts))
    struct.pack_into("<HH", raw, raw.rfind(b"PK\x05\x06") + 8, 65_535, 65_535)
    return bytes(raw)


def _claims_zip64(parts: Parts) -> bytes:
    """Add a 64-bit end of the directory that claims 2**40 entries; the old end stays harmless."""
    raw = packed(parts)
    end = raw.rfind(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", raw, end + 12)
    large = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1 << 40, 1 << 40, size, start
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    old = bytearray(raw[end:])
    struct.pack_into("<HHII", old, 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return raw[:end] + large + locator + bytes(old)


def _many_in_zip64(parts: Parts) -> bytes:
    """More than 65,535 entries, the count in the old end lowered to 3."""
    raw = bytearray(packed({**parts, **{f"x{number}": b"" for number in range(3_000)}}))
    struct.pack_into("<HH", raw, raw.rfind(b"PK\x05\x06") + 8, 3, 3)
    return bytes(raw)


def _million(parts: Parts) -> bytes:
    """Write a table of contents of a million empty entries, 46 bytes each."""
    raw = packed(parts)
    end = raw.rfind(b"PK\x05\x06")
    (start,) = struct.unpack_from("<I", raw, end + 16)
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"x"
    body = entry * 1_000_000
    tail = bytearray(raw[end:])
    struct.pack_into("<HHII", tail, 8, 1_000, 1_000, len(body), start)
    return raw[:start] + body + bytes(tail)


def _flag(bits: int) -> Callable[[Parts], bytes]:
    """Set bits of the general flags in the table of contents and before each part."""

    def change(parts: Parts) -> bytes:
        raw = bytearray(packed(parts))
        for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            place = raw.find(mark)
            while place >= 0:
                raw[place + at] |= bits
                place = raw.find(mark, place + 4)
        return bytes(raw)

    return change


def _method(number: int) -> Callable[[Parts], bytes]:
    def change(parts: Parts) -> bytes:
        raw = bytearray(packed(parts))
        for mark, at in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
            place = raw.find(mark)
            while place >= 0:
                struct.pack_into("<H", raw, place + at, number)
                place = raw.find(mark, place + 4)
        return bytes(raw)

    return change


def _cut(where: float) -> Callable[[Parts], bytes]:
    def change(parts: Parts) -> bytes:
        raw = packed(parts)
        return raw[: int(len(raw) * where)]

    return change


def _before_start(parts: Parts) -> bytes:
    """Let the directory's offset send the reader to before the start."""
    raw = bytearray(packed(parts))
    struct.pack_into("<I", raw, raw.rfind(b"PK\x05\x06") + 16, 0xFFFFFFF0)
    return bytes(raw)


def _quine(parts: Parts) -> bytes:
    """Let the archive hold itself, as far as one level."""
    return packed({**parts, "self.xlsx.zip": packed(parts)})


ATTACKS: dict[str, tuple[str, Callable[[Parts], bytes]]] = {
    "zip bomb": ("refused", lambda parts: packed({**parts, "a.bin": bytes(40 * MIB)})),
    "many small bombs": (
        "refused",
        lambda parts: packed({**parts, **{f"{n}.bin": bytes(MIB) for n in range(300)}}),
    ),
    "nested archive": ("refused", _quine),
    "overlapping entries": ("refused", _overlapping),
    "lying size": ("refused", _lying_size),
    "lying 4 GB": ("refused", _lying_large),
    "wrong checksum": ("refused", _wrong_crc),
    "claimed 65535 entries": ("refused", _claims_entries),
    "claimed 2**40 entries": ("refused", _claims_zip64),
    "more entries than claimed": ("refused", _many_in_zip64),
    "a million entries": ("refused", _million),
    "slip": ("refused", _adding("../../evil.py")),
    "slip by backslash": ("refused", _adding("..\\..\\evil.py")),
    "absolute name": ("refused", _adding("/etc/cron.d/evil")),
    "drive name": ("refused", _adding("C:\\evil.dll")),
    "device name": ("either", _adding("folder/CON")),
    "NUL in a name": ("refused", lambda parts: _changed({**parts, "a~b": b"x"}, b"a~b", b"a\0b")),
    "names that differ in case": ("refused", _twice),
    "symbolic link": ("refused", _link),
    "main part is a link": ("refused", _linked_main),
    "password": ("refused", _flag(1)),
    "unknown method": ("refused", _method(99)),
    "cut at a third": ("refused", _cut(0.33)),
    "cut before the end": ("refused", _cut(0.97)),
    "directory before the start": ("refused", _before_start),
    "nothing but an end": ("refused", lambda _: b"PK\x03\x04" + b"PK\x05\x06" + bytes(18)),
}


def _maker(carrier: Callable[[], Parts], attack: Callable[[Parts], bytes]) -> Maker:
    def make(path: Path, bait: Bait) -> None:
        del bait
        path.write_bytes(attack(carrier()))

    return make


def cases() -> Iterator[Case]:
    """Yield each attack on each kind of archive."""
    for suffix, carrier in CARRIERS.items():
        layer = "constraints" if suffix in {".kmz", ".zip"} else None
        for name, (outcome, attack) in ATTACKS.items():
            yield Case(f"{name} {suffix[1:]}", suffix, _maker(carrier, attack), outcome, layer)
