"""Save a workbook so that the same cells give the same bytes: without the clock of the moment."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook

_NO_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def save(book: Workbook, path: Path, *, moment: datetime = _NO_MOMENT) -> None:
    """Write a workbook; ``moment`` stands where spreadsheet and zip would write the clock."""
    book.properties.created = moment.replace(tzinfo=None)
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(without_clock(buffer.getvalue(), moment))


def without_clock(content: bytes, moment: datetime) -> bytes:
    """Return a workbook's bytes with a fixed moment in the place of the clock."""
    stated = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stated, part)
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            fixed.writestr(entry, part, zipfile.ZIP_DEFLATED)
    return target.getvalue()
