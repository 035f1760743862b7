"""What is fuzzed: each parser of ours as a function of bytes that raises an ``LcaError`` or returns.

A target also states the laws of what it returns. Any other error, and a broken law, is a finding.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lca.errors import LcaError
from lca.ingest import wire
from lca.ingest.archive import open_archive
from lca.ingest.cells import parse_boolean, parse_cell, parse_moment, parse_number
from lca.ingest.coordinates import parse_coordinate, parse_position
from lca.ingest.cover import Cover
from lca.ingest.delimited import read_delimited
from lca.ingest.drawing import KINDS, Drawing, extent_of
from lca.ingest.encodings import decode
from lca.ingest.folding import fold
from lca.ingest.gis.outline import outlined
from lca.ingest.grids import parse_mgrs
from lca.ingest.limits import Limits
from lca.ingest.location import LOCATION_TARGETS, location_of
from lca.ingest.pages.docx import read_docx
from lca.ingest.pages.html import read_html
from lca.ingest.pages.traveltime import travel_time
from lca.ingest.pages.writtendate import written_date
from lca.ingest.plan import plain_heading
from lca.ingest.profiles.profile import read_profile
from lca.ingest.rows import read_rows
from lca.ingest.serials import is_date_format
from lca.ingest.shapes import shape_of
from lca.ingest.sheets import TABLE_KINDS
from lca.ingest.units import factor_between, plain_unit
from lca.ingest.wire import Sheet, SheetRow
from lca.ingest.workbook import read_workbook
from lca.record import fields_of
from lca.timerule import next_change, time_truth

SMALL = Limits(
    rows=500, columns=64, cells=5_000, text_chars=2_000, unpacked_bytes=4_000_000, vertices=5_000
)
_ZONE = ZoneInfo("Africa/Khartoum")
_MOMENT = datetime(2026, 11, 18, 12, 0)  # noqa: DTZ001 - a local time, as timerule takes it
_CONSTRAINTS = next(at for at, kind in enumerate(TABLE_KINDS) if kind.layer == "constraints")
_FIELDS = [field for kind in TABLE_KINDS for field in fields_of(kind.record_class)]


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


@lru_cache(maxsize=1)
def _file() -> Path:
    return Path(tempfile.mkdtemp(prefix="lca-fuzz-")) / "input"


def _written(data: bytes) -> Path:
    path = _file()
    path.write_bytes(data)
    return path


def _hold(messages: Iterable[wire.Message]) -> None:
    """Hold what a reader says to the laws that the parent checks: it survives the wire."""
    out = _file().with_name("result")
    held = list(messages)
    wire.write(held, out, SMALL)
    sheets = wire.read(out, SMALL)
    assert sum(len(sheet.rows) for sheet in sheets) == sum(
        isinstance(message, SheetRow) for message in held
    )


def workbook(data: bytes) -> None:
    """Read a workbook from raw bytes."""
    _hold(read_workbook(_written(data), ["*"], SMALL))


def archive(data: bytes) -> None:
    """Look through an archive; what it unpacks to stays within the limits."""
    with open_archive(_written(data), SMALL) as opened:
        total = sum(len(opened.read(name)) for name in opened.namelist())
    assert total <= SMALL.unpacked_bytes


def delimited(data: bytes) -> None:
    """Read a delimited text."""
    _hold(read_delimited(_written(data), SMALL))


def encoding(data: bytes) -> None:
    """Decode a text of an unknown encoding."""
    assert isinstance(decode(data)[0], str)


def page(data: bytes) -> None:
    """Read a web page."""
    _hold(read_html(_written(data), SMALL))


def document(data: bytes) -> None:
    """Read a Word document."""
    _hold(read_docx(_written(data), SMALL))


def cell(data: bytes) -> None:
    """Read a text as every kind of value; the first byte chooses the field."""
    text = _text(data[1:])
    field = _FIELDS[(data[0] if data else 0) * 7 % len(_FIELDS)]
    for parse in (
        lambda: parse_cell(field, text, _ZONE),
        lambda: parse_number(text, unit="m"),
        lambda: parse_boolean(text),
        lambda: parse_moment(text, _ZONE),
    ):
        value = _tried(parse)
        assert not isinstance(value, float) or math.isfinite(value)
        assert not isinstance(value, datetime) or value.astimezone(UTC)


def coordinate(data: bytes) -> None:
    """Read a text as a latitude, a longitude and a position; what is read lies on the globe."""
    text = _text(data)
    for axis, most in (("latitude", 90), ("longitude", 180)):
        value = _tried(lambda axis=axis: parse_coordinate(text, axis))  # type: ignore[misc]
        assert value is None or abs(value) <= most
    for parse in (parse_position, parse_mgrs):
        position = _tried(lambda parse=parse: parse(text))  # type: ignore[misc]
        assert position is None or (abs(position.lon) <= 180 and abs(position.lat) <= 90)


def location(data: bytes) -> None:
    """Read a text as each kind of location."""
    text = _text(data[1:])
    targets = sorted(LOCATION_TARGETS)
    location_of({targets[(data[0] if data else 0) % len(targets)]: text}, country="SDN")


def words(data: bytes) -> None:
    """Read a text as a unit, a date, a travel time, a format; folding is idempotent."""
    text = _text(data)
    # Of a longer one it keeps a part, so that the part has one of its own.
    assert len(fold(text)) > 200 or fold(fold(text)) == fold(text)
    assert plain_heading(plain_heading(text)) == plain_heading(text)
    plain_unit(text)
    factor_between(text, "t")
    written_date(text)
    travel_time(text, 8)
    is_date_format(200, text)


def time_rule(data: bytes) -> None:
    """Read a text as a rule of time."""
    text = _text(data)
    assert time_truth(text, _MOMENT) in {-1, 0, 1, 2}
    following = next_change(text, _MOMENT)
    assert following is None or following > _MOMENT


def result(data: bytes) -> None:
    """Read what a child gone bad could have written."""
    wire.read(_written(data), SMALL)


def drawing(data: bytes) -> None:
    """Read a geometry that a child gone bad could have written, and judge it as a child does."""
    kinds = sorted(KINDS)
    one = Drawing(kinds[(data[0] if data else 0) % len(kinds)], data[1:])
    try:
        extent = extent_of(one)
    except ValueError:
        return
    assert extent.corners * 16 <= len(data)
    judged = outlined(one, SMALL)
    assert not judged.wkb or extent_of(judged)
    for read in (one, judged):
        geometry = _tried(lambda read=read: shape_of(read, TABLE_KINDS[_CONSTRAINTS])[0])
        assert geometry is None or geometry.is_valid


def profile(data: bytes) -> None:
    """Read a profile of somebody's own."""
    read_profile("fuzzed", _text(data))


def table(data: bytes) -> None:
    """Read rows of our own columns; rows in are rows accepted plus rows rejected."""
    kind = TABLE_KINDS[(data[0] if data else 0) % len(TABLE_KINDS)]
    lines = [line.split("|")[:64] for line in _text(data[1:]).split("\n")[:40]]
    rows = tuple(
        SheetRow(number, {column: text[:500] for column, text in enumerate(line) if text.strip()})
        for number, line in enumerate(lines, start=1)
    )
    read = read_rows(Sheet("x", rows=rows), kind, Cover())
    rejected = {issue.row for issue in read.issues}
    assert len(read.accepted) <= read.rows_in <= len(rows)
    assert len(read.accepted) == read.rows_in or rejected


def _tried(parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except LcaError:
        return None


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        workbook,
        archive,
        delimited,
        encoding,
        page,
        document,
        cell,
        coordinate,
        location,
        words,
        time_rule,
        result,
        drawing,
        profile,
        table,
    )
}


def run(name: str, data: bytes) -> None:
    """Run a target on some bytes; return unless it is a finding."""
    _tried(lambda: TARGETS[name](data))
