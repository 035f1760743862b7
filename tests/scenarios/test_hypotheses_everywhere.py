"""A hypothesis is marked in every rendering of every product, and gives nothing to drive by (rule 9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from support.products import PLANS, TABLES, TOWN, Products
from support.story import Story, constraint

from lca.errors import UsageError
from lca.vocab import Verdict

FLOOD = constraint("flood", TOWN.between("BC", 0.5))
SUPPOSITIONS: Mapping[str, Mapping[str, Any]] = {
    "added": {"what_if": (FLOOD,)},
    "lifted": {"without": ("slide",)},
}


@pytest.fixture
def story(tmp_path):
    told = Story(tmp_path, TOWN)
    told.publish(constraint("slide", TOWN.between("CG", 0.5)))
    return told


@pytest.mark.parametrize("supposed", SUPPOSITIONS)
def test_every_rendering_says_so(story, supposed):
    told = Products(story, **SUPPOSITIONS[supposed]).all()
    assert set(told) == {*PLANS, *TABLES}
    for product, renderings in told.items():
        for rendering, text in renderings.items():
            for part in text.split("\n{") if rendering == "json" else (text,):
                assert "ypothetical" in part or "HYPOTHETICAL" in part, (product, rendering)
        for body in _bodies(renderings["json"]):
            assert body["hypothetical"] is True, product


@pytest.mark.parametrize("supposed", SUPPOSITIONS)
def test_every_row_of_a_file_says_so(story, supposed):
    """Rows are copied out of files; the mark goes with each."""
    for name in TABLES:
        renderings = Products(story, **SUPPOSITIONS[supposed]).all()[name]
        head, *rows = renderings["csv"].splitlines()
        column = head.split(",").index("dataset_hypothetical") - len(head.split(","))
        assert all(row.split(",")[column] == "yes" or "yes" in row for row in rows if row), name
        body = json.loads(renderings["geojson"])
        assert body["hypothetical"] is True
        assert all(item["properties"]["hypothetical"] for item in body["features"]), name
        tabs = renderings["xlsx"].splitlines()[0].split(" | ")
        assert all(tab.startswith("HYPOTHETICAL ") for tab in tabs), name


def test_what_is_published_is_not_marked(story):
    """The search above can fail: nothing hypothetical is said of a plain question."""
    told = Products(story).all()
    for product, renderings in told.items():
        assert "HYPOTHETICAL" not in renderings["text"], product
        for body in _bodies(renderings["json"]):
            assert body["hypothetical"] is False, product


@pytest.mark.parametrize("supposed", SUPPOSITIONS)
def test_it_gives_no_route_card_and_no_watch(story, supposed):
    products = Products(story, **SUPPOSITIONS[supposed])
    assert "card" not in products.plan("convoy")
    with pytest.raises(UsageError, match="no route card"):
        products.card()
    assert "ROUTE CARD" in Products(story).card().as_text()


def test_a_hypothesis_changes_nothing_that_is_published(story):
    before = story.ask("A", "C").verdict
    Products(story, **SUPPOSITIONS["added"]).all()
    assert story.ask("A", "C").verdict is before is Verdict.VIABLE
    assert story.ask("A", "G").verdict is Verdict.NOT_VIABLE


def test_the_same_question_has_the_same_answer_but_for_the_envelope(story):
    """Rule 10, of every product: asked again later, from what was known then, nothing else differs."""
    as_of = story.clock.tick(seconds=1)
    once = Products(story, as_of=as_of).all()
    story.clock.tick(hours=5)
    story.publish(constraint("later", TOWN.between("AB", 0.5)))
    again = Products(story, as_of=as_of).all()
    for product, renderings in once.items():
        for first, second in zip(
            _bodies(renderings["json"]), _bodies(again[product]["json"]), strict=True
        ):
            assert first.pop("envelope")["computed_at"] != second.pop("envelope")["computed_at"]
            assert first == second, product


def _bodies(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]
