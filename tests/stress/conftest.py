"""Long tests run only when they are asked for: ``make stress``."""

from __future__ import annotations


def pytest_configure(config):
    config.addinivalue_line("markers", "stress: runs for a minute or more, by make stress")


def pytest_collection_modifyitems(config, items):
    if "stress" not in config.option.markexpr:
        long = [item for item in items if item.get_closest_marker("stress")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
