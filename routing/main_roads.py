"""The classes of road that join towns: motorways to secondary roads, and their links."""

from __future__ import annotations

_MAIN = ("motorway", "trunk", "primary", "secondary")
MAIN_ROADS = frozenset(_MAIN) | {f"{highway}_link" for highway in _MAIN}
