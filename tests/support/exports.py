"""What an exported file says, as one text, whatever its format packs it in."""

from __future__ import annotations

import io
import zipfile

import pyarrow.parquet as pq


def in_words(fmt: str, content: bytes) -> str:
    """All texts of a file, unpacked."""
    if fmt in {"xlsx", "shp"}:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        return _unescaped("\n".join(parts))
    if fmt == "parquet":
        table = pq.read_table(io.BytesIO(content))
        return f"{table.schema.metadata}\n{table.to_pylist()}".replace("\\'", "'")
    return _unescaped(content.decode("utf-8", "replace"))


def _unescaped(text: str) -> str:
    return text.replace("&apos;", "'").replace("&amp;", "&").replace("&quot;", '"')
