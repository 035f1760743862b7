"""Everything an answer is computed from, read from the store once and never stale (design D7).

What is kept in memory is keyed by content (digest of the graph build, id of the version), so a
new release or build is simply another key: there is nothing to invalidate and nothing to forget.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shapely.geometry.base import BaseGeometry

from layers.operation import Operation
from layers.release import Heads, Release
from layers.store import Store
from lca.constraint import Constraint
from lca.errors import InvalidInput, NotFound, StoreUnavailable
from lca.instant import format_minute

from .control_rows import controlling
from .controlled import Controlled, controlled
from .controls import CONTROL_RECORDS
from .countries import countries_in
from .effects import Placed
from .engine import Engine, make_engine
from .field_location import has_words, phrase_of
from .match import Match, match
from .network import RoadNetwork
from .place import Gazetteer, PlaceNames
from .registry import registered_network
from .shelf import Shelf

CONSTRAINTS = "constraints"
BOUNDARIES = "boundaries"
_KEPT_BUILDS = 2
_KEPT_SETS = 8
_KEPT_MATCHES = 20_000


@dataclass(frozen=True, slots=True)
class Build:
    """A graph build and the path engine prepared for it."""

    network: RoadNetwork
    engine: Engine


@dataclass(frozen=True, eq=False)
class Inputs:
    """One consistent state of the store; ``constraints`` is None where nobody has assessed.

    Attributes
    ----------
    placed : tuple of Placed
        The published constraints, and after them ``controls``.
    controls : tuple of Placed
        What the facilities that control movement (border crossings, ferries, bridges,
        checkpoints) state, as constraints.
    open_ferries : frozenset of int
        Rows of the ferry segments of which a published ferry says that they are in service.
    countries : mapping of str to geometry
        The countries of the boundaries layer by ISO 3166-1 alpha-3 code, EPSG:4326.
    names : PlaceNames, optional
        The places that a location in words may name.
    """

    heads: Heads
    operation: Operation | None
    build: Build
    constraints: Release | None
    placed: tuple[Placed, ...]
    controls: tuple[Placed, ...] = ()
    open_ferries: frozenset[int] = frozenset()
    countries: Mapping[str, BaseGeometry] = field(default_factory=dict)
    names: PlaceNames | None = None
    reader: InputReader | None = None

    def match(self, constraint: Constraint) -> Match:
        """Return where a constraint that is not published lies in this state of the store."""
        network = self.build.network
        if self.reader is None:
            return match(constraint, network, self.names)
        return self.reader.match(network, constraint, self.names)

    def boundaries_of(self, iso3: str) -> BaseGeometry | None:
        """Return the area of a country (EPSG:4326), None if the boundaries layer lacks it."""
        return self.countries.get(iso3.upper())

    @property
    def zone_name(self) -> str:
        """The operation's time zone, UTC where none is known."""
        return "UTC" if self.operation is None else self.operation.time_zone

    @property
    def facilities(self) -> Mapping[str, Release]:
        """The heads of all layers but the constraints."""
        return {
            layer: release
            for layer, release in sorted(self.heads.releases.items())
            if layer != CONSTRAINTS
        }


class InputReader:
    """Reads the inputs of answers from one store."""

    def __init__(self, store: Store, *, engine: str | None = None) -> None:
        self._store = store
        self._engine = engine
        self._building = threading.Lock()
        self._builds: Shelf[Build] = Shelf(_KEPT_BUILDS)
        self._sets: Shelf[tuple[Constraint, ...]] = Shelf(_KEPT_SETS)
        self._placed: Shelf[tuple[Placed, ...]] = Shelf(_KEPT_SETS)
        self._matches: Shelf[Match] = Shelf(_KEPT_MATCHES)
        self._controls: Shelf[Controlled] = Shelf(_KEPT_SETS)
        self._borders: Shelf[Mapping[str, BaseGeometry]] = Shelf(_KEPT_BUILDS)
        self.gazetteer = Gazetteer(store)

    def read(self, as_of: datetime | Heads | None = None) -> Inputs:
        """Return the state of the store at a moment, now if none is given.

        Parameters
        ----------
        as_of : datetime or Heads, optional
            The moment, or what has been read of it already: to ask for the time of the present
            heads again would fix the past, which writes.

        Raises
        ------
        StoreUnavailable
            If the store cannot be read or trusted, or a head of that moment was withdrawn.
        NotFound
            If ``as_of`` lies in the future, or there was no graph build then.
        """
        heads = as_of if isinstance(as_of, Heads) else self._store.heads(as_of)
        # No answer reads a computed layer, so one that was withdrawn takes nothing from it.
        gone = {
            layer: one
            for layer, one in heads.withdrawn.items()
            if layer not in self._store.specs or not self._store.specs[layer].derived
        }
        if gone:
            raise _withdrawn(gone)
        build = self._build(heads)
        release = heads.releases.get(CONSTRAINTS)
        names = PlaceNames(self.gazetteer, heads)
        placed = () if release is None else self._placed_set(build.network, release, names)
        operation = self._store.operation
        controls = self._controlled(build.network, heads, operation)
        return Inputs(
            heads=heads,
            operation=operation,
            build=build,
            constraints=release,
            placed=(*placed, *controls.placed),
            controls=controls.placed,
            open_ferries=controls.open_ferries,
            countries=self._countries(heads),
            names=names,
            reader=self,
        )

    def roads(self) -> RoadNetwork:
        """Return the roads of the current graph build, whatever else has been withdrawn."""
        return self._build(self._store.heads()).network

    def constraints(self, release: Release) -> tuple[Constraint, ...]:
        """Return the constraints of a release as records."""
        return self._sets.get((release.version,), lambda: self._records(release))

    def match(
        self, network: RoadNetwork, constraint: Constraint, names: PlaceNames | None = None
    ) -> Match:
        """Return where a constraint lies; one that keeps its location is matched once a build.

        A location in words lies where the places that it names are said to lie, so it is matched
        anew when any of these may have changed.
        """
        geometry = constraint.geometry
        key: tuple[object, ...] = (
            network.digest,
            None if geometry is None else geometry.wkb,
            constraint.osm_way_ids,
            constraint.direction,
            constraint.location_precision,
            constraint.road_name,
            constraint.constraint_type,
        )
        if has_words(constraint):
            words = (constraint.location_text, phrase_of(constraint), constraint.sensitivity)
            key = (*key, *words, None if names is None else names.version)
        return self._matches.get(key, lambda: match(constraint, network, names))

    def _build(self, heads: Heads) -> Build:
        if heads.build is None:
            raise self._no_build(heads)
        digest = heads.build.digest
        # One thread prepares a build while others wait: it costs seconds and much memory.
        with self._building:
            return self._builds.get((digest,), lambda: self._load(digest))

    def _no_build(self, heads: Heads) -> NotFound:
        later = self._store.heads().build
        if later is None:
            msg = "The operation has no road graph."
            return NotFound(msg, do_next="Build one: lca roads build FILE --name NAME.")
        first = format_minute(later.registered_at)
        return NotFound(
            f"Nothing was known at {format_minute(heads.as_of)}: no road graph was there yet.",
            do_next=f"Ask as of a later moment; the present road graph is there since {first}.",
        )

    def _load(self, digest: str) -> Build:
        network = registered_network(self._store, digest)
        # The order can be made again, so it lies with what may be deleted, never in the build.
        order = self._store.root / "artefacts" / "orders" / digest
        engine = make_engine(network, self._engine, cache=order)
        return Build(network, engine)

    def _placed_set(
        self, network: RoadNetwork, release: Release, names: PlaceNames
    ) -> tuple[Placed, ...]:
        items = self.constraints(release)
        in_words = any(map(has_words, items))
        return self._placed.get(
            (network.digest, release.version, names.version if in_words else None),
            lambda: tuple(Placed(item, self.match(network, item, names)) for item in items),
        )

    def _controlled(
        self, network: RoadNetwork, heads: Heads, operation: Operation | None
    ) -> Controlled:
        zone_name = None if operation is None else operation.time_zone
        releases = {
            layer: heads.releases[layer] for layer in CONTROL_RECORDS if layer in heads.releases
        }
        versions = tuple(sorted((layer, one.version) for layer, one in releases.items()))
        return self._controls.get(
            (network.digest, zone_name, versions),
            lambda: controlled(
                network,
                {layer: controlling(self._store, layer, one) for layer, one in releases.items()},
                zone_name,
            ),
        )

    def _countries(self, heads: Heads) -> Mapping[str, BaseGeometry]:
        release = heads.releases.get(BOUNDARIES)
        if release is None:
            return {}
        return self._borders.get(
            (release.version,), lambda: countries_in(self._store.frame(release.version))
        )

    def _records(self, release: Release) -> tuple[Constraint, ...]:
        try:
            records = self._store.records(release.version)
        except InvalidInput as error:
            raise StoreUnavailable(
                f"A published constraint cannot be understood: {error.what}",
                where=f"constraints version {release.number}, {error.where}",
                do_next="Publish a corrected version; nothing is answered without it.",
            ) from error
        return tuple(sorted(records, key=lambda item: item.id))


def _withdrawn(gone: Mapping[str, Release]) -> StoreUnavailable:
    layers = ", ".join(
        f"{layer} version {release.number}" for layer, release in sorted(gone.items())
    )
    return StoreUnavailable(
        f"{layers}, in force at that moment, was withdrawn: what it said may not be used, "
        "and no answer can be given without it.",
        do_next="Ask without as_of, or publish a corrected version.",
    )
