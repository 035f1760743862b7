"""Shapefiles in a zip archive: their parts unpacked under names of ours, their texts decoded."""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lca.errors import MissingCrs, UnreadableFile
from lca.ingest.archive import open_archive
from lca.ingest.encodings import ENCODINGS, decode
from lca.ingest.limits import Limits

from .featurelayer import Note

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_DBF_HEAD, _DBF_FIELD = 32, 32
# The language driver of a DBF's head (byte 29), where programs of today still write one.
_LANGUAGE_DRIVERS = {0x03: "cp1252", 0x57: "cp1252", 0xC8: "cp1250", 0xC9: "cp1251", 0x7E: "cp1256"}


@dataclass(frozen=True, slots=True)
class TextsOf:
    """How the texts of a Shapefile are encoded, and what was assumed to know it."""

    encoding: str
    notes: list[Note]


def unpacked(path: Path, limits: Limits, *, every: bool) -> tuple[dict[str, Path], str]:
    """Copy the archive's Shapefiles, or its GeoPackage, beside it, under names of our own.

    Returns
    -------
    dict of str to Path, str
        The copies by what they are called in the archive, and their kind.

    Raises
    ------
    UnreadableFile
        If it does not hold one Shapefile, or any number where ``every`` one is taken.
    MissingCrs
        If a Shapefile has no .prj.
    """
    with open_archive(path, limits) as archive:
        parts = {entry.filename.lower(): entry for entry in archive.infolist()}
        real = [name for name in parts if "__macosx" not in name]
        shapes = [name for name in real if name.endswith(".shp")]
        packages = [name for name in real if name.endswith(".gpkg")]
        if every and not shapes and len(packages) == 1:
            copy_entry(archive, parts[packages[0]], path.with_name("layer.gpkg"))
            return {PurePosixPath(packages[0]).stem: path.with_name("layer.gpkg")}, "gpkg"
        if not shapes or (len(shapes) > 1 and not every):
            raise UnreadableFile(
                f"The archive holds {len(shapes)} Shapefiles.",
                do_next="Put the .shp, .shx, .dbf, .prj and .cpg of one layer into one .zip.",
            )
        found = {}
        for number, name in enumerate(shapes):
            stem = name.removesuffix(".shp")
            copy = path.with_name(f"layer{number or ''}.shp")
            found[PurePosixPath(stem).name] = copy
            _copy_shapefile(archive, parts, stem, copy)
    return found, "shapefile"


def _copy_shapefile(
    archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], stem: str, target: Path
) -> None:
    if f"{stem}.prj" not in parts:
        raise MissingCrs(
            "The Shapefile has no .prj, so nobody knows where its coordinates lie.",
            do_next="Add the .prj file to the .zip, or export the layer again from QGIS.",
        )
    for suffix in _PARTS:
        entry = parts.get(stem + suffix)
        if entry is not None:
            copy_entry(archive, entry, target.with_suffix(suffix))


def copy_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Copy one entry of an archive into a file."""
    with archive.open(entry) as source, target.open("wb") as copy:
        while block := source.read(1024 * 1024):
            copy.write(block)


def texts_of(shape: Path) -> TextsOf:
    """Return how the texts of a Shapefile are encoded; what its .cpg denies is guessed.

    A text in UTF-8 that was cut within a letter, as some programs cut one to its column, loses
    the rest of that letter in our copy.
    """
    table = shape.with_suffix(".dbf")
    if not table.exists():
        return TextsOf("utf-8", [])
    body = table.read_bytes()
    columns = _text_columns(body)
    stated = _stated(shape.with_suffix(".cpg"), body)
    texts = list(dict.fromkeys(_foreign_texts(body, columns)))
    if not texts:
        return TextsOf(stated or "utf-8", [])
    cut = sum(1 for text in texts if _cut_at(text))
    if all(_is_utf8(text) for text in texts):
        if cut:
            table.write_bytes(_without_halves(body, columns))
        return TextsOf("utf-8", [*_wrong(stated, "utf-8"), *_cut(cut)])
    joined = b"\n".join(texts)
    if stated not in {None, "utf-8"} and _decodes(joined, str(stated)):
        return TextsOf(str(stated), [])
    _, guessed = decode(joined)
    encoding = guessed or "utf-8"
    return TextsOf(encoding, _wrong(stated, encoding) or [_note("has no .cpg", encoding)])


def _wrong(stated: str | None, encoding: str) -> list[Note]:
    if stated in {None, encoding}:
        return []
    return [_note("is not in the encoding that it states", encoding)]


def _note(why: str, encoding: str) -> Note:
    name = f"{encoding} ({ENCODINGS[encoding]})" if encoding in ENCODINGS else encoding
    return (
        f"The Shapefile {why}; its texts were read as {name}.",
        "If names look wrong, export it from QGIS in UTF-8 and import it again.",
    )


def _cut(count: int) -> list[Note]:
    if not count:
        return []
    return [
        (
            f"{count} texts of the Shapefile were cut within a letter to fit their column.",
            "Compare the ends of long texts with the original.",
        )
    ]


def _stated(page: Path, table: bytes) -> str | None:
    """Return the encoding that a .cpg file names, or else the table; None if nobody knows it."""
    if not page.exists():
        return _LANGUAGE_DRIVERS.get(table[29]) if len(table) > 29 else None
    word = page.read_bytes()[:60].decode("ascii", "ignore").strip(" \r\n\t\x00").casefold()
    number = re.fullmatch(r"(?:ansi|oem|windows|cp)?[ _-]*(\d{3,5})", word)
    if word == "65001":
        word = "utf-8"
    elif number:
        digits = number[1]
        word = f"iso8859-{digits[4:]}" if re.match(r"8859\d", digits) else f"cp{digits}"
    try:
        return codecs.lookup(word).name
    except (LookupError, ValueError):
        return None


def _decodes(body: bytes, encoding: str) -> bool:
    try:
        text = body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    # The bytes 80-9F are letters in Windows' encodings and control characters in ISO's.
    return not any("\x80" <= char <= "\x9f" for char in text)


def _is_utf8(text: bytes) -> bool:
    return _decodes(text[: _cut_at(text)], "utf-8")


def _cut_at(text: bytes) -> int | None:
    """Return where the last letter of a text in UTF-8 begins if it is not whole."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start:
            return error.start
    return None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a DBF's records lie, how wide one is, and the text columns within each."""

    first: int
    width: int
    places: list[tuple[int, int]]
    names: list[bytes]

    def cells(self, body: bytes) -> Iterator[tuple[int, int]]:
        """Yield where each text begins and ends."""
        for start in range(self.first, len(body), self.width) if self.width else ():
            for begin, end in self.places:
                yield start + begin, start + end


def _text_columns(body: bytes) -> _Columns:
    if len(body) < _DBF_HEAD:
        return _Columns(0, 0, [], [])
    head, width = struct.unpack_from("<HH", body, 8)
    places: list[tuple[int, int]] = []
    names = []
    at = 1  # the mark of a deleted record
    for start in range(_DBF_HEAD, min(head, len(body)) - _DBF_FIELD, _DBF_FIELD):
        names.append(body[start : start + 11].partition(b"\x00")[0])
        kind, length = body[start + 11 : start + 12], body[start + 16]
        if kind == b"C":
            places.append((at, at + length))
        at += length
    return _Columns(head, width, places, names)


def _foreign_texts(body: bytes, columns: _Columns) -> Iterator[bytes]:
    """Yield the names of the columns and the texts that are not all ASCII."""
    yield from (name for name in columns.names if not name.isascii())
    if body.isascii():
        return
    for begin, end in columns.cells(body):
        text = body[begin:end].strip(b" \x00")
        if not text.isascii():
            yield text


def _without_halves(body: bytes, columns: _Columns) -> bytes:
    mended = bytearray(body)
    for begin, end in columns.cells(body):
        text = body[begin:end].rstrip(b" \x00")
        at = None if text.isascii() else _cut_at(text)
        if at is not None:
            mended[begin + at : end] = b" " * (end - begin - at)
    return bytes(mended)
