"""Tiny OSM files written for a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Node = tuple[float, float]
Way = tuple[Sequence[int], Mapping[str, str]]
Relation = tuple[Sequence[tuple[str, int, str]], Mapping[str, str]]


def write_osm(
    path: Path,
    nodes: Mapping[int, Node],
    ways: Mapping[int, Way],
    *,
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
    relations: Sequence[Relation] = (),
) -> Path:
    """Write nodes (id -> lon, lat) and ways (id -> node ids and tags) as OSM XML.

    ``node_tags`` are by node id; a relation is its members (type, id, role) and its tags.
    """
    path.write_text(osm_text(nodes, ways, node_tags or {}, relations), encoding="utf-8")
    return path


def osm_text(
    nodes: Mapping[int, Node],
    ways: Mapping[int, Way],
    node_tags: Mapping[int, Mapping[str, str]],
    relations: Sequence[Relation] = (),
) -> str:
    """Return the file's text."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6" generator="test">']
    for number, (lon, lat) in nodes.items():
        lines.append(f'<node id="{number}" lon="{lon}" lat="{lat}" version="1">')
        lines += [*_tags(node_tags.get(number, {})), "</node>"]
    for number, (refs, tags) in ways.items():
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines += [*_tags(tags), "</way>"]
    for number, (members, tags) in enumerate(relations, start=1):
        lines.append(f'<relation id="{number}" version="1">')
        lines += [
            f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members
        ]
        lines += [*_tags(tags), "</relation>"]
    return "\n".join([*lines, "</osm>"])


def _tags(tags: Mapping[str, str]) -> list[str]:
    return [f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items()]
