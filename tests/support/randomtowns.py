"""Small towns drawn by lot, with constraints and places by lot: what tables are checked on."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from lca.constraint import Constraint
from lca.geo import LonLat
from lca.vocab import Direction, EffectKind
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.question import Terms

from .asciimap import AsciiMap, draw
from .story import NOON, TRUCK, Story, constraint, line

ROWS, COLUMNS = 4, 5
LETTERS = "ABCDEFGHIJKLMNOPQRST"
CLASSES = ("primary", "secondary", "unclassified", "residential")


def random_town(dice: random.Random) -> AsciiMap:
    """A grid of 20 junctions with two thirds of its roads, some one-way, some with limits."""
    art = "\n".join("---".join(LETTERS[row * COLUMNS : (row + 1) * COLUMNS]) for row in range(ROWS))
    ways: dict[str, dict[str, Any]] = {}
    for row, column in itertools.product(range(ROWS), range(COLUMNS)):
        here = LETTERS[row * COLUMNS + column]
        for down, right in ((0, 1), (1, 0)):
            if row + down < ROWS and column + right < COLUMNS and dice.random() < 0.7:
                there = LETTERS[(row + down) * COLUMNS + column + right]
                ways[here + there] = _attributes(dice)
    turns = []
    for _ in range(3):
        first, second = dice.sample(sorted(ways), 2)
        shared = set(first) & set(second)
        if len(shared) == 1:
            turns.append((shared.pop(), first, second, "no_left_turn"))
    return draw(art, ways, column_m=437.0, row_m=1_213.0, turns=turns)


def _attributes(dice: random.Random) -> dict[str, Any]:
    attributes: dict[str, Any] = {"highway": dice.choice(CLASSES)}
    if dice.random() < 0.2:
        attributes["oneway"] = dice.choice(["forward", "backward"])
    if dice.random() < 0.1:
        attributes["max_gross_t"] = 10.0
    return attributes


def random_constraints(dice: random.Random, town: AsciiMap, *, timed: bool) -> list[Constraint]:
    """Up to eight constraints on parts of roads, some of them with hours or dates."""
    return [_constraint(dice, town, number, timed=timed) for number in range(dice.randint(1, 8))]


def _constraint(dice: random.Random, town: AsciiMap, number: int, *, timed: bool) -> Constraint:
    ends = _road(dice, town)
    low, high = sorted((dice.random(), dice.random()))
    where = dice.choice(
        [
            town.between(ends, low),
            line(town.between(ends, low), town.between(ends, high)),
            line(town.place(ends[0]), town.place(ends[1])),
        ]
    )
    fields: dict[str, Any] = dice.choice(
        [
            {"effect": EffectKind.BLOCKED},
            {"effect": EffectKind.BLOCKED, "direction": Direction.FORWARD},
            {"effect": EffectKind.DELAY_ONLY, "delay_min": dice.randint(1, 20)},
            {"effect": EffectKind.DIFFICULT, "speed_factor": dice.choice([0.3, 0.5])},
            {"effect": EffectKind.RESTRICTED, "max_gross_t": dice.choice([10.0, 40.0])},
        ]
    )
    if timed and dice.random() < 0.7:
        fields |= dice.choice(
            [
                {"valid_from": NOON + timedelta(minutes=dice.randint(1, 60))},
                {"valid_from": NOON + timedelta(days=dice.randint(1, 40))},
                {"daily_from": "12:05", "daily_to": "13:00", "time_zone": "UTC"},
                {"daily_from": "11:00", "daily_to": "12:10", "time_zone": "UTC"},
            ]
        )
    return constraint(f"c-{number}", where, **fields)


def _road(dice: random.Random, town: AsciiMap) -> str:
    segment = dice.randrange(town.network.segment_count)
    segments = town.network.segments
    return town.letters([segments.u[segment], segments.v[segment]])


def random_story(
    folder: Path, seed: int, engine: str, *, timed: bool = False
) -> tuple[Story, Outlook]:
    """A published town, and the outlook of a truck at noon."""
    dice = random.Random(seed)
    town = random_town(dice)
    story = Story(folder, town, engine=engine)
    story.publish(*random_constraints(dice, town, timed=timed))
    return story, story.planner.outlook(Terms(vehicle=TRUCK, at=NOON))


def random_places(seed: int, town: AsciiMap, count: int) -> list[ResolvedPlace]:
    """Places at junctions, on roads and beside them, each with people."""
    dice = random.Random(seed + 1_000_000)
    places = []
    for number in range(count):
        ends = _road(dice, town)
        position = dice.choice(
            [
                town.place(ends[0]),
                town.between(ends, dice.random()),
                town.between(ends, dice.random(), aside_m=30.0),
            ]
        )
        places.append(place(f"p-{number}", position, dice.randint(0, 900)))
    return places


def place(name: str, position: LonLat, people: int | None = None) -> ResolvedPlace:
    """A place as the gazetteer would find it."""
    row = {"id": name, "name": name, "population": people}
    return ResolvedPlace(name, "places", name, position, row)
