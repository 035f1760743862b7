"""What a graph build is made of: its name, its source, and the report of its making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_ISLANDS = 100
"""The sizes of so many islands are kept, the largest; the rest are counted."""

_TAG_LENGTH = 80
_TAGS_IN_TEXT = 20
"""The most frequent uninterpreted values are shown; the JSON of a report has all that are kept."""


@dataclass(frozen=True, slots=True)
class UnreadTag:
    """A tag whose value could not be interpreted, and on how many ways it stands."""

    key: str
    value: str
    ways: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Counts of a build, what was merged or left out of it, and where it is not connected.

    Attributes
    ----------
    nodes, segments : int
        Size of the network.
    length_km : float
        Length of all segments, each counted once.
    mainland_nodes : int
        Nodes of the largest part within which a truck can drive from everywhere to everywhere.
    islands : tuple of int
        Sizes of the largest :data:`MOST_ISLANDS` other such parts, largest first.
    island_count : int
        The number of all of them.
    segments_before_merging : int
        Segments before chains of the same way with the same attributes were merged.
    split_nodes, turn_arcs, ruled_turns : int
        Nodes split because some turn may not be made there, the arcs that join their parts, and
        how many of these a rule closes to some vehicle.
    left_out : mapping of str to int
        Reason -> how many rows or ways of the source are not in the network.
    absent_columns : tuple of str
        Segment columns that the source does not carry at all, so that an empty value in them
        says nothing about the road.
    unread_tags : tuple of UnreadTag
        Tags whose value could not be interpreted; they count as not tagged.
    """

    nodes: int
    segments: int
    length_km: float
    mainland_nodes: int
    islands: tuple[int, ...]
    island_count: int
    segments_before_merging: int
    split_nodes: int = 0
    turn_arcs: int = 0
    ruled_turns: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    absent_columns: tuple[str, ...] = ()
    unread_tags: tuple[UnreadTag, ...] = ()

    @property
    def arcs(self) -> int:
        """The number of arcs, two a segment and those of turns."""
        return 2 * self.segments + self.turn_arcs

    @property
    def mainland_share(self) -> float:
        """Share of the nodes that lie on the mainland, 0 for an empty network."""
        return self.mainland_nodes / self.nodes if self.nodes else 0.0

    def text(self) -> str:
        """Return the report in a few lines for people."""
        segments = _count(self.segments, "segment")
        merged = f"{self.segments_before_merging:,} before merging"
        mainland = f"{self.mainland_nodes:,} nodes ({self.mainland_share:.1%})"
        elsewhere = f"{self.nodes - self.mainland_nodes:,} nodes"
        lines = [
            f"{self.nodes:,} nodes, {segments} ({merged}), {self.length_km:,.1f} km",
            f"{mainland} on the mainland, {elsewhere} on {_count(self.island_count, 'island')}",
        ]
        if self.split_nodes:
            ruled = _count(self.ruled_turns, "turn")
            lines.append(f"{ruled} with a rule, at {_count(self.split_nodes, 'node')}")
        lines += [f"left out: {count:,} {reason}" for reason, count in self.left_out.items()]
        if self.absent_columns:
            lines.append("the source does not carry: " + ", ".join(self.absent_columns))
        lines += [
            f"not interpreted: {_shown(f'{tag.key}={tag.value}')} on {_count(tag.ways, 'way')}"
            for tag in self.unread_tags[:_TAGS_IN_TEXT]
        ]
        if len(self.unread_tags) > _TAGS_IN_TEXT:
            others = sum(tag.ways for tag in self.unread_tags[_TAGS_IN_TEXT:])
            lines.append(f"not interpreted: other values on {_count(others, 'way')}")
        return "\n".join(lines)


def _shown(tag: str) -> str:
    """Return a tag for a terminal, which its control characters must not reach, and not too long."""
    clean = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in tag
    )
    return clean if len(clean) <= _TAG_LENGTH else f"{clean[:_TAG_LENGTH]}…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """A build's name, source, credit, box and report; none of it is part of the digest.

    ``osm_date`` is the ISO date (or date-time) of the OSM data, None if the source does not say.
    ``bbox`` is west, south, east, north in EPSG:4326 degrees.
    """

    name: str
    source: str
    source_sha256: str | None
    osm_date: str | None
    attribution: str
    licence: str
    bbox: tuple[float, float, float, float]
    report: BuildReport
    tools: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the information as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> BuildInfo:
        """Read what :meth:`as_json` wrote."""
        report = dict(body["report"])
        islands = tuple(report["islands"])
        report["island_count"] = report.get("island_count", len(islands))
        report["islands"] = islands[:MOST_ISLANDS]
        report["absent_columns"] = tuple(report["absent_columns"])
        report["unread_tags"] = tuple(UnreadTag(**tag) for tag in report["unread_tags"])
        west, south, east, north = body["bbox"]
        return cls(**{**body, "bbox": (west, south, east, north), "report": BuildReport(**report)})
