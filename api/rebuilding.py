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
from lca.errors import LcaError
from routing.derived.products import PRODUCTS, behind

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 2.0
_AGAIN_AFTER_S = 900.0
"""When to look closely though nothing was published: time alone changes what constraints do."""
_PAUSE_S = 10.0
"""How long to wait after a run: another service's may be making the layers meanwhile."""
_PATIENCE_S = 3600.0
_LAST_WORDS = 2_000
_COMMAND = (sys.executable, "-m", "routing.derived.rebuild")


class Ran(NamedTuple):
    """How the process ended, and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[[str], Ran]
"""Runs the process for the store of an address, to its end."""


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
        self._failed: tuple[datetime | None, str] | None = None

    @property
    def failure(self) -> str | None:
        """Why the layers could not be made the last time; None if they could."""
        return self._failed[1] if self._failed else None

    @property
    def said(self) -> str | None:
        """How the computed layers stand; None if none was ever made."""
        if self.failure is not None:
            return f"failed: {self.failure}"
        made = [layer for layer in PRODUCTS if self._is_served(layer)]
        if not made:
            return None
        stale = [layer for layer in made if behind(self._store, layer)]
        return "being made: " + ", ".join(stale) if stale else "up to date"

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
        if self._failed is not None and self._failed[0] == state and not late:
            # The same again would fail again, and cost as much.
            return False
        served = [layer for layer in PRODUCTS if self._is_served(layer)]
        if not served or not (late or any(behind(self._store, layer) for layer in served)):
            return False
        self._ran_at = self._tick()
        self._note(state, self._run(self._location.address))
        return True

    def _is_served(self, layer: str) -> bool:
        newest = self._store.workspace.newest(layer) if layer in self._store.specs else None
        return newest is not None and newest.withdrawn_at is None

    def _note(self, state: datetime | None, ran: Ran) -> None:
        """Keep and log what came of it."""
        if self._stopped.is_set():
            return
        outcomes = _outcomes(ran)
        failures = [f"{one['layer']}: {one['failure']}" for one in outcomes if one["failure"]]
        if ran.code != 0 and not failures:
            words = ran.err[-_LAST_WORDS:].strip()
            failures = [f"the process ended with code {ran.code}" + (f": {words}" if words else "")]
        for one in outcomes:
            if one["made"] is not None:
                logger.info("Made %s version %s.", one["layer"], one["made"])
        self._fail(state, "; ".join(failures)) if failures else self._clear()

    def _fail(self, state: datetime | None, why: str) -> None:
        if why != self.failure:
            logger.error("The computed layers could not be made: %s", why)
        self._failed = (state, why)

    def _clear(self) -> None:
        self._failed = None

    def _keep(self) -> None:
        while not self._stopped.wait(_LOOK_EVERY_S):
            try:
                self.look()
            except (LcaError, OSError) as error:
                # Told, and looked at again: the catalogue may be readable by then.
                self._fail(None, str(error))


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
                text=True,
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
