"""Save a graph build into a folder, and load it again, whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq

from lca.errors import StoreUnavailable

from .build_digest import FORMAT, digest_of
from .build_info import BuildInfo
from .network import RoadNetwork
from .roads import with_all_attributes

_NODES, _SEGMENTS, _INFO = "nodes.npy", "segments.parquet", "build.json"


def save_network(network: RoadNetwork, folder: Path) -> None:
    """Write the build into a folder; a reader sees all of it or nothing.

    A folder that holds a build already is left as it is: builds are named by their digest.
    """
    if (folder / _INFO).is_file():
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
        body = {"format": FORMAT, "digest": network.digest, "info": network.info.as_json()}
        (fresh / _INFO).write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
        for path in (*fresh.iterdir(), fresh):
            _sync(path)
        _move(fresh, folder)
    _sync(folder.parent)


def load_network(folder: Path) -> RoadNetwork:
    """Read a build and prove by its digest that nothing in it has changed.

    Raises
    ------
    StoreUnavailable
        If the build is missing, damaged, or was made by a newer version of this product.
    """
    try:
        body = json.loads((folder / _INFO).read_text(encoding="utf-8"))
        if body["format"] > FORMAT:
            raise StoreUnavailable(
                f"The graph build has format {body['format']}; this version reads up to {FORMAT}.",
                where=str(folder),
                do_next="Update the product, or build the roads again with this version.",
            )
        nodes = np.load(folder / _NODES, allow_pickle=False)
        frame = gpd.GeoDataFrame.from_arrow(pq.read_table(folder / _SEGMENTS))
        network = RoadNetwork(
            digest=body["digest"],
            info=BuildInfo.from_json(body["info"]),
            node_ids=np.ascontiguousarray(nodes["id"]),
            node_lon=np.ascontiguousarray(nodes["lon"]),
            node_lat=np.ascontiguousarray(nodes["lat"]),
            segments=with_all_attributes(frame),
        )
        found = digest_of(network.node_ids, network.node_lon, network.node_lat, network.segments)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        if isinstance(error, StoreUnavailable):
            raise
        raise _damaged(folder, str(error)) from error
    if found != network.digest:
        raise _damaged(folder, "its content does not match its digest")
    return network


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
        if not (folder / _INFO).is_file():
            raise


def _sync(path: Path) -> None:
    """Bring a file or folder to the disk, as far as the system can for folders."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
