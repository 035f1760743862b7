"""Run ``lca`` in this process, with a clock that the test moves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.clock import Clock

from cli.context import Session
from cli.main import run

AFTER_BUILD = "2026-11-18T15:00:00+00:00"
"""Midday in Chile, three hours after the demo store was built."""


@dataclass
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal:
    """A terminal with ``LCA_STORE`` set."""

    def __init__(self, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.clock = Clock(AFTER_BUILD)
        self.store = store
        self.session: dict[str, Any] = {}
        """What else the session has, as a downloader that does not wait."""
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ran:
        self._capsys.readouterr()
        session = Session(store_path=self.store, clock=self.clock, **self.session)
        code = run([str(argument) for argument in arguments], session=session)
        self.clock.tick(seconds=1)
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)


@pytest.fixture
def lca(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """``lca`` on a demo store of the test's own."""
    return Terminal(demo_store, capsys)


@pytest.fixture
def empty_lca(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """``lca`` on a store that does not exist yet."""
    return Terminal(tmp_path / "new-store", capsys)
