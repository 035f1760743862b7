from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from support.clock import Clock
from support.processes import processes

from layers.release import Release
from layers.store import Store

__all__ = ["processes"]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory) -> Path:
    """A store as it is made, to be copied: making the catalogue is the slow part of a test."""
    path = tmp_path_factory.mktemp("empty") / "store"
    Store.open(path).close()
    return path


@pytest.fixture
def store(tmp_path, clock, empty_store) -> Iterator[Store]:
    shutil.copytree(empty_store, tmp_path / "store")
    with Store.open(tmp_path / "store", clock=clock) as opened:
        yield opened


@pytest.fixture
def publish(store, clock) -> Callable[..., Release]:
    """Draft and publish a table, a minute after whatever was before."""

    def act(layer: str, frame: gpd.GeoDataFrame, **options: Any) -> Release:
        clock.tick(minutes=1)
        draft = store.draft(layer, frame, author="Ana", message="import")
        return store.publish(draft.id, author="Ana", **options)

    return act
