"""The pages that the server renders, where the demo does not reach: nothing published, hostile text."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
EMPTY: dict[str, Any] = {
    "operation": None,
    "heads": {},
    "withdrawn": [],
    "constraints": [],
    "facilities": [],
    "vehicles": [],
    "build": None,
    "now": "2026-11-18T15:00:00Z",
    "attribution": [],
    "disclaimer": "Verify locally.",
    "pinned": None,
    "newer": None,
}
RELEASE = {"number": 3, "version": "ab" * 32, "published_at": "2026-11-18T12:00:00Z"}


@pytest.fixture(scope="module")
def render():
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    return lambda name, **context: environment.get_template(name).render({**EMPTY, **context})


def test_a_new_store_has_a_page_that_says_that_nothing_is_known(render):
    html = render("viewer.html")
    assert "nothing is known of access" in html
    assert "Exercise" not in html


def test_a_withdrawn_version_is_said_to_be_withdrawn(render):
    assert "was withdrawn" in render("viewer.html", withdrawn=["constraints"])


def test_an_exercise_is_marked_on_every_page(render):
    operation = {"code": "X", "title": "Drill", "exercise": True, "time_zone": "UTC"}
    for name in ("viewer.html", "embed.html"):
        assert 'class="exercise' in render(name, operation=operation, pinned=RELEASE)


def test_hostile_text_is_escaped_also_inside_the_data_of_the_page(render):
    operation = {"code": "X", "title": HOSTILE, "exercise": False, "time_zone": "UTC"}
    for name in ("viewer.html", "embed.html"):
        html = render(
            name, operation=operation, pinned=RELEASE, heads={"constraints": RELEASE},
            attribution=[HOSTILE], disclaimer=HOSTILE,
        )  # fmt: skip
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_the_embedded_map_says_that_a_newer_version_exists(render):
    newer = {**RELEASE, "number": 4}
    assert "A newer version exists: 4" in render("embed.html", pinned=RELEASE, newer=newer)
