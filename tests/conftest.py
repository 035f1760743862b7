"""Fixtures that more than one part of the suite uses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from support.clock import Clock
from support.order import rank

from cli.demo import build_demo

# Speed is measured in benchmarks; a law that holds on a busy machine holds.
settings.register_profile(
    "laws", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("laws")

BUILT_AT = "2026-11-18T12:00:00+00:00"
"""A Wednesday morning in the week of the exercise."""


TESTS = Path(__file__).parent
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first; within a file nothing changes its place."""
    items.sort(key=lambda item: rank(item.path, TESTS))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it the tests are skipped loudly, but fail in CI."""
    if not CHROMIUM.exists():
        reason = f"NO BROWSER TESTS: {CHROMIUM} is missing; run apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store as `lca demo` builds it; copy it before changing anything."""
    path = tmp_path_factory.mktemp("demo") / "store"
    build_demo(path, clock=Clock(BUILT_AT), say=lambda _: None)
    return path


@pytest.fixture
def demo_store(demo_template: Path, tmp_path: Path) -> Path:
    """A demo store of the test's own."""
    path = tmp_path / "store"
    shutil.copytree(demo_template, path)
    return path
