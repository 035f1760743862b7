"""The roads as one vehicle finds them at one moment, under the constraints of one state of a store.

What every planner's product starts from: an answer, a table or a map asks one outlook, so that all
of them judge by the same constraints, rules and policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np

from lca.errors import NotFound
from lca.instant import parse_local_time, zone
from lca.vehicle import VehicleClass
from lca.vocab import Sensitivity

from .answer import Asked, RouteAnswer, Sources
from .avoided import avoided_costs
from .clock import Clock
from .durations import Durations, way_durations
from .effects import ArcEffects, Coverage
from .emissions import emissions
from .engine import INFINITE, Metric
from .finding import Finding, Judge
from .inputs import Inputs
from .localtime import LocalTime
from .network import RoadNetwork
from .notes import Notary
from .passage import Passage
from .place import Gazetteer, ResolvedPlace
from .policy import Policy
from .question import Terms
from .reference_tables import ReferenceTables
from .season_year import SeasonYear
from .shelf import Shelf
from .snap import Snap, snap
from .timed_hours import NO_HOURS
from .timed_rules import TimedRules, timed_owners
from .unreviewed import Danger, warnings
from .vehicle_roads import MetricShelf, Setting, VehicleRoads
from .way import Way

_MOST_COSTED = 3
"""Each is a search with a metric of its own, which at a country's size is 100 MB."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """One vehicle, one moment, one policy and one state of constraints on one graph build.

    Attributes
    ----------
    terms : Terms
        What was asked, as it was asked.
    vehicle : VehicleClass
        Who drives.
    at : datetime
        The departure.
    inputs : Inputs
        The state of the store.
    sources : Sources
        What answers are computed from, to be named in each.
    coverage : Coverage
        Where the constraints lie, hypotheses applied.
    notary : Notary
        Writes notes for the asker's clearance.
    dangers : tuple of Danger
        What is reported and not reviewed, for cleared askers (rule 7).
    year_round : Setting
        What speeds and access follow from but for the seasons: tables, ferries in service.
    tables : ReferenceTables
        The operation's vehicles, seasons and emission factors.
    seasons_until : datetime, optional
        Seasons that begin up to then count beside those of the departure, if it is later.
    """

    terms: Terms
    vehicle: VehicleClass
    at: datetime
    inputs: Inputs
    sources: Sources
    coverage: Coverage
    notary: Notary
    clearance: Sensitivity
    computed_at: datetime
    year_round: Setting
    shelf: MetricShelf
    snaps: Shelf[Snap]
    gazetteer: Gazetteer
    tables: ReferenceTables
    seasons_until: datetime | None = None
    dangers: tuple[Danger, ...] = ()

    @property
    def policy(self) -> Policy:
        """What the asker accepts."""
        return self.terms.policy

    @property
    def network(self) -> RoadNetwork:
        """The roads."""
        return self.inputs.build.network

    @property
    def assessed(self) -> bool:
        """Whether a constraint version is in force; without one nobody has looked (rule 5)."""
        return self.inputs.constraints is not None

    @property
    def exercise(self) -> bool:
        """Whether the operation is an exercise."""
        operation = self.inputs.operation
        return operation is not None and operation.exercise

    @cached_property
    def local(self) -> LocalTime | None:
        """The departure as the operation's clocks show it, None if its zone is not known."""
        operation = self.inputs.operation
        return None if operation is None else LocalTime(zone(operation.time_zone), self.at)

    @cached_property
    def year(self) -> SeasonYear:
        """The operation's seasons from the departure to the end of the longest search."""
        until = self.clock.wall(INFINITE - 1, late=True)
        return SeasonYear(self.tables.seasons, self.inputs.zone_name, self.at, until)

    @cached_property
    def setting(self) -> Setting:
        """What speeds and access follow from, the seasons that count included."""
        return replace(self.year_round, season=self.year.state(self.seasons_until))

    @cached_property
    def clock(self) -> Clock:
        """When the vehicle moves: always, or by day only."""
        policy = self.policy
        if policy.night_driving:
            return Clock(self.at)
        tz = zone("UTC") if self.local is None else self.local.zone
        hours = parse_local_time(policy.day_from), parse_local_time(policy.day_to)
        return Clock.by_day(self.at, tz, *hours)

    @cached_property
    def roads(self) -> VehicleRoads:
        """The roads without constraints, rules of time as they hold at departure."""
        return self._roads(self.local)

    @cached_property
    def effects(self) -> ArcEffects:
        """What each constraint does to this vehicle at departure."""
        return ArcEffects.at(self.coverage, self.vehicle, self.at)

    @cached_property
    def metric(self) -> Metric:
        """The roads under the constraints as they hold at departure."""
        return self.shelf.metric(self.roads, self.effects)

    @cached_property
    def rules(self) -> TimedRules:
        """What time changes from the departure to the end of the longest search."""
        until = self.clock.wall(INFINITE - 1, late=True)
        local = self.local
        return TimedRules(
            self.effects,
            self.vehicle,
            self.clock,
            until,
            timed_owners(self.effects, self.vehicle, self.at, until - self.at),
            NO_HOURS if local is None else self.shelf.hours(self.roads, local.zone, self.at, until),
            self.roads.weight_ms,
        )

    @cached_property
    def open_roads(self) -> VehicleRoads:
        """The roads, each of their own rules of time as it lets pass most quickly."""
        return self.shelf.with_weights(
            self.roads, self.rules.hours.arcs, self.rules.hours.least_ms()
        )

    @cached_property
    def closed_roads(self) -> VehicleRoads:
        """The roads, each of their own rules of time as it hinders most."""
        return self.shelf.with_weights(
            self.roads, self.rules.hours.arcs, self.rules.hours.most_ms()
        )

    @cached_property
    def open_effects(self) -> ArcEffects:
        """The constraints without those that time changes."""
        return self.effects.opened(self.rules.owners)

    @cached_property
    def closed_effects(self) -> ArcEffects:
        """The constraints, each as restrictive as it is at any time of the longest search."""
        return self.rules.closed()

    @property
    def open_metric(self) -> Metric:
        """Lower bounds of all times: whatever time changes is lifted."""
        return self.shelf.metric(self.open_roads, self.open_effects)

    @property
    def closed_metric(self) -> Metric:
        """Upper bounds of all times by day and night: whatever time changes is in force."""
        return self.shelf.metric(self.closed_roads, self.closed_effects)

    def place(self, text: str) -> ResolvedPlace:
        """Return the place that a text means.

        Raises
        ------
        AmbiguousPlace, NotFound
            As :meth:`routing.place.Gazetteer.find` does.
        """
        return self.gazetteer.find(self.inputs.heads, text, self.clearance)

    def snapped(self, place: ResolvedPlace) -> Snap:
        """Return where a place lies on the roads; the same warehouses are asked about all day.

        Raises
        ------
        NotFound
            If it lies off the road network.
        """
        return self._snapped(self.roads, place)

    def passage(self, origin: ResolvedPlace, destination: ResolvedPlace) -> Passage:
        """Return the passage of the vehicle between two places, in the seasons before its arrival."""
        outlook = self
        while True:
            passage = outlook._passage(origin, destination, self.local)
            if outlook.year.next_start(outlook.seasons_until) is None:
                return passage
            later = outlook.before_arrival(passage.settled(self.effects)[0])
            if later is None:
                return passage
            outlook = later

    def judge(self, passage: Passage, origin: ResolvedPlace, destination: ResolvedPlace) -> Judge:
        """Return the judge of a passage."""
        return Judge(
            passage=passage,
            coverage=self.coverage,
            origin=origin,
            destination=destination,
            policy=self.policy,
            notary=self.notary,
            assessed=self.assessed,
        )

    def finding(self, origin: ResolvedPlace, destination: ResolvedPlace) -> Finding:
        """Return what is found out of a way between two places, each road judged when it is entered."""
        return self._found(origin, destination)[1]

    def answer(self, origin: ResolvedPlace, destination: ResolvedPlace) -> RouteAnswer:
        """Return the answer to the question for a way between two places."""
        asked = Asked(
            origin=origin,
            destination=destination,
            vehicle=self.vehicle,
            at=self.at,
            as_of=self.inputs.heads.as_of,
            policy=self.policy,
            without=self.terms.without,
            what_if=self.terms.what_if,
            clearance=self.clearance,
        )
        outlook, finding = self._found(origin, destination)
        way = finding.way
        return RouteAnswer(
            asked=asked,
            finding=finding,
            sources=replace(self.sources, seasons=self.year.words(outlook.seasons_until)),
            exercise=self.exercise,
            valid_until=finding.valid_until,
            computed_at=self.computed_at,
            durations=None if way is None else outlook.durations(way),
            emissions=None
            if way is None
            else emissions(way.length_km, self.vehicle, self.tables.emission_factors),
            delay_max_h=0.0 if way is None else self.longest_delay_h(way),
            warnings=warnings(self.dangers, way or finding.plain, self.notary),
            costs=lambda: outlook.costs(finding, origin, destination),
        )

    def durations(self, way: Way) -> Durations:
        """Return the hours at the wheel on a way in the best, the active and the worst season."""
        return way_durations(
            self.network,
            self.vehicle,
            way.trip.arcs,
            way.trip.part_m,
            self.setting.model,
            self.setting.season,
            calendar=self.year.calendar,
            at_local=None if self.local is None else self.local.naive,
        )

    def _found(self, origin: ResolvedPlace, destination: ResolvedPlace) -> tuple[Outlook, Finding]:
        """Return the finding, and the outlook with the seasons that begin before its arrival."""
        outlook = self
        while True:
            passage = outlook._passage(origin, destination, self.local)
            finding = outlook.judge(passage, origin, destination).finding()
            later = outlook.before_arrival(finding.way)
            if later is None:
                break
            outlook = later
        elapsed = None if finding.way is None else finding.way.elapsed
        change = outlook.year.next_departure(outlook.seasons_until, elapsed)
        known = [one for one in (finding.valid_until, change) if one is not None]
        return outlook, replace(finding, valid_until=min(known, default=None))

    def before_arrival(self, way: Way | None) -> Outlook | None:
        """Return the outlook with the next season that begins before a way's arrival, if one does."""
        start = self.year.next_start(self.seasons_until)
        if start is None or way is None or way.arrival(self.at) <= start:
            return None
        return replace(self, seasons_until=start)

    def longest_delay_h(self, way: Way) -> float:
        """Return the hours lost if each delay on the way is the longest that is stated."""
        longest = np.zeros(len(way.trip.arcs))
        for place, part in way.touched_at(self.coverage):
            for row in self.coverage.rows(part.arc, part.low, part.high).tolist():
                effect = self.effects.effects[int(self.coverage.owner[row])]
                if effect.delay_max_s:
                    share = float(self.coverage.delay_share[row])
                    longest[place] = max(longest[place], effect.delay_max_s * share)
        return float(longest.sum()) / 3600

    def costs(
        self, finding: Finding, origin: ResolvedPlace, destination: ResolvedPlace
    ) -> Mapping[int, tuple[float, float]]:
        """Return what each avoided constraint costs: km and hours, by owner, of the first few."""
        pairs = zip(finding.avoided_owners, finding.avoided, strict=True)
        owners = [owner for owner, note in pairs if not note.restricted]
        if finding.way is None or not owners:
            return {}
        passage = self._passage(origin, destination, self.local)
        judge = self.judge(passage, origin, destination)
        return avoided_costs(
            passage,
            self.effects,
            owners,
            way=finding.way,
            most=_MOST_COSTED,
            without=judge.way_without,
        )

    def _passage(
        self, origin: ResolvedPlace, destination: ResolvedPlace, local: LocalTime | None
    ) -> Passage:
        roads = self._roads(local)
        return Passage(
            roads=roads,
            shelf=self.shelf,
            origin=self._snapped(roads, origin),
            destination=self._snapped(roads, destination),
            departure=self.at,
            moves=self.clock,
            zone=None if local is None else local.zone,
        )

    def _snapped(self, roads: VehicleRoads, place: ResolvedPlace) -> Snap:
        position = place.position
        try:
            return self.snaps.get(
                (roads.key, position),
                lambda: snap(roads.network, position, roads.usable_at_times),
            )
        except NotFound as error:
            raise NotFound(error.what, where=place.name, do_next=error.do_next) from error

    def _roads(self, local: LocalTime | None) -> VehicleRoads:
        at_local = None if local is None else local.naive
        build = self.inputs.build
        return self.shelf.roads(build.network, build.engine, self.vehicle, at_local, self.setting)
