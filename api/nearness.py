"""Refusing a location that a slip of the hand put far from the operation's roads."""

from __future__ import annotations

from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput
from routing.nearness import require_near_roads

from .service import Service


def require_near(service: Service, geometry: BaseGeometry | None) -> None:
    """Accept a location near the roads, none at all, and any while there are no roads.

    Raises
    ------
    InvalidInput
        If the location lies nowhere near the roads of the current build.
    """
    if geometry is None or service.store.heads().build is None:
        return
    try:
        require_near_roads(service.planner.roads, geometry)
    except InvalidInput as error:
        raise InvalidInput(error.what, where="geometry", do_next=error.do_next) from None
