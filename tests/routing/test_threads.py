"""One planner, asked by many threads while constraints are published and ended."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from support.asciimap import draw
from support.baregraph import ENGINE_NAMES
from support.story import NOON, Story, constraint, ended

from lca.vocab import EffectKind
from routing.answer import RouteAnswer
from routing.planner import Planner
from routing.question import RouteQuestion

TOWN = draw(
    """
    A---B---C
    |   |   |
    D---E---F
    """,
    {"ABC": {"highway": "primary"}, "DEF": {}, "AD": {}, "BE": {}, "CF": {}},
)
THREADS, ROUNDS = 8, 6
CLOSURES = {
    "north": constraint("north", TOWN.between("AB", 0.5)),
    "middle": constraint("middle", TOWN.between("BC", 0.5), max_gross_t=10.0, effect="restricted"),
    "mud": constraint("mud", TOWN.between("DE", 0.5), effect=EffectKind.DIFFICULT, delay_min=5.0),
    "south": constraint("south", TOWN.between("EF", 0.5)),
}


def body(answer: RouteAnswer) -> dict[str, object]:
    """Everything but the envelope and the moment of asking."""
    told = answer.as_json()
    del told["envelope"], told["caveat"], told["question"]["as_of"]
    return told


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_every_answer_under_fire_is_the_one_of_a_fresh_planner(tmp_path, engine):
    """Each answer names the versions it used; a planner that never served anything agrees."""
    story = Story(tmp_path, TOWN, engine=engine)
    pairs = ("AC", "CA", "DF", "AF")
    ends = [tuple(f"lat={TOWN.place(x).lat},lon={TOWN.place(x).lon}" for x in p) for p in pairs]
    start = threading.Barrier(THREADS + 1)
    answers: list[RouteAnswer] = []
    failures: list[BaseException] = []

    def ask(number: int) -> None:
        start.wait()
        try:
            for turn in range(ROUNDS):
                origin, destination = ends[(number + turn) % len(ends)]
                vehicle = ("truck_heavy_3", "lv_4wd")[(number + turn) % 2]
                what_if = (CLOSURES["south"],) if turn % 3 == 2 else ()
                question = RouteQuestion(origin, destination, vehicle, at=NOON, what_if=what_if)
                answers.append(story.planner.answer(question))
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    start.wait()
    for item in CLOSURES.values():
        story.publish(item)
    story.publish(ended(CLOSURES["north"], NOON - timedelta(hours=1)))
    for thread in threads:
        thread.join()
    assert not failures
    assert len(answers) == THREADS * ROUNDS
    fresh = Planner(story.store, engine=engine)
    known: dict[str, dict[str, object]] = {}
    for answer in answers:
        asked = answer.asked
        ends_of = (
            f"lat={place.position.lat},lon={place.position.lon}"
            for place in (asked.origin, asked.destination)
        )
        assert answer.sources.constraints is not None
        published = answer.sources.constraints.published_at
        question = RouteQuestion(
            *ends_of, asked.vehicle.code, at=NOON, as_of=published, what_if=asked.what_if
        )
        if repr(question) not in known:
            known[repr(question)] = body(fresh.answer(question))
        assert body(answer) == known[repr(question)]
