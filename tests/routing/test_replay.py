"""Replay: any answer comes back equal from its JSON, whatever was published since (rule 10)."""

from __future__ import annotations

import copy
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.story import NOON, Story, constraint

import lca
from lca.constraint import Constraint
from lca.errors import Conflict, InvalidInput, LcaError, NotFound, UnreadableFile, Withdrawn
from lca.vehicle import resolve_vehicle
from lca.vocab import EffectKind, LocationPrecision, OperationalStatus, Sensitivity
from routing.policy import Policy, Treatment
from routing.question import RouteQuestion
from routing.replay import replay

TOWN = draw(
    """
    A---B---C---D
    |   |   |   |
    E---F---G---H
    |   |   |   |
    I---J---K---L
    """,
    {
        name: {"highway": road}
        for name, road in {
            **dict.fromkeys(("AB", "BC", "CD"), "primary"),
            **dict.fromkeys(("EF", "FG", "GH", "IJ", "JK", "KL"), "tertiary"),
            **dict.fromkeys(("AE", "BF", "CG", "DH", "EI", "FJ", "GK", "HL"), "unclassified"),
        }.items()
    },
)
EDGES = [
    "AB",
    "BC",
    "CD",
    "EF",
    "FG",
    "GH",
    "IJ",
    "JK",
    "KL",
    "AE",
    "BF",
    "CG",
    "DH",
    "EI",
    "FJ",
    "GK",
    "HL",
]
VEHICLES = (
    "truck_heavy_3",
    "lv_4wd",
    "truck_6x6,gross_t=20.1,hazmat=yes",
    "artic_5,height_m=4.2,cargo=fuel,actor=un",
    "gross_t=22,payload_t=14,axle_load_t=10,height_m=3.9,width_m=2.5,length_m=11",
)


def some_constraint(chance: random.Random, name: str) -> Constraint:
    """Return a constraint of any effect somewhere on the drawn roads."""
    place = TOWN.between(chance.choice(EDGES), chance.choice((0.2, 0.5, 0.7)))
    fields: dict[str, Any] = chance.choice(
        [
            {},
            {"effect": EffectKind.RESTRICTED, "max_gross_t": chance.choice((5.0, 21.0, 30.0))},
            {"effect": EffectKind.DIFFICULT, "speed_factor": chance.choice((0.3, 0.7))},
            {"effect": EffectKind.DELAY_ONLY, "delay_min": 30.0},
            {"effect": EffectKind.UNKNOWN},
            {"location_precision": LocationPrecision.BAD},
            {"review_by": NOON + timedelta(hours=chance.choice((-3, 3)))},
            {"daily_from": "18:00", "daily_to": "06:00", "time_zone": "UTC"},
            {"valid_to": NOON + timedelta(hours=chance.choice((-5, 2)))},
        ]
    )
    return constraint(name, place, **fields)


def some_question(chance: random.Random, story: Story) -> RouteQuestion:
    """Return a question with any of what a question may hold."""
    published = ["closed-0", "closed-1", "closed-2"]
    supposed = tuple(
        some_constraint(chance, f"supposed-{number}") for number in range(chance.choice((0, 0, 2)))
    )
    now = story.store.now()
    origin, destination = chance.sample("ABDFHIKL", 2)
    return RouteQuestion(
        story._place(origin),
        chance.choice((story._place(destination), "warehouse")),
        resolve_vehicle(chance.choice(VEHICLES)),
        at=chance.choice((None, NOON + timedelta(hours=chance.randrange(40), minutes=7))),
        as_of=chance.choice((None, None, now - timedelta(seconds=chance.randrange(5)))),
        without=tuple(chance.sample(published, chance.choice((0, 0, 1)))),
        what_if=supposed,
        policy=Policy(
            unknown=chance.choice(list(Treatment)),
            difficult=chance.choice(list(Treatment)),
            driving_day_h=chance.choice((10.0, 8.5)),
        ),
    )


def written(answer: Any) -> bytes:
    """Return an answer as the command line writes it."""
    return orjson.dumps(answer.as_json(), option=orjson.OPT_INDENT_2)


@pytest.mark.parametrize("seed", range(3))
def test_every_answer_comes_back_equal_after_further_publications(tmp_path: Path, seed: int):
    chance, story = random.Random(seed), Story(tmp_path, TOWN)
    story.facility("warehouse", TOWN.place("G"))
    story.publish(*(some_constraint(chance, f"closed-{number}") for number in range(3)))
    story.clock.tick(minutes=1)
    kept: list[bytes] = []
    for round_ in range(4):
        for _ in range(6):
            story.clock.tick(seconds=chance.randrange(1, 90))
            kept.append(written(story.planner.answer(some_question(chance, story))))
        status = OperationalStatus.DESTROYED if round_ == 1 else OperationalStatus.OPERATIONAL
        story.facility("warehouse", TOWN.place(chance.choice("GK")), status)
        story.publish(*(some_constraint(chance, f"closed-{n}") for n in range(chance.randrange(5))))
    verdicts = {orjson.loads(content)["verdict"] for content in kept}
    assert len(verdicts) >= 3, "answers of several kinds are replayed"
    for content in kept:
        found = replay(story.store, content)
        assert found.equal, found.as_text()
        assert found.as_json()["difference_count"] == 0


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, dict[str, Any]]:
    """A story with an answer that has conditions, a supposed constraint and a facility."""
    story = Story(tmp_path_factory.mktemp("told"), TOWN)
    story.facility("warehouse", TOWN.place("G"))
    story.publish(constraint("bad", TOWN.between("FG", 0.5), location_precision="bad"))
    supposed = constraint("supposed", TOWN.between("BC", 0.5))
    answer = story.ask("A", "warehouse", what_if=(supposed,), at=NOON)
    return story, orjson.loads(written(answer))


def change(body: dict[str, Any], path: str, value: Any) -> bytes:
    """Return the body with the value at a path, as ``way.length_km``, changed."""
    found = copy.deepcopy(body)
    *folders, last = path.split(".")
    inner = found
    for name in folders:
        inner = inner[name]
    inner[last] = value
    return orjson.dumps(found)


def test_the_envelope_may_differ_and_nothing_else(told: tuple[Story, dict[str, Any]]):
    story, body = told
    assert replay(story.store, change(body, "envelope.computed_at", "long ago")).equal
    found = replay(story.store, change(body, "way.length_km", 1.5))
    assert not found.equal
    (difference,) = found.differences
    assert (difference.path, difference.was) == ("way.length_km", 1.5)
    assert difference.now == body["way"]["length_km"]
    assert "way.length_km: was 1.5" in found.as_text()
    shorter = body["way"]["geometry"]["coordinates"][:-1]
    found = replay(story.store, change(body, "way.geometry.coordinates", shorter))
    assert [item.path for item in found.differences] == ["way.geometry.coordinates"]


@pytest.mark.parametrize(
    ("path", "value", "difference"),
    [
        ("verdict", "viable", "verdict"),
        ("exercise", True, "exercise"),
        ("hypothetical", 1, "hypothetical"),
        ("conditions", [], "conditions"),
        ("extra", 3, "extra"),
        ("question.policy.difficult", "forbid", None),
    ],
)
def test_each_change_of_what_was_told_is_found_by_its_path(
    told: tuple[Story, dict[str, Any]], path: str, value: Any, difference: str | None
):
    """What the question says is asked again as it stands: a changed question has its own answer."""
    story, body = told
    found = replay(story.store, change(body, path, value))
    assert [item.path for item in found.differences] == ([difference] if difference else [])


@pytest.mark.parametrize(
    ("path", "value", "error", "words"),
    [
        ("provenance.product_version", "0.0.1", Conflict, "Version '0.0.1' of the product"),
        ("provenance.graph_build.digest", "ab" * 32, NotFound, "graph build abababab"),
        ("provenance.constraints.version", "cd" * 32, NotFound, "version of constraints cdcd"),
        ("provenance.constraints", {}, InvalidInput, "version is missing"),
        ("provenance.engine", "abacus", LcaError, "abacus"),
        ("question.as_of", "2030-01-01T00:00:00Z", LcaError, "future"),
        ("question.as_of", "1999-01-01T00:00:00Z", NotFound, "graph build"),
        ("question.at", "soon", LcaError, "soon"),
        ("question.vehicle.gross_t", -3, InvalidInput, "There is no such vehicle"),
        ("question.destination.id", "castle", NotFound, "castle"),
        ("question.origin.lat", 91, LcaError, "latitude"),
        ("question.without", ["nobody"], NotFound, "nobody"),
        ("question.what_if", [{"id": "x"}], InvalidInput, "is missing"),
        ("question", None, InvalidInput, "question is missing"),
        ("question.clearance", "cosmic", InvalidInput, "no level"),
    ],
)
def test_what_cannot_be_computed_again_is_told(
    told: tuple[Story, dict[str, Any]], path: str, value: Any, error: type[LcaError], words: str
):
    story, body = told
    with pytest.raises(error, match=words) as caught:
        replay(story.store, change(body, path, value))
    assert isinstance(caught.value, LcaError)


def test_another_product_is_told_by_both_versions(told: tuple[Story, dict[str, Any]]):
    story, body = told
    with pytest.raises(Conflict, match=lca.__version__):
        replay(story.store, change(body, "provenance.product_version", "9.9"))


def test_an_answer_for_a_higher_clearance_is_not_computed_for_a_lower(
    told: tuple[Story, dict[str, Any]],
):
    story, body = told
    content = change(body, "question.clearance", "restricted")
    with pytest.raises(NotFound, match="higher clearance"):
        replay(story.store, content, clearance=Sensitivity.PUBLIC)


def test_a_version_that_was_withdrawn_since_is_not_answered_from(tmp_path: Path):
    story = Story(tmp_path, TOWN)
    content = written(story.ask("A", "H", at=NOON))
    story.publish(constraint("closed", TOWN.between("BC", 0.5)))
    story.store.withdraw("constraints", "1", "Ana", "invented", confirm_lifts={"remark", "closed"})
    with pytest.raises(Withdrawn):
        replay(story.store, content)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", UnreadableFile),
        (b"\xff\xfe", UnreadableFile),
        (b"[1, 2]", InvalidInput),
        (b"{}", InvalidInput),
        (b'{"question": {}, "provenance": {}}', InvalidInput),
        (b'{"question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", UnreadableFile),
        (b"1" * 5_000, LcaError),
    ],
)
def test_a_damaged_file_is_told(
    told: tuple[Story, dict[str, Any]], content: bytes, error: type[LcaError]
):
    with pytest.raises(error):
        replay(told[0].store, content)


def paths(body: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value in a JSON body that the replay reads."""
    if isinstance(body, dict):
        return [path, *(one for name in body for one in paths(body[name], (*path, name)))]
    if isinstance(body, list):
        return [path, *(one for i, item in enumerate(body) for one in paths(item, (*path, i)))]
    return [path]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pick=st.integers(0, 10_000), value=st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20), st.lists(st.integers(-(2**53), 2**53), max_size=3), st.just({}), st.just({"type": "Point"}),
    st.just([[[[]]]]),
))  # fmt: skip
def test_a_hostile_value_anywhere_gives_an_answer_or_a_clear_error(
    told: tuple[Story, dict[str, Any]], pick: int, value: Any
):
    story, body = told
    read = [path for path in paths(body) if path and path[0] in {"question", "provenance"}]
    found = copy.deepcopy(body)
    *folders, last = read[pick % len(read)]
    inner: Any = found
    for name in folders:
        inner = inner[name]
    inner[last] = value
    try:
        done = replay(story.store, orjson.dumps(found))
    except LcaError as error:
        assert error.what  # noqa: PT017 - any error of ours will do, any other fails
    else:
        assert done.as_text()


def test_a_question_whose_words_are_another_gives_the_answer_to_that(
    told: tuple[Story, dict[str, Any]],
):
    """A supposed closure taken out of the file: the answer differs, and where is told."""
    story, body = told
    found = replay(story.store, change(body, "question.what_if", []))
    told_paths = {item.path for item in found.differences}
    assert {"hypothetical", "summary"} <= told_paths
    assert replace(found, count=0).equal


@pytest.mark.parametrize("name", ["dry_days_required", "rain_hold_heavy_h", "delay_min"])
def test_a_wait_beyond_the_calendar_is_no_constraint(name: str):
    with pytest.raises(InvalidInput, match="is beyond 600,000"):
        constraint("x", **{name: 10**15})


@pytest.mark.parametrize("table", ["vehicle_classes", "speeds", "seasons", "roads"])
def test_an_answer_by_other_tables_is_not_compared(told: tuple[Story, dict[str, Any]], table: str):
    """Nothing that decides an answer may differ unseen."""
    story, body = told
    with pytest.raises(NotFound, match=f"table {table} abababab"):
        replay(story.store, change(body, f"provenance.tables.{table}.sha256", "ab" * 32))


def test_a_table_that_is_not_named_is_told(told: tuple[Story, dict[str, Any]]):
    story, body = told
    with pytest.raises(InvalidInput, match="provenance of the table 'speeds'"):
        replay(story.store, change(body, "provenance.tables.speeds", None))


def test_an_answer_says_for_which_clearance_it_was_given(tmp_path: Path):
    story = Story(tmp_path, TOWN)
    answer = story.ask("A", "D", clearance=Sensitivity.RESTRICTED)
    assert answer.as_json()["question"]["clearance"] == "restricted"
    assert replay(story.store, written(answer)).equal
    with pytest.raises(NotFound, match="higher clearance"):
        replay(story.store, written(answer), clearance=Sensitivity.PUBLIC)
