"""Fixtures that more than one part of the suite uses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.clock import Clock

from cli.demo import build_demo

BUILT_AT = "2026-11-18T12:00:00+00:00"
"""A Wednesday morning in the week of the exercise."""


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
