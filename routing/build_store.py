"""Save a graph build into a folder, and load it again, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq

from lca.errors import StoreUnavailable

from .build_digest import FORMAT
from .build_info import BuildInfo
from .network import RoadNetwork
from .roads import with_all_attributes

_NODES, _SEGMENTS, _MANIFEST = "nodes.npy", "segments.parquet", "build.json"


def save_network(network: RoadNetwork, folder: Path) -> None:
    """Write the build into a folder; a reader sees all of it or nothing.

    A folder that holds a build already is left as it is: builds are named by their digest.
    """
    if (folder / _MANIFEST).is_file():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        fresh = Path(temporary) / "build"
        fresh.mkdir()
        nodes = np.rec.fromarrays(
            [network.node_ids, network.node_lon, network.node_lat],
            dtype=[("id", "<i8"), ("lon", "<f8"), ("lat", "<f8")],
        )
        np.save(fresh / _NODES, nodes, allow_pickle=False)
        network.segments.to_parquet(fresh / _SEGMENTS, compression="zstd", index=False)
        body = {
            "format": FORMAT,
            "digest": network.digest,
            "info": network.info.as_json(),
            "files": {name: _sha256((fresh / name).read_bytes()) for name in (_NODES, _SEGMENTS)},
        }
        manifest = json.dumps({**body, "seal": _seal(body)}, ensure_ascii=False, indent=1)
        (fresh / _MANIFEST).write_text(manifest, encoding="utf-8")
        for path in (*fresh.iterdir(), fresh):
            _sync(path)
        _move(fresh, folder)
    _sync(folder.parent)


def load_network(folder: Path) -> RoadNetwork:
    """Read a build; every byte is checked against the manifest before anything parses it.

    Raises
    ------
    StoreUnavailable
        If the build is missing, damaged, or was made by a newer version of this product.
    """
    try:
        body = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        _check_manifest(body, folder)
        nodes = np.load(_checked(folder, _NODES, body), allow_pickle=False)
        table = pq.read_table(_checked(folder, _SEGMENTS, body))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder, str(error)) from error
    segments = with_all_attributes(gpd.GeoDataFrame.from_arrow(table))
    segments["segment_id"] = segments["segment_id"].astype(object)
    return RoadNetwork(
        digest=body["digest"],
        info=BuildInfo.from_json(body["info"]),
        node_ids=np.ascontiguousarray(nodes["id"]),
        node_lon=np.ascontiguousarray(nodes["lon"]),
        node_lat=np.ascontiguousarray(nodes["lat"]),
        segments=segments,
    )


def _check_manifest(body: dict[str, Any], folder: Path) -> None:
    if body["format"] > FORMAT:
        raise StoreUnavailable(
            f"The graph build has format {body['format']}; this version reads up to {FORMAT}.",
            where=str(folder),
            do_next="Update the product, or build the roads again with this version.",
        )
    sealed = {key: value for key, value in body.items() if key != "seal"}
    if body["seal"] != _seal(sealed):
        raise _damaged(folder, f"{_MANIFEST} was changed")


def _checked(folder: Path, name: str, body: dict[str, Any]) -> io.BytesIO:
    """Return a file's bytes if they are those that were saved."""
    content = (folder / name).read_bytes()
    if _sha256(content) != body["files"][name]:
        raise _damaged(folder, f"{name} was changed")
    return io.BytesIO(content)


def _seal(body: dict[str, Any]) -> str:
    return _sha256(json.dumps(body, sort_keys=True).encode())


def _sha256(content: bytes) -> str:
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
