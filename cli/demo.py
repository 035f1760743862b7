"""The demo store: the Coquimbo exercise, shifted to this week, published layer by layer."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path

import geopandas as gpd
import pandas as pd

from layers.operation import Operation
from layers.store import Store
from lca.errors import UsageError, ValidationFailed
from lca.ingest import Reading, read_assessment
from lca.place import Place
from lca.table import frame_of
from lca.vocab import LocationPrecision, SourceType
from routing.build import build_from_file
from routing.registry import register_network

OPERATION = Operation(
    code="CHL-EX",
    title="Coquimbo – La Serena earthquake and tsunami exercise",
    exercise=True,
    time_zone="America/Santiago",
)
AUTHOR = "demo"
_BEGUN = "demo-begun"
_DONE = "demo-complete"


def demo_store_path(parent: Path, now: datetime) -> Path:
    """Return the folder of this week's demo store.

    A week of its own keeps the exercise's dates current without touching what a user has
    published into an older one.
    """
    year, week, _ = now.isocalendar()
    return parent / f"demo-{year}-W{week:02d}"


def build_demo(path: Path, *, clock: Callable[[], datetime], say: Callable[[str], None]) -> None:
    """Build the demo store if it is not there; a half-built one is built again.

    Raises
    ------
    UsageError
        If the folder holds anything else: another store must never be taken for a demo.
    """
    if (path / _DONE).exists():
        return
    if (path / _BEGUN).exists():
        shutil.rmtree(path)
    elif path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(
            "The folder is not a demo store, so nothing in it was touched.",
            where=str(path),
            do_next="Leave --store and LCA_STORE out, or name a folder that does not exist.",
        )
    path.mkdir(parents=True, exist_ok=True)
    (path / _BEGUN).touch()
    say("Building the demo store (once a week, some seconds) …")
    folder = resources.files("data").joinpath("demo", "coquimbo")
    with resources.as_file(folder) as source:
        reading = read_assessment(source / "assessment.xlsx", trusted=True)
        if reading.report.errors:
            raise ValidationFailed(
                "The demo workbook has errors.",
                where="assessment.xlsx",
                details=reading.report.as_json(),
            )
        store = Store.open(path, clock=clock)
        store.set_operation(OPERATION)
        say("  road graph …")
        register_network(
            store,
            build_from_file(source / "roads.parquet", "coquimbo"),
            message="OpenStreetMap roads of the demo area",
        )
        shift = _week_shift(reading.assessed_on, clock().date())
        for layer, frame in _tables(reading, source / "zones.parquet").items():
            draft = store.draft(
                layer,
                _shifted(frame, shift),
                author=AUTHOR,
                message="Exercise assessment",
                report=reading.report,
                source_name=reading.filename,
                source_sha256=reading.sha256,
            )
            release = store.publish(draft.id, author=AUTHOR)
            say(f"  {layer}: version {release.number}, {release.feature_count} features")
    (path / _DONE).touch()


def _tables(reading: Reading, zones: Path) -> dict[str, gpd.GeoDataFrame]:
    tables = {name: frame for name, frame in reading.tables.items() if len(frame)}
    places = places_of_zones(gpd.read_parquet(zones), reading.assessed_on)
    # Constraints last, so that who looks back at their first version finds all the rest there.
    constraints = tables.pop("constraints")
    return {**tables, "places": places, "constraints": constraints}


def places_of_zones(zones: gpd.GeoDataFrame, assessed_on: date | None) -> gpd.GeoDataFrame:
    """Return the demo's populated zones as places."""
    moment = datetime.fromisoformat(f"{assessed_on or date(2026, 11, 16)}T00:00:00+00:00")
    return frame_of(
        Place,
        (
            Place(
                id=f"zone-{number}",
                name=f"Zone {number}",
                population=None if math.isnan(people) else round(people),
                geometry=area,
                source_org="AequilibraE sample data",
                source_type=SourceType.REFERENCE,
                date_of_information=moment,
                location_precision=LocationPrecision.ACCURATE,
            )
            for number, people, area in zip(
                zones["zone_id"], zones["population"].astype(float), zones.geometry, strict=True
            )
        ),
    )


def _week_shift(assessed_on: date | None, today: date) -> timedelta:
    """Return whole weeks from the week of the assessment to this one."""
    if assessed_on is None:
        return timedelta()

    def monday(day: date) -> date:
        return day - timedelta(days=day.weekday())

    return monday(today) - monday(assessed_on)


def _shifted(frame: gpd.GeoDataFrame, shift: timedelta) -> gpd.GeoDataFrame:
    moved = frame.copy()
    for name in moved.columns:
        if isinstance(moved[name].dtype, pd.DatetimeTZDtype):
            moved[name] = moved[name] + shift
    return moved
