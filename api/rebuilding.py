"""Keeping the computed layers up to date while the service runs, off the path of every request.

A thread looks at the catalogue every few seconds. If something was published that a computed layer
rests on, it starts one process that makes the layer again (:mod:`routing.derived.rebuild`), and
waits for it: one at a time. Until then readers of the layer are told what it does not know yet.
"""

from __future__ import annotations

import json
import logging
import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from layers.changes import ChangeLog
from layers.location import Location
from layers.store import Store
from routing.derived.products import PRODUCTS, behind, changed

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 2.0
_AGAIN_AFTER_S = 900.0
"""When to look closely though nothing was published: time alone changes what constraints do."""
_PAUSE_S = 10.0
"""How long to wait after a run: another service may be making the layers meanwhile."""
_PATIENCE_S = 3600.0
_LAST_WORDS = 2_000
# -P: whatever lies in the folder that the service was started in is not taken for a module of ours.
_COMMAND = (sys.executable, "-P", "-m", "routing.derived.rebuild")


class Ran(NamedTuple):
    """How the process ended, and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[[str], Ran]
"""Runs the process for the store of an address, to its end."""


class _Failed(NamedTuple):
    """That the layers could not be made, as the catalogue stood at ``state``.

    ``why`` may name what only some may see, and is for the log; ``what`` is for everybody.
    """

    state: datetime | None
    what: str
    why: str


class Rebuilding:
    """Sees that stale layers are made again; ``said`` is how that stands, in words."""

    def __init__(
        self,
        store: Store,
        location: Location,
        *,
        run: Run | None = None,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._location = location
        self._changes = ChangeLog(store)
        self._process = _Process()
        self._run = run or self._process.run
        self._tick = tick
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._ran_at: float | None = None
        self._failed: _Failed | None = None

    @property
    def said(self) -> str | None:
        """How the computed layers stand, in words for everybody; None if none was ever made."""
        failed = self._failed
        if failed is not None:
            return f"failed: {failed.what}; the log of the service says why"
        made = [layer for layer in PRODUCTS if self._is_served(layer)]
        if not made:
            return None
        stale = [layer for layer in made if behind(self._store, layer)]
        return "not up to date: " + ", ".join(stale) if stale else "up to date"

    def start(self) -> None:
        """Begin to look, in a thread that ends with the process."""
        self._thread = threading.Thread(target=self._keep, name="rebuilding", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, and end the process if one runs: the next service makes the layer."""
        self._stopped.set()
        self._process.end()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> bool:
        """Make what is stale, once, and tell whether the process was run."""
        since = math.inf if self._ran_at is None else self._tick() - self._ran_at
        if since < _PAUSE_S:
            return False
        state, late = self._changes.state(), since >= _AGAIN_AFTER_S
        served = [layer for layer in PRODUCTS if self._is_served(layer)]
        if not served:
            self._failed = None
            return False
        if not (late or self._is_due(state, served)):
            return False
        try:
            ran = self._run(self._location.address)
        finally:
            self._ran_at = self._tick()
        self._note(state, ran)
        return True

    def _is_due(self, state: datetime | None, served: list[str]) -> bool:
        """Tell whether something was published that asks for a run."""
        if self._failed is not None:
            # The same again would fail again, and cost as much; after anything else it is tried,
            # also if nothing is stale by now, so that what is told of it is true.
            return self._failed.state != state
        return any(changed(self._store, layer) for layer in served)

    def _is_served(self, layer: str) -> bool:
        newest = self._store.workspace.newest(layer) if layer in self._store.specs else None
        return newest is not None and newest.withdrawn_at is None

    def _note(self, state: datetime | None, ran: Ran) -> None:
        """Keep and log what came of it."""
        if self._stopped.is_set():
            return
        outcomes = _outcomes(ran)
        for one in outcomes:
            if one["made"] is not None:
                logger.info("Made %s version %s.", one["layer"], one["made"])
        failures = {one["layer"]: one["failure"] for one in outcomes if one["failure"]}
        if failures:
            why = "; ".join(f"{layer}: {failure}" for layer, failure in failures.items())
            self._fail(_Failed(state, ", ".join(failures), why))
        elif ran.code != 0:
            what = f"the process ended with code {ran.code}"
            self._fail(_Failed(state, what, f"{what}: {ran.err[-_LAST_WORDS:].strip()}"))
        else:
            self._failed = None

    def _fail(self, failed: _Failed) -> None:
        if self._failed is None or self._failed.why != failed.why:
            logger.error("The computed layers could not be made: %s", failed.why)
        self._failed = failed

    def _keep(self) -> None:
        while not self._stopped.wait(_LOOK_EVERY_S):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - told; a thread that died would tell nothing
                # Looked at again: the catalogue may be readable by then.
                what = f"{type(error).__name__} while looking what is stale"
                self._fail(_Failed(None, what, f"{what}: {error}"))


def _outcomes(ran: Ran) -> list[dict[str, Any]]:
    """Return what the process said of each layer; nothing if it did not come to that."""
    try:
        found: list[dict[str, Any]] = json.loads(ran.out)
    except ValueError:
        return []
    return found


class _Process:
    """The process that computes, so that another thread can end it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[str] | None = None
        self._over = False

    def run(self, address: str) -> Ran:
        """Run it to its end (see :data:`Run`)."""
        with self._lock:
            if self._over:
                return Ran(0, "[]", "")
            process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._running = process
        try:
            out, err = process.communicate(f"{address}\n", timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            err += f"\nIt took longer than {_PATIENCE_S:g} s."
        finally:
            with self._lock:
                self._running = None
        return Ran(process.returncode, out, err)

    def end(self) -> None:
        """End it if it runs, and let it not begin again."""
        with self._lock:
            self._over = True
            if self._running is not None:
                self._running.terminate()
