"""Save a graph build into a folder, and load it again, mapped into memory, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from lca.errors import StoreUnavailable

from .build_digest import FORMAT
from .build_info import BuildInfo
from .build_tables import nodes_of, segments_of, tables_of, turns_of
from .network import RoadNetwork
from .segment_index import SegmentIndex

_TABLES = ("nodes", "segments", "points", "turns", "turn_ends")
_INDEX, _MANIFEST = "index.bin", "build.json"
_FILES = (*(f"{table}.arrow" for table in _TABLES), _INDEX)
_HASHING_THREADS = 4


def save_network(network: RoadNetwork, folder: Path) -> None:
    """Write the build into a folder; a reader sees all of it or nothing.

    A folder that holds a whole build already is left as it is: builds are named by their digest.
    A damaged one makes way, so that to build the roads again mends it.
    """
    if _is_whole(folder):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        fresh = Path(temporary) / "build"
        fresh.mkdir()
        for name, batch in tables_of(network).items():
            with pa.ipc.new_file(str(fresh / f"{name}.arrow"), batch.schema) as writer:
                writer.write_batch(batch)
        network.index.buffer.tofile(fresh / _INDEX)
        body = {
            "format": FORMAT,
            "digest": network.digest,
            "info": network.info.as_json(),
            "files": _hashes(_mapped(fresh / name) for name in _FILES),
        }
        manifest = json.dumps({**body, "seal": _seal(body)}, ensure_ascii=False, indent=1)
        (fresh / _MANIFEST).write_text(manifest, encoding="utf-8")
        for path in (*fresh.iterdir(), fresh):
            _sync(path)
        if folder.exists():
            folder.rename(Path(temporary) / "damaged")
        _move(fresh, folder)
    _sync(folder.parent)


def load_network(folder: Path) -> RoadNetwork:
    """Map a build into memory; every byte is checked against the manifest before it is used.

    Processes that load the same build share its pages.

    Raises
    ------
    StoreUnavailable
        If the build is missing, damaged, or was made by another version of this product.
    """
    try:
        body = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        _check_manifest(body, folder)
        buffers = [_mapped(folder / name) for name in _FILES]
        found = _hashes(buffers)
        for name in _FILES:
            if found[name] != body["files"][name]:
                raise _damaged(folder, f"{name} was changed")
        return _network(body, buffers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder, str(error)) from error


def _is_whole(folder: Path) -> bool:
    """Tell whether a build is there that can be read."""
    if not folder.exists():
        return False
    try:
        load_network(folder)
    except StoreUnavailable:
        return False
    return True


def _network(body: dict[str, Any], buffers: list[pa.Buffer]) -> RoadNetwork:
    """Return the network of a manifest and checked files."""
    nodes, segments, points, turns, turn_ends = (
        pa.ipc.open_file(buffer).get_batch(0) for buffer in buffers[:-1]
    )
    node_ids, lon, lat = nodes_of(nodes)
    return RoadNetwork(
        digest=body["digest"],
        info=BuildInfo.from_json(body["info"]),
        node_ids=node_ids,
        node_lon=lon,
        node_lat=lat,
        segments=segments_of(segments, points),
        turns=turns_of(turns, turn_ends),
        index=SegmentIndex(np.frombuffer(buffers[-1], np.uint8)),
    )


def _mapped(path: Path) -> pa.Buffer:
    """Return a file's bytes without reading them yet."""
    with pa.memory_map(str(path)) as file:
        return file.read_buffer()


def _hashes(buffers: Iterable[pa.Buffer]) -> dict[str, str]:
    """Return the hash of each file's bytes; hashing sets the interpreter free."""
    with ThreadPoolExecutor(_HASHING_THREADS) as threads:
        return dict(zip(_FILES, threads.map(_sha256, buffers), strict=True))


def _check_manifest(body: dict[str, Any], folder: Path) -> None:
    if body["format"] > FORMAT:
        raise StoreUnavailable(
            f"The graph build has format {body['format']}; this version reads format {FORMAT}.",
            where=str(folder),
            do_next="Update the product, or build the roads again with this version.",
        )
    if body["format"] < FORMAT:
        raise StoreUnavailable(
            f"The graph build has the older format {body['format']}; this version reads {FORMAT}.",
            where=str(folder),
            do_next="Build the roads again from the same file: lca roads build FILE --name NAME.",
        )
    sealed = {key: value for key, value in body.items() if key != "seal"}
    if body["seal"] != _seal(sealed):
        raise _damaged(folder, f"{_MANIFEST} was changed")


def _seal(body: dict[str, Any]) -> str:
    return _sha256(json.dumps(body, sort_keys=True).encode())


def _sha256(content: bytes | pa.Buffer) -> str:
    return hashlib.sha256(content).hexdigest()


def _damaged(folder: Path, reason: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The graph build cannot be read: {reason}.",
        where=str(folder),
        do_next="Restore the folder from a backup, or build the roads again from the same file.",
    )


def _move(fresh: Path, folder: Path) -> None:
    """Move a finished build to its place; another writer of the same build may have won."""
    try:
        fresh.rename(folder)
    except OSError:
        if not (folder / _MANIFEST).is_file():
            raise


def _sync(path: Path) -> None:
    """Bring a file or folder to the disk; Windows can do so for files only."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
