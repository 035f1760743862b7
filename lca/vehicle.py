"""Vehicle classes and the numbers that decide where they can pass."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from .errors import AmbiguousVehicle, NotFound
from .record import described, from_row
from .vocab import Actor, Cargo, Drive, Practicability


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleClass:
    """A class of vehicle; gross mass and payload are two numbers and neither implies the other.

    Axles, gross mass, payload and length are those of the Logistics Operational Guide's truck
    table; axle load, height, width, drive and practicability rank are this project's assumptions
    (``data/reference/vehicle_classes.csv`` and its sidecar), editable per operation.
    """

    code: str = described("Code")
    name: str = described("Name")
    axles: int | None = described("Axles", default=None)
    gross_t: float = described("Gross mass", unit="t")
    payload_t: float = described("Payload", unit="t")
    axle_load_t: float = described("Heaviest axle", unit="t")
    height_m: float = described("Height", unit="m")
    width_m: float = described("Width", unit="m")
    length_m: float = described("Length", unit="m")
    practicability: Practicability = described("UNSDI-T practicability rank")
    drive: Drive = described("Drive")
    top_speed_kmh: float = described("Top speed on a good road", unit="km/h")
    hazmat: bool = described("Carries hazardous goods", default=False)
    cargo: Cargo = described("Cargo", default=Cargo.UNSTATED)
    actor: Actor = described("Operated by", default=Actor.UNSTATED)


@lru_cache(maxsize=1)
def vehicle_classes() -> dict[str, VehicleClass]:
    """Return the vehicle classes by code, in the order of the reference table."""
    table = resources.files("data").joinpath("reference", "vehicle_classes.csv")
    with table.open(encoding="utf-8") as stream:
        records = [from_row(VehicleClass, row) for row in csv.DictReader(stream)]
    return {record.code: record for record in records}


def vehicle_class(code: str) -> VehicleClass:
    """Return the class of that code, or the only one whose name begins so.

    Raises
    ------
    AmbiguousVehicle
        For a mass such as ``20 t``, with the classes of either reading.
    NotFound
        If there is no such class, listing those there are.
    """
    classes = vehicle_classes()
    found = classes.get(code.strip().lower())
    if found:
        return found
    words = code.strip().casefold()
    named = [one for one in classes.values() if words and one.name.casefold().startswith(words)]
    if len(named) == 1:
        return named[0]
    mass = re.fullmatch(
        r"\s*(\d+(?:\.\d+)?)\s*-?\s*(?:t|mt|ton|tons|tonne|tonnes)(?:\s+truck)?\s*",
        code,
        re.IGNORECASE,
    )
    if mass:
        raise _ambiguous(code.strip(), float(mass[1]), classes)
    msg = f"There is no vehicle class {code!r}."
    raise NotFound(msg, do_next="Choose one of " + ", ".join(classes) + ".")


def _ambiguous(text: str, mass_t: float, classes: dict[str, VehicleClass]) -> AmbiguousVehicle:
    def nearest(attribute: str) -> str:
        return min(classes, key=lambda code: abs(getattr(classes[code], attribute) - mass_t))

    by_gross, by_payload = nearest("gross_t"), nearest("payload_t")
    msg = f"{text!r} may mean gross mass or payload."
    return AmbiguousVehicle(
        msg,
        do_next=(
            f"Say {by_gross} for about {mass_t:g} t gross mass, "
            f"or {by_payload} for about {mass_t:g} t of payload."
        ),
        details={"if_gross": by_gross, "if_payload": by_payload},
    )
