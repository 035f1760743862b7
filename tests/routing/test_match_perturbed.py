"""A thousand closures drawn off real roads as people draw them: none lost, none beyond its tolerance."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely
from support.demoroads import demo_network
from support.story import constraint

import routing.match
from lca.geo import LocalMetres
from lca.vocab import Direction, LocationPrecision
from routing.match import MatchState, match
from routing.match_part import CARRIAGEWAYS_M, END_M
from routing.picture import pictured
from routing.pieces import Pieces

COUNT = 1_000
SLIGHT_M = 4.0
"""Less than half the distance at which another road counts as nearly as near."""


def stretch(network, chance):
    """Return a stretch of one to four segments of road, end to end, in local metres."""
    segments = network.segments
    row = int(chance.integers(len(segments)))
    points, node = segments.lines.points(row), int(segments.v[row])
    for _ in range(int(chance.integers(4))):
        after = np.flatnonzero((segments.u == node) & (np.arange(len(segments)) != row))
        if not len(after):
            break
        row = int(after[0])
        points = np.vstack([points, segments.lines.points(row)[1:]])
        node = int(segments.v[row])
    line = shapely.LineString(points)
    metres = LocalMetres.around(line)
    return metres, metres.project(line)


def perturbed(line, kind, chance):
    """Return a line in metres as somebody might report it, and by how many metres it is off."""
    off_m = float(chance.uniform(0, SLIGHT_M if chance.random() < 0.5 else 19.0))
    turn = float(chance.uniform(0, 2 * np.pi))
    moved = shapely.transform(line, lambda xy: xy + off_m * np.array([np.cos(turn), np.sin(turn)]))
    if kind == "reversed":
        return moved.reverse(), off_m
    if kind == "simplified":
        simple = moved.simplify(SLIGHT_M)
        return simple, off_m + shapely.hausdorff_distance(simple, moved)
    if kind == "dropped":
        kept = shapely.get_coordinates(moved)
        kept = np.vstack([kept[:1], kept[1:-1][chance.random(len(kept) - 2) < 0.5], kept[-1:]])
        fewer = shapely.LineString(kept)
        return fewer, off_m + shapely.hausdorff_distance(fewer, moved)
    if kind == "widened":
        return moved.buffer(float(chance.uniform(20, 80))), off_m
    if kind == "point":
        return moved.interpolate(0.5, normalized=True), off_m
    return moved, off_m


KINDS = ("shifted", "reversed", "simplified", "dropped", "widened", "point")


def cases():
    """Yield the network, what was drawn, the road that was meant and by how much it is off."""
    network, chance = demo_network(), np.random.default_rng(20261122)
    for number in range(COUNT):
        metres, line = stretch(network, chance)
        kind = KINDS[number % len(KINDS)]
        shape, off_m = perturbed(line, kind, chance)
        middle = line.interpolate(0.5, normalized=True)
        direction = (Direction.BOTH, Direction.FORWARD)[number // len(KINDS) % 2]
        item = constraint(
            f"c{number}",
            metres.unproject(shape),
            direction=direction,
            location_precision=LocationPrecision.ACCURATE,
        )
        yield network, metres, item, middle, off_m


def wrongs(network, metres, item, middle, off_m):
    """Yield what is wrong with how a closure was matched."""
    found = routing.match.match(item, network)
    if not len(found.pieces) and found.rest is None:
        yield "lost in silence"
        return
    if not found.note:
        yield "without a reason"
    if found.geometry(network) is None:
        yield "without a picture"
    shape = metres.project(item.geometry)
    covered = [] if not len(found.pieces) else [metres.project(pictured(network, found.pieces))]
    parts = shapely.get_parts(shapely.get_parts(covered)) if covered else []
    away_m = max((_farthest(part, shape) for part in parts), default=0.0)
    allowed_m = found.tolerance_m + (
        END_M + 0.2 if shape.geom_type == "Polygon" else CARRIAGEWAYS_M
    )
    if away_m > allowed_m:
        yield f"closed {away_m:.0f} m off"
    if off_m <= SLIGHT_M:
        near = [part.distance(middle) <= off_m + 1.0 for part in parts]
        rest = None if found.rest is None else metres.project(found.rest)
        told = rest is not None and rest.distance(middle) <= found.near_m
        if not any(near) and not told:
            yield "the road that was meant is open"
    if item.direction is not Direction.BOTH and shape.geom_type == "LineString" and len(parts):
        both = (found.pieces.forward & found.pieces.backward).any()
        if both:
            yield "a direction was forgotten"


def _farthest(part, shape):
    """Return how far the farthest position of a part lies from a shape."""
    points = [shapely.Point(xy) for xy in shapely.get_coordinates(part.segmentize(5.0))]
    return max(point.distance(shape) for point in points)


def test_a_thousand_perturbed_closures_are_matched_or_reported():
    states = Counter()
    for case in cases():
        found = list(wrongs(*case))
        assert not found, (case[2].id, found)
        states[match(case[2], case[0]).state] += 1
    assert sum(states.values()) == COUNT
    assert states[MatchState.MATCHED] > 0.9 * COUNT


def _in_degrees(fault):
    """Twenty metres read as if a degree were a kilometre."""
    table = {word: 8 * metres for word, metres in routing.match.LINE_TOLERANCE_M.items()}
    fault.setattr(routing.match, "LINE_TOLERANCE_M", table)
    original = routing.match.match

    def stated(item, network):
        found = original(item, network)
        object.__setattr__(found, "tolerance_m", min(found.tolerance_m, 30.0))
        return found

    fault.setattr(routing.match, "match", stated)


def _box_for_area(fault):
    area = routing.match.match_area
    fault.setattr(
        routing.match,
        "match_area",
        lambda network, part, **more: area(network, shapely.box(*part.bounds), **more),
    )


def _both_directions(fault):
    original = routing.match.match

    def forgetful(item, network):
        found = original(item, network)
        pieces = found.pieces
        both = np.ones(len(pieces), np.bool_)
        object.__setattr__(
            found,
            "pieces",
            Pieces(*pieces.columns()[:3], both, both, pieces.delay_share),
        )
        return found

    fault.setattr(routing.match, "match", forgetful)


def _rest_forgotten(fault):
    original = routing.match.match

    def forgetful(item, network):
        found = original(item, network)
        object.__setattr__(found, "rest", None)
        return found

    fault.setattr(routing.match, "match", forgetful)


@pytest.mark.parametrize("fault", [_in_degrees, _box_for_area, _both_directions, _rest_forgotten])
def test_a_seeded_fault_is_found_among_them(fault, monkeypatch):
    fault(monkeypatch)
    assert any(True for case in cases() for _ in wrongs(*case))
