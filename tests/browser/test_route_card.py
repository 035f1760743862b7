"""The route card as Chromium prints it: one page of A4, everything within the margins."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.asciimap import draw
from support.planning import letter, letters, outlook_of
from support.story import Story, constraint

from lca.instant import zone
from lca.vehicle import vehicle_class
from lca.vocab import EffectKind
from routing.plans.convoy import Group, as_one
from routing.plans.convoyplan import Needs, plan_convoy
from routing.plans.routecard import RouteCard

LADDER = draw(
    """
    A---B---C---D
    |   |   |   |
    E---F---G---H
    """,
    {
        "ABCD": {"highway": "primary", "name": "National road 5 with a rather long name"},
        "EFGH": {"highway": "secondary", "name": "Southern road"},
        **{ends: {"name": f"Link {ends}"} for ends in ("AE", "BF", "CG", "DH")},
    },
    column_m=5_000,
    row_m=5_000,
)


@pytest.fixture(params=["", " District Logistics Base (provisional)"])
def full_card(tmp_path: Path, request: pytest.FixtureRequest) -> RouteCard:
    """A card with more of everything than fits: eleven legs, twenty conditions, many stations.

    Its places have names of one letter, or such as an operation has.
    """
    story = Story(tmp_path, LADDER, exercise=True)
    story.publish(
        *(
            constraint(
                f"difficult-stretch-number-{number}-with-a-long-name",
                LADDER.between("AB", number / 21),
                effect=EffectKind.DIFFICULT,
            )
            for number in range(1, 21)
        )
    )
    groups = tuple(
        Group(number, vehicle_class(code))
        for number, code in enumerate(("artic_5", "truck_heavy_3", "truck_light", "lv_4wd"), 2)
    )
    outlook = outlook_of(story, as_one(groups))
    beside = tuple(letter(outlook, story, name, id=name) for name in "ABCDEFGH")
    places = [
        replace(place, name=f"{place.name}{request.param}")
        for place in letters(outlook, story, "ABCDHGFEABFG")
    ]
    plan = plan_convoy(
        outlook,
        groups,
        places,
        stop_h=[1.5] * (len(places) - 1),
        back_empty=True,
        needs=Needs(range_km=50, stations=beside, posts=beside),
    )
    heading = replace(plan.heading, zone=zone("America/Santiago"))
    return RouteCard(replace(plan, heading=heading))


def test_the_fullest_card_is_one_page(browser: Browser, full_card: RouteCard, tmp_path: Path):
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(full_card.as_html())
    page.emulate_media(media="print")
    page.screenshot(path=tmp_path / "card.png", full_page=True)
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert "18 Nov 2026 09:00 -03:00 [12:00 UTC]" in page.locator(".verify").inner_text()
    width, visible = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= visible, "nothing is cut off at the side"
    assert [url for url in asked if not url.startswith("about:")] == []
    assert page.locator(".exercise").inner_text() == "EXERCISE"
    page.close()
