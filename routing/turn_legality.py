"""Which vehicles a turn restriction or a barrier on a node stops, and how it is said."""

from __future__ import annotations

from lca.vehicle import VehicleClass

from .road_rule import RoadRule, access_keys, osm_mode

BARRIER = "barrier="
OPEN_ACCESS = frozenset(
    {
        "yes",
        "permissive",
        "designated",
        "official",
        "public",
        "destination",
        "delivery",
        "customers",
    }
)
"""Values of an access key that let a vehicle through a barrier that would stop it."""
CLOSED_AT_BARRIER = frozenset(
    {"no", "private", "permit", "agricultural", "forestry", "military", "emergency"}
    | {"psv", "bus", "foot", "bicycle"}
)
PASSABLE_BARRIERS = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate"}
    | {"bump_gate", "wicket_gate", "rope", "toll_booth", "border_control", "checkpoint"}
    | {"cattle_grid", "entrance", "sally_port", "height_restrictor", "width_restrictor"}
    | {"spikes", "kerb", "no"}
)
"""Barriers that stand open, or are opened, for motor vehicles unless their tags say otherwise.

Any other one (bollard, block, debris, chain, wall, …) stops every motor vehicle."""

_EVERY_MOTOR_VEHICLE = frozenset({"", "motor_vehicle", "vehicle"})


def broken_turn_rules(
    rules: str | None, vehicle: VehicleClass | None = None
) -> tuple[RoadRule, ...]:
    """Return those of a turn's rules, in words, that stop the vehicle.

    Parameters
    ----------
    rules : str or None
        As :class:`~routing.turns.Turns` keeps them, one a line: ``no_left_turn``, ``no_left_turn
        except hgv``, ``restriction:hgv=no_right_turn`` or ``barrier=gate access=private``.
    vehicle : VehicleClass, optional
        Who drives; any truck without it.
    """
    judged = (_broken(rule, vehicle) for rule in (rules or "").splitlines())
    return tuple(rule for rule in judged if rule is not None)


def _broken(rule: str, vehicle: VehicleClass | None) -> RoadRule | None:
    if rule.startswith(BARRIER):
        return _broken_barrier(rule, vehicle)
    what, _, exempt = rule.partition(" except ")
    scope, equals, kind = what.rpartition("=")
    mode = scope.partition(":")[2] if equals else ""
    mine = osm_mode(vehicle)
    if mode not in _EVERY_MOTOR_VEHICLE | {mine} or {mine, "motor_vehicle"} & _names(exempt):
        return None
    whom = f" for {_MODE_WORDS.get(mode, mode)}" if mode else ""
    return RoadRule("turn", _turn_words(kind) + whom)


def _names(listed: str) -> set[str]:
    return {name.strip() for name in listed.replace(",", ";").split(";")}


def _turn_words(kind: str) -> str:
    words = kind.replace("_", " ").replace("u turn", "U-turn")
    return f"{words} is allowed here" if kind.startswith("only_") else f"{words} here"


_MODE_WORDS = {"hgv": "trucks", "motorcar": "cars", "motorcycle": "motorcycles"}


def _broken_barrier(rule: str, vehicle: VehicleClass | None) -> RoadRule | None:
    """Judge by the first access key that is tagged and understood, else by the kind of barrier."""
    tags = dict(part.partition("=")[::2] for part in rule.split())
    kind = tags["barrier"]
    for key in access_keys(vehicle):
        value = tags.get(key)
        if value in OPEN_ACCESS:
            return None
        if value in CLOSED_AT_BARRIER:
            return RoadRule("barrier", f"{kind.replace('_', ' ')}, {key}={value}")
    if tags.get("locked") == "yes":
        return RoadRule("barrier", f"{kind.replace('_', ' ')}, locked")
    if kind in PASSABLE_BARRIERS:
        return None
    return RoadRule("barrier", f"{kind.replace('_', ' ')} across the road")
