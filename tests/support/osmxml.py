"""Tiny OSM files written for a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Node = tuple[float, float]
Way = tuple[Sequence[int], Mapping[str, str]]


def write_osm(path: Path, nodes: Mapping[int, Node], ways: Mapping[int, Way]) -> Path:
    """Write nodes (id -> lon, lat) and ways (id -> node ids and tags) as OSM XML."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6" generator="test">']
    lines += [
        f'<node id="{number}" lon="{lon}" lat="{lat}" version="1"/>'
        for number, (lon, lat) in nodes.items()
    ]
    for number, (refs, tags) in ways.items():
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines += [f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items()]
        lines.append("</way>")
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path
