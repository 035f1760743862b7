"""Several vehicles that travel together: one way that every one of them may take, leg by leg.

Roads see the convoy as one vehicle with the worst of each number (:func:`as_one`). Constraints
judge every vehicle by itself: one that stops a single vehicle stops the convoy there, whatever it
says of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from lca.effect import carries_hazmat
from lca.errors import UsageError
from lca.instant import format_instant
from lca.vehicle import VehicleClass
from lca.vocab import Actor, Cargo, Verdict
from routing.blockers import find_blockers
from routing.finding import Finding
from routing.notes import Note, in_order
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.way import Way

from .variants import (
    blocking_on,
    for_vehicle,
    judged_on,
    leaving_at,
    passage_on,
    with_blocked,
    with_slowed,
    worst,
)

MOST_VEHICLES = 500
MOST_STOPS = 50


@dataclass(frozen=True, slots=True)
class Group:
    """So many vehicles of one kind."""

    count: int
    vehicle: VehicleClass

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_VEHICLES:
            raise UsageError(
                f"A convoy of {self.count} x {self.vehicle.code} is not possible.",
                do_next=f"Give 1 to {MOST_VEHICLES} vehicles of a kind.",
            )

    def empty(self) -> Group:
        """Return the vehicles without their payload; axle loads stay, as nobody has weighed them."""
        own = self.vehicle
        gross_t = round(own.gross_t - own.payload_t, 3)
        if gross_t <= 0:
            raise UsageError(
                f"{own.code} has a payload of its whole gross mass.",
                do_next="Correct the vehicle: gross mass includes the payload.",
            )
        empty = replace(
            own,
            name=f"{own.name}, empty",
            gross_t=gross_t,
            payload_t=0.0,
            axle_load_t=min(own.axle_load_t, gross_t),
            # An emptied tank that nobody has cleaned stays dangerous goods (ADR 4.1.1.11).
            hazmat=carries_hazmat(own),
            cargo=Cargo.UNSTATED,
        )
        return Group(self.count, empty)

    def as_json(self) -> dict[str, Any]:
        """Return the group as a JSON object."""
        own = self.vehicle
        return {
            "count": self.count,
            "vehicle": own.code,
            "name": own.name,
            "gross_t": own.gross_t,
            "payload_t": own.payload_t,
        }

    def words(self) -> str:
        """Return the group in words."""
        return f"{self.count} x {self.vehicle.name} ({self.vehicle.gross_t:g} t gross)"


@dataclass(frozen=True, eq=False)
class Leg:
    """One leg: from where to where, when, and what was found for the whole convoy."""

    origin: ResolvedPlace
    destination: ResolvedPlace
    departure: datetime
    finding: Finding
    stop_h: float
    """Hours that the convoy stays at the end of the leg."""
    back: bool = False
    """Whether it is the way back, empty."""

    @property
    def way(self) -> Way | None:
        """The way, if there is one."""
        return self.finding.way

    @property
    def arrival(self) -> datetime | None:
        """When it arrives, None without a way."""
        return None if self.way is None else self.way.arrival(self.departure)

    def as_json(self) -> dict[str, Any]:
        """Return the leg as a JSON object."""
        way, arrival = self.way, self.arrival
        finding = self.finding
        return {
            "from": self.origin.as_json(),
            "to": self.destination.as_json(),
            "back_empty": self.back,
            "verdict": finding.verdict.value,
            "reason": finding.reason,
            "departure": format_instant(self.departure),
            "arrival": None if arrival is None else format_instant(arrival),
            "stop_h": self.stop_h,
            "length_km": None if way is None else round(way.length_km, 2),
            "duration_h": None if way is None else round(way.duration_h, 2),
            "geometry": None
            if way is None
            else {"type": "LineString", "coordinates": way.points.round(6).tolist()},
            "conditions": [note.as_json() for note in finding.conditions],
            "notes": [note.as_json() for note in finding.notes],
            "blocked_by": [note.as_json() for note in finding.blocked_by],
            "unapplied": [note.as_json() for note in finding.unapplied],
            "waits": [wait.as_json() for wait in finding.waits],
        }


def as_one(groups: Sequence[Group]) -> VehicleClass:
    """Return the convoy as one vehicle: the worst of each number, so that roads let all pass.

    The largest masses, sizes and practicability rank, the least able drive, the lowest top speed;
    hazardous goods if any vehicle carries them. Cargo and operator are stated only if all agree:
    what they decide is judged vehicle by vehicle.
    """
    every = [group.vehicle for group in groups]
    if not every:
        raise UsageError("A convoy has at least one vehicle.", do_next="Name its vehicles.")
    axles = [one.axles for one in every if one.axles is not None]
    cargo, actor = {one.cargo for one in every}, {one.actor for one in every}
    code = every[0].code if len({one.code for one in every}) == 1 else "convoy"
    return VehicleClass(
        code=code,
        name=" and ".join(f"{group.count} x {group.vehicle.name}" for group in groups),
        axles=max(axles) if len(axles) == len(every) else None,
        gross_t=max(one.gross_t for one in every),
        payload_t=max(one.payload_t for one in every),
        axle_load_t=max(one.axle_load_t for one in every),
        height_m=max(one.height_m for one in every),
        width_m=max(one.width_m for one in every),
        length_m=max(one.length_m for one in every),
        practicability=max(one.practicability for one in every),
        drive=min((one.drive for one in every), key=lambda drive: drive.rank),
        top_speed_kmh=min(one.top_speed_kmh for one in every),
        hazmat=any(carries_hazmat(one) for one in every),
        cargo=cargo.pop() if len(cargo) == 1 else Cargo.UNSTATED,
        actor=actor.pop() if len(actor) == 1 else Actor.UNSTATED,
    )


def legs_of(
    outlook: Outlook,
    groups: Sequence[Group],
    places: Sequence[ResolvedPlace],
    stop_h: Sequence[float],
    *,
    back_empty: bool = False,
) -> tuple[Leg, ...]:
    """Return the legs in order; after one without a way there is none.

    Parameters
    ----------
    outlook : Outlook
        The state of the store, the departure and the policy; its vehicle does not matter.
    groups : sequence of Group
        The vehicles.
    places : sequence of ResolvedPlace
        The origin, the places on the way, the destination.
    stop_h : sequence of float
        Hours at each place after the origin: the next leg departs so long after the arrival.
    back_empty : bool
        Whether the convoy then returns from the destination straight to the origin, unloaded.

    Raises
    ------
    UsageError
        If there are fewer than two places, too many, or not one time for each after the first.
    NotFound
        If a place lies off the road network.
    """
    if not 2 <= len(places) <= MOST_STOPS + 2 or len(stop_h) != len(places) - 1:
        raise UsageError(
            f"{len(places)} places with {len(stop_h)} stops are no journey.",
            do_next=f"Give 2 to {MOST_STOPS + 2} places and the hours at each but the first.",
        )
    if any(not 0 <= hours <= 24 * 60 for hours in stop_h):
        raise UsageError(
            "A stop is shorter than nothing or longer than 60 days.",
            do_next="Give the hours that the convoy stays at each place.",
        )
    pairs = [
        (origin, destination, groups, hours, False)
        for origin, destination, hours in zip(places, places[1:], stop_h, strict=False)
    ]
    if back_empty:
        pairs.append((places[-1], places[0], [group.empty() for group in groups], 0.0, True))
    legs: list[Leg] = []
    departure = outlook.at
    for origin, destination, own, hours, back in pairs:
        finding = together(leaving_at(outlook, departure), own, origin, destination)
        leg = Leg(origin, destination, departure, finding, hours, back)
        legs.append(leg)
        if leg.arrival is None:
            break
        departure = leg.arrival + timedelta(hours=hours)
    return tuple(legs)


def together(
    outlook: Outlook,
    groups: Sequence[Group],
    origin: ResolvedPlace,
    destination: ResolvedPlace,
) -> Finding:
    """Return the finding for vehicles that all take one way at one time.

    The way of the convoy as one vehicle is judged for each of its vehicles; what stops one of
    them, or makes it wait, closes the stretch for all, and the search is repeated. Each
    repetition adds at least one constraint, so that their number bounds it. What delays or slows
    one of them does so to all.
    """
    vehicles = list(dict.fromkeys(group.vehicle for group in groups))
    if len(vehicles) == 1:
        return for_vehicle(outlook, vehicles[0]).finding(origin, destination)
    whole = with_slowed(for_vehicle(outlook, as_one(groups)), vehicles)
    reasons: dict[int, str] = {}
    while True:
        shared = with_blocked(whole, reasons) if reasons else whole
        finding = shared.finding(origin, destination)
        if finding.way is None:
            return _explained(finding, outlook, reasons)
        judged: list[Finding] = []
        for vehicle in vehicles:
            own = for_vehicle(outlook, vehicle)
            found = judged_on(own, origin, destination, finding.way)
            if found.way is None:
                halts = _stopped(own, origin, destination, finding.way)
            else:
                halts = _held_up(own, found, finding)
            fresh = {owner: why for owner, why in halts.items() if owner not in reasons}
            if fresh:
                reasons |= fresh
                break
            if found.way is None:
                return replace(found, plain=finding.plain)
            judged.append(found)
        else:
            return _joined(_explained(finding, outlook, reasons), judged)


def _held_up(outlook: Outlook, found: Finding, finding: Finding) -> dict[int, str]:
    """Return what one vehicle waits for on the way and the whole does not, and why."""
    known = {wait.owner for wait in finding.waits}
    return {
        wait.owner: f"{outlook.vehicle.name}: {wait.reason}"
        for wait in found.waits
        if wait.owner is not None and wait.owner not in known
    }


def _stopped(
    outlook: Outlook, origin: ResolvedPlace, destination: ResolvedPlace, way: Way
) -> dict[int, str]:
    """Return the constraints that stop a vehicle on a way, and why."""
    passage = passage_on(outlook, origin, destination, way)
    _, effects = passage.settled(outlook.effects)
    owners = blocking_on(way, effects) or find_blockers(passage, effects).owners
    name = outlook.vehicle.name
    return {owner: f"{name}: {effects.effects[owner].reason}" for owner in owners}


def _explained(finding: Finding, outlook: Outlook, reasons: dict[int, str]) -> Finding:
    """Return the finding with the reason of the vehicle that is stopped in place of the convoy's."""
    placed = outlook.coverage.placed
    why = {placed[owner].constraint.id: text for owner, text in reasons.items()}

    def told(notes: tuple[Note, ...]) -> tuple[Note, ...]:
        return tuple(
            replace(note, reason=why[note.id]) if note.id in why and not note.restricted else note
            for note in notes
        )

    return replace(finding, blocked_by=told(finding.blocked_by), avoided=told(finding.avoided))


def _joined(finding: Finding, judged: Sequence[Finding]) -> Finding:
    """Return the convoy's finding with all that is said of any of its vehicles."""
    every = [finding, *judged]
    until = [one.valid_until for one in every if one.valid_until is not None]
    verdict = worst([one.verdict for one in every])
    return replace(
        finding,
        verdict=verdict,
        conditions=_notes(one.conditions for one in every),
        notes=_notes(one.notes for one in every),
        unapplied=_notes(one.unapplied for one in every),
        valid_until=min(until, default=None),
        reason=next((one.reason for one in every if one.verdict is verdict and one.reason), ""),
    )


def _notes(groups: Any) -> tuple[Note, ...]:
    """Return notes of several findings, each once."""
    found: dict[tuple[str, str, str], Note] = {}
    for notes in groups:
        for note in notes:
            found.setdefault((note.kind, note.id, note.reason), note)
    return in_order(found.values())


def verdict_of(legs: Sequence[Leg], *, complete: bool) -> Verdict:
    """Return the verdict of a journey; one that ends before its destination is not viable."""
    found = worst([leg.finding.verdict for leg in legs])
    if complete or found in {Verdict.NOT_VIABLE, Verdict.UNKNOWN}:
        return found
    return Verdict.NOT_VIABLE
