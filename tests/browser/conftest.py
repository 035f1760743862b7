"""A browser, the demo service and pages that complain of everything a visitor would suffer from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import BUILT_AT
from playwright.sync_api import Browser, ViewportSize
from support.serving import serving
from support.viewer import DESKTOP, Visit

from layers.access import Role, create_token
from layers.store import Store
from lca.vocab import Sensitivity

OPENED_AT = datetime.fromisoformat(BUILT_AT) + timedelta(hours=3)
"""Midday in Chile, so that the night ban is not in force."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_address(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo service for tests that only read."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(demo_template, folder / "store")
    with serving(folder / "store", OPENED_AT, folder / "log.txt") as address:
        yield address


class Visits:
    """The pages that a test opens."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._opened: list[Visit] = []

    def __call__(self, address: str, *, viewport: ViewportSize = DESKTOP, **options) -> Visit:
        """Open an empty page for a service."""
        page = self._browser.new_page(viewport=viewport, reduced_motion="reduce", **options)
        self._opened.append(Visit(page, address))
        return self._opened[-1]

    def close(self) -> None:
        """Close every page, so that none goes on asking a service that stops."""
        for visit in self._opened:
            visit.page.context.close()

    def check(self) -> None:
        """Fail if a page erred or called a third party."""
        for visit in self._opened:
            assert visit.foreign == []
            assert visit.complaints == []


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visits]:
    """Open pages; at the end of the test none may have erred or called a third party."""
    visits = Visits(browser)
    yield visits
    visits.close()
    visits.check()


@pytest.fixture
def editable(demo_store: Path, tmp_path: Path, visit: Visits) -> Iterator[tuple[str, str]]:
    """A demo service of the test's own, and an editor's token."""
    store = Store.open(demo_store, clock=lambda: OPENED_AT)
    token = create_token(
        store,
        role=Role.EDITOR,
        clearance=Sensitivity.RESTRICTED,
        name="Ana, logistics cluster",
        expires_at=OPENED_AT + timedelta(days=1),
    )
    store.close()
    with serving(demo_store, OPENED_AT, tmp_path / "log.txt") as address:
        yield address, token
        visit.close()
