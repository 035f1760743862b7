"""Make the files of the demo area under ``data/demo/coquimbo`` from open data and the exercise.

Run it as ``python -m scripts.make_demo``; it needs the package index. The same inputs give the
same files.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd

from scripts.demo_roads import read_links, read_nodes, read_zones
from scripts.exercise import COVER, facilities
from scripts.exercise_constraints import constraints
from scripts.sidecar import Sidecar, write_sidecar
from scripts.sources import AIRPORTS, COQUIMBO, PORTS, fetch
from scripts.workbook import write_workbook

TARGET = Path("data/demo/coquimbo")
ACCESSED = "2026-11-21"

# Of the other kinds the exercise has nothing; the template has their sheets.
_EMPTY_SHEETS = ("Border crossings", "Ferries", "Bridges", "Checkpoints", "Places")

_AEQUILIBRAE = {
    "source": (
        "OpenStreetMap, as converted by AequilibraE: "
        f"{COQUIMBO.member} in the Python package {COQUIMBO.package}"
    ),
    "source_version": COQUIMBO.version,
    "url": "https://pypi.org/project/aequilibrae/1.7.2/",
    "accessed": ACCESSED,
}
_OSM = {"licence": "ODbL-1.0", "attribution": "© OpenStreetMap contributors"}

ROADS = Sidecar(
    title="Roads of Coquimbo and La Serena, Chile",
    processing=(
        "Table links of project_database.sqlite without its 137 centroid connectors; columns "
        "renamed (units in the names); geometry from SpatiaLite to WKB, unchanged "
        "(scripts/demo_roads.py). The source has no surface, bridge or weight tags; its OSM date "
        "is not stated."
    ),
    exercise=False,
    **_AEQUILIBRAE,
    **_OSM,
)
NODES = Sidecar(
    title="Ends of the road links of Coquimbo and La Serena, Chile",
    processing=(
        "Table nodes of project_database.sqlite without its 133 zone centroids "
        "(scripts/demo_roads.py)."
    ),
    exercise=False,
    **_AEQUILIBRAE,
    **_OSM,
)
ZONES = Sidecar(
    title="Populated zones of Coquimbo and La Serena, Chile",
    licence="MIT AND ODbL-1.0",
    attribution="AequilibraE developers; © OpenStreetMap contributors",
    processing=(
        "Table zones of project_database.sqlite with its centroids as label points "
        "(scripts/demo_roads.py). The source has no names, so a zone is named after its number. "
        "Population is modelled, rounded to whole people with the total kept. The package is "
        "under the MIT License (with a clause that asks documentation to refer to AequilibraE) "
        "and states neither a licence of its own nor the origin of zones and population; they "
        "are model zones, not administrative units, so both licences are carried."
    ),
    exercise=False,
    **_AEQUILIBRAE,
)

ASSESSMENT = Sidecar(
    title="EXERCISE assessment workbook: earthquake and tsunami at Coquimbo and La Serena (invented)",
    source=(
        "Invented for this project (scripts/exercise*.py), but for two positions: the port from "
        f"{PORTS.member} in the Python package {PORTS.package}, the airport from "
        f"{AIRPORTS.member} in {AIRPORTS.package}"
    ),
    source_version=f"{PORTS.package} {PORTS.version}, {AIRPORTS.package} {AIRPORTS.version}",
    url="https://pypi.org/project/searoute/1.6.0/ https://pypi.org/project/airportsdata/20260905/",
    licence="Apache-2.0 AND MIT",
    attribution=(
        "LCA Access Map; searoute (Apache-2.0); airportsdata (MIT); "
        "places on roads after © OpenStreetMap contributors"
    ),
    accessed=ACCESSED,
    processing=(
        "Written by scripts/workbook.py. EXERCISE DATA: every status, store, fuel point and "
        "constraint is invented; only the positions of port and airport, their codes, and the "
        "names and courses of roads are real. The airport's elevation was converted from feet."
    ),
    exercise=True,
)


def write_roads(database: Path, target: Path) -> None:
    """Write links, nodes and zones of a project database, each with its sidecar."""
    tables = {
        "roads": (read_links(database), ROADS),
        "nodes": (read_nodes(database), NODES),
        "zones": (read_zones(database), ZONES),
    }
    for name, (frame, sidecar) in tables.items():
        path = target / f"{name}.parquet"
        write_parquet(frame, path)
        write_sidecar(path, sidecar)


def write_assessment(ports: bytes, airports: bytes, target: Path) -> None:
    """Write the exercise's workbook with its sidecar; the sources give port and airport."""
    path = target / "assessment.xlsx"
    empty: dict[str, list[dict[str, Any]]] = {sheet: [] for sheet in _EMPTY_SHEETS}
    told = {**facilities(ports, airports), "Constraints": constraints()}
    write_workbook(path, COVER, {**empty, **told})
    write_sidecar(path, ASSESSMENT)


def write_parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as GeoParquet, compressed as far as is sensible for a file that is read often."""
    frame.to_parquet(path, index=False, compression="zstd", compression_level=19)


def main() -> None:
    """Fetch the sources and write every file of the demo area."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(io.BytesIO(fetch(COQUIMBO, folder))) as project:
            database = Path(project.extract("project_database.sqlite", folder))
        write_roads(database, TARGET)
        write_assessment(fetch(PORTS, folder), fetch(AIRPORTS, folder), TARGET)


if __name__ == "__main__":
    main()
