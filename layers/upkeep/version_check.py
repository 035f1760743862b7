"""Whether a version's files say what its id says: manifest, parts, rows and their digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
from shapely.errors import ShapelyError

from layers import parts
from layers.canonical import FORMAT, row_digests
from layers.spec import LayerSpec
from lca.errors import LcaError

Read = Callable[[str], bytes]
"""Returns an object's bytes by their sha256, or raises StoreUnavailable."""
Unpack = Callable[[str], Any]
"""Returns the rows of a part's file as an Arrow table, by the file's sha256."""


class PartRows(NamedTuple):
    """How many rows a part has, and the first and last of their ids."""

    rows: int
    first: str | None
    last: str | None


class VersionFault(Exception):
    """A version's files contradict each other or cannot be read; the message says how."""


def read_manifest(version: str, read: Read) -> dict[str, Any]:
    """Return a version's manifest.

    Raises
    ------
    VersionFault
        If it is missing, or is not that of this version.
    """
    try:
        content = read(version)
        if hashlib.sha256(content).hexdigest() != version:
            msg = "its manifest is not the one that its id names"
            raise VersionFault(msg)
        body: dict[str, Any] = json.loads(content)
        if body["format"] != FORMAT:
            msg = f"its format is {body['format']}, this product reads {FORMAT}"
            raise VersionFault(msg)
        _ = body["layer"], [(part["digest"], part["rows"]) for part in body["parts"]]
    except LcaError as error:
        raise VersionFault(error.what) from error
    except (ValueError, KeyError, TypeError) as error:
        msg = "its manifest cannot be read"
        raise VersionFault(msg) from error
    return body


def verify_version(
    version: str,
    files: Sequence[str],
    read: Read,
    specs: Mapping[str, LayerSpec],
    *,
    known: dict[tuple[str, str], PartRows] | None = None,
    unpack: Unpack | None = None,
) -> int:
    """Compute a version's identity anew from its files, and return its number of rows.

    Parameters
    ----------
    files : sequence of str
        The sha256 of each part's file, in order.
    known : dict, optional
        Parts that were verified already, by file and digest; those found whole are added.
    unpack : callable, optional
        How parts are unpacked that somebody else has packed; ours are in this process.

    Raises
    ------
    VersionFault
        Saying what is wrong.
    """
    body = read_manifest(version, read)
    spec = specs.get(body["layer"])
    if spec is None:
        msg = f"it belongs to the layer {body['layer']!r}, which this product lacks"
        raise VersionFault(msg)
    if len(files) != len(body["parts"]):
        msg = f"its manifest names {len(body['parts'])} part(s), and {len(files)} are kept"
        raise VersionFault(msg)
    checked = {} if known is None else known
    table = unpack or (lambda file: parts.unpacked(read(file)))
    last = None
    for number, (file, part) in enumerate(zip(files, body["parts"], strict=True), 1):
        key = (file, part["digest"])
        if key not in checked:
            checked[key] = _verify_part(f"part {number}", file, part["digest"], table, spec)
        found = checked[key]
        if found.rows != part["rows"]:
            msg = f"part {number} has {found.rows} rows, its manifest says {part['rows']}"
            raise VersionFault(msg)
        if last is not None and not (found.first == part["first"] and last < part["first"]):
            msg = f"part {number} does not follow the one before"
            raise VersionFault(msg)
        last = found.last
    return sum(part["rows"] for part in body["parts"])


def _verify_part(name: str, file: str, digest: str, unpack: Unpack, spec: LayerSpec) -> PartRows:
    try:
        table = unpack(file)
        ids, stored = (table.column(key).to_pylist() for key in ("id", "row_digest"))
        frame = parts.frame_of_table(table, spec.fields)
    except LcaError as error:
        raise VersionFault(f"{name}: {error.what}") from error
    except (pa.ArrowException, ShapelyError, KeyError, ValueError, TypeError) as error:
        msg = f"{name} is no table of rows of this layer"
        raise VersionFault(msg) from error
    if hashlib.sha256("".join(stored).encode()).hexdigest() != digest:
        msg = f"{name} is not the one that its manifest names"
        raise VersionFault(msg)
    if row_digests(frame, spec.fields) != tuple(stored):
        msg = f"{name} holds rows that are not those of their digests"
        raise VersionFault(msg)
    if ids != sorted(set(ids)):
        msg = f"{name} has ids that are not in order, or twice"
        raise VersionFault(msg)
    return PartRows(len(ids), ids[0] if ids else None, ids[-1] if ids else None)
