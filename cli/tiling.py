"""``lca tiles``: vector tiles of roads and layers."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from layers.release import Release
from layers.store import Store
from layers.tiles.packing import Packed
from layers.tiles.pyramid import Progress
from layers.tiles.versiontiles import VersionTiles
from lca.errors import NotFound
from lca.vocab import Sensitivity
from routing.roadtilebook import RoadTiles

from .context import JsonFlag, Session, session_of

app = typer.Typer(no_args_is_help=True)

ROADS = "roads"


@app.callback()
def group() -> None:
    """Hold the commands of tiles."""


@app.command()
def build(
    ctx: typer.Context,
    layers: Annotated[
        list[str] | None,
        typer.Argument(help="roads, or layers; the roads and all layers without it."),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Also those that are there already.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Make the vector tiles of the current roads and of the layers' heads.

    The service makes what is missing by itself, a large part of it beside its answers; made
    beforehand, nobody waits. Only public records are tiled here; a cleared reader's tiles are made
    when they are asked for.
    """
    del as_json
    session = session_of(ctx)
    with session.open_store() as store:
        wanted = layers or [ROADS, *store.heads().releases]
        made = [
            row
            for name in wanted
            for row in (
                _roads(session, store, anew=anew)
                if name == ROADS
                else _layer(session, store, name, anew=anew)
            )
        ]
    session.rows(
        ["WHAT", "TILES", "KB", "LARGEST KB", "NOTE"],
        [
            (
                row["name"],
                row["tiles"],
                _kilobytes(row["size_bytes"]),
                _kilobytes(row["largest_bytes"]),
                "there already" if row["kept"] else "made",
            )
            for row in made
        ],
        made,
    )


def _roads(session: Session, store: Store, *, anew: bool) -> list[dict[str, Any]]:
    build = store.heads().build
    if build is None:
        session.say("There are no roads yet.")
        return []
    tiles = RoadTiles(store)
    if tiles.is_made(build.digest) and not anew:
        return [_kept(ROADS, tiles.archive(build.digest).tile_count)]
    return [_made(ROADS, tiles.make(build.digest, _progress(session, ROADS)))]


def _layer(session: Session, store: Store, name: str, *, anew: bool) -> list[dict[str, Any]]:
    release: Release | None = store.head(name)
    if release is None:
        raise NotFound(
            f"Nothing was published in {name} yet.", do_next="lca layer list shows the layers."
        )
    tiles = VersionTiles(store)
    level = tiles.level(release, Sensitivity.PUBLIC)
    if tiles.path(release, level).is_file() and not anew:
        return [_kept(name, tiles.archive(release, level).tile_count)]
    return [_made(name, tiles.make(release, level, _progress(session, name)))]


def _progress(session: Session, name: str) -> Progress:
    return lambda zoom, made: session.say(f"  {name}: zoom {zoom} done, {made:,} tiles")


def _kilobytes(size_bytes: int | None) -> int | None:
    return None if size_bytes is None else round(size_bytes / 1000)


def _made(name: str, packed: Packed) -> dict[str, Any]:
    return {
        "name": name,
        "tiles": packed.tiles,
        "size_bytes": packed.size_bytes,
        "largest_bytes": packed.largest_bytes,
        "kept": False,
    }


def _kept(name: str, tiles: int) -> dict[str, Any]:
    return {"name": name, "tiles": tiles, "size_bytes": None, "largest_bytes": None, "kept": True}
