"""Whom a constraint concerns: vehicles by class, cargo and operator."""

from __future__ import annotations

from enum import IntEnum

from .constraint import Constraint
from .vehicle import VehicleClass, vehicle_classes
from .vocab import Actor, Cargo, Practicability


class Concern(IntEnum):
    """Whether a constraint is about a vehicle; of several conditions the least counts."""

    NO = 0
    PERHAPS = 1
    """It is about some only, and the question does not say whether this vehicle is one of them."""
    YES = 2


def concern(constraint: Constraint, vehicle: VehicleClass) -> tuple[Concern, str]:
    """Return whether a constraint concerns a vehicle, and what the question leaves open.

    A constraint that names nobody concerns everybody.
    """
    found = Concern.YES
    unsaid: list[str] = []
    codes = {code.casefold() for code in constraint.applies_to_vehicles or ()}
    strange = codes - {code.casefold() for code in vehicle_classes()}
    if codes and vehicle.code.casefold() not in codes:
        if not strange:
            return Concern.NO, ""
        # A slip of the pen, or a class of an operation's own: nobody here knows whom it means.
        found = Concern.PERHAPS
        unsaid.append(f"it concerns {' and '.join(sorted(strange))}, which no class here is called")
    if not _of_its_classes(constraint, vehicle.practicability):
        return Concern.NO, ""
    for wanted, stated, unstated, what in (
        (constraint.applies_to_cargo, vehicle.cargo, Cargo.UNSTATED, "what it carries"),
        (constraint.applies_to_actor, vehicle.actor, Actor.UNSTATED, "who operates it"),
    ):
        if not wanted or stated in wanted:
            continue
        if stated is not unstated:
            return Concern.NO, ""
        found = Concern.PERHAPS
        unsaid.append(f"it concerns {' and '.join(wanted)} only, and {what} is not said")
    return found, "; ".join(unsaid)


def names_some_only(constraint: Constraint) -> bool:
    """Tell whether the constraint concerns some vehicles, cargoes or operators only."""
    return any(
        (
            constraint.applies_to_vehicles,
            constraint.applies_to_min_practicability,
            constraint.applies_to_max_practicability,
            constraint.applies_to_cargo,
            constraint.applies_to_actor,
        )
    )


def _of_its_classes(constraint: Constraint, rank: Practicability) -> bool:
    low = constraint.applies_to_min_practicability or Practicability.UNSPECIFIED
    high = constraint.applies_to_max_practicability or Practicability.TRUCK_TRAILER
    return low <= rank <= high
