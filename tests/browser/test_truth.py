"""What an open page shows stays true: while time passes, others publish, tokens go and lines fail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import BUILT_AT
from playwright.sync_api import Route, expect
from support.serving import serving
from support.viewer import post

from layers.access import Role, create_token, list_tokens, revoke_token
from layers.edits import ChangeFeature
from layers.store import Store
from lca.vocab import Sensitivity

OPENED_AT = datetime.fromisoformat(BUILT_AT) + timedelta(hours=3)
FOLLOW = "document.dispatchEvent(new Event('visibilitychange'))"


def change(store: Store, layer: str, feature_id: str, **changes) -> None:
    store.apply_edit(layer, ChangeFeature(feature_id, changes, "Told by radio"), "Ana")


@pytest.fixture
def beside(demo_template: Path, tmp_path: Path, visit) -> Iterator[tuple[str, Store, str]]:
    """A demo service, its store for another editor, and a cleared editor's token."""
    path = tmp_path / "store"
    shutil.copytree(demo_template, path)
    with Store.open(path, clock=lambda: OPENED_AT) as store:
        expires = OPENED_AT + timedelta(days=1)
        token = create_token(store, Role.EDITOR, Sensitivity.CONFIDENTIAL, "Ana", expires)
        with serving(path, OPENED_AT, tmp_path / "log.txt") as address:
            yield address, store, token
            visit.close()


def test_the_colours_of_roads_follow_the_clock(visit, demo_address):
    viewer = visit(demo_address)
    viewer.page.clock.install()
    page = viewer.open()
    with page.expect_request("**/roads/snapshot*"):
        page.clock.fast_forward(61_000)


def test_a_facility_that_others_change_is_followed_and_the_answer_asked_again(visit, beside):
    address, store, _ = beside
    viewer = visit(address)
    page = viewer.open()
    viewer.ask()
    change(store, "airports", "SCSE", status="not_operational")
    page.evaluate(FOLLOW)
    expect(page.locator(".verdict h3").first).to_have_text("Not viable")
    viewer.tab("layers")
    airport = page.locator("#facilities li", has_text="La Florida Airport")
    expect(airport).to_contain_text("not operational")


def test_a_lost_service_is_as_old_as_its_last_answer(visit, demo_address):
    viewer = visit(demo_address)
    viewer.expect_complaint("ERR_|Failed to load")
    viewer.page.clock.install()
    page = viewer.open()
    shown = page.inner_text("#asof")
    page.context.set_offline(offline=True)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })"
    )
    page.clock.fast_forward("05:00:00")
    page.evaluate("delete document.hidden")
    page.evaluate(FOLLOW)
    expect(page.locator("#banners")).to_contain_text(f"from {shown}")
    expect(page.locator("#asof")).to_contain_text(shown)


def test_signing_out_leaves_nothing_of_what_the_token_showed(visit, beside):
    address, store, token = beside
    change(store, "storage", store.frame(store.head("storage").version)["id"].iloc[0],
           name="Hidden depot", sensitivity="confidential")  # fmt: skip
    viewer = visit(address)
    page = viewer.open()
    viewer.sign_in(token)
    viewer.tab("layers")
    expect(page.locator("#facilities")).to_contain_text("Hidden depot")
    page.reload()  # the token of the tab is taken up again while everything loads
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#facilities")).to_contain_text("Hidden depot")
    viewer.tab("edit")
    # The page loads anew; until then the old one stands there, as ready as it was.
    page.evaluate("window.old = true")
    page.click("text=Sign out")
    page.wait_for_function("() => !window.old && document.documentElement.dataset.ready")
    expect(page.locator("text=Sign in with a token")).to_be_visible()
    assert "Hidden depot" not in page.content()


def test_a_token_that_ends_takes_what_it_showed_along(visit, beside):
    address, store, token = beside
    change(store, "storage", store.frame(store.head("storage").version)["id"].iloc[0],
           name="Hidden depot", sensitivity="confidential")  # fmt: skip
    viewer = visit(address)
    viewer.expect_complaint("401")
    page = viewer.open()
    viewer.sign_in(token)
    viewer.tab("layers")
    expect(page.locator("#facilities")).to_contain_text("Hidden depot")
    revoke_token(store, list_tokens(store)[0].id)
    page.evaluate(FOLLOW)
    expect(page.locator("#facilities")).not_to_contain_text("Hidden depot")
    expect(page.locator("#banners")).to_be_empty()
    viewer.tab("edit")
    expect(page.locator("#edit .failure")).to_contain_text("sign in again")


def test_a_question_that_failed_is_not_answered_by_an_older_one(visit, editable):
    address, token = editable
    viewer = visit(address)
    viewer.expect_complaint("Failed to load")
    page = viewer.open()
    viewer.ask("CLCQQ", "SCSE")
    page.route("**/routes", lambda route: route.fulfill(status=503, json={"detail": "Down."}))
    page.click("#route-ask")
    expect(page.locator("#route-answer")).to_contain_text("Down.")
    page.unroute("**/routes")
    confirm = {"source_org": "Convoy 9", "date_of_information": "2026-11-18T14:00:00Z"}
    post(address, "collections/constraints/items/EX-C01/confirm", token, confirm)
    page.evaluate(FOLLOW)
    # An answer asked again would be announced in the same breath.
    expect(page.locator("#announce")).to_contain_text("Version 2 is published")
    assert page.locator(".verdict").count() == 0


def test_an_edit_rests_on_what_is_shown_not_on_what_was_announced(visit, editable):
    """A newer head is known but could not be loaded: what the editor reads is still the old one."""
    address, token = editable
    viewer = visit(address)
    viewer.expect_complaint("409|503")
    page = viewer.open()
    viewer.sign_in(token)
    viewer.tab("constraints")

    def fail(route: Route) -> None:
        route.fulfill(status=503, json={"detail": "Busy."})

    page.route("**/collections/constraints/items?*", fail)
    confirm = {"source_org": "Convoy 9", "date_of_information": "2026-11-18T14:00:00Z"}
    post(address, "collections/constraints/items/EX-C01/confirm", token, confirm)
    page.evaluate(FOLLOW)
    expect(page.locator("#version-chip")).to_have_text("constraints v2")
    card = page.locator(".card", has_text="Tsunami flooding")
    card.get_by_role("button", name="Confirm").click()
    page.unroute("**/collections/constraints/items?*")
    page.fill("#edit-source_org", "Convoy 7")
    page.click(".edit-form .primary")
    expect(page.locator(".edit-form .failure")).to_contain_text("Convoy 9")


def test_closures_of_another_version_are_not_shown_as_this_ones(visit, editable):
    address, token = editable
    confirm = {"source_org": "Convoy 9", "date_of_information": "2026-11-18T14:00:00Z"}
    post(address, "collections/constraints/items/EX-C01/confirm", token, confirm)
    viewer = visit(address)
    viewer.expect_complaint("503")
    page = viewer.open()
    page.route(
        "**/roads/snapshot?*", lambda route: route.fulfill(status=503, json={"detail": "Busy."})
    )
    viewer.tab("versions")
    page.get_by_role("button", name="Show Version 1").click()
    expect(page.locator("#banners")).to_contain_text("The road status could not be loaded")


def test_no_colour_is_said_not_to_mean_open(visit, demo_address):
    plain = visit(demo_address, java_script_enabled=False).page
    plain.goto(demo_address)
    expect(plain.locator("#tab-layers")).to_contain_text("not the same as open")
    assert plain.locator("#route-ask").is_disabled()
    viewer = visit(demo_address)
    page = viewer.open()
    viewer.tab("layers")
    expect(page.locator("#layers")).to_contain_text("not the same as open")
    embedded = visit(demo_address).open("embed?version=1")
    expect(embedded.locator("footer")).to_contain_text("not the same as open")
    expect(embedded.locator("footer")).to_contain_text("Heavy truck, 3 axles")


def test_an_answer_says_when_the_truck_departs(visit, demo_address):
    viewer = visit(demo_address)
    viewer.open()
    expect(viewer.ask().locator(".figures")).to_contain_text("18 Nov 2026")
    expect(viewer.page.locator(".figures")).to_contain_text("Departure")
