"""Several statements on one road (rule of truth 4): the most restrictive of each attribute wins."""

from __future__ import annotations

import itertools

import pytest
from support.asciimap import draw
from support.story import NOON, TRUCK, Story, area, constraint, line

from lca.vocab import Direction, Drive, EffectKind, Practicability, SecurityCategory, Verdict
from routing.policy import Policy
from routing.question import RouteQuestion

# The bridge is the short way; the track round it is for whom the bridge does not bear.
RIVER = draw(
    """
    A---B---C---F
    |           |
    D-----------E
    """,
    {"ABCF": {"highway": "primary"}, "ADEF": {"highway": "track"}},
)
BRIDGE = RIVER.between("BC", 0.5)
DECK = area(*(RIVER.between("BC", share, aside_m=side) for share, side in (
    (0.3, 10), (0.7, 10), (0.7, -10), (0.3, -10)
)))  # fmt: skip
OVER, ROUND = "ABCF", "ADEF"
RESTRICTED, DIFFICULT = EffectKind.RESTRICTED, EffectKind.DIFFICULT


@pytest.fixture(scope="module")
def river(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("river"), RIVER)


def reports(*stated):
    return tuple(
        constraint(f"report-{number}", BRIDGE, **fields) for number, fields in enumerate(stated)
    )


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize(
    ("stated", "way"),
    [
        # the lowest of three gross limits, whoever says it first (26 t gross)
        ([{"max_gross_t": 40.0}, {"max_gross_t": 30.0}, {"max_gross_t": 26.0}], OVER),
        ([{"max_gross_t": 40.0}, {"max_gross_t": 30.0}, {"max_gross_t": 25.0}], ROUND),
        # each attribute for itself: within two of them, over the third
        ([{"max_gross_t": 40.0}, {"max_axle_t": 10.0}, {"max_height_m": 3.9}], ROUND),
        ([{"max_gross_t": 40.0}, {"max_axle_t": 10.0}, {"max_height_m": 4.0}], OVER),
        ([{"max_gross_t": 40.0}, {"drive_required": Drive.D4X4}, {"max_axle_t": 10.0}], ROUND),
        (
            [
                {"practicability_cap": Practicability.TRUCK_TRAILER},
                {"practicability_cap": Practicability.LIGHT_TRUCK},
                {"max_gross_t": 40.0},
            ],
            ROUND,
        ),
    ],
)
def test_the_strictest_of_each_limit_decides_in_any_order(river, stated, way, order):
    said = [{"effect": RESTRICTED, **stated[number]} for number in order]
    answer = river.ask("A", "F", what_if=reports(*said))
    assert river.way(answer) == way
    named = [*answer.finding.notes, *answer.finding.avoided]
    assert len({note.id for note in named}) == 3 or way == ROUND


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_closure_wins_over_whoever_says_that_it_is_open(river, order):
    said = [{"effect": EffectKind.BLOCKED}, {"effect": EffectKind.ADVISORY}]
    answer = river.ask("A", "F", what_if=reports(*(said[number] for number in order)))
    assert river.way(answer) == ROUND


def test_delay_and_speed_are_taken_from_different_reports(river):
    """The longest delay of one and the lowest speed of another hold together."""
    free = river.ask("A", "F").way
    slow = constraint("slow", DECK, effect=DIFFICULT, speed_factor=0.5)
    slower = constraint("slower", DECK, effect=DIFFICULT, speed_factor=0.25)
    queue = constraint("queue", BRIDGE, effect=EffectKind.DELAY_ONLY, delay_min=0.5)
    short = constraint("short", BRIDGE, effect=EffectKind.DELAY_ONLY, delay_min=0.1)

    def hours(*items):
        return river.ask("A", "F", "motorbike", what_if=items).way.duration_h

    assert free is not None
    alone = hours()
    stretch_h = hours(slower) - alone
    assert hours(slow, slower) == pytest.approx(hours(slower))
    assert hours(queue, short) == pytest.approx(hours(queue))
    assert hours(slow, slower, queue, short) == pytest.approx(hours(queue) + stretch_h, abs=1e-5)


def test_conditions_of_all_stay_side_by_side(river):
    answer = river.ask(
        "A",
        "F",
        what_if=reports(
            {"effect": EffectKind.ADVISORY, "convoy_required": True, "source_org": "Police"},
            {"effect": EffectKind.ADVISORY, "escort_required": True, "source_org": "Army"},
            {"effect": DIFFICULT, "source_org": "Transporter"},
            {"effect": EffectKind.ADVISORY, "source_org": "Radio"},
        ),
    )
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert [(note.id, note.source_org) for note in answer.finding.conditions] == [
        ("report-0", "Police"),
        ("report-1", "Army"),
        ("report-2", "Transporter"),
    ]
    assert [note.id for note in answer.finding.notes] == ["report-3"]


def test_the_worst_security_category_counts_for_who_bears_less(river):
    """Category B is borne, D is not; both stand on the bridge."""
    said = reports(
        {"effect": EffectKind.ADVISORY, "security_category": SecurityCategory.B},
        {"effect": EffectKind.ADVISORY, "security_category": SecurityCategory.D},
    )

    def way(most):
        question = RouteQuestion(
            river._place("A"),
            river._place("F"),
            TRUCK,
            at=NOON,
            what_if=said,
            policy=Policy(max_security=most),
        )
        return river.way(river.planner.answer(question))

    assert way(SecurityCategory.D) == OVER
    assert way(SecurityCategory.C) == ROUND


def test_what_holds_in_one_direction_combines_with_what_holds_in_both(river):
    both = constraint("both", DECK, effect=RESTRICTED, max_gross_t=40.0)
    deck = river.town.between("BC", 0.3), river.town.between("BC", 0.7)
    out = constraint("out", line(*deck), direction=Direction.FORWARD)
    assert river.way(river.ask("A", "F", what_if=(both, out))) == ROUND
    assert river.way(river.ask("F", "A", what_if=(both, out))) == OVER[::-1]
