"""Answers against an independent reference model, and seeded faults that it must catch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.asciimap import draw
from support.laws import (
    GRID,
    SEARCH_AT,
    Reported,
    cheapest_ms,
    closed_steps,
    legal_steps,
    random_report,
    steps_of,
)
from support.story import NOON, TRUCK, Story, constraint, ended, line

import lca.constraint
import lca.effect
import lca.instant
import lca.recurrence
import routing.effects
import routing.finding
import routing.inputs
import routing.match
import routing.match_line
import routing.match_part
import routing.match_point
import routing.planner
from lca.constraint import Constraint, Standing
from lca.effect import Effect, Outcome
from lca.vehicle import vehicle_class
from lca.vocab import (
    ConstraintStatus,
    Direction,
    EffectKind,
    LocationPrecision,
    Sensitivity,
    Verdict,
)
from routing.speed import travel_time_ms

CASES = 100


def broken_on_the_grid(story: Story, seed: int, cases: int) -> list[str]:
    """Ask random questions under random suppositions, and return what is wrong."""
    rng = random.Random(seed)
    weights_of = {
        code: travel_time_ms(GRID.network, vehicle_class(code))
        for code in ("lv_4wd", "truck_medium", TRUCK)
    }
    wrong: list[str] = []
    for case in range(cases):
        code = rng.choice(sorted(weights_of))
        origin, destination = rng.sample(sorted(GRID.metres), 2)
        reports = [random_report(rng, number) for number in range(rng.randrange(0, 9))]
        closed = closed_steps(reports, vehicle_class(code), SEARCH_AT)
        weights = {
            step: int(weights_of[code][GRID.arc(step)])
            for step in legal_steps()
            if step not in closed
        }
        expected = cheapest_ms(GRID, weights, origin, destination)
        answer = story.ask(
            origin,
            destination,
            code,
            at=SEARCH_AT,
            what_if=tuple(report.constraint for report in reports),
        )
        for_good = closed_for_good(reports, closed)
        waits = bool(answer.finding.waits)
        # What a stated end opens within the journey may be driven without a wait.
        opens = waits or len(for_good) < len(closed)
        barred = for_good if opens else closed
        wrong += [
            f"{case}: drives closed {step}" for step in steps_of(GRID, answer) if step in barred
        ]
        opened = {
            step: int(weights_of[code][GRID.arc(step)])
            for step in legal_steps()
            if step not in for_good
        }
        never = cheapest_ms(GRID, opened, origin, destination) is None
        if never != (answer.verdict is Verdict.NOT_VIABLE):
            wrong.append(f"{case}: {answer.verdict} though the reference says {never}")
        elif opens and answer.way is not None:
            if expected is not None and answer.way.trip.total_ms > expected:
                wrong.append(f"{case}: waits though a way of {expected} ms is open")
        elif answer.way is not None and answer.way.trip.total_ms != expected:
            wrong.append(f"{case}: {answer.way.trip.total_ms} ms instead of {expected} ms")
        wrong += [
            f"{case}: {problem}"
            for problem in _unnamed(answer, reports, for_good, weights_of[code])
        ]
    return wrong


def closed_for_good(reports: list[Reported], closed) -> dict[str, set[str]]:
    """Return the closed steps without those that a daily window or a stated end opens."""
    opening = {
        report.constraint.id
        for report in reports
        if report.constraint.daily_from or report.constraint.ended_at
    }
    return {step: owners for step, owners in closed.items() if owners - opening}


def _unnamed(answer, reports: list[Reported], closed, weights) -> list[str]:
    """Return what the answer should have named: law 2, and blockers that suffice."""
    problems = []
    finding = answer.finding
    reported = {note.id for note in finding.unapplied}
    for report in reports:
        item = report.constraint
        stands = item.standing(SEARCH_AT) in {Standing.HOLDS, Standing.LAPSED, Standing.PAUSED}
        poor = item.location_precision is LocationPrecision.BAD
        if stands and poor and item.id not in reported:
            problems.append(f"{item.id} is neither applied nor reported")
        if stands and poor and finding.way is not None and item.effect is EffectKind.BLOCKED:
            named = {note.id for note in finding.conditions}
            holds = item.standing(SEARCH_AT) is not Standing.PAUSED
            if holds and item.id not in named:
                problems.append(f"{item.id} lies within 5 km and conditions nothing")
    if answer.verdict is Verdict.NOT_VIABLE:
        lifted = {note.id for note in finding.blocked_by}
        left = {step for step, owners in closed.items() if owners - lifted}
        open_weights = {
            step: int(weights[GRID.arc(step)]) for step in legal_steps() if step not in left
        }
        ends = (answer.asked.origin.position, answer.asked.destination.position)
        letters = [_letter(position) for position in ends]
        if cheapest_ms(GRID, open_weights, *letters) is None:
            problems.append(f"lifting {sorted(lifted)} does not reopen a way")
    return problems


def _letter(position) -> str:
    return min(GRID.metres, key=lambda letter: GRID.place(letter).distance_m(position))


@pytest.fixture
def grid(tmp_path: Path) -> Story:
    return Story(tmp_path, GRID)


def test_random_questions_agree_with_the_reference_model(grid: Story):
    assert broken_on_the_grid(grid, seed=20261121, cases=CASES) == []


def test_a_closure_never_shortens_and_the_order_of_reports_is_irrelevant(grid: Story):
    rng = random.Random(7)
    for _ in range(15):
        reports = [random_report(rng, number).constraint for number in range(6)]
        shuffled = rng.sample(reports, len(reports))
        costs = []
        for count in range(len(reports) + 1):
            answer = grid.ask("E", "P", at=SEARCH_AT, what_if=tuple(reports[:count]))
            costs.append(np.inf if answer.way is None else answer.way.trip.total_ms)
        assert costs == sorted(costs)
        one = grid.ask("E", "P", at=SEARCH_AT, what_if=tuple(reports)).as_json()
        other = grid.ask("E", "P", at=SEARCH_AT, what_if=tuple(shuffled)).as_json()
        for body in (one, other):
            del body["question"], body["envelope"]
        assert one == other


# Faults that were found in peers or could be made here; each must break a law.


def laws_broken(folder: Path) -> Iterator[str]:
    """Yield what breaks the laws, the quickest law first; one that raises is broken too."""
    for law in LAWS:
        story_folder = folder / law.__name__
        story_folder.mkdir(parents=True)
        try:
            yield from (f"{law.__name__}: {problem}" for problem in law(story_folder))
        except Exception as error:  # noqa: BLE001 - a fault may break anything
            yield f"{law.__name__}: {error!r}"


GOES, NAMES_IT, STOPS = Verdict.VIABLE, Verdict.VIABLE_WITH_CONDITIONS, Verdict.NOT_VIABLE
WAITS = "waits"
DAY = timedelta(days=1)
ONE_STREET: list[tuple[list[dict[str, Any]], str, Verdict]] = [
    # reports on the only street           vehicle   departure at noon UTC
    ([{}], TRUCK, STOPS),
    ([{"status": ConstraintStatus.RESOLVED, "ended_at": NOON, "ended_by": "x"}], TRUCK, GOES),
    ([{"valid_from": NOON}], TRUCK, STOPS),
    ([{"valid_from": NOON + DAY}], TRUCK, GOES),
    ([{"valid_to": NOON}], TRUCK, NAMES_IT),
    ([{"daily_from": "12:00", "daily_to": "13:00", "time_zone": "UTC"}], TRUCK, WAITS),
    ([{"daily_from": "11:00", "daily_to": "12:00", "time_zone": "UTC"}], TRUCK, GOES),
    ([{"daily_from": "09:00", "daily_to": "10:00", "time_zone": "America/Santiago"}], TRUCK, WAITS),
    ([{"effect": EffectKind.RESTRICTED, "max_gross_t": 20.0}], TRUCK, STOPS),
    ([{"effect": EffectKind.RESTRICTED, "max_payload_t": 18.0}], TRUCK, GOES),
    ([{"effect": EffectKind.RESTRICTED, "max_axle_t": 9.0}], TRUCK, STOPS),
    ([{"effect": EffectKind.UNKNOWN}], TRUCK, NAMES_IT),
    ([{"location_precision": LocationPrecision.BAD}], TRUCK, NAMES_IT),
    ([{}, {"effect": EffectKind.ADVISORY}], TRUCK, STOPS),
    ([{"effect": EffectKind.ADVISORY}, {}], TRUCK, STOPS),
]


def one_street_is_judged_by_the_table(folder: Path) -> list[str]:
    town = draw("A---B", {"AB": {}})
    story = Story(folder, town)
    spot = town.between("AB", 0.5)
    wrong = []
    for reports, vehicle, verdict in ONE_STREET:
        supposed = tuple(
            constraint(f"report-{number}", spot, **fields) for number, fields in enumerate(reports)
        )
        answer = story.ask("A", "B", vehicle, at=NOON, what_if=supposed)
        found = WAITS if answer.finding.waits else answer.verdict
        if found != verdict:
            wrong.append(f"{reports}: {found} instead of {verdict}")
    return wrong


def a_closed_line_keeps_direction_and_crossings(folder: Path) -> list[str]:
    town = draw(
        """
        .   N
        W---X---E
        .   S
        """,
        {"WXE": {}, "NXS": {}},
    )
    story = Story(folder, town)
    drawn = line(town.between("WE", 0.2), town.between("WE", 0.8))
    wrong = []
    for direction, ways in (
        (Direction.BOTH, {"NS", "SN"}),
        (Direction.FORWARD, {"NS", "SN", "EW"}),
        (Direction.BACKWARD, {"NS", "SN", "WE"}),
    ):
        supposed = constraint("report", drawn, direction=direction)
        found = {
            ends
            for ends in ("NS", "SN", "WE", "EW")
            if story.ask(*ends, what_if=(supposed,)).verdict is Verdict.VIABLE
        }
        if found != ways:
            wrong.append(f"{direction}: open {found} instead of {ways}")
    return wrong


def the_grid_agrees(folder: Path) -> list[str]:
    return broken_on_the_grid(Story(folder, GRID), seed=3, cases=30)


def both_carriageways_close(folder: Path) -> list[str]:
    town = draw(
        """
        W---A------B---X
        .   C------D
        """,
        {
            "WABX": {"name": "Ruta 5", "oneway": "forward"},
            "XDCW": {"name": "Ruta 5", "oneway": "forward"},
        },
        row_m=22.0,
    )
    story = Story(folder, town)
    story.publish(constraint("slide", town.between("AB", 0.5)))
    return [
        f"{ends} is {story.ask(*ends).verdict}"
        for ends in ("WX", "XW")
        if story.ask(*ends).verdict is not Verdict.NOT_VIABLE
    ]


def a_part_of_a_street_closes_that_part(folder: Path) -> list[str]:
    town = draw("A---B---C", {"ABC": {}})
    story = Story(folder, town)
    story.publish(constraint("slide", town.between("AB", 0.5)))
    expected = {0.3: Verdict.NOT_VIABLE, 0.7: Verdict.VIABLE}
    found = {start: story.ask(town.between("AB", start), "C").verdict for start in expected}
    return [] if found == expected else [f"{found}"]


def what_is_published_counts_at_once(folder: Path) -> list[str]:
    town = draw("A---B", {"AB": {}})
    story = Story(folder, town)
    closure = constraint("slide", town.between("AB", 0.5))
    seen = [story.ask("A", "B").verdict]
    story.publish(closure)
    seen.append(story.ask("A", "B").verdict)
    story.publish(ended(closure, story.clock()))
    seen.append(story.ask("A", "B").verdict)
    right = [Verdict.VIABLE, Verdict.NOT_VIABLE, Verdict.VIABLE]
    return [] if seen == right else [f"{seen}"]


def what_lapses_or_is_unplaced_is_named(folder: Path) -> list[str]:
    town = draw("A---B", {"AB": {}})
    story = Story(folder, town)
    spot = town.between("AB", 0.5)
    story.publish(
        constraint("lapsed", spot, valid_to=NOON - timedelta(days=1)),
        constraint("unlocated", None),
        constraint("beside", town.between("AB", 0.5, aside_m=100)),
    )
    named = {note.id for note in story.ask("A", "B").finding.conditions}
    right = {"lapsed", "unlocated", "beside"}
    return [] if named == right else [f"named {sorted(named)}"]


def a_secret_still_blocks(folder: Path) -> list[str]:
    town = draw("A---B", {"AB": {}})
    story = Story(folder, town)
    story.publish(
        constraint("secret", town.between("AB", 0.5), sensitivity=Sensitivity.CONFIDENTIAL)
    )
    answer = story.ask("A", "B")
    told = "Secret" in answer.as_text()
    return (
        ["it blocks no more or tells"] if answer.verdict is not Verdict.NOT_VIABLE or told else []
    )


def a_ban_that_begins_on_the_way_counts(folder: Path) -> list[str]:
    town = draw("A---B---C", {"ABC": {"highway": "primary"}}, column_m=5000.0)
    story = Story(folder, town)
    ban = {"daily_from": "12:10", "daily_to": "13:00", "time_zone": "UTC"}
    story.publish(constraint("ban", town.between("BC", 0.5), **ban))
    untils = [wait.stop.until for wait in story.ask("A", "C", at=NOON).finding.waits]
    return [] if untils == [NOON + timedelta(hours=1)] else [f"waits until {untils}"]


LAWS: list[Callable[[Path], list[str]]] = [
    one_street_is_judged_by_the_table,
    a_closed_line_keeps_direction_and_crossings,
    both_carriageways_close,
    a_part_of_a_street_closes_that_part,
    what_is_published_counts_at_once,
    what_lapses_or_is_unplaced_is_named,
    a_secret_still_blocks,
    a_ban_that_begins_on_the_way_counts,
    the_grid_agrees,
]


def _ignore_direction(patch: pytest.MonkeyPatch) -> None:
    def undirected(row, start, end, along, direction, share):
        return directed(row, start, end, along, Direction.BOTH, share)

    directed = routing.match_part.directed
    for module in (routing.match_line, routing.match_point):
        patch.setattr(module, "directed", undirected)


def _reverse_direction(patch: pytest.MonkeyPatch) -> None:
    directed = routing.match_part.directed

    def reversed_(row, start, end, along, direction, share):
        return directed(row, start, end, not along, direction, share)

    for module in (routing.match_line, routing.match_point):
        patch.setattr(module, "directed", reversed_)


def _one_direction_only(patch: pytest.MonkeyPatch) -> None:
    directed = routing.match_part.directed

    def one(row, start, end, along, direction, share):
        return replace(directed(row, start, end, along, direction, share), backward=False)

    for module in (routing.match_line, routing.match_point):
        patch.setattr(module, "directed", one)


def _naive_zone(patch: pytest.MonkeyPatch) -> None:
    def truth(self, moment: datetime) -> int:
        return self._truth(moment.replace(tzinfo=None))

    patch.setattr(lca.recurrence.Recurrence, "truth", truth)


def _changed_standing(
    patch: pytest.MonkeyPatch, change: Callable[[Constraint, datetime, Standing], Standing]
) -> None:
    standing = Constraint.standing
    patch.setattr(Constraint, "standing", lambda self, at: change(self, at, standing(self, at)))


def _inclusive_end(patch: pytest.MonkeyPatch) -> None:
    _changed_standing(
        patch,
        lambda item, at, found: Standing.HOLDS if item.ended_at == at else found,
    )


def _missing_end_means_over(patch: pytest.MonkeyPatch) -> None:
    _changed_standing(
        patch,
        lambda item, at, found: Standing.ENDED if item.valid_to is None else found,
    )


def _lapse_reopens(patch: pytest.MonkeyPatch) -> None:
    _changed_standing(
        patch,
        lambda item, at, found: Standing.ENDED if found is Standing.LAPSED else found,
    )


def _lapse_still_blocks(patch: pytest.MonkeyPatch) -> None:
    _changed_standing(
        patch,
        lambda item, at, found: Standing.HOLDS if found is Standing.LAPSED else found,
    )


def _penalty_instead_of_block(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(routing.effects, "INFINITE", 3_600_000)


def _no_other_carriageway(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(routing.match_point, "CARRIAGEWAYS_M", 0.0)


def _whole_street_for_a_part(patch: pytest.MonkeyPatch) -> None:
    rows = routing.effects.Coverage.rows
    patch.setattr(
        routing.effects.Coverage, "rows", lambda self, arc, start=0.0, end=1.0: rows(self, arc)
    )


def _open_street_for_a_part(patch: pytest.MonkeyPatch) -> None:
    rows = routing.effects.Coverage.rows

    def only_whole(self, arc, start=0.0, end=1.0):
        found = rows(self, arc, start, end)
        return found if (start, end) == (0.0, 1.0) else found[:0]

    patch.setattr(routing.effects.Coverage, "rows", only_whole)


def _stale_cache(patch: pytest.MonkeyPatch) -> None:
    read = routing.inputs.InputReader.read
    kept: dict[int, routing.inputs.Inputs] = {}

    def first_only(self, as_of=None):
        return kept.setdefault(id(self), read(self, as_of))

    patch.setattr(routing.inputs.InputReader, "read", first_only)


def _wrong_tonnes(patch: pytest.MonkeyPatch) -> None:
    limits = (
        ("max_gross_t", "payload_t", "gross mass", "t"),
        *lca.effect._NUMERIC_LIMITS[1:],
    )
    patch.setattr(lca.effect, "_NUMERIC_LIMITS", limits)


def _null_limit_is_zero(patch: pytest.MonkeyPatch) -> None:
    exceeded = lca.effect.exceeded_limits

    def with_nulls(item, vehicle):
        zeroed = {"max_gross_t": item.max_gross_t or 0.001}
        return exceeded(replace(item, **zeroed), vehicle)

    patch.setattr(lca.effect, "exceeded_limits", with_nulls)


def _bad_precision_blocks(patch: pytest.MonkeyPatch) -> None:
    match, effect_on = routing.match.match, lca.effect.effect_on

    def precise(item: Constraint) -> Constraint:
        return replace(item, location_precision=LocationPrecision.ACCURATE)

    for module in (routing.inputs, routing.planner):
        patch.setattr(module, "match", lambda item, network: match(precise(item), network))
    for module in (routing.effects, routing.timing):
        patch.setattr(
            module, "effect_on", lambda item, vehicle, at: effect_on(precise(item), vehicle, at)
        )


def _unplaced_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(routing.finding.Judge, "_near", lambda self, way, named: [])


def _secret_is_left_out(patch: pytest.MonkeyPatch) -> None:
    effect_on = lca.effect.effect_on
    harmless = Effect(Outcome.NONE, "")

    def seen(item, vehicle, at):
        public = item.sensitivity is Sensitivity.PUBLIC
        return effect_on(item, vehicle, at) if public else harmless

    patch.setattr(routing.effects, "effect_on", seen)
    patch.setattr(routing.timing, "effect_on", seen)


def _departure_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(routing.passage.Passage, "_unchanged", lambda *_: True)


def _last_one_wins(patch: pytest.MonkeyPatch) -> None:
    of = routing.effects.Coverage.of

    def overwriting(placed, pieces=None):
        full = of(placed, pieces)
        last = np.r_[full.arc[1:] != full.arc[:-1], True][: len(full.arc)]
        columns = ("arc", "from_fraction", "to_fraction", "owner", "delay_share")
        return replace(full, **{name: getattr(full, name)[last] for name in columns})

    patch.setattr(routing.effects.Coverage, "of", overwriting)


def _crossing_streets_too(patch: pytest.MonkeyPatch) -> None:
    """Every road that touches the corridor of a line counts as running along it."""
    patch.setattr(routing.match_line, "PARALLEL_COSINE", -1.0)
    patch.setattr(routing.match_line, "OWN_SHARE", 0.0)


FAULTS = [
    _ignore_direction,
    _reverse_direction,
    _one_direction_only,
    _naive_zone,
    _inclusive_end,
    _missing_end_means_over,
    _lapse_reopens,
    _lapse_still_blocks,
    _penalty_instead_of_block,
    _no_other_carriageway,
    _whole_street_for_a_part,
    _open_street_for_a_part,
    _stale_cache,
    _wrong_tonnes,
    _null_limit_is_zero,
    _bad_precision_blocks,
    _unplaced_is_forgotten,
    _secret_is_left_out,
    _departure_only,
    _last_one_wins,
    _crossing_streets_too,
]


def test_the_laws_hold_without_a_fault(tmp_path: Path):
    assert list(laws_broken(tmp_path)) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.strip("_"))
def test_a_seeded_fault_breaks_a_law(
    fault: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fault(monkeypatch)
    assert next(laws_broken(tmp_path), None) is not None
