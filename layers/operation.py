"""The operation that a store belongs to, and the wall between exercise and reality."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lca.errors import Conflict, InvalidInput
from lca.instant import zone

from .tables import operation, version


@dataclass(frozen=True, slots=True)
class Operation:
    """One emergency or country office; real or exercise, never both."""

    code: str
    title: str
    exercise: bool
    time_zone: str

    def __post_init__(self) -> None:
        zone(self.time_zone)

    def as_json(self) -> dict[str, Any]:
        """Return the operation as a JSON object."""
        return asdict(self)


def read_operation(connection: Connection) -> Operation | None:
    """Return the store's operation, or None if it has not been set."""
    columns = (operation.c.code, operation.c.title, operation.c.exercise, operation.c.time_zone)
    row = connection.execute(sa.select(*columns)).one_or_none()
    return None if row is None else Operation(*row)


def set_operation(connection: Connection, wanted: Operation) -> None:
    """Set the store's operation, once; the same again changes nothing.

    Raises
    ------
    Conflict
        If the store belongs to another operation, or already holds versions of the other kind.
    """
    present = read_operation(connection)
    if present == wanted:
        return
    if present is not None:
        raise Conflict(
            f"The store belongs to the operation {present.code} ({present.title}).",
            do_next="Use another folder for another operation.",
        )
    other_kind = sa.select(version.c.id).where(version.c.exercise != wanted.exercise).limit(1)
    if connection.execute(other_kind).first() is not None:
        raise Conflict(
            "The store already holds " + ("real data." if wanted.exercise else "exercise data."),
            do_next="Use another folder; exercise and real data are never mixed.",
        )
    connection.execute(sa.insert(operation).values(id=1, **asdict(wanted)))


def mark_rows(
    frame: gpd.GeoDataFrame, present: Operation | None, *, where: str
) -> tuple[gpd.GeoDataFrame, bool]:
    """Return the rows marked as the operation demands, and whether they are exercise data.

    Everything in an exercise becomes exercise data, also what is true.

    Raises
    ------
    InvalidInput
        If exercise records enter a real operation, or are mixed with real ones.
    """
    if present is not None and present.exercise:
        return frame.assign(exercise=pd.array([True] * len(frame), dtype="boolean")), True
    marks = (
        frame["exercise"].astype("boolean").fillna(False)  # noqa: FBT003
        if "exercise" in frame.columns
        else pd.Series([False] * len(frame), dtype="boolean")
    )
    invented = frame.loc[marks.to_numpy(dtype=bool), "id"].tolist() if marks.any() else []
    if invented and (present is not None or len(invented) < len(frame)):
        raise InvalidInput(
            f"{len(invented)} record(s) are exercise data: {', '.join(map(str, invented[:5]))}.",
            where=where,
            do_next="Publish exercise data in an exercise operation only.",
        )
    return frame, bool(invented)
