"""Notice seaports that lie far from the sea, and where a slip of the hand left them from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.facility import Port
from lca.geo import LonLat
from lca.issues import Severity
from lca.lookup import Found, aerodromes, ports_installed, seaports
from lca.vocab import PortType

from .coast import distance_from_coast_km, distances_from_coast_km
from .finding import Finding, guessed
from .location import LONGITUDE
from .placed import Placed, Slip, slips_within, written
from .territory import Territory

_INLAND_KM = 150.0
_AT_THE_SEA_KM = 60.0
_OCEAN_DRAFT_M = 7.0
# The table of ports has their names in many spellings, and some only to the town.
_SAME_NAME = 0.9
_ELSEWHERE_KM = 100.0
_AS_LISTED_KM = 60.0


def may_be_of_the_sea(record: Any) -> bool:
    """Tell whether a record is a port that is not said to be of a river or lake."""
    return isinstance(record, Port) and record.port_type in {None, PortType.SEA}


def at_the_sea(slips: Sequence[Slip]) -> list[Slip]:
    """Return the slips that a place at the coast may have suffered, as far as half a degree tells."""
    xy = np.array([(other.lon, other.lat) for _, other, _ in slips])
    near = distances_from_coast_km(xy) < _AT_THE_SEA_KM
    return [one for one, lies_there in zip(slips, near, strict=True) if lies_there]


def are_far_inland(xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which places lie further from the sea than a seaport does, of many at once."""
    return np.asarray(distances_from_coast_km(xy) >= _INLAND_KM)


def check_harbour(
    placed: Placed, territory: Territory, may_look_up: Callable[[], bool]
) -> Finding | None:
    """Say that a port lies far from the sea, if it is one of the sea.

    A port that does not say of what water it is, is doubted only if it is as deep as seaports are,
    or if a table has a place of its name in its country, and one slip parts the two: river ports
    are honest.

    Parameters
    ----------
    may_look_up : callable
        Asked before tables are searched for its name, which takes a tenth of a second.
    """
    if not may_be_of_the_sea(placed.record):
        return None
    away = distance_from_coast_km(placed.position)
    if away < _INLAND_KM:
        return None
    at_sea = at_the_sea(slips_within(placed, territory))
    listed = _listed(placed) if at_sea and may_look_up() else None
    if listed is not None:
        at_sea = [one for one in at_sea if _is_near(one[1], listed)] or at_sea
    slip = at_sea[0] if len(at_sea) == 1 else None
    as_listed = listed is not None and slip is not None and _is_near(slip[1], listed)
    stated = placed.record.port_type is PortType.SEA
    if not (stated or as_listed or _is_deep(placed.record)):
        return None
    return _finding(placed, away, listed, slip, error=stated, certain=stated or as_listed)


def _finding(
    placed: Placed,
    away: float,
    listed: Found | None,
    slip: Slip | None,
    *,
    error: bool,
    certain: bool,
) -> Finding:
    message = f"The port lies {away:,.0f} km from the sea."
    proposal = repair = None
    if listed is not None:
        message += f" {listed.source.name} has {listed.name} at {written(listed.position)}."
    if slip is not None:
        axis, other, how = slip
        message += f" A digit of the {axis} may have slipped: at {written(other)} it would lie at the coast."
        proposal = f"{written(other)} ({how} in the {axis})"
        repair = guessed(placed.table, placed.record, other.point) if certain else None
    return Finding(
        rule="coordinates.inland",
        severity=Severity.ERROR if error else Severity.WARNING,
        message=message,
        do_next="Correct its coordinates; of a river or lake, write so at Type of port.",
        target=slip[0] if slip else LONGITUDE,
        value=written(placed.position),
        proposal=proposal,
        repair=repair,
    )


def _is_deep(record: Port) -> bool:
    depth = max(record.max_draft_m or 0, record.channel_depth_m or 0)
    return depth >= _OCEAN_DRAFT_M or bool(record.isps_compliant)


def _listed(placed: Placed) -> Found | None:
    """Return where a table has a place of that name in the country, if none has it near.

    Ports are looked for in the table of ports, if it is installed, and in that of aerodromes,
    which names the towns that they serve.
    """
    if placed.country is None:
        return None
    tables = [seaports()] if ports_installed() else []
    found = [
        one
        for table in (*tables, aerodromes())
        for one in table.named(placed.record.name, iso3=placed.country, near=placed.position)
        if (one.similarity or 0) >= _SAME_NAME
    ]
    if any((one.distance_km or 0) < _ELSEWHERE_KM for one in found):
        return None
    return found[0] if found else None


def _is_near(position: LonLat, listed: Found) -> bool:
    return position.distance_m(listed.position) <= _AS_LISTED_KM * 1000
