"""The offline map is one file: it asks nobody for anything, and names in it stay names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page
from support.rows import constraint, port
from support.sheets import a_sheet

from layers.foliummap import offline_map
from lca.errors import InvalidInput

NASTY = (
    "</script><script>window.hit='script'</script>",
    "<img src=x onerror=\"window.hit='attribute'\">",
    "`${window.hit='template'}` ' \" \\",
    "{{ 191 * 7 }} {% for a in 'ab' %}loop{% endfor %}",
)
"""In the order of the list, which goes by name."""


def nasty_sheet():
    """A sheet in which every text that a user can write is hostile."""
    return a_sheet(
        title=" ".join(NASTY),
        operation=NASTY[0],
        constraints=tuple(
            constraint(f"c{index}", name=text, description=text, source_org=text)
            for index, text in enumerate(NASTY)
        ),
        facilities=tuple(
            port(f"p{index}", name=text, status_comment=text) for index, text in enumerate(NASTY)
        ),
    )


def test_no_file_is_loaded_from_anywhere():
    markup = offline_map(a_sheet())
    assert not re.findall(r"<(?:script|img|iframe|link)[^>]*\s(?:src|href)=", markup)
    assert not re.findall(r"@import|url\((?!#default#VML)", markup)
    links = set(re.findall(r"""<a [^>]*href=\\?["'](http[^"'\\]+)""", markup))
    links |= set(re.findall(r"\\u003ca href=\\u0022?\"?(http[^\\\"]+)", markup))
    assert links <= {"https://leafletjs.com", "https://www.openstreetmap.org/copyright"}


def test_the_page_says_what_the_sheet_says():
    markup = offline_map(a_sheet())
    for expected in (
        "Valid as of 18 Nov 2026, 08:00 UTC",
        "Access constraints: version 3 (a1b2c3d4)",
        "Exercise · invented data · not for real movement",
        "© OpenStreetMap contributors (ODbL)",
        "Road conditions change quickly; verify locally before movement.",
        "<title>Exercise: Coquimbo: access</title>",
        "restricted · max 10 t gross",
    ):
        assert expected in markup


def test_a_real_map_bears_no_exercise_mark():
    markup = offline_map(a_sheet(exercise=False, operation="Earthquake response"))
    assert "EXERCISE" not in markup
    assert "Exercise" not in markup


def test_the_same_sheet_gives_the_same_page():
    assert offline_map(a_sheet()) == offline_map(a_sheet())


def test_texts_are_not_run_as_templates_on_our_machine():
    markup = offline_map(nasty_sheet())
    assert "{{ 191 * 7 }}" in markup
    assert "1337" not in markup
    assert "looploop" not in markup


def test_the_records_are_data_that_no_text_can_leave():
    markup = offline_map(nasty_sheet())
    (island,) = re.findall(r'<script type="application/json" id="records">(.*?)</script>', markup)
    assert [item["title"] for item in json.loads(island)] == [*NASTY, *NASTY]


def test_a_map_of_nowhere_is_refused():
    with pytest.raises(InvalidInput, match="nothing to draw"):
        offline_map(a_sheet(constraints=(), facilities=()))


@pytest.fixture
def page(browser):
    """A page with the network off; the test fails if anything goes wrong on it."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, offline=True)
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text))
    yield opened
    context.close()
    assert problems == []


def show(page: Page, tmp_path: Path, sheet) -> list[str]:
    """Open the sheet's page from a file and return the addresses that were asked for."""
    file = tmp_path / "map.html"
    file.write_text(offline_map(sheet), encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    return asked


@pytest.mark.browser
def test_it_opens_from_a_file_with_the_network_off(page, tmp_path):
    asked = show(page, tmp_path, a_sheet())
    assert page.evaluate("L.version") == "1.9.4"
    assert page.locator(".leaflet-marker-icon").count() == 3
    assert page.locator(".leaflet-overlay-pane path").count() >= 3
    assert asked == [(tmp_path / "map.html").as_uri()]


@pytest.mark.browser
def test_the_list_leads_to_the_map(page, tmp_path):
    show(page, tmp_path, a_sheet())
    page.get_by_role("button", name="Puente Fiscal").click()
    popup = page.locator(".leaflet-popup-content")
    assert popup.locator("strong").inner_text() == "Puente Fiscal"
    assert "max 10 t gross" in popup.inner_text()


@pytest.mark.browser
def test_hostile_names_are_shown_and_never_run(page, tmp_path):
    show(page, tmp_path, nasty_sheet())
    for index in range(len(NASTY)):
        page.locator(f"button[data-record='{index}']").click()
        shown = page.locator(".leaflet-popup-content strong").last
        assert shown.text_content() == NASTY[index]
        page.keyboard.press("Escape")
        page.locator(".leaflet-popup").wait_for(state="detached")
        assert page.evaluate("document.activeElement.dataset.record") == str(index)
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0


@pytest.mark.browser
def test_a_phone_gets_the_map_and_the_list_without_sideways_scrolling(page, tmp_path):
    page.set_viewport_size({"width": 360, "height": 740})
    show(page, tmp_path, a_sheet())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".map").bounding_box()["height"] > 300
    assert page.get_by_role("heading", name="Access constraints (2)").is_visible()
