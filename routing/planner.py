"""Answer movement questions from the published state of one store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import lca
from layers.release import Heads
from layers.store import Store
from lca.constraint import Constraint
from lca.errors import NotFound, StoreUnavailable
from lca.vehicle import VehicleClass, resolve_vehicle
from lca.vocab import EffectKind, LocationPrecision, Sensitivity

from .answer import RouteAnswer, Sources
from .aversion import COUNTRY_PREFIX
from .avoided_borders import BORDERS, avoided_borders
from .effects import Coverage, Placed
from .inputs import InputReader, Inputs
from .match import match
from .network import RoadNetwork
from .notes import Notary, opaque_ids
from .outlook import Outlook
from .policy import Policy
from .question import RouteQuestion, Terms
from .reference_tables import TABLES, ReferenceTables, reference_tables
from .shelf import Shelf
from .snap import Snap
from .speed_model import SpeedModel, standard_model
from .status import match_report, road_states, road_status
from .statussnapshot import status_snapshot
from .unreviewed import UnreviewedReports
from .vehicle_roads import MetricShelf, Setting

_KEPT_COVERAGES = 8
_KEPT_SNAPS = 10_000


class Planner:
    """Answers questions; holds caches that are keyed by content, so that nothing goes stale.

    Parameters
    ----------
    store : Store
        The operation's store.
    engine : str, optional
        Name of a path engine; the best that is installed without it.
    """

    def __init__(self, store: Store, engine: str | None = None) -> None:
        self._store = store
        self._inputs = InputReader(store, engine=engine)
        self._metrics = MetricShelf()
        self._unreviewed = UnreviewedReports(store)
        self._coverages: Shelf[Coverage] = Shelf(_KEPT_COVERAGES)
        self._snaps: Shelf[Snap] = Shelf(_KEPT_SNAPS)
        self._opaque: Shelf[dict[str, str]] = Shelf(_KEPT_COVERAGES)
        self._countries: Shelf[Placed] = Shelf(_KEPT_COVERAGES)
        self._borders: Shelf[tuple[Placed, ...]] = Shelf(_KEPT_COVERAGES)
        self._models: Shelf[SpeedModel] = Shelf(_KEPT_COVERAGES)

    @property
    def network(self) -> RoadNetwork:
        """The roads of the current graph build."""
        return self._inputs.read().build.network

    @property
    def roads(self) -> RoadNetwork:
        """The roads as :attr:`network`, also while a withdrawn head keeps answers from being given.

        For edits: publishing a corrected version is what ends that.
        """
        return self._inputs.roads()

    def answer(
        self, question: RouteQuestion, clearance: Sensitivity = Sensitivity.PUBLIC
    ) -> RouteAnswer:
        """Answer a question with what was published at its ``as_of``.

        Raises
        ------
        NotFound
            If a place, the vehicle class or a constraint to leave out does not exist for the
            asker, or an end lies off the road network.
        UsageError
            If a place or vehicle is ambiguous, or ``as_of`` lies in the future.
        StoreUnavailable
            If the store cannot be read or trusted now.
        """
        outlook = self.outlook(question.terms, clearance)
        return outlook.answer(outlook.place(question.origin), outlook.place(question.destination))

    def outlook(self, terms: Terms, clearance: Sensitivity = Sensitivity.PUBLIC) -> Outlook:
        """Return the roads as the vehicle of some terms finds them; it never changes.

        Raises
        ------
        NotFound, UsageError, StoreUnavailable
            As :meth:`answer` does, but for the places.
        """
        inputs = self._inputs.read(terms.as_of)
        at = terms.at or inputs.heads.as_of
        tables = reference_tables(self._store, inputs.heads)
        placed = self._supposed(inputs, terms, clearance)
        if terms.policy.avoid_countries:
            avoided = (self._country(inputs, iso3) for iso3 in terms.policy.avoid_countries)
            placed = (*placed, *avoided)
        if terms.policy.avoid_borders:
            placed = (*placed, *self._borders_to_avoid(inputs, terms.policy, clearance))
        coverage = self._coverages.get(placed, lambda: Coverage.of(placed))
        opaque = self._opaque.get((coverage, clearance), lambda: opaque_ids(placed, clearance))
        return Outlook(
            terms=terms,
            vehicle=resolve_vehicle(terms.vehicle, tables.vehicles),
            at=at,
            inputs=inputs,
            sources=_sources(inputs, tables),
            coverage=coverage,
            notary=Notary(at, clearance, opaque),
            clearance=clearance,
            computed_at=self._store.now(),
            year_round=Setting(self._speeds(tables), open_ferries=inputs.open_ferries),
            shelf=self._metrics,
            snaps=self._snaps,
            gazetteer=self._inputs.gazetteer,
            tables=tables,
            # What is known now is no part of what was known at an earlier moment.
            dangers=() if terms.as_of else self._unreviewed.dangers(inputs, clearance),
        )

    def road_status(
        self,
        vehicle: str,
        at: datetime | None = None,
        as_of: datetime | Heads | None = None,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> dict[str, dict[str, Any]]:
        """Return what constraints that the asker may see do to each road segment they cover."""
        return road_status(*self._seen_by(vehicle, at, as_of, clearance))

    def status_snapshot(
        self,
        vehicle: str,
        at: datetime | None = None,
        as_of: datetime | Heads | None = None,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> list[dict[str, Any]]:
        """Return the same by the numbers of segments (see :mod:`routing.statussnapshot`)."""
        return status_snapshot(road_states(*self._seen_by(vehicle, at, as_of, clearance)))

    def _seen_by(
        self,
        vehicle: str,
        at: datetime | None,
        as_of: datetime | Heads | None,
        clearance: Sensitivity,
    ) -> tuple[RoadNetwork, tuple[Placed, ...], VehicleClass, datetime]:
        """Return the roads, the constraints that an asker may see, the vehicle and the moment."""
        inputs = self._inputs.read(as_of)
        classes = reference_tables(self._store, inputs.heads).vehicles
        return (
            inputs.build.network,
            _visible(inputs.placed, clearance),
            resolve_vehicle(vehicle, classes),
            at or inputs.heads.as_of,
        )

    def match_report(
        self,
        as_of: datetime | Heads | None = None,
        clearance: Sensitivity = Sensitivity.PUBLIC,
        *,
        pictures: bool = True,
    ) -> list[dict[str, Any]]:
        """Return how each constraint that the asker may see lies on the roads."""
        inputs = self._inputs.read(as_of)
        visible = _visible(inputs.placed, clearance)
        return match_report(inputs.build.network, visible, pictures=pictures)

    def movement_questions_need_clearance(self, as_of: datetime | None = None) -> bool:
        """Tell whether the operation holds a constraint that is not public (rule 8).

        Then a movement question of an uncleared asker is refused: by probing, the answers would
        show where it lies.
        """
        inputs = self._inputs.read(as_of)
        return any(item.constraint.sensitivity is not Sensitivity.PUBLIC for item in inputs.placed)

    def _borders_to_avoid(
        self, inputs: Inputs, policy: Policy, clearance: Sensitivity
    ) -> tuple[Placed, ...]:
        """Return closures of the border crossings that the policy avoids, the same when asked again."""
        release = inputs.heads.releases.get(BORDERS)
        version = None if release is None else release.version
        key = (inputs.build.network.digest, version, policy.avoid_borders, clearance)
        return self._borders.get(
            key,
            lambda: tuple(avoided_borders(self._store, inputs, policy.avoid_borders, clearance)),
        )

    def _country(self, inputs: Inputs, iso3: str) -> Placed:
        """Return a country that the policy avoids, as a closure of its whole area."""
        area = inputs.boundaries_of(iso3)
        if area is None:
            raise NotFound(
                f"The boundaries layer has no country {iso3!r}.",
                do_next="Give an ISO 3166-1 alpha-3 code that the boundaries layer has.",
            )
        network = inputs.build.network

        def placed() -> Placed:
            closure = Constraint(
                id=f"{COUNTRY_PREFIX}{iso3.upper()}",
                name=iso3.upper(),
                effect=EffectKind.BLOCKED,
                source_org="The asker's policy",
                date_of_information=datetime.min.replace(tzinfo=UTC),
                location_precision=LocationPrecision.ACCURATE,
                geometry=area,
            )
            return Placed(closure, match(closure, network))

        return self._countries.get((network.digest, iso3.upper(), area.wkb), placed)

    def _speeds(self, tables: ReferenceTables) -> SpeedModel:
        if not tables.speeds:
            return standard_model()
        return self._models.get((tables.key,), lambda: SpeedModel.of_rows(tables.speeds))

    def _supposed(self, inputs: Inputs, terms: Terms, clearance: Sensitivity) -> tuple[Placed, ...]:
        """Return the published constraints with the hypotheses of the terms applied.

        A constraint above the asker's clearance can be neither left out nor replaced.
        """
        if not terms.without and not terms.what_if:
            return inputs.placed
        visible = {item.constraint.id for item in _visible(inputs.placed, clearance)}
        missing = sorted(set(terms.without) - visible)
        if missing:
            raise NotFound(
                f"There is no constraint {', '.join(missing)}.",
                do_next="Give ids as the constraints layer lists them.",
            )
        replaced = visible & {*terms.without, *(item.id for item in terms.what_if)}
        kept = [item for item in inputs.placed if item.constraint.id not in replaced]
        supposed = [Placed(item, inputs.match(item), hypothetical=True) for item in terms.what_if]
        return (*kept, *supposed)


def _visible(placed: tuple[Placed, ...], clearance: Sensitivity) -> tuple[Placed, ...]:
    return tuple(item for item in placed if item.constraint.sensitivity.rank <= clearance.rank)


def _sources(inputs: Inputs, tables: ReferenceTables) -> Sources:
    if inputs.heads.build is None:
        raise StoreUnavailable("The graph build was lost between two reads.")
    return Sources(
        build=inputs.heads.build,
        build_info=inputs.build.network.info,
        constraints=inputs.constraints,
        facilities={
            layer: release for layer, release in inputs.facilities.items() if layer not in TABLES
        },
        tables=tables.sources,
        engine=inputs.build.engine.name,
        product_version=lca.__version__,
    )
