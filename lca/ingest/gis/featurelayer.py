"""One layer of a GIS file, and its features as rows in EPSG:4326."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lca.errors import MissingCrs, UnreadableFile
from lca.ingest.drawing import Drawing
from lca.ingest.limits import Limits
from lca.ingest.wire import Cell, Message, SheetEnd, SheetRow, SheetStart

from .outline import drawn

Note = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FeatureLayer:
    """One layer as a library gives it: column names, columns of values, WKB, and the CRS.

    A table has no WKB (None). ``notes`` are what was assumed to read it; ``exercise`` is what the
    file's own metadata say of that.
    """

    names: list[str]
    columns: list[Any]
    wkb: Any
    crs: Any
    count: int
    notes: list[Note] = field(default_factory=list)
    exercise: str | None = None


def check_size(names: list[str], count: int, limits: Limits) -> None:
    """Refuse a layer of more features, columns or cells than the limits allow.

    Raises
    ------
    UnreadableFile
        If so.
    """
    if count > limits.rows:
        raise UnreadableFile(
            f"The file has {count} features; the reader accepts {limits.rows}.",
            do_next="Split it.",
        )
    if len(names) * max(count, 1) > limits.cells or len(names) >= limits.columns:
        raise UnreadableFile("The file has too many cells.", do_next="Split it.")


def rows_of(title: str, layer: FeatureLayer, limits: Limits) -> Iterator[Message]:
    """Yield a layer as a sheet; row 0 holds the column names.

    Raises
    ------
    MissingCrs
        If it has geometries and does not state their CRS.
    UnreadableFile
        If they have more corners than the limits allow.
    """
    geometries, heights = _in_storage_crs(layer, limits)
    yield SheetStart(title, known=True)
    yield SheetRow(0, dict(enumerate(layer.names)))
    for index, geometry in enumerate(geometries):
        cells = {
            column: cell
            for column, values in enumerate(layer.columns)
            if (cell := cell_of(values[index])) is not None
        }
        yield SheetRow(index + 1, cells, geometry)
    yield SheetEnd(notes=[*layer.notes, *heights])


def dropped_heights(count: int) -> list[Note]:
    """Return what to say of features whose heights or measures were left out."""
    if not count:
        return []
    return [
        (
            f"The heights or measures (Z, M) of {count} features were left out.",
            "Write them into a column if they matter.",
        )
    ]


def _in_storage_crs(
    layer: FeatureLayer, limits: Limits
) -> tuple[Iterator[Drawing | None], list[Note]]:
    """Return each feature's geometry in EPSG:4326, and what was left out."""
    if layer.wkb is None:
        return (None for _ in range(layer.count)), []
    import shapely  # noqa: PLC0415 - heavy, and only this kind of file needs it

    if layer.crs is None:
        msg = "The data does not say which coordinate reference system it uses."
        raise MissingCrs(
            msg,
            do_next="Set the layer's CRS in QGIS (Layer > Set CRS) or add the .prj file, and export again.",
        )
    geometries = shapely.from_wkb(layer.wkb, on_invalid="ignore")
    if int(shapely.get_num_coordinates(geometries).sum()) > limits.vertices:
        raise UnreadableFile(
            f"The geometries have more than {limits.vertices} corners.",
            do_next="Simplify them in QGIS, or split the file.",
        )
    heights = dropped_heights(_features_with_heights(geometries))
    return _moved(layer, shapely.force_2d(geometries), limits), heights


def _moved(layer: FeatureLayer, geometries: Any, limits: Limits) -> Iterator[Drawing | None]:
    import numpy as np  # noqa: PLC0415 - heavy, and only this kind of file needs them
    import pyproj  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    to_storage = pyproj.Transformer.from_crs(layer.crs, "EPSG:4326", always_xy=True)

    def move(xy: Any) -> Any:
        return np.column_stack(to_storage.transform(xy[:, 0], xy[:, 1]))

    for raw, geometry in zip(layer.wkb, shapely.transform(geometries, move), strict=True):
        if geometry is None:
            # What no library can build, such as a curve, is an error of its row, not an absence.
            yield None if raw is None else Drawing("shape of this kind", None)
        else:
            yield drawn(geometry, limits)


def _features_with_heights(geometries: Any) -> int:
    """Count the features with a height or measure; phones write a height of 0 for none."""
    import numpy as np  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    if not (shapely.has_z(geometries) | shapely.has_m(geometries)).any():
        return 0
    values, index = shapely.get_coordinates(
        geometries, include_z=True, include_m=True, return_index=True
    )
    says = (np.nan_to_num(values[:, 2:]) != 0).any(axis=1)
    return len(np.unique(index[says]))


def cell_of(value: Any) -> Cell | None:
    """Return a value of a column as a plain cell; None if it is missing.

    A list, which GeoJSON may hold in a property, becomes its items separated by ``;``.
    """
    if getattr(value, "ndim", 0):
        value = value.tolist()
    if isinstance(value, list | tuple):
        value = ";".join(str(item) for item in value)
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or plain != plain:  # noqa: PLR0124 - NaN
        return None
    if isinstance(plain, bool | int | float | str | datetime):
        return plain if plain != "" else None
    return str(plain)
