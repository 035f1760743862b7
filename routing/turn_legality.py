"""Which vehicles a turn restriction or a barrier on a node stops, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lca.effect import Excess
from lca.vehicle import VehicleClass

from .access_table import Passing, values
from .osmaccess import read_access
from .osmunits import LIMIT_SIZES, quantity
from .road_rule import CLOSED_ACCESS, RoadRule, access_keys, osm_mode
from .segment_rules import LIMITS

BARRIER = "barrier="
PASSABLE_BARRIERS = values("barriers", "barrier", Passing.PASS, Passing.UNKNOWN)
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
    return tuple(found for rule in (rules or "").splitlines() for found in _broken(rule, vehicle))


def _broken(rule: str, vehicle: VehicleClass | None) -> Iterator[RoadRule]:
    if rule.startswith(BARRIER):
        tags = dict(part.partition("=")[::2] for part in rule.split())
        kind = "this point of the road" if tags["barrier"] == "no" else _plain(tags["barrier"])
        yield from _closed_barrier(kind, tags, vehicle)
        yield from _limits(kind, tags, vehicle)
        return
    what, _, exempt = rule.partition(" except ")
    scope, equals, kind = what.rpartition("=")
    mode = scope.partition(":")[2] if equals else ""
    mine = osm_mode(vehicle)
    if mode in _EVERY_MOTOR_VEHICLE | {mine} and not {mine, "motor_vehicle"} & _names(exempt):
        whom = f" for {_MODE_WORDS.get(mode, mode)}" if mode else ""
        yield RoadRule("turn", _turn_words(kind) + whom)


def _names(listed: str) -> set[str]:
    return {name.strip() for name in listed.replace(",", ";").split(";")}


def _turn_words(kind: str) -> str:
    words = kind.replace("_", " ").replace("u turn", "U-turn")
    return f"{words} is allowed here" if kind.startswith("only_") else f"{words} here"


_MODE_WORDS = {"hgv": "trucks", "motorcar": "cars", "motorcycle": "motorcycles"}


def _closed_barrier(
    kind: str, tags: Mapping[str, str], vehicle: VehicleClass | None
) -> Iterator[RoadRule]:
    """Judge by the first access key that is tagged and understood, else by the kind of barrier."""
    for key in access_keys(vehicle):
        value, _ = read_access(tags.get(key, ""))
        if value in CLOSED_ACCESS:
            yield RoadRule("barrier", f"{kind}, {key}={tags[key]}")
        if value is not None:
            return
    if tags.get("locked") == "yes":
        yield RoadRule("barrier", f"{kind}, locked")
    elif tags["barrier"] not in PASSABLE_BARRIERS:
        yield RoadRule("barrier", f"{kind} across the road")


def _limits(kind: str, tags: Mapping[str, str], vehicle: VehicleClass | None) -> Iterator[RoadRule]:
    if vehicle is None:
        return
    for column, attribute, key, label, unit in LIMITS:
        limit = quantity(tags.get(key), *LIMIT_SIZES[column]).value
        value = float(getattr(vehicle, attribute))
        if limit < value:
            reason = f"{kind}, {key} {limit:g} {unit} < {value:g} {unit}"
            yield RoadRule("limit", reason, Excess(label, limit, value, unit))


def _plain(word: str) -> str:
    return word.replace("_", " ")
