"""Tables of data files as they stand in a page of the reference."""

from __future__ import annotations

import csv
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
REFERENCE = REPO / "data" / "reference"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of ``data/reference``."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def table(header: list[str], cells: list[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def by_group(name: str, keys: list[str], figure: str, source: str) -> str:
    """Return a table with one line for light vehicles and trucks together."""
    found: dict[tuple[str, ...], dict[str, dict[str, str]]] = {}
    for row in rows(name):
        found.setdefault(tuple(row[key] for key in keys), {})[row["group"]] = row
    cells = [
        [
            *(f"`{word}`" for word in words),
            two["light"][figure],
            two["truck"][figure],
            two["truck"][source],
        ]
        for words, two in found.items()
    ]
    return table([*keys, "light", "truck", "rests on (truck)"], cells)


def access(name: str) -> str:
    """Return one of the access tables."""
    found = rows(f"access/{name}")
    has_reading = "reads_as" in found[0]
    cells = [
        [
            f"`{row['key']}={row['value']}`",
            *([row["reads_as"] or "–"] if has_reading else []),
            row["verdict"],
            row["vehicles"],
            row["reason"],
            row["source"],
        ]
        for row in found
    ]
    reading = ["reads as"] if has_reading else []
    return table(["tag", *reading, "verdict", "vehicles", "reason", "source"], cells)


def surfaces() -> str:
    """Return the surface groups, one a line."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows("surfaces"):
        group = found.setdefault(row["surface_group"], {"surface": [], "tracktype": []})
        group[row["tag"]].append(f"`{row['value']}`")
    usual: dict[str, list[str]] = {}
    for row in rows("surfaces_by_class"):
        usual.setdefault(row["surface_group"], []).append(f"`{row['highway']}`")
    cells = [
        [
            f"`{group}`",
            ", ".join(tags["surface"]),
            ", ".join(tags["tracktype"]) or "–",
            ", ".join(usual.get(group, [])) or "–",
        ]
        for group, tags in found.items()
    ]
    return table(["group", "surface", "tracktype", "usual for"], cells)
