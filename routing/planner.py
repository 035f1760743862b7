"""Answer movement questions from the published state of one store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

import lca
from layers.store import Store
from lca.errors import NotFound, StoreUnavailable
from lca.instant import zone
from lca.vehicle import vehicle_class
from lca.vocab import Sensitivity

from .answer import Asked, RouteAnswer, Sources
from .effects import Coverage, Placed
from .finding import Finding, Judge
from .inputs import InputReader, Inputs
from .localtime import LocalTime
from .match import match
from .network import RoadNetwork
from .notes import Notary, opaque_ids
from .passage import Passage
from .place import Gazetteer, ResolvedPlace
from .question import RouteQuestion
from .shelf import Shelf
from .snap import Snap, snap
from .special_rows import next_change_on
from .status import match_report, road_status
from .vehicle_roads import MetricShelf, VehicleRoads

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
        self._gazetteer = Gazetteer(store)
        self._metrics = MetricShelf()
        self._coverages: Shelf[Coverage] = Shelf(_KEPT_COVERAGES)
        self._snaps: Shelf[Snap] = Shelf(_KEPT_SNAPS)
        self._opaque: Shelf[dict[str, str]] = Shelf(_KEPT_COVERAGES)

    @property
    def network(self) -> RoadNetwork:
        """The roads of the current graph build."""
        return self._inputs.read().build.network

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
        inputs = self._inputs.read(question.as_of)
        at = question.at or inputs.heads.as_of
        placed = self._supposed(inputs, question, clearance)
        asked = Asked(
            origin=self._gazetteer.find(inputs.heads, question.origin, clearance),
            destination=self._gazetteer.find(inputs.heads, question.destination, clearance),
            vehicle=vehicle_class(question.vehicle),
            at=at,
            as_of=inputs.heads.as_of,
            policy=question.policy,
            without=question.without,
            what_if=question.what_if,
        )
        coverage = self._coverages.get(placed, lambda: Coverage.of(placed))
        opaque = self._opaque.get((coverage, clearance), lambda: opaque_ids(placed, clearance))

        def judged(passage: Passage) -> Finding:
            return Judge(
                passage=passage,
                coverage=coverage,
                origin=asked.origin,
                destination=asked.destination,
                policy=asked.policy,
                notary=Notary(at, clearance, opaque),
                assessed=inputs.constraints is not None,
            ).finding()

        finding = self._timed(inputs, asked, judged)
        operation = inputs.operation
        return RouteAnswer(
            asked=asked,
            finding=finding,
            sources=_sources(inputs),
            exercise=operation is not None and operation.exercise,
            valid_until=finding.valid_until,
            computed_at=self._store.now(),
        )

    def road_status(
        self,
        vehicle: str,
        at: datetime | None = None,
        as_of: datetime | None = None,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> dict[str, dict[str, Any]]:
        """Return what constraints that the asker may see do to each road segment they cover."""
        inputs = self._inputs.read(as_of)
        visible = _visible(inputs.placed, clearance)
        moment = at or inputs.heads.as_of
        return road_status(inputs.build.network, visible, vehicle_class(vehicle), moment)

    def match_report(
        self, as_of: datetime | None = None, clearance: Sensitivity = Sensitivity.PUBLIC
    ) -> list[dict[str, Any]]:
        """Return how each constraint that the asker may see lies on the roads."""
        inputs = self._inputs.read(as_of)
        return match_report(inputs.build.network, _visible(inputs.placed, clearance))

    def movement_questions_need_clearance(self, as_of: datetime | None = None) -> bool:
        """Tell whether the operation holds a constraint that is not public (rule 8).

        Then a movement question of an uncleared asker is refused: by probing, the answers would
        show where it lies.
        """
        inputs = self._inputs.read(as_of)
        return any(item.constraint.sensitivity is not Sensitivity.PUBLIC for item in inputs.placed)

    def _timed(self, inputs: Inputs, asked: Asked, judged: Callable[[Passage], Finding]) -> Finding:
        """Return the finding with rules of time as they hold from the departure to the arrival.

        Where one begins or ends on the way while the vehicle drives, all of them count as in
        force, as they do where the operation, and with it the local time, is not known.
        """
        operation, network, at = inputs.operation, inputs.build.network, asked.at
        if operation is None:
            return judged(self._passage(inputs, asked, None))
        local = LocalTime(zone(operation.time_zone), at)
        passage = self._passage(inputs, asked, local)
        finding = judged(passage)
        changes = [local.instant(self._metrics.next_rule_change(network, local.naive))]
        if finding.way is not None:
            way, arrival = finding.way, finding.way.arrival(at)
            rows = way.segments
            next_on_way = local.instant(next_change_on(network.segments, rows, local.naive))
            if next_on_way is not None and next_on_way <= arrival:
                finding = judged(replace(passage, roads=self._roads(inputs, asked, None)))
            there = LocalTime(local.zone, arrival)
            later = local.instant(next_change_on(network.segments, rows, there.naive))
            changes.append(None if later is None else later - (arrival - at))
        known = [moment for moment in (finding.valid_until, *changes) if moment is not None]
        return replace(finding, valid_until=min(known, default=None))

    def _passage(self, inputs: Inputs, asked: Asked, local: LocalTime | None) -> Passage:
        roads = self._roads(inputs, asked, local)
        return Passage(
            roads=roads,
            shelf=self._metrics,
            origin=self._snapped(roads, asked.origin),
            destination=self._snapped(roads, asked.destination),
            departure=asked.at,
        )

    def _snapped(self, roads: VehicleRoads, place: ResolvedPlace) -> Snap:
        """Return where a place lies on the roads; the same warehouses are asked about all day."""
        position = place.position
        try:
            return self._snaps.get(
                (roads.key, position),
                lambda: snap(roads.network, position, roads.usable_at_times),
            )
        except NotFound as error:
            raise NotFound(error.what, where=place.name, do_next=error.do_next) from error

    def _roads(self, inputs: Inputs, asked: Asked, local: LocalTime | None) -> VehicleRoads:
        at_local = None if local is None else local.naive
        build = inputs.build
        return self._metrics.roads(build.network, build.engine, asked.vehicle, at_local)

    def _supposed(
        self, inputs: Inputs, question: RouteQuestion, clearance: Sensitivity
    ) -> tuple[Placed, ...]:
        """Return the published constraints with the question's hypotheses applied.

        A constraint above the asker's clearance can be neither left out nor replaced.
        """
        if not question.without and not question.what_if:
            return inputs.placed
        visible = {item.constraint.id for item in _visible(inputs.placed, clearance)}
        missing = sorted(set(question.without) - visible)
        if missing:
            raise NotFound(
                f"There is no constraint {', '.join(missing)}.",
                do_next="Give ids as the constraints layer lists them.",
            )
        replaced = visible & {*question.without, *(item.id for item in question.what_if)}
        kept = [item for item in inputs.placed if item.constraint.id not in replaced]
        supposed = [
            Placed(item, match(item, inputs.build.network), hypothetical=True)
            for item in question.what_if
        ]
        return (*kept, *supposed)


def _visible(placed: tuple[Placed, ...], clearance: Sensitivity) -> tuple[Placed, ...]:
    return tuple(item for item in placed if item.constraint.sensitivity.rank <= clearance.rank)


def _sources(inputs: Inputs) -> Sources:
    if inputs.heads.build is None:
        raise StoreUnavailable("The graph build was lost between two reads.")
    return Sources(
        build=inputs.heads.build,
        build_info=inputs.build.network.info,
        constraints=inputs.constraints,
        facilities=inputs.facilities,
        vehicle_table_sha256=_table_sha256("vehicle_classes.csv"),
        speed_table_sha256=_table_sha256("speeds.csv"),
        engine=inputs.build.engine.name,
        product_version=lca.__version__,
    )


@lru_cache(maxsize=8)
def _table_sha256(name: str) -> str:
    table = resources.files("data").joinpath("reference", name)
    return hashlib.sha256(table.read_bytes()).hexdigest()
