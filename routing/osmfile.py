"""Read the roads of an OSM extract (.osm.pbf, .osm, .osm.bz2, .osm.gz) through libosmium.

What is the same for every object happens in libosmium: it writes the road ways as text lines and
the positions of all nodes as an array into a temporary folder, from where numpy and pyarrow take
them as columns. Python sees one by one only turn restrictions and nodes with a barrier. The folder
takes about as much room as the extract, and for compressed XML its unpacked size besides.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

from lca.errors import UnreadableFile

from .build_info import UnreadTag
from .coded import Coded
from .osmsplit import Pieces, Places, split
from .osmtags import ROAD_TAGS
from .osmturns import NODE_KEYS, Restriction, TurnReading, read_barriers, read_restrictions
from .osmunpack import plain_xml
from .osmways import Ways, read_ways
from .roads import Roads

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.bz2", ".osm.gz")

MOST_UNREAD_TAGS = 1000
"""So many distinct tags that were not interpreted are listed, the most frequent; the rest counted."""

_DATE_KEYS = ("osmosis_replication_timestamp", "timestamp")
_ENTITIES = osmium.osm.osm_entity_bits
_PLACE = np.dtype([("id", "<i8"), ("e7", "<i4", 2)])


@dataclass(frozen=True)
class OsmReading:
    """The roads of an extract, and the date of its data if the file states one."""

    roads: Roads
    osm_date: str | None


def read_osm(path: Path) -> OsmReading:
    """Return the roads of an OSM extract.

    Ways are split where they share a node with another road or with themselves, at barriers and
    at turn restrictions. A way that leaves the extract is cut at the nodes that the file lacks.

    Raises
    ------
    UnreadableFile
        If the file is truncated, damaged, or no OSM file.
    """
    with tempfile.TemporaryDirectory(prefix="osm-") as name:
        folder = Path(name)
        try:
            source = _source(path, folder)
            date = _date(source)
            ways = _ways(source, folder)
            places, barriers = _nodes(source, folder, np.unique(ways.refs))
            restrictions = list(_restrictions(source))
        except UnreadableFile:
            raise
        except (RuntimeError, OSError, ValueError, OverflowError, MemoryError) as error:
            raise UnreadableFile(
                f"The OSM data cannot be read: {error}",
                where=path.name,
                do_next="Download the extract again and compare its checksum; "
                "the name must end in " + ", ".join(OSM_SUFFIXES) + ".",
            ) from error
    turns = [
        read_restrictions(restrictions, ways.ids, places.ids),
        read_barriers(barriers, places.ids),
    ]
    return OsmReading(_roads(ways, places, turns), date)


def _source(path: Path, folder: Path) -> osmium.io.File:
    if path.suffix.lower() == ".pbf":
        return osmium.io.File(str(path), "pbf")
    return osmium.io.File(str(plain_xml(path, folder)), "osm")


def _date(source: osmium.io.File) -> str | None:
    with osmium.io.Reader(source, _ENTITIES.NOTHING) as reader:
        header = reader.header()
        return next((date for key in _DATE_KEYS if (date := header.get(key))), None)


def _ways(source: osmium.io.File, folder: Path) -> Ways:
    target = folder / "ways.opl"
    with (
        osmium.SimpleWriter(osmium.io.File(str(target), "opl,add_metadata=false")) as writer,
        osmium.io.Reader(source, _ENTITIES.WAY) as reader,
    ):
        osmium.apply(reader, osmium.filter.TagFilter(*ROAD_TAGS), writer)
    ways = read_ways(target)
    target.unlink()
    return ways


def _nodes(
    source: osmium.io.File, folder: Path, wanted: NDArray[np.int64]
) -> tuple[Places, list[tuple[int, Mapping[str, str]]]]:
    """Return the positions of the wanted nodes (ascending), and all nodes that may stop somebody."""
    target = folder / "nodes.array"
    index = osmium.index.create_map(f"sparse_file_array,{target}")
    nodes = osmium.FileProcessor(source, _ENTITIES.NODE)
    nodes = nodes.with_filter(osmium.NodeLocationsForWays(index))
    barriers: list[tuple[int, Mapping[str, str]]] = [
        (node.id, dict(node.tags))
        for node in nodes.with_filter(osmium.filter.KeyFilter(*NODE_KEYS))
    ]
    del nodes, index
    places = np.memmap(target, _PLACE, mode="r") if target.stat().st_size else np.empty(0, _PLACE)
    found = _chosen(places, wanted)
    del places
    return found, barriers


def _chosen(places: NDArray[np.void], wanted: NDArray[np.int64]) -> Places:
    """Return the last position of each wanted node that has one."""
    ids = np.ascontiguousarray(places["id"])
    # Files are sorted by id as a rule; unused places of the array bear 0.
    rising = bool((np.diff(ids) > 0).all())
    order = None if rising else np.argsort(ids, kind="stable")
    at = np.searchsorted(ids, wanted, side="right", sorter=order) - 1
    at = np.maximum(at, 0) if order is None else order[at]
    there = (ids[at] == wanted) & (wanted > 0) if len(ids) else np.zeros(len(wanted), np.bool_)
    return Places(wanted[there], np.array(places["e7"][at[there]]))


def _restrictions(source: osmium.io.File) -> Iterator[Restriction]:
    relations = osmium.FileProcessor(source, _ENTITIES.RELATION)
    for relation in relations.with_filter(osmium.filter.TagFilter(("type", "restriction"))):
        if not isinstance(relation, osmium.osm.Relation):
            continue
        members = tuple((member.type, member.ref, member.role) for member in relation.members)
        yield Restriction(dict(relation.tags), members)


def _roads(ways: Ways, places: Places, turns: list[TurnReading]) -> Roads:
    rules = tuple(rule for reading in turns for rule in reading.rules)
    kept = np.unique(np.array([rule.node_id for rule in rules], np.int64))
    pieces = split(ways, places, kept)
    unread = Counter(ways.unread)
    left_out = Counter(ways.left_out) + Counter(pieces.left_out)
    for reading in turns:
        unread.update(reading.unread)
        left_out.update(reading.left_out)
    listed = sorted(unread.items(), key=lambda item: (-item[1], item[0]))
    left_out["distinct tags that were not interpreted, besides those listed"] = len(
        listed[MOST_UNREAD_TAGS:]
    )
    return Roads(
        places.ids,
        places.e7,
        ways.ids[pieces.way],
        pieces.from_id,
        pieces.to_id,
        pieces.length_m,
        pieces.lines,
        {name: column.select(pieces.way) for name, column in ways.texts.items()},
        _numbers(ways, pieces),
        {name: column[pieces.way] for name, column in ways.flags.items()},
        turn_rules=rules,
        kept_nodes=kept,
        left_out={reason: count for reason, count in left_out.items() if count},
        unread_tags=tuple(
            UnreadTag(key, value, count) for (key, value), count in listed[:MOST_UNREAD_TAGS]
        ),
    )


def _numbers(ways: Ways, pieces: Pieces) -> dict[str, Coded[float]]:
    """Return the number columns; a ferry's crossing time is shared out by length."""
    numbers = {name: column.select(pieces.way) for name, column in ways.numbers.items()}
    if "duration_s" in numbers and numbers["duration_s"].present().any():
        whole_m = np.bincount(pieces.way, pieces.length_m, len(ways))[pieces.way]
        share = np.divide(pieces.length_m, whole_m, out=np.zeros(len(whole_m)), where=whole_m > 0)
        numbers["duration_s"] = Coded.of((numbers["duration_s"].floats() * share).round(1).tolist())
    return numbers
