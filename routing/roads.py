"""Roads as a source gives them: columns by OSM node id, in any order, before they are a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lca.errors import InvalidInput

from .build_info import UnreadTag
from .coded import Coded
from .lines import Lines, to_e7
from .segments import FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS

_NO_IDS = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class TurnRule:
    """A turn that may not be made, or a node that may not be passed.

    Attributes
    ----------
    node_id : int
        OSM node where it holds.
    from_way, to_way : int or None
        OSM ways that the turn leaves and enters; None stands for every way, so that both None
        is a barrier on the node.
    rule : str
        As OSM states it: ``no_left_turn``, ``only_straight_on`` (which forbids every other turn
        from ``from_way``), ``no_u_turn except psv``, ``restriction:hgv=no_right_turn``,
        ``barrier=gate access=private``.
    """

    node_id: int
    from_way: int | None
    to_way: int | None
    rule: str


@dataclass(frozen=True, eq=False)
class Roads:
    """Roads between nodes, in no particular order; columns that a source lacks may be missing.

    Attributes
    ----------
    node_ids : int64[n]
        OSM node ids, ascending; nodes at which no road ends are allowed.
    node_e7 : int32[n, 2]
        Longitude and latitude of the nodes, EPSG:4326, in 1e-7 degree.
    osm_way_id, from_id, to_id : int64[m]
        The way of each road and the OSM node ids of its ends, in the drawing direction.
    length_m : float64[m]
        Geodesic length in metres.
    lines : Lines
        Shapes from ``from_id`` to ``to_id``.
    texts, numbers, flags : mapping
        Attribute columns, as in :class:`~routing.segments.Segments`.
    turn_rules : tuple of TurnRule
        Turns that may not be made.
    kept_nodes : int64[]
        Nodes that merging must keep, besides those of the turn rules.
    left_out, unread_tags, absent_columns
        As in :class:`~routing.build_info.BuildReport`.
    ends : int64[2, m], optional
        Places of ``from_id`` and ``to_id`` in ``node_ids``, if the source knows them: to look them
        up takes a second for a country.
    """

    node_ids: NDArray[np.int64]
    node_e7: NDArray[np.int32]
    osm_way_id: NDArray[np.int64]
    from_id: NDArray[np.int64]
    to_id: NDArray[np.int64]
    length_m: NDArray[np.float64]
    lines: Lines
    texts: Mapping[str, Coded[str]] = field(default_factory=dict)
    numbers: Mapping[str, Coded[float]] = field(default_factory=dict)
    flags: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    turn_rules: tuple[TurnRule, ...] = ()
    kept_nodes: NDArray[np.int64] = field(default_factory=lambda: _NO_IDS)
    left_out: Mapping[str, int] = field(default_factory=dict)
    unread_tags: tuple[UnreadTag, ...] = ()
    absent_columns: tuple[str, ...] = ()
    ends: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.osm_way_id)

    def places(self) -> NDArray[np.int64]:
        """Return the places of both ends in ``node_ids``, int64[2, m].

        Raises
        ------
        InvalidInput
            If a road ends at a node that is not there.
        """
        if self.ends is not None:
            return self.ends
        ids = np.stack([self.from_id, self.to_id])
        found = np.searchsorted(self.node_ids, ids)
        found[found == len(self.node_ids)] = 0
        lost = self.node_ids[found] != ids if len(self.node_ids) else np.ones_like(ids, np.bool_)
        if lost.any():
            raise InvalidInput(
                f"{lost.any(axis=0).sum()} roads end at a node that has no position.",
                where=f"OSM node {ids[lost][0]}",
                do_next="Export the roads again together with their nodes.",
            )
        return found

    @classmethod
    def of_frames(
        cls,
        nodes: pd.DataFrame,
        segments: gpd.GeoDataFrame,
        *,
        turn_rules: tuple[TurnRule, ...] = (),
        absent_columns: tuple[str, ...] = (),
    ) -> Roads:
        """Take roads from tables, for sources that are tables and for small networks.

        Parameters
        ----------
        nodes : DataFrame
            Index: OSM node ids, unique; ``lon``, ``lat`` in EPSG:4326 degrees.
        segments : GeoDataFrame
            EPSG:4326; ``osm_way_id``, ``from_id``, ``to_id``, ``length_m``, lines, and any of the
            attribute columns; None and NaN are *not tagged*.
        turn_rules, absent_columns
            As in the class.
        """
        nodes = nodes.sort_index()
        columns = set(segments.columns)
        numbers = {name: segments[name].astype(float) for name in NUMBER_COLUMNS if name in columns}
        return cls(
            node_ids=nodes.index.to_numpy(np.int64),
            node_e7=to_e7(nodes[["lon", "lat"]].to_numpy(np.float64)),
            osm_way_id=segments["osm_way_id"].to_numpy(np.int64),
            from_id=segments["from_id"].to_numpy(np.int64),
            to_id=segments["to_id"].to_numpy(np.int64),
            length_m=segments["length_m"].to_numpy(np.float64),
            lines=Lines.of(segments.geometry.to_numpy()),
            texts={name: Coded.of(segments[name]) for name in TEXT_COLUMNS if name in columns},
            numbers={name: Coded.of(column) for name, column in numbers.items()},
            flags={
                name: segments[name].astype(object).fillna(value=False).to_numpy(np.bool_)
                for name in FLAG_COLUMNS
                if name in columns
            },
            turn_rules=turn_rules,
            absent_columns=absent_columns,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where roads come from: the name of the build, the file, its hash, date and credit."""

    name: str
    source: str
    source_sha256: str | None = None
    osm_date: str | None = None
    attribution: str = "© OpenStreetMap contributors"
    licence: str = "ODbL-1.0"
