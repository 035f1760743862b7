"""Notice records that lie where they cannot be meant: a sign lost, a digit slipped, axes swapped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.boundary import Boundary
from lca.geo import LonLat
from lca.issues import Severity

from .finding import Finding, guessed, moved, tell
from .harbours import are_far_inland, at_the_sea, check_harbour, may_be_of_the_sea
from .location import LATITUDE, LONGITUDE
from .placed import Placed, slips_within, written
from .rows import TableRows
from .slips import is_nought, is_placeholder, sign_slips, swapped
from .territory import Territory
from .wire import SheetRow

# Undone, a swap or a lost sign puts a point back among the others; 5 degrees is beyond the width
# of most operations, so that an honest outlier, or a neighbour's port, is not accused.
_FAR_DEGREES = 5.0
_CLOSER_BY = 5.0
_FEWEST_TO_COMPARE = 3
# A slip of a digit moves a place by 110 km at the least: this near to another place of the file is
# where the right digit puts it.
_NEAR_DEGREES = 0.4
# What lies a degree from the others may as well lie there: a neighbour's market town.
_LEAST_SLIP_DEGREES = 2.0
_MOST_SLIPS = 500
_MOST_LOOKED_UP = 20
_CORNERS_AT_ONCE = 50_000


class _Surroundings:
    """Where the other places of the file lie."""

    def __init__(self, xy: NDArray[np.float64], territory: Territory) -> None:
        self.territory = territory
        self.middle = _middle_of(xy)
        self._others: NDArray[np.object_] = np.asarray(shapely.points(xy))
        self._tree = shapely.STRtree(self._others)
        self._looked_up = 0
        self.explains = True
        """Whether slips are looked for: where hundreds are wrong, no hand slipped."""

    def may_look_up(self) -> bool:
        """Tell whether one more name may be looked up: a list of the world's ports has too many."""
        self._looked_up += 1
        return self._looked_up <= _MOST_LOOKED_UP

    def has_near(self, position: LonLat, given: LonLat) -> bool:
        """Tell whether another place of the file lies near a position; not the one that is judged."""
        found = self._tree.query(position.point, predicate="dwithin", distance=_NEAR_DEGREES)
        return any(not self._others[one].equals(given.point) for one in found)


def check_whereabouts(
    tables: Sequence[TableRows],
    country: str | None,
    boundaries: Sequence[Boundary] = (),
    *,
    fix: bool = False,
) -> None:
    """Reject records with swapped coordinates or a lost sign; remark on those outside the country.

    Never mended in silence: a point that is moved by a guess may close another country's road.

    Parameters
    ----------
    tables : sequence of TableRows
        What the file's sheets gave; records and issues are changed in place.
    country : str or None
        The assessment's country, ISO 3166-1 alpha-3; a record that names its own country is
        judged by that.
    boundaries : sequence of Boundary
        Administrative areas, which answer instead of the country's boxes if they are of it.
    fix : bool
        Apply what is proposed.
    """
    entries = [
        (table, row, record)
        for table in tables
        if table.kind.placed
        for row, record in table.accepted
        if record.geometry is not None and not record.geometry.is_empty
    ]
    if not entries:
        return
    geometries = np.array([record.geometry for *_, record in entries], dtype=object)
    xy = shapely.get_coordinates(shapely.point_on_surface(geometries))
    territory = Territory(boundaries)
    around = _Surroundings(xy, territory)
    countries = [getattr(record, "iso3", None) or country for *_, record in entries]
    outside = _outside(geometries, countries, territory)
    suspects = outside | _far_from(xy, around.middle)
    around.explains = int(suspects.sum()) <= _MOST_SLIPS
    for index in np.flatnonzero(suspects | _harbours(entries, xy)):
        placed = Placed(*entries[index], LonLat(*map(float, xy[index])), countries[index])
        found = _judge(placed, around, strays=bool(outside[index]))
        if found is not None:
            tell(placed.table, placed.row, found, fix=fix)


def _outside(
    geometries: NDArray[np.object_], countries: Sequence[str | None], territory: Territory
) -> NDArray[np.bool_]:
    """Tell which geometries have a corner outside of their country."""
    rows_of: dict[str | None, list[int]] = defaultdict(list)
    for index, iso3 in enumerate(countries):
        rows_of[iso3].append(index)
    outside = np.zeros(len(geometries), dtype=bool)
    for iso3, rows in rows_of.items():
        for some in _in_batches(geometries, np.array(rows)):
            corners, owners = shapely.get_coordinates(geometries[some], return_index=True)
            outside[some[owners[~territory.held(corners, iso3)]]] = True
    return outside


def _in_batches(
    geometries: NDArray[np.object_], rows: NDArray[np.int_]
) -> Sequence[NDArray[np.int_]]:
    """Return rows in parts of so few corners that a copy of them takes little memory."""
    total = np.cumsum(shapely.get_num_coordinates(geometries[rows]))
    return np.split(rows, np.flatnonzero(np.diff(total // _CORNERS_AT_ONCE)) + 1)


def _far_from(xy: NDArray[np.float64], middle: LonLat | None) -> NDArray[np.bool_]:
    """Tell which places lie so far from the others that a swap may explain it."""
    if middle is None:
        return np.zeros(len(xy), dtype=bool)
    lons, lats = _around(xy[:, 0] - middle.lon), xy[:, 1] - middle.lat
    return np.asarray(np.maximum(np.abs(lons), np.abs(lats)) > _FAR_DEGREES)


def _harbours(
    entries: Sequence[tuple[TableRows, SheetRow, Any]], xy: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which are ports that lie far from the sea: of the others there is nothing to say."""
    found = np.fromiter((may_be_of_the_sea(record) for *_, record in entries), bool, len(entries))
    ports = np.flatnonzero(found)
    found[ports] = are_far_inland(xy[ports])
    return found


def _judge(placed: Placed, around: _Surroundings, *, strays: bool) -> Finding | None:
    """Judge one record; ``strays`` says that a corner of it lies outside of its country."""
    found = _judge_position(placed, around)
    if found is not None and found.severity is Severity.ERROR:
        return found
    # One end of a stretch may have lost its sign; its middle does not show it.
    if strays and shapely.get_num_coordinates(placed.record.geometry) > 1:
        for corner in _perhaps_mirrored(placed, around.territory):
            sign = _lost_sign(placed, corner, around.territory)
            if sign and sign.severity is Severity.ERROR:
                return sign
    return found


def _perhaps_mirrored(placed: Placed, territory: Territory) -> Iterator[LonLat]:
    """Yield the corners outside of a record's country that lie in it once a sign is changed.

    One track may have as many as a map has places: they are judged together.
    """
    corners = shapely.get_coordinates(placed.record.geometry)
    corners = corners[~territory.held(corners, placed.country)]
    inside = np.zeros(len(corners), dtype=bool)
    for signs in ((1, -1), (-1, 1), (-1, -1)):
        inside |= territory.held(corners * signs, placed.country)
    for corner in corners[inside]:
        yield LonLat(*map(float, corner))


def _judge_position(placed: Placed, around: _Surroundings) -> Finding | None:
    position, country = placed.position, placed.country
    inside = around.territory.holds(position, country)
    if inside:
        return check_harbour(placed, around.territory, around.may_look_up)
    exchanged = swapped(position)
    if inside is False and exchanged and around.territory.holds(exchanged, country):
        return _swap(placed, exchanged, f"in {country}")
    if exchanged and around.middle and _closer(exchanged, position, around.middle):
        return _swap(placed, exchanged, "among the others")
    if inside is not False or country is None:
        return None
    return (
        _never_filled_in(placed)
        or _lost_sign(placed, position, around.territory)
        or _slipped(placed, around)
        or _outlying(placed, around.territory)
    )


def _swap(placed: Placed, exchanged: LonLat, where: str) -> Finding:
    mend = "Put each in its own column."
    if placed.table.kind.geodata:
        mend = "Check the axes of the layer's CRS, and what wrote the file."
    flipped = shapely.transform(placed.record.geometry, lambda xy: xy[:, ::-1])
    return Finding(
        rule="coordinates.swapped",
        severity=Severity.ERROR,
        message=f"Latitude and longitude look swapped: swapped back, the place lies {where}.",
        do_next=mend,
        target=LATITUDE,
        value=written(placed.position),
        proposal=f"{written(exchanged)} (the two exchanged)",
        repair=moved(placed.table, placed.record, flipped),
    )


def _never_filled_in(placed: Placed) -> Finding | None:
    for target, value in ((LATITUDE, placed.position.lat), (LONGITUDE, placed.position.lon)):
        if is_nought(value) or is_placeholder(value):
            return Finding(
                rule="coordinates.placeholder",
                severity=Severity.ERROR,
                message=f"The {target} {value:g} puts the place outside of {placed.country}; "
                "it looks as if it was never filled in.",
                do_next="Fill in the coordinate, or leave both empty.",
                target=target,
                value=written(placed.position),
            )
    return None


def _lost_sign(placed: Placed, position: LonLat, territory: Territory) -> Finding | None:
    """Say that a place outside of the country lies in it once a sign is changed.

    Close to the country the sign may be right: the mirror of a neighbour's port lies in Kenya.
    """
    country = placed.country
    if territory.holds(position, country):
        return None
    for axes, other in sign_slips(position):
        if territory.holds(other, country):
            near = _is_near(territory, position, country)
            lost = (axes == "latitude" and position.lat > 0) or (
                axes == "longitude" and position.lon > 0
            )
            guess = "a minus sign may be missing" if lost else "its sign may be wrong"
            return Finding(
                rule="coordinates.sign",
                severity=Severity.WARNING if near else Severity.ERROR,
                message=f"The place lies outside of {country}; {guess}: "
                f"at {written(other)} it would lie inside.",
                do_next=_or_abroad(placed, f"Correct the sign of the {axes}."),
                target=LONGITUDE if axes == "longitude" else LATITUDE,
                value=written(placed.position),
                proposal=f"{written(other)} (the sign of the {axes} changed)",
                repair=None if near else _unsigned(placed, position, other),
            )
    return None


def _unsigned(placed: Placed, position: LonLat, other: LonLat) -> Any | None:
    """Return the record with its signs changed, if it is a point: a stretch may have lost one."""
    if placed.record.geometry.geom_type != "Point" or position != placed.position:
        return None
    return moved(placed.table, placed.record, other.point)


def _slipped(placed: Placed, around: _Surroundings) -> Finding | None:
    """Say that a place outside of the country lies in it once one digit is changed."""
    if placed.record.geometry.geom_type != "Point" or not around.explains:
        return None
    found = slips_within(placed, around.territory)
    near = [
        one
        for one in found
        if _apart_degrees(one[1], placed.position) >= _LEAST_SLIP_DEGREES
        and around.has_near(one[1], placed.position)
    ]
    if not near and may_be_of_the_sea(placed.record):
        near = at_the_sea(found)
    if len(near) != 1:
        return None
    axis, other, how = near[0]
    among = around.has_near(other, placed.position)
    return Finding(
        rule="coordinates.digit",
        message=f"The place lies outside of {placed.country}; a digit of the {axis} may have "
        f"slipped: at {written(other)} it would lie "
        + ("near other places of the file." if among else "at the coast."),
        do_next=_or_abroad(placed, f"Correct the {axis}."),
        target=axis,
        value=written(placed.position),
        proposal=f"{written(other)} ({how} in the {axis})",
        repair=guessed(placed.table, placed.record, other.point) if among else None,
    )


def _outlying(placed: Placed, territory: Territory) -> Finding:
    where = f"The place lies outside of {placed.country}."
    if territory.judges(placed.country):
        km = territory.distance_m(placed.position) / 1000
        where = f"The place lies {km:,.0f} km outside of the boundaries of {placed.country}."
    return Finding(
        rule="coordinates.outside",
        message=where,
        do_next=_or_abroad(placed, "Check the signs and digits of its coordinates."),
        target=LATITUDE,
        value=written(placed.position),
    )


def _or_abroad(placed: Placed, do_next: str) -> str:
    if hasattr(placed.record, "iso3"):
        return f"{do_next} A place abroad needs its own country in its row."
    return do_next


def _is_near(territory: Territory, position: LonLat, country: str | None) -> bool:
    if territory.judges(country):
        return territory.distance_m(position) <= _FAR_DEGREES * 111_000
    return bool(territory.holds(position, country, margin_degrees=_FAR_DEGREES))


def _closer(exchanged: LonLat, position: LonLat, middle: LonLat) -> bool:
    as_given = _apart_degrees(position, middle)
    return as_given > _FAR_DEGREES and _apart_degrees(exchanged, middle) * _CLOSER_BY < as_given


def _apart_degrees(one: LonLat, other: LonLat) -> float:
    return max(abs(float(_around(np.array(one.lon - other.lon)))), abs(one.lat - other.lat))


def _around(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return differences of longitude the short way round the world."""
    return np.asarray((degrees + 180.0) % 360.0 - 180.0)


def _middle_of(xy: NDArray[np.float64]) -> LonLat | None:
    """Return the median position, which one or two wrong ones do not move; None if too few."""
    if len(xy) < _FEWEST_TO_COMPARE:
        return None
    # Counted from one of them, so that those on both sides of the antimeridian are neighbours.
    first = float(xy[0, 0])
    lon = first + median(_around(xy[:, 0] - first).tolist())
    return LonLat((lon + 180.0) % 360.0 - 180.0, median(xy[:, 1].tolist()))
