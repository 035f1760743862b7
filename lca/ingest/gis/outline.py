"""Judge the outlines of areas where they are read, within the limits of the child process.

Whether an outline crosses itself takes time with the square of its corners if somebody wants that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lca.ingest.drawing import KINDS, Drawing, Extent, extent_of
from lca.ingest.limits import Limits
from lca.ingest.mending import TANGLED, is_tangled, mended


def outlined(drawing: Drawing, limits: Limits) -> Drawing:
    """Return a drawing of ours, its area judged and mended.

    Raises
    ------
    UnreadableFile
        If it holds more than one feature may.
    """
    if not (drawing.holds_areas and drawing.wkb):
        return drawing
    import shapely  # noqa: PLC0415 - heavy, and few drawings have an area

    (geometry,) = shapely.from_wkb([drawing.wkb], on_invalid="ignore")
    return replace(drawing, wkb=None) if geometry is None else drawn(geometry, limits)


def drawn(geometry: Any, limits: Limits) -> Drawing:
    """Return a geometry of two dimensions in EPSG:4326 as a drawing, its area judged and mended.

    Raises
    ------
    UnreadableFile
        If it holds more than one feature may.
    """
    if geometry.is_empty:
        return Drawing(geometry.geom_type)
    drawing = _drawing(geometry)
    if drawing.wkb is None:
        return drawing
    Extent.of_file(limits).take(drawing, limits)
    return _judged(geometry, drawing) if drawing.holds_areas else drawing


def _judged(area: Any, drawing: Drawing) -> Drawing:
    import shapely  # noqa: PLC0415

    if is_tangled(area):
        return replace(drawing, fault=TANGLED)
    if area.is_valid:
        return drawing
    made, fault = mended(area), shapely.is_valid_reason(area)
    if made is None:
        return replace(drawing, fault=fault)
    return replace(_drawing(made), fault=fault, mended=True)


def _drawing(geometry: Any) -> Drawing:
    """Return a geometry as a drawing; without WKB if it is of another kind or not finite."""
    import shapely  # noqa: PLC0415

    kind = geometry.geom_type
    if kind not in KINDS:
        return Drawing(kind, None)
    drawing = Drawing(kind, shapely.to_wkb(geometry, byte_order=1))
    try:
        extent_of(drawing)
    except ValueError:
        return Drawing(kind, None)
    return drawing
