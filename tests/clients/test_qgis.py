"""QGIS opens an exported GeoPackage with our legend, in our colours, without being asked."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shapely import LineString

from layers.export import export
from layers.spec import load_specs
from layers.store import Store
from lca.table import frame_of_rows

PYTHON = Path("/usr/bin/python3")  # Debian's QGIS is for Debian's Python
SCRIPT = Path(__file__).with_name("qgis_opens.py")


def has_qgis() -> bool:
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import importlib.util as u; exit(not u.find_spec('qgis'))"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(
    not has_qgis(), reason="needs QGIS: apt-get install python3-qgis qgis-providers"
)
def test_qgis_applies_the_embedded_style(tmp_path):
    spec = load_specs()["road_status"].model_copy(update={"derived": False})
    with Store.open(tmp_path / "store", specs={"road_status": spec}) as store:
        words = [entry.value for entry in spec.style.classes]
        rows = [
            {
                "id": word, "name": word, "status": word, "vehicle": "truck", "source_org": "Us",
                "date_of_information": datetime(2026, 11, 14, tzinfo=UTC),
                "geometry": LineString([(0, at), (10, at)]),
            }
            for at, word in enumerate(words)
        ]  # fmt: skip
        draft = store.draft(
            "road_status", frame_of_rows(spec.fields, rows), author="A", message="m"
        )
        release = store.publish(draft.id, author="A")
        path = tmp_path / "roads.gpkg"
        path.write_bytes(export(store, release, "gpkg"))
    done = subprocess.run(
        [str(PYTHON), str(SCRIPT), str(path), "road_status", "LineString", str(tmp_path / "x.png")],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        timeout=120,
    )
    seen = json.loads(done.stdout)
    assert (seen["valid"], seen["count"], seen["crs"]) == (True, len(words), "EPSG:4326")
    assert seen["labels"] == [*(entry.label for entry in spec.style.classes), "Other"]
    assert seen["dashed"] == [entry.label for entry in spec.style.classes if entry.dash]
    assert seen["titles"]["speed_kmh"] == "Usual speed of the road class in the dry (km/h)"
    assert {entry.colour for entry in spec.style.classes} <= set(seen["colours"])
