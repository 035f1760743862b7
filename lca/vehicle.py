"""Vehicle classes, vehicles with numbers of their own, and what decides where they can pass."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from .errors import AmbiguousVehicle, InvalidInput, NotFound, UsageError
from .record import described, from_row
from .vocab import Actor, Cargo, Drive, Practicability


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleClass:
    """A class of vehicle; gross mass and payload are two numbers and neither implies the other.

    Axles, gross mass, payload and length are those of the Logistics Operational Guide's truck
    table; axle load, height, width, drive and practicability rank are this project's assumptions
    (``data/reference/vehicle_classes.csv`` and its sidecar), editable per operation. The classes
    are those that drive: boats and barges are none, because no road question has an answer for
    them.
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


Classes = Mapping[str, VehicleClass]
Spec = str | Mapping[str, Any] | VehicleClass

# What no road vehicle exceeds: the heaviest multi-axle modular trailers stay below 200 t unless
# they move as an abnormal transport, which is planned bridge by bridge and not by this product.
_MOST: Mapping[str, float] = MappingProxyType(
    {
        "gross_t": 200.0,
        "payload_t": 200.0,
        "axle_load_t": 30.0,
        "height_m": 8.0,
        "width_m": 6.0,
        "length_m": 60.0,
        "top_speed_kmh": 130.0,
        "axles": 40,
    }
)
_ASSUMED = {"drive": Drive.D4X2, "top_speed_kmh": 80.0}
"""What a vehicle described in full may leave out: the least able drive, a truck's top speed."""


@lru_cache(maxsize=1)
def vehicle_classes() -> dict[str, VehicleClass]:
    """Return the vehicle classes by code, in the order of the reference table."""
    table = resources.files("data").joinpath("reference", "vehicle_classes.csv")
    with table.open(encoding="utf-8") as stream:
        records = [from_row(VehicleClass, row) for row in csv.DictReader(stream)]
    return {record.code: record for record in records}


def vehicle_class(code: str, classes: Classes | None = None) -> VehicleClass:
    """Return the class of that code, or the only one whose name begins so.

    Parameters
    ----------
    classes : mapping, optional
        The classes there are; those of the product if not given.

    Raises
    ------
    AmbiguousVehicle
        For a mass such as ``20 t``, with the classes of either reading.
    NotFound
        If there is no such class, listing those there are.
    """
    classes = vehicle_classes() if classes is None else classes
    found = classes.get(code.strip().lower())
    if found:
        return found
    words = code.strip().casefold()
    named = [one for one in classes.values() if words and one.name.casefold().startswith(words)]
    if len(named) == 1:
        return named[0]
    mass = _MASS.fullmatch(code)
    if mass:
        raise _ambiguous(code.strip(), mass, classes)
    msg = f"There is no vehicle class {code!r}."
    raise NotFound(msg, do_next="Choose one of " + ", ".join(classes) + ".")


def resolve_vehicle(spec: Spec, classes: Classes | None = None) -> VehicleClass:
    """Return the vehicle that a text, a mapping or a record means.

    Parameters
    ----------
    spec : str, mapping or VehicleClass
        A text is a class, with what differs from it after commas: ``truck_heavy_3,gross_t=22,
        hazmat=yes``; without a class, all that is needed: ``gross_t=…,payload_t=…,…``. A mapping
        holds the same, the class under ``class``; one with ``code`` is the whole row of a
        vehicle, as an answer has it.
    classes : mapping, optional
        The classes there are; those of the product if not given.

    Returns
    -------
    VehicleClass
        A changed vehicle keeps the code of its class, and one described in full has the code of
        the class that it is nearest to: constraints that name classes concern it too.

    Raises
    ------
    UsageError, NotFound
        If the text or mapping cannot be read, is ambiguous, or names no class.
    InvalidInput
        If no such vehicle can exist, or a class is given more payload without its gross mass, or
        more gross mass without its heaviest axle.
    """
    classes = vehicle_classes() if classes is None else classes
    if isinstance(spec, VehicleClass):
        return require_possible(spec)
    given = _parsed(spec) if isinstance(spec, str) else dict(spec)
    if "code" in given:
        _require_known(given, {field.name for field in fields(VehicleClass)})
        return require_possible(from_row(VehicleClass, given))
    base = given.pop("class", None)
    _require_known(given, _CHANGEABLE)
    if base is None:
        return require_possible(_in_full(given, classes))
    if not isinstance(base, str):
        msg = f"The vehicle's class {base!r} is not a text."
        raise UsageError(msg, do_next="Give the code of a class, as truck_heavy_3.")
    found = vehicle_class(base, classes)
    return (
        _require_whole(found, _changed(found, given), given) if given else require_possible(found)
    )


def require_possible(vehicle: VehicleClass) -> VehicleClass:
    """Return the vehicle if it can exist.

    Raises
    ------
    InvalidInput
        Naming every number that cannot be, and every two that contradict each other.
    """
    problems = [*_out_of_range(vehicle)] or [*_contradictions(vehicle)]
    if problems:
        raise InvalidInput(
            "There is no such vehicle: " + "; ".join(problems) + ".",
            where=vehicle.code,
            do_next="Correct the numbers; masses are in tonnes, lengths in metres, "
            "and gross mass includes the payload.",
        )
    return vehicle


def _out_of_range(vehicle: VehicleClass) -> Iterable[str]:
    for name, most in _MOST.items():
        value = getattr(vehicle, name)
        if value is None:
            continue
        # An empty vehicle may carry nothing; everything else is above zero. NaN fails both.
        enough = value >= 0 if name == "payload_t" else value > 0
        if not (enough and value <= most):
            least = "0" if name == "payload_t" else "above 0"
            yield f"{name} is {value:g}, and must be {least} up to {most:g}"
    if vehicle.practicability in {Practicability.UNSPECIFIED, Practicability.NON_MOTORISED}:
        yield f"practicability is {int(vehicle.practicability)}, and must be 2 up to 6"


def _contradictions(vehicle: VehicleClass) -> Iterable[str]:
    gross = vehicle.gross_t
    if vehicle.payload_t >= gross:
        yield f"the payload of {vehicle.payload_t:g} t is not below the gross mass of {gross:g} t"
    if vehicle.axle_load_t > gross:
        yield f"one axle carries {vehicle.axle_load_t:g} t, more than the gross mass of {gross:g} t"
    # A hair's breadth for decimals such as 3 x 8.7 = 26.1.
    carried = vehicle.axle_load_t * (vehicle.axles or math.inf)
    if carried < gross * (1 - 1e-9):
        yield (
            f"{vehicle.axles} axles of at most {vehicle.axle_load_t:g} t do not carry {gross:g} t"
        )


def _changed(base: VehicleClass, given: Mapping[str, Any]) -> VehicleClass:
    """Return the class with some numbers changed; a greater payload is no smaller a vehicle."""
    row = {field.name: getattr(base, field.name) for field in fields(base)}
    changed = from_row(VehicleClass, {**row, **given})
    if "practicability" not in given:
        rank = max(base.practicability, _rank(changed.payload_t))
        changed = replace(changed, practicability=rank)
    differences = ", ".join(
        f"{name} {_shown(getattr(changed, name))}"
        for name in sorted(given)
        if getattr(changed, name) != getattr(base, name)
    )
    name = f"{base.name} with {differences}" if differences else base.name
    return replace(changed, name=name)


def _require_whole(
    base: VehicleClass, changed: VehicleClass, given: Mapping[str, Any]
) -> VehicleClass:
    """Return a class with numbers changed, if none that must grow with them was left behind.

    More payload on the class's own gross mass would be a lighter empty vehicle, and more gross
    mass on its own axle load more axles: bridges would be judged by less than what drives on them.
    """
    more = None
    if "gross_t" not in given and changed.payload_t > base.payload_t:
        more = ("payload_t", "payload", "gross_t", "gross mass")
    elif "axle_load_t" not in given and changed.gross_t > base.gross_t:
        more = ("gross_t", "gross mass", "axle_load_t", "heaviest axle")
    if more is None or any(_out_of_range(changed)):
        return require_possible(changed)
    name, words, left, left_words = more
    raise InvalidInput(
        f"A {words} of {getattr(changed, name):g} t is more than the {getattr(base, name):g} t of "
        f"{base.code}, whose {left_words} of {getattr(base, left):g} t would be too little.",
        where=base.code,
        do_next=f"Give {left} too{_grown(base, changed, given)}.",
    )


def _grown(base: VehicleClass, changed: VehicleClass, given: Mapping[str, Any]) -> str:
    """Return the offer of a vehicle grown as a whole: its empty mass stays, its axles share it."""
    gross_t = changed.gross_t
    if "gross_t" not in given:
        gross_t = round(base.gross_t + changed.payload_t - base.payload_t, 3)
    axle_load_t = math.ceil(round(10 * base.axle_load_t * gross_t / base.gross_t, 6)) / 10
    axle_load_t = max(axle_load_t, changed.axle_load_t)
    offered = replace(changed, gross_t=gross_t, axle_load_t=axle_load_t)
    if any((*_out_of_range(offered), *_contradictions(offered))):
        return ", or start from a class that carries it"
    payload = f"payload_t={changed.payload_t:g}," if "payload_t" in given else ""
    return f", as {base.code},{payload}gross_t={gross_t:g},axle_load_t={axle_load_t:g}"


def _in_full(given: Mapping[str, Any], classes: Classes) -> VehicleClass:
    """Return a vehicle that starts from no class; its code is that of the nearest class."""
    missing = [name for name in _NEEDED_IN_FULL if given.get(name) is None]
    if missing:
        raise UsageError(
            f"The vehicle names no class, and lacks {', '.join(missing)}.",
            do_next="Start from a class, as truck_heavy_3,gross_t=22, or give these too.",
        )
    head = {"code": "explicit", "name": "Vehicle described in full"}
    rank = {"practicability": Practicability.TRUCK_TRAILER}
    vehicle = require_possible(from_row(VehicleClass, {**_ASSUMED, **rank, **head, **given}))
    if "practicability" not in given:
        vehicle = replace(vehicle, practicability=_rank(vehicle.payload_t))
    nearest = min(classes.values(), key=lambda item: _distance(item, vehicle))
    name = f"Vehicle described in full (nearest class: {nearest.name})"
    return replace(vehicle, code=nearest.code, name=name)


def _distance(one: VehicleClass, other: VehicleClass) -> tuple[float, str]:
    """Return how far two vehicles are apart: the sum of the ratios of what they weigh and measure."""
    apart = sum(
        abs(math.log(max(getattr(one, name), 0.01) / max(getattr(other, name), 0.01)))
        for name in ("gross_t", "payload_t", "length_m")
    )
    return apart, one.code


def _rank(payload_t: float) -> Practicability:
    """Return UNSDI-T's rank by payload, whose bounds are 3.5, 10 and 20 t."""
    if payload_t < 3.5:
        return Practicability.FOUR_WHEEL_DRIVE
    if payload_t < 10:
        return Practicability.LIGHT_TRUCK
    return Practicability.HEAVY_TRUCK if payload_t < 20 else Practicability.TRUCK_TRAILER


def _parsed(text: str) -> dict[str, Any]:
    """Split ``class,name=value,…``; a class's name may hold commas itself."""
    plain, given = [], {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if not equals:
            plain.append(part)
            continue
        name = name.strip().lower()
        if name in given:
            msg = f"The vehicle states {name} twice."
            raise UsageError(msg, do_next="Give each number once.")
        given[name] = value.strip()
    words = ",".join(plain).strip()
    if not words and not given:
        msg = "No vehicle is named."
        raise UsageError(msg, do_next="Give a vehicle class, as truck_heavy_3.")
    if "class" in given or "code" in given:
        msg = "The class stands first in the text, without a name before it."
        raise UsageError(msg, do_next="Write truck_heavy_3,gross_t=22.")
    return {"class": words, **given} if words else given


def _require_known(given: Mapping[str, Any], known: Iterable[str]) -> None:
    unknown = sorted(str(name) for name in given.keys() - set(known))
    if unknown:
        raise UsageError(
            f"A vehicle has no {', '.join(unknown)}.",
            do_next="It has " + ", ".join(sorted(known)) + ".",
        )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


_CHANGEABLE = frozenset(field.name for field in fields(VehicleClass)) - {"code", "name"}
_NEEDED_IN_FULL = ("gross_t", "payload_t", "axle_load_t", "height_m", "width_m", "length_m")

_MASS = re.compile(
    r"\s*(?P<mass>\d+(?:\.\d+)?)\s*-?\s*(?:t|mt|ton|tons|tonne|tonnes)"
    r"(?:\s+(?:of\s+)?(?P<kind>gross|payload)(?:\s+(?:mass|weight))?)?(?:\s+truck)?\s*",
    re.IGNORECASE,
)


def _ambiguous(text: str, match: re.Match[str], classes: Classes) -> AmbiguousVehicle:
    """Return the refusal of a bare mass: also where its kind is said, it names no vehicle.

    Offered is the smallest class that holds the mass: a lighter one would pass where what is
    meant does not.
    """
    mass_t = float(match["mass"])
    found = {kind: _smallest(classes, f"{kind}_t", mass_t) for kind in ("gross", "payload")}
    offers = {
        "gross": _offer(found["gross"], "gross_t", f"{mass_t:g} t gross mass"),
        "payload": _offer(found["payload"], "payload_t", f"{mass_t:g} t of payload"),
    }
    kind = (match["kind"] or "").lower()
    if kind:
        msg = f"{text!r} says a mass, but not which vehicle: axles, height and length decide too."
        do_next = f"{offers[kind]}."
    else:
        msg = f"{text!r} may mean gross mass or payload."
        do_next = f"{offers['gross']}. {offers['payload']}."
    codes = {kind: None if one is None else one.code for kind, one in found.items()}
    return AmbiguousVehicle(
        msg,
        do_next=do_next,
        details={"if_gross": codes["gross"], "if_payload": codes["payload"]},
    )


def _smallest(classes: Classes, name: str, least: float) -> VehicleClass | None:
    """Return the class with the smallest such number that is not below the least, if any."""
    enough = [one for one in classes.values() if getattr(one, name) >= least]
    return min(enough, key=lambda one: (getattr(one, name), one.gross_t), default=None)


def _offer(found: VehicleClass | None, name: str, words: str) -> str:
    if found is None:
        return f"For {words}, describe the vehicle in full: no class holds it"
    has = "gross" if name == "gross_t" else "payload"
    return f"For {words} say {found.code} ({getattr(found, name):g} t {has})"
