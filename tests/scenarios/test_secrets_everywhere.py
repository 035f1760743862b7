"""A restricted constraint acts in every product and tells nothing of itself in any rendering (rule 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from support.products import PLANS, TABLES, TOWN, Products
from support.story import Story, constraint

from lca.vocab import ConstraintType, EffectKind, Reliability, Sensitivity

SECRET = Sensitivity.CONFIDENTIAL
ASKERS = (Sensitivity.PUBLIC, Sensitivity.RESTRICTED)
AMBUSH: Mapping[str, Any] = {
    "name": "Ambush at the ford",
    "constraint_type": ConstraintType.MINES_UXO,
    "description": "Seen by Zulu patrol",
    "source_org": "Force headquarters",
    "source_ref": "Cable 4711",
}
WEAK: Mapping[str, Any] = {
    "name": "Hangar depot convoy",
    "constraint_type": ConstraintType.WEIGHT_LIMIT,
    "effect": EffectKind.RESTRICTED,
    "max_gross_t": 5.5,
    "description": "Quebec works",
    "source_org": "Engineers",
    "source_ref": "Sketch 0815",
    "reliability": Reliability.A,
}
WORDS = (
    *("ambush", "ford", "zulu", "headquarters", "4711", "mines"),
    *("hangar", "depot", "quebec", "engineers", "0815", "5.5"),
    *("uno-11", "uno-12", "dos-21", "dos-22"),
)


def told_with(folder, clearance, details, ids, share=0.5):
    """What an asker is told where two secrets close the short way to C and the only one to G."""
    story = Story(folder, TOWN)
    story.publish(
        *(
            replace(constraint(one, TOWN.between(ends, share), sensitivity=SECRET), **details)
            for one, ends in zip(ids, ("BC", "CG"), strict=True)
        )
    )
    products = Products(story, clearance)
    return {**products.all(), "watch": products.watch()}


@pytest.mark.parametrize("clearance", ASKERS)
@pytest.mark.parametrize("details", [AMBUSH, WEAK])
def test_no_rendering_tells_what_it_is(tmp_path, clearance, details):
    told = told_with(tmp_path, clearance, details, ("uno-11", "uno-12"))
    assert set(told) == {*PLANS, *TABLES, "watch"}
    for product, renderings in told.items():
        for rendering, text in renderings.items():
            found = [word for word in WORDS if word in text.lower()]
            assert not found, f"{product}, {rendering}: {found}"


def test_it_acts_in_every_product(tmp_path):
    """The words above would be missing as well where the secrets did nothing."""
    told = told_with(tmp_path, Sensitivity.PUBLIC, AMBUSH, ("uno-11", "uno-12"))
    for name in (*PLANS, "watch"):
        assert '"not_viable"' in told[name]["json"], name
        assert "restricted constraint" in told[name]["text"], name
    assert '"cut_off"' in told["isolation"]["json"]
    assert "no way" in told["matrix"]["text"]
    assert "not usable" in told["gateways"]["text"]


def test_the_cleared_are_told(tmp_path):
    """The same words are there for those who may know: the search for them can fail."""
    told = told_with(tmp_path, SECRET, AMBUSH, ("uno-11", "uno-12"))
    for name in (*PLANS, "watch", "isolation", "gateways"):
        assert "mbush" in told[name]["json"] + told[name]["text"], name


def test_other_secrets_that_do_the_same_give_the_same_answers(tmp_path):
    """Nothing depends on what a secret is: two stores that differ in that alone answer alike.

    That something is closed shows in the answers; its name, kind, limit and source may not make a
    difference of one letter.
    """
    ambush = told_with(tmp_path / "one", Sensitivity.RESTRICTED, AMBUSH, ("uno-11", "uno-12"))
    weak = told_with(tmp_path / "two", Sensitivity.RESTRICTED, WEAK, ("dos-21", "dos-22"))
    for product, renderings in ambush.items():
        for rendering, text in renderings.items():
            assert neutral(text) == neutral(weak[product][rendering]), (product, rendering)


def neutral(text):
    """Return a rendering without the ids of versions, which are digests of all that they hold."""
    return re.sub(r"\b[0-9a-f]{12,64}\b", "…", text)


def test_where_it_lies_on_its_road_makes_no_difference(tmp_path):
    near = told_with(tmp_path / "one", Sensitivity.RESTRICTED, AMBUSH, ("uno-11", "uno-12"), 0.2)
    far = told_with(tmp_path / "two", Sensitivity.RESTRICTED, AMBUSH, ("uno-11", "uno-12"), 0.8)
    for product, renderings in near.items():
        for rendering, text in renderings.items():
            if product == "reach" and rendering in ("json", "geojson"):
                continue  # an area that is reached ends where the road is closed
            assert neutral(text) == neutral(far[product][rendering]), (product, rendering)
