"""A layer of a million road lines: published in bounded memory, edited and read a part at a time.

``LCA_STRESS_LINES`` says how many lines; the bound of 2 GB is that of a million.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import geopandas as gpd
import pytest

from layers.edits import ChangeFeature
from layers.operation import Operation
from layers.spec import load_specs
from layers.store import Store
from lca.geo import BBox

pytestmark = [pytest.mark.stress, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]
LINES = int(os.environ.get("LCA_STRESS_LINES", "1000000"))
MOST_KB = 2_000_000
LAYER = "road_status"
BOX = BBox(-70.0, -35.0, -69.9, -34.9)


def opened(folder):
    specs = load_specs()
    edited = {LAYER: specs[LAYER].model_copy(update={"derived": False})}
    return Store.open(folder / "store", specs={**specs, **edited})


def published(file, folder):
    """Publish the file in this process, and return the most memory that it took in kilobytes."""
    with opened(folder) as store:
        store.set_operation(Operation("CHL", "Drill", exercise=True, time_zone="UTC"))
        draft = store.draft(LAYER, gpd.read_parquet(file), "Ana", "import")
        store.publish(draft.id, "Ana")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_a_large_layer_is_published_edited_and_read(tmp_path):
    file = tmp_path / "roads.parquet"
    script = ROOT / "scripts" / "make_road_lines.py"
    subprocess.run([sys.executable, script, file, "--lines", str(LINES)], check=True)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(published, file, tmp_path).result() < MOST_KB

    given = gpd.read_parquet(file).set_index("id")
    inside = set(given.index[given.intersects(BOX.polygon)])
    with opened(tmp_path) as store:
        first = store.head(LAYER)
        parts = store.workspace.content(first).parts
        assert first.feature_count == LINES
        assert max(part.rows for part in parts) <= 131_072
        key = min(inside)
        early = store.page(first, bbox=BOX, limit=1000)
        assert {row["id"] for row in early.rows} == inside
        assert early.matched == len(inside)

        second = store.apply_edit(LAYER, ChangeFeature(key, {"status": "closed"}, "Seen"), "Ana")
        shared = {part.file for part in parts} & {
            part.file for part in store.workspace.content(second).parts
        }
        assert len(shared) == len(parts) - 1
        assert store.feature(second, key)["status"] == "closed"
        was = store.feature(store.head(LAYER, as_of=first.published_at), key)["status"]
        assert was == given["status"][key]
        (change,) = store.diff(LAYER, first, second).changed
        assert (change.before["status"], change.after["status"]) == (was, "closed")
        assert {row["id"] for row in store.page(second, bbox=BOX, limit=1000).rows} == inside
