"""The story of the product in the viewer: a constraint is published, and the next answer follows."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import expect
from support.viewer import post

LINKS = (29899, 5372, 5374)
"""Avenida Costanera and both carriageways of Ruta 5 Norte: the only ways from port to airport."""
NAME = "Tsunami debris north of Coquimbo"
AREA = "area"
"""In the words of the button that draws one."""


@pytest.fixture(scope="module")
def middles() -> list[tuple[float, float]]:
    """A position in the middle of each of the links that cut the port from the airport."""
    links = gpd.read_parquet("data/demo/coquimbo/roads.parquet").set_index("link_id")
    lines = links.geometry.loc[list(LINKS)].to_numpy()
    points = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    return [(point.x, point.y) for point in points]


def publish_closure(viewer, positions) -> None:
    """Click roads and publish one constraint on them."""
    page = viewer.page
    page.click("text=Add a constraint")
    for count, (lon, lat) in enumerate(positions, start=1):
        viewer.click_map_at(lon, lat)
        expect(page.locator(".chosen li")).to_have_count(count)
    page.fill("#edit-name", NAME)
    page.select_option("#edit-type", "tsunami")
    page.select_option("#edit-effect", "blocked")
    page.fill("#edit-source_org", "MOP Vialidad")
    page.fill("#edit-date_of_information", "2026-11-18T14:30")
    page.click("text=Publish the constraint")
    expect(page.locator("#edit .done")).to_contain_text("Version 2 is published")


def test_a_published_closure_changes_the_answer_of_the_same_page(visit, editable, middles):
    address, token = editable
    viewer = visit(address)
    page = viewer.open()
    answer = page.locator(".verdict")

    # Before: viable, and honest about what nobody knows.
    viewer.ask("CLCQQ", "SCSE")
    expect(answer.locator("h3").first).to_have_text("Viable")
    length = answer.locator(".figures dd").first.inner_text()
    assert length.endswith("km")
    expect(answer).to_contain_text("km have no known weight limit")
    expect(answer).to_contain_text("verify locally")
    expect(answer.locator(".marks")).to_contain_text("Exercise", ignore_case=True)

    # A token holder clicks the three roads and publishes one constraint.
    viewer.sign_in(token)
    publish_closure(viewer, middles)

    # The answer was asked again by itself.
    viewer.tab("route")
    expect(answer.locator("h3").first).to_have_text("Not viable")
    blockers = answer.locator(".notes.blocked li")
    expect(blockers).to_have_count(1)
    expect(blockers).to_contain_text(NAME)
    expect(blockers).to_contain_text("MOP Vialidad")
    expect(blockers).to_contain_text("18 Nov 2026 14:30 UTC")
    viewer.tab("constraints")
    card = page.locator(".card", has_text=NAME)
    expect(card.locator(".status")).to_contain_text("Closed")

    # It ends, with a source; the same way is viable again.
    card.get_by_role("button", name=f"End: {NAME}").click()
    page.fill("#edit-ended_by", "MOP Vialidad")
    page.fill("#edit-reason", "Debris cleared")
    page.click(".edit-form .primary")
    expect(page.locator("#edit .done")).to_contain_text("Version 3 is published")
    viewer.tab("route")
    expect(answer.locator("h3").first).to_have_text("Viable")
    assert answer.locator(".figures dd").first.inner_text() == length

    # The version in between still says what was known then, everywhere on the page.
    viewer.tab("versions")
    page.get_by_role("button", name="Show Version 2").click()
    expect(page.locator("#banners")).to_contain_text("You are looking at version 2 of 3")
    expect(page.locator("#version-chip")).to_have_text("constraints v2")
    viewer.tab("route")
    expect(answer.locator("h3").first).to_have_text("Not viable")
    viewer.tab("constraints")
    expect(page.locator(".card", has_text=NAME).locator(".status")).to_contain_text("Closed")
    page.get_by_role("button", name="Back to the current version").first.click()
    expect(page.locator(".card", has_text=NAME).locator(".status")).to_contain_text("Ended")

    # Rule 8: neither the question nor the token was ever part of an address.
    assert not [url for url in viewer.requests if "CLCQQ" in url or token in url]
    assert "CLCQQ" not in page.url


def test_what_changed_can_be_pasted_into_a_report(visit, editable, middles):
    address, token = editable
    viewer = visit(address)
    page = viewer.open()
    viewer.sign_in(token)
    publish_closure(viewer, middles[:1])
    viewer.tab("versions")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".diff")).to_contain_text(NAME)
    expect(page.get_by_role("button", name="Copy the text")).to_be_visible()
    viewer.tab("constraints")
    expect(page.locator(".card.changed")).to_have_count(1)


def test_an_area_drawn_on_the_map_closes_what_lies_in_it(visit, editable, middles):
    address, token = editable
    viewer = visit(address)
    page = viewer.open()
    viewer.ask("CLCQQ", "SCSE")
    expect(page.locator(".verdict h3").first).to_have_text("Viable")
    viewer.sign_in(token)
    page.click("text=Add a constraint")
    page.locator(".modes button", has_text=AREA).click()
    lon, lat = (sum(axis) / len(middles) for axis in zip(*middles, strict=True))
    for right, down in ((-100, -100), (100, -100), (100, 100), (-100, 100)):
        viewer.click_map_at(lon, lat, zoom=15, right=right, down=down)
    expect(page.get_by_text("4 corners")).to_be_visible()
    page.fill("#edit-name", "Debris field")
    page.select_option("#edit-effect", "blocked")
    page.fill("#edit-source_org", "Road survey team")
    page.click("text=Publish the constraint")
    expect(page.locator("#edit .done")).to_contain_text("Version 2 is published")
    viewer.tab("route")
    expect(page.locator(".verdict h3").first).to_have_text("Not viable")
    expect(page.locator(".notes.blocked li")).to_contain_text("Debris field")


def test_an_area_can_be_typed_without_a_mouse(visit, editable):
    address, token = editable
    viewer = visit(address)
    page = viewer.open()
    viewer.sign_in(token)
    page.click("text=Add a constraint")
    page.click("text=Or type coordinates")
    page.fill("#edit-typed", "-29.95 -71.33; -29.95 -71.32; -29.94 -71.32")
    page.click("text=Use these")
    page.fill("#edit-name", "Flooded quarter")
    page.fill("#edit-source_org", "Fire brigade")
    page.click("text=Publish the constraint")
    expect(page.locator("#edit .done")).to_contain_text("Version 2 is published")
    viewer.tab("constraints")
    expect(page.locator(".card", has_text="Flooded quarter")).to_be_visible()


def test_a_confirmation_makes_the_information_new(visit, editable):
    address, token = editable
    viewer = visit(address)
    page = viewer.open()
    viewer.sign_in(token)
    viewer.tab("constraints")
    name = page.locator(".card h3").first.inner_text()
    page.get_by_role("button", name=f"Confirm: {name}").click()
    page.fill("#edit-source_org", "Convoy 7")
    page.click(".edit-form .primary")
    expect(page.locator("#edit .done")).to_contain_text("Version 2 is published")


def test_a_token_that_is_not_known_is_refused_in_words(visit, demo_address):
    viewer = visit(demo_address)
    viewer.expect_complaint("401")
    page = viewer.open()
    viewer.tab("edit")
    page.fill("#edit-token", "lca_wrong")
    page.click("text=Sign in with a token")
    expect(page.locator("#edit .failure")).to_be_visible()
    viewer.tab("constraints")
    assert page.get_by_role("button", name="Confirm").count() == 0


def test_a_conflict_says_who_changed_what(visit, editable):
    address, token = editable
    viewer = visit(address)
    viewer.expect_complaint("409")
    page = viewer.open()
    viewer.sign_in(token)
    viewer.tab("constraints")
    card = page.locator(".card", has_text="Tsunami flooding")
    card.get_by_role("button", name="Confirm").click()
    confirm = {"source_org": "Convoy 9", "date_of_information": "2026-11-18T14:00:00Z"}
    post(address, "collections/constraints/items/EX-C01/confirm", token, confirm)
    page.fill("#edit-source_org", "Convoy 7")
    page.click(".edit-form .primary")
    failure = page.locator(".edit-form .failure")
    expect(failure).to_contain_text("Somebody changed it in the meantime")
    expect(failure).to_contain_text("Convoy 9")
    expect(page.locator("#edit-source_org")).to_have_value("Convoy 7")
