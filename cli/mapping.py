"""``lca map``: a situation-report map as PNG, SVG or one offline HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from layers.foliummap import offline_map
from layers.mapsheet import png_of, render_map, sheet_of
from lca.errors import NotFound, UsageError
from lca.vocab import Sensitivity
from routing.match import MatchState
from routing.planner import Planner

from .context import Instant, session_of
from .staleness import told_behind

_MAIN_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
_OFF_ROADS = {MatchState.UNMATCHED.value, MatchState.UNLOCATED.value}


def make_map(
    ctx: typer.Context,
    layers: Annotated[list[str], typer.Argument(metavar="LAYER…", help="Layers to show.")],
    out: Annotated[Path, typer.Option(help="File ending in .png, .svg or .html.")],
    title: Annotated[str | None, typer.Option(help="Title; the operation's if left out.")] = None,
    as_of: Instant = None,
    width_px: Annotated[int, typer.Option(min=600, max=6000, help="Width of a PNG.")] = 1600,
    clearance: Annotated[Sensitivity, typer.Option()] = Sensitivity.PUBLIC,
) -> None:
    """Write a map of layers with its legend, dates, versions, sources and licences."""
    session = session_of(ctx)
    if out.suffix not in {".png", ".svg", ".html"}:
        raise UsageError(f"{out.name} is not .png, .svg or .html.", do_next="Name it so.")
    store = session.open_store()
    unknown = [name for name in layers if name not in store.specs]
    if unknown:
        raise NotFound(
            f"There is no layer {unknown[0]!r}.",
            do_next="Choose from " + ", ".join(store.specs) + ".",
        )
    heads = store.heads(as_of=as_of)
    for name in layers:
        if as_of is None and name in heads.releases:
            told_behind(session, store, heads.releases[name])
    roads, unmatched = None, frozenset[str]()
    if heads.build is not None:
        planner = Planner(store)
        segments = planner.network.segments
        classes = segments.texts["highway"]
        main = classes.each(lambda name: (name or "").startswith(_MAIN_CLASSES), np.bool_)
        roads = segments.frame(np.flatnonzero(main))
        if "constraints" in heads.releases and "constraints" in layers:
            report = planner.match_report(as_of=heads, clearance=clearance)
            unmatched = frozenset(item["id"] for item in report if item["state"] in _OFF_ROADS)
    sheet = sheet_of(
        store,
        heads,
        layers,
        roads=roads,
        unmatched=unmatched,
        title=title,
        produced_at=store.now(),
        clearance=clearance,
    )
    if out.suffix == ".html":
        out.write_text(offline_map(sheet), encoding="utf-8")
    elif out.suffix == ".svg":
        out.write_text(render_map(sheet), encoding="utf-8")
    else:
        out.write_bytes(png_of(render_map(sheet), width_px=width_px))
    session.say(f"Wrote {out} ({out.stat().st_size:,} bytes).")
