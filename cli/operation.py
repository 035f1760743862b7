"""``lca operation``: a country's roads, boundaries and places, from files or from their sources."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from layers.operation import Operation
from layers.store import Store
from lca.country import Country, country
from lca.errors import Conflict, DownloadFailed, InvalidInput, LcaError
from lca.geo import LonLat
from lca.ingest.countries import lies_in
from lca.partfile import digest
from routing.build_info import BuildInfo
from routing.network import RoadNetwork
from routing.registry import registered_network

from .building import put_in_use, read_roads
from .context import Author, JsonFlag, Session, session_of
from .fetching import Fetcher, Missing, require_files
from .reference import publish_reference, told
from .sources import PARTS, load_sources

app = typer.Typer(no_args_is_help=True)

Sources = Annotated[
    Path | None,
    typer.Option(envvar="LCA_SOURCES", help="A .toml that overrides the download addresses."),
]
_SAMPLE = 1000
"""So many positions, evenly among all nodes, tell in which country roads lie."""

Offline = Annotated[bool, typer.Option("--offline", help="Fetch nothing over the network.")]


@app.command()
def init(
    ctx: typer.Context,
    iso3: Annotated[str, typer.Argument(metavar="ISO3", help="The country's code, as SDN.")],
    author: Author,
    roads: Annotated[
        Path | None, typer.Option(help="OSM extract (.osm.pbf, .osm) or roads.parquet.")
    ] = None,
    boundaries: Annotated[
        Path | None, typer.Option(help="Boundaries with P-codes: .gpkg, .geojson, .zip.")
    ] = None,
    places: Annotated[
        Path | None, typer.Option(help="Places, with people where known: .gpkg, .geojson, .zip.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Title; the country's name if not given.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="IANA zone; needed if the country has several.")
    ] = None,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="An exercise: everything in it is marked so.")
    ] = False,
    sources: Sources = None,
    offline: Offline = False,
    as_json: JsonFlag = False,
) -> None:
    """Make the operation of a country: road graph, boundaries with P-codes, places with people.

    What is not given as a file is fetched from the configured addresses (lca operation sources).
    Run again, it goes on where it stopped, and leaves what is there; a newer extract comes in with
    lca roads refresh. Without boundaries or places the operation works, and says that they are
    missing.
    """
    del as_json
    require_files(roads=roads, boundaries=boundaries, places=places)
    land, templates = country(iso3), load_sources(sources)
    session = session_of(ctx)
    store = session.open_store()
    given = {"roads": roads, "boundaries": boundaries, "places": places}
    options: dict[str, object] = {f"--{part}": path for part, path in given.items()}
    options |= {"--sources": sources, "--title": title, "--time-zone": time_zone}
    flags = [name for name, on in (("--exercise", exercise), ("--offline", offline)) if on]
    steps = _Steps(session, land.iso3, options, flags)
    fetcher = Fetcher(session, store, land, templates, offline=offline)
    work = _Work(session, store, land, fetcher, author)
    steps.run("operation", partial(work.operation, title, time_zone, exercise=exercise))
    steps.run("roads", partial(work.roads, roads))
    for layer in ("boundaries", "places"):
        steps.run(layer, partial(work.reference, layer, given[layer]))
    _show(session, store, steps)


@app.command("sources")
def show_sources(
    ctx: typer.Context,
    iso3: Annotated[str, typer.Argument(metavar="ISO3", help="The country's code, as SDN.")],
    sources: Sources = None,
    as_json: JsonFlag = False,
) -> None:
    """Show from where a country's roads, boundaries and places would be fetched."""
    del as_json
    land, templates = country(iso3), load_sources(sources)
    found = {
        part: {
            "address": templates[part].address_for(land),
            "checksum": templates[part].checksum_for(land),
            "source": templates[part].source,
            "licence": templates[part].licence,
        }
        for part in PARTS
    }
    rows = [
        (part, item["source"], item["licence"], item["address"]) for part, item in found.items()
    ]
    session_of(ctx).rows(["PART", "SOURCE", "LICENCE", "ADDRESS"], rows, found)


class _Steps:
    """Runs one step after the other; one that fails says what was done and how to go on."""

    def __init__(
        self, session: Session, iso3: str, options: dict[str, object], flags: list[str]
    ) -> None:
        words = ["lca"]
        if session.store_path is not None:
            words += ["--store", str(session.location)]
        words += ["operation", "init", iso3]
        for name, value in options.items():
            words += [name, str(value)] if value is not None else []
        self.again = shlex.join([*words, *flags])
        self.done: dict[str, Any] = {}
        self.missing: list[Missing] = []

    def run(self, name: str, act: Callable[[], dict[str, Any] | Missing]) -> None:
        try:
            found = act()
        except LcaError as error:
            error.details |= {"step": name, "done": list(self.done), "go_on_with": self.again}
            if self.done:
                kept = f"Done and kept: {', '.join(self.done)}. Once that is mended, go on with:"
                error.do_next = f"{error.do_next} {kept} {self.again}".strip()
            raise
        if isinstance(found, Missing):
            self.missing.append(found)
        else:
            self.done[name] = found


@dataclass(frozen=True, slots=True)
class _Work:
    """The steps of an operation's beginning; each leaves as it is what is there already."""

    session: Session
    store: Store
    land: Country
    fetcher: Fetcher
    author: str

    def operation(
        self, title: str | None, time_zone: str | None, *, exercise: bool
    ) -> dict[str, Any]:
        """Set the operation; what is not given stays as it is in the store."""
        code = f"{self.land.iso3}-EX" if exercise else self.land.iso3
        present = self.store.operation
        if present is not None and present.code == code:
            title, time_zone = title or present.title, time_zone or present.time_zone
        zone = time_zone or self.land.time_zone
        wanted = Operation(code, title or self.land.name, exercise, zone)
        self.store.set_operation(wanted)
        return wanted.as_json()

    def roads(self, given: Path | None) -> dict[str, Any] | Missing:
        current = self.store.heads().build
        if current is not None:
            return self._kept_roads(current.digest, given)
        file = self.fetcher.obtain("roads", given)
        if isinstance(file, Missing):
            return file
        network = read_roads(self.session, file.path, self.land.iso3.lower())
        self._require_here(network, file.path)
        put_in_use(self.session, self.store, network, message=file.source)
        return _told_roads(network.digest, network.info)

    def _require_here(self, network: RoadNetwork, file: Path) -> None:
        """Refuse the roads of another country; an exercise may play in a country that is none."""
        operation = self.store.operation
        if operation is not None and operation.exercise:
            return
        sample = slice(None, None, max(network.node_count // _SAMPLE, 1))
        positions = zip(network.node_lon[sample], network.node_lat[sample], strict=True)
        known = [lies_in(LonLat(float(lon), float(lat)), self.land.iso3) for lon, lat in positions]
        if False in known and not any(known):
            raise InvalidInput(
                f"None of these roads lies in {self.land.name}.",
                where=file.name,
                do_next=f"Give the extract of {self.land.name}, or another country's code for "
                "another store.",
            )

    def _kept_roads(self, build: str, given: Path | None) -> dict[str, Any]:
        info = registered_network(self.store, build).info
        if given is not None and digest(given) != info.source_sha256:
            raise Conflict(
                f"The store has roads already, from {info.source}.",
                where=str(given),
                do_next=f"To renew them: lca roads refresh --roads {shlex.quote(str(given))}, "
                "which says what changes. Leave --roads out here.",
            )
        self.session.say(f"Roads are there ({info.source}); renew them with lca roads refresh.")
        return _told_roads(build, info)

    def reference(self, layer: str, given: Path | None) -> dict[str, Any] | Missing:
        head = self.store.head(layer)
        if head is not None and given is None:
            self.session.say(f"{layer.capitalize()} are there (version {head.number}).")
            return told(head, self.store.frame(head.version))
        try:
            file = self.fetcher.obtain(layer, given)
        except DownloadFailed as error:
            # The operation works without it, and the roads must not wait for it.
            return Missing(layer, error.text(), f"Run this again, or give --{layer} FILE.")
        if isinstance(file, Missing):
            return file
        return publish_reference(
            self.session, self.store, layer, file, iso3=self.land.iso3, author=self.author
        )


def _told_roads(build: str, info: BuildInfo) -> dict[str, Any]:
    return {
        "digest": build,
        "name": info.name,
        "source": info.source,
        "osm_date": info.osm_date,
        "segments": info.report.segments,
        "length_km": info.report.length_km,
    }


def _show(session: Session, store: Store, steps: _Steps) -> None:
    missing = list(steps.missing)
    if store.head("constraints") is None:
        missing.append(
            Missing(
                "assessment",
                "Nobody has assessed the roads yet, so every route is answered with unknown.",
                "Bring one in: lca import WORKBOOK, then lca layer publish constraints.",
            )
        )
    body = {**steps.done, "missing": [item.as_json() for item in missing]}
    session.data(body, "\n".join([*_lines(steps.done), *(item.text() for item in missing)]))


def _lines(done: dict[str, Any]) -> list[str]:
    operation = done["operation"]
    kind = "exercise" if operation["exercise"] else "real"
    lines = [
        f"operation {operation['code']} ({operation['title']}), {kind}, {operation['time_zone']}"
    ]
    if roads := done.get("roads"):
        date = f", OSM data of {roads['osm_date']}" if roads["osm_date"] else ""
        lines.append(
            f"roads: {roads['segments']:,} segments, {roads['length_km']:,.0f} km{date} "
            f"(graph build {roads['digest'][:12]})"
        )
    if found := done.get("boundaries"):
        levels = ", ".join(
            f"{count:,} of level {level}" for level, count in found["levels"].items()
        )
        lines.append(f"boundaries: {levels}; {found['with_pcode']:,} with a P-code")
    if found := done.get("places"):
        lines.append(f"places: {found['features']:,}, {found['with_population']:,} with people")
    return lines
