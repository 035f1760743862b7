"""What constraints make of arcs: blocks, speeds and delays, whole and in part."""

from __future__ import annotations

import random

import numpy as np
import pytest
from support.asciimap import draw
from support.story import NOON, constraint, line

from lca.vehicle import vehicle_class
from lca.vocab import Direction, EffectKind
from routing.effects import ArcEffects, Coverage, Placed
from routing.engine import INFINITE
from routing.match import match

ROAD = draw("A-----------B", {"AB": {}}, column_m=100.0)
"""One street of 1,200 m; both arcs take 1,200 s here."""
BASE = np.full(2, 1_200_000, np.uint32)
OUT, BACK = ROAD.arc("AB"), ROAD.arc("BA")


def effects_of(*items):
    placed = [Placed(item, match(item, ROAD.network)) for item in items]
    return ArcEffects.at(Coverage.of(placed), vehicle_class("truck_heavy_3"), NOON)


def stretch(name, low, high, **fields):
    return constraint(name, line(ROAD.between("AB", low), ROAD.between("AB", high)), **fields)


def seconds(effects, arc, start=0.0, end=1.0):
    time = effects.time_ms(BASE, arc, start, end)
    return None if time >= INFINITE else round(time / 1000, 1)


def test_a_block_closes_the_whole_arc_and_the_part_that_touches_it():
    effects = effects_of(stretch("slide", 0.25, 0.5))
    assert effects.blocked_arcs.tolist() == [OUT, BACK]
    assert [
        seconds(effects, OUT, *part) for part in ((0, 0.2), (0.6, 1), (0, 0.3), (0.4, 1), (0, 1))
    ] == [240.0, 480.0, None, None, None]
    # The very edge belongs to the closure.
    assert seconds(effects, BACK, 0.0, 0.25) is None


def test_a_block_of_one_direction_leaves_the_other_arc_as_it_was():
    effects = effects_of(stretch("slide", 0.25, 0.5, direction=Direction.FORWARD))
    assert effects.blocked_arcs.tolist() == [OUT]
    assert seconds(effects, BACK) == 1200.0
    arcs, weights = effects.changed_weights(BASE)
    assert (arcs.tolist(), weights.tolist()) == ([OUT], [INFINITE])


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([("mud", 0.0, 0.5, {"speed_factor": 0.5})], 1800.0),
        # apart, each slows its own stretch
        ([("a", 0.0, 0.5, {"speed_factor": 0.5}), ("b", 0.5, 1.0, {"speed_factor": 0.5})], 2400.0),
        # overlapping, the lowest factor counts where they overlap
        (
            [("a", 0.0, 0.5, {"speed_factor": 0.5}), ("b", 0.25, 0.5, {"speed_factor": 0.25})],
            2400.0,
        ),
        # nobody rests for a delay: 10 minutes are 8 of driving, with their rest of 2
        ([("queue", 0.0, 1.0, {"delay_min": 10.0})], 1680.0),
        ([("a", 0.0, 1.0, {"delay_min": 10.0}), ("b", 0.0, 1.0, {"delay_min": 5.0})], 1680.0),
        ([("a", 0.0, 0.5, {"speed_factor": 0.5}), ("b", 0.0, 1.0, {"delay_min": 5.0})], 2040.0),
    ],
)
def test_the_most_restrictive_of_each_attribute_counts(items, expected):
    effects = effects_of(
        *(
            stretch(name, low, high, effect=EffectKind.DIFFICULT, **fields)
            for name, low, high, fields in items
        )
    )
    for arc in (OUT, BACK):
        assert seconds(effects, arc) == pytest.approx(expected, abs=2.0)
    arcs, weights = effects.changed_weights(BASE)
    assert arcs.tolist() == [OUT, BACK]
    assert weights.tolist() == [effects.time_ms(BASE, arc) for arc in (OUT, BACK)]


def test_an_arc_that_rules_close_stays_closed_whatever_slows_it():
    effects = effects_of(stretch("mud", 0.0, 1.0, effect=EffectKind.DIFFICULT, speed_factor=0.5))
    closed = np.array([INFINITE, 1000], np.uint32)
    assert effects.time_ms(closed, OUT) == INFINITE
    assert effects.changed_weights(closed)[0].tolist() == [BACK]


def test_lifting_one_of_two_leaves_the_other():
    effects = effects_of(stretch("one", 0.2, 0.3), stretch("two", 0.6, 0.7))
    assert effects.blocking == {0, 1}
    assert effects.without([0]).blockers(OUT) == {1}
    assert effects.without([0, 1]).blocked_arcs.tolist() == []
    assert effects.blocking == {0, 1}


def test_many_arcs_at_once_get_the_times_that_each_gets_alone():
    rng = random.Random(20261121)
    chain = draw("A--B--C--D--E--F", {"ABCDEF": {}}, column_m=100.0)
    ends = [(a, b) for at, a in enumerate("ABCDE") for b in "ABCDEF"[at + 1 :]]
    base = np.array([rng.randrange(1, 10**6) for _ in range(10)], np.uint32)
    for _ in range(40):
        items = [
            constraint(
                f"c-{number}",
                line(*(chain.place(letter) for letter in rng.choice(ends)))
                if rng.random() < 0.6
                else line(chain.between("AF", rng.random() / 2), chain.between("AF", 0.8)),
                effect=rng.choice([EffectKind.DIFFICULT] * 5 + [EffectKind.BLOCKED]),
                direction=rng.choice(list(Direction)),
                speed_factor=rng.choice([None, 0.25, 0.3, 0.7]),
                delay_min=rng.choice([None, 3.0, 20.0, 50_000.0]),
            )
            for number in range(rng.randrange(1, 6))
        ]
        placed = [Placed(item, match(item, chain.network)) for item in items]
        effects = ArcEffects.at(Coverage.of(placed), vehicle_class("truck_heavy_3"), NOON)
        arcs, weights = effects.changed_weights(base)
        changed = dict(zip(arcs.tolist(), weights.tolist(), strict=True))
        for arc in range(10):
            assert changed.get(arc, int(base[arc])) == effects.time_ms(base, arc)
        counts = dict(zip(*(column.tolist() for column in effects.block_counts()), strict=True))
        blockers = {arc: len(effects.blockers(arc)) for arc in range(10)}
        assert counts == {arc: count for arc, count in blockers.items() if count}
