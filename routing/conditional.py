"""Rules of the road that hold for some vehicles, one direction or some times: read, and judged."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Generic, TypeVar

from lca.timerule import HOLDS, NEVER, PERHAPS, is_time, next_change, time_truth
from lca.vehicle import VehicleClass

from .osmaccess import ONEWAY, most_closed, most_open, read_access
from .osmunits import KMH, LIMIT_SIZES, METRES, TONNES, quantity
from .road_rule import osm_mode

__all__ = ["Condition", "ConditionalTags", "Rule", "parse_conditional"]

T = TypeVar("T")

LIMIT_KEYS: Mapping[str, str] = {
    "maxweight": "max_gross_t",
    "maxweightrating": "max_gross_t",
    "maxaxleload": "max_axle_t",
    "maxheight": "max_height_m",
    "maxwidth": "max_width_m",
    "maxlength": "max_length_m",
}
"""OSM key -> segment column."""

_FASTEST_KMH = 160.0
_LIGHT_GOODS_T = 3.5
"""OSM's ``goods`` vehicles are trucks up to this gross mass."""

_MODES = frozenset({"vehicle", "motor_vehicle", "hgv", "goods", "motorcar", "motorcycle"})
_DIRECTIONS = frozenset({"forward", "backward"})
_EVERY_MODE = frozenset({"", "access", "vehicle", "motor_vehicle"})

_SIZES: Mapping[str, tuple[str, Mapping[str, float]]] = {
    **dict.fromkeys(("weight", "weightrating", "maxweightrating", "gvw"), ("gross_t", TONNES)),
    **dict.fromkeys(("axleload", "axleweight"), ("axle_load_t", TONNES)),
    "height": ("height_m", METRES),
    "width": ("width_m", METRES),
    "length": ("length_m", METRES),
}
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "==": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
_SIZE = re.compile(r"([a-z]+)\s*(<=|>=|==|<|>|=)\s*([^<>=]+)", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """A time at which, or a size of vehicle for which, a rule holds; one of the two is given.

    ``size`` is the vehicle's attribute, the comparison and the number it is compared with.
    """

    time: str | None = None
    size: tuple[str, str, float] | None = None

    def truth(self, vehicle: VehicleClass | None, at_local: datetime | None) -> int:
        """Return NEVER, PERHAPS or HOLDS (in this order); PERHAPS where the moment is open.

        Without a vehicle (any truck, whatever its size) no condition on size holds.
        """
        if self.time is not None:
            return time_truth(self.time, at_local)
        if vehicle is None or self.size is None:
            return NEVER
        attribute, comparison, number = self.size
        value = float(getattr(vehicle, attribute))
        return HOLDS if _COMPARISONS[comparison](value, number) else NEVER


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """One value of a tag, and the conditions that must all hold for it; without any it always does.

    ``key`` is the access key, the limit's column, ``oneway`` or ``maxspeed``; ``mode`` the kind of
    vehicle, empty for every one; ``direction`` forward, backward, or empty for both.
    """

    key: str
    mode: str
    direction: str
    value: T
    conditions: tuple[Condition, ...]
    tag: str

    def truth(self, vehicle: VehicleClass | None, at_local: datetime | None) -> int:
        """Return whether the rule holds: NEVER, PERHAPS or HOLDS."""
        truths = (condition.truth(vehicle, at_local) for condition in self.conditions)
        return min(truths, default=HOLDS)


Value = str | float | None


@dataclass(frozen=True)
class ConditionalTags:
    """All such rules of a segment.

    Where a condition may or may not hold, the most restrictive reading counts: a closure for some
    hours closes, a permission for some hours does not open. Name a moment to know better, or ask
    for the most lenient reading: what is open at some time or other.

    Attributes
    ----------
    rules : tuple of Rule
        In the order in which a later one takes the place of an earlier.
    unread : tuple of (key, value)
        Tags of which a part could not be interpreted; that part counts as not tagged.
    """

    rules: tuple[Rule[Value], ...]
    unread: tuple[tuple[str, str], ...]

    @property
    def times(self) -> tuple[str, ...]:
        """The distinct times on which these rules depend, ascending."""
        conditions = (condition for rule in self.rules for condition in rule.conditions)
        return tuple(sorted({one.time for one in conditions if one.time is not None}))

    def access(
        self,
        key: str,
        stated: str | None,
        vehicle: VehicleClass | None = None,
        at_local: datetime | None = None,
        *,
        forward: bool,
        lenient: bool = False,
    ) -> str | None:
        """Return what an access key (``hgv``, ``access``, …) says then, None if nothing.

        Parameters
        ----------
        key : str
            One of the access keys of the vehicle.
        stated : str or None
            The segment's own column of that key.
        vehicle : VehicleClass, optional
            Who drives; any truck without it.
        at_local : datetime, optional
            When, in the local time of the road, naive.
        forward : bool
            Whether in the drawing direction.
        lenient : bool
            Whether what may or may not hold is read so that the most may pass.
        """
        plain = self._possible(key, "", "", stated, vehicle, at_local)
        own = self._possible(key, "", _direction(forward=forward), None, vehicle, at_local)
        chosen = most_open if lenient else most_closed
        directed, both = (chosen([_text(value) for value in each]) for each in (own, plain))
        return both if directed is None else directed

    def limit(
        self,
        column: str,
        stated: float | None,
        vehicle: VehicleClass | None = None,
        at_local: datetime | None = None,
        *,
        forward: bool,
        lenient: bool = False,
    ) -> float | None:
        """Return a limit's lowest value then (``max_gross_t``, …), None if there is none.

        The parameters are those of :meth:`access`; ``stated`` is the segment's own limit.
        """
        chosen = _highest if lenient else _lowest
        lowest = chosen(self._possible(column, "", "", stated, vehicle, at_local))
        direction = _direction(forward=forward)
        for mode, side in sorted({(rule.mode, rule.direction) for rule in self.rules}):
            if (mode, side) == ("", "") or side not in {"", direction}:
                continue
            if not _concerns(mode, vehicle):
                continue
            own = self._possible(column, mode, side, None, vehicle, at_local)
            lowest = min(lowest, chosen(own))
        return None if math.isinf(lowest) else lowest

    def speed_kmh(
        self,
        stated: float | None,
        vehicle: VehicleClass | None = None,
        at_local: datetime | None = None,
        *,
        forward: bool,
        lenient: bool = False,
    ) -> float | None:
        """Return the speed limit then, None if there is none; as :meth:`limit`."""
        return self.limit("maxspeed", stated, vehicle, at_local, forward=forward, lenient=lenient)

    def open_ways(
        self,
        stated: str,
        vehicle: VehicleClass | None = None,
        at_local: datetime | None = None,
        *,
        lenient: bool = False,
    ) -> tuple[bool, bool]:
        """Return whether one-way rules let the vehicle drive forward, and backward, then.

        ``stated`` is the segment's ``oneway``; the rest as in :meth:`access`.
        """
        possible = self._possible("oneway", "", "", stated, vehicle, at_local)
        for mode in sorted({rule.mode for rule in self.rules if rule.key == "oneway"} - {""}):
            if _concerns(mode, vehicle):
                own = self._possible("oneway", mode, "", None, vehicle, at_local)
                possible = own if None not in own else [*possible, *own]
        if lenient:
            stated_ways = set(possible) - {None}
            return stated_ways != {"backward"}, stated_ways != {"forward"}
        return "backward" not in possible, "forward" not in possible

    def next_change(self, at_local: datetime) -> datetime | None:
        """Return the next local moment at which one of the times begins or ends, None if never."""
        changes = (next_change(time, at_local) for time in self.times)
        return min((change for change in changes if change is not None), default=None)

    def _possible(
        self,
        key: str,
        mode: str,
        direction: str,
        stated: Value,
        vehicle: VehicleClass | None,
        at_local: datetime | None,
    ) -> list[Value]:
        """Return every value that a tag may have then; its rules replace each other in order."""
        possible = [stated]
        for rule in self.rules:
            if (rule.key, rule.mode, rule.direction) != (key, mode, direction):
                continue
            truth = rule.truth(vehicle, at_local)
            if truth == HOLDS:
                possible = [rule.value]
            elif truth == PERHAPS:
                possible.append(rule.value)
        return possible


def _direction(*, forward: bool) -> str:
    return "forward" if forward else "backward"


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _lowest(values: Iterable[Value]) -> float:
    return min(math.inf if not isinstance(value, float | int) else value for value in values)


def _highest(values: Iterable[Value]) -> float:
    return max(math.inf if not isinstance(value, float | int) else value for value in values)


def _concerns(mode: str, vehicle: VehicleClass | None) -> bool:
    if mode == "goods":
        light = vehicle is not None and vehicle.gross_t <= _LIGHT_GOODS_T
        return light and osm_mode(vehicle) == "hgv"
    return mode in _EVERY_MODE or mode == osm_mode(vehicle)


@lru_cache(maxsize=65536)
def parse_conditional(text: str) -> ConditionalTags:
    """Read a segment's ``conditional`` column: tags as ``key=value``, one a line.

    A value is one of OSM's conditional restrictions (``no @ (Mo-Fr 07:00-09:00); 7.5 @
    (weight>7.5 AND Oct-Mar)``) or, for one kind of vehicle or one direction, a plain value.
    """
    rules: list[Rule[Value]] = []
    unread: list[tuple[str, str]] = []
    # Plain values first: conditional ones take their place.
    for line in sorted(
        filter(None, text.split("\n")), key=lambda line: _key(line).endswith(":conditional")
    ):
        key, value = _key(line), line.partition("=")[2]
        found, whole = _read(key, value)
        rules += found
        if not whole:
            unread.append((key, value))
    return ConditionalTags(tuple(rules), tuple(unread))


def _key(line: str) -> str:
    return line.partition("=")[0]


def _read(key: str, text: str) -> tuple[list[Rule[Value]], bool]:
    base, *parts = key.split(":")
    conditional = "conditional" in parts
    mode = next((part for part in parts if part in _MODES), "")
    direction = next((part for part in parts if part in _DIRECTIONS), "")
    if base == "access" and mode:
        base, mode = mode, ""
    column = LIMIT_KEYS.get(base, base)
    rules: list[Rule[Value]] = []
    clauses = list(_clauses(text)) if conditional else [(text, "")]
    whole = bool(clauses)
    for stated, conditions in clauses:
        value, understood = _value(base, stated)
        read = _conditions(conditions) if conditional else ()
        whole = whole and understood and read is not None
        if read is None or (value is None and not understood):
            continue
        rules.append(Rule(column, mode, direction, value, read, f"{key}={text}"))
    return rules, whole


def _value(base: str, stated: str) -> tuple[Value, bool]:
    """Return a tag's value, and whether it was understood."""
    if base == "oneway":
        return ONEWAY.get(stated), stated in ONEWAY
    if base == "maxspeed":
        found = quantity(stated, KMH, _FASTEST_KMH)
    elif column := LIMIT_KEYS.get(base):
        found = quantity(stated, *LIMIT_SIZES[column])
    else:
        return read_access(stated)
    return (None if math.isnan(found.value) else found.value), found.whole


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Split ``value @ (conditions); …``; a part without ``@`` belongs to the time before it."""
    clauses: list[list[str]] = []
    for part in _split_outside_brackets(text):
        value, at, conditions = part.partition("@")
        if at or not clauses:
            clauses.append([value.strip(), conditions.strip()])
        else:
            clauses[-1][1] += f"; {part.strip()}"
    for value, conditions in clauses:
        whole = conditions.startswith("(") and conditions.endswith(")")
        yield value, conditions[1:-1].strip() if whole else conditions


def _split_outside_brackets(text: str) -> list[str]:
    parts, depth = [""], 0
    for letter in text:
        depth = max(0, depth + (letter == "(") - (letter == ")"))
        if letter == ";" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part.strip()]


def _conditions(text: str) -> tuple[Condition, ...] | None:
    """Return conditions joined by AND, None if one of them cannot be interpreted."""
    found = [_condition(part.strip()) for part in _AND.split(text)]
    read = tuple(condition for condition in found if condition is not None)
    return read if len(read) == len(found) else None


def _condition(text: str) -> Condition | None:
    size = _SIZE.fullmatch(text)
    if size and size[1].lower() in _SIZES:
        attribute, units = _SIZES[size[1].lower()]
        number = quantity(size[3].strip(), units, 1000.0)
        if not number.whole or math.isnan(number.value):
            return None
        return Condition(size=(attribute, size[2], number.value))
    return Condition(time=text) if is_time(text) else None
