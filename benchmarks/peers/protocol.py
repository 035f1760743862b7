"""Answer requests, one JSON object a line, until there are no more: the driver's side of a peer."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Reply = dict[str, Any]


def serve(handlers: Mapping[str, Callable[..., Reply]]) -> None:
    """Run the handler that each line names in ``do`` with the rest of it as arguments.

    A handler that fails is answered with its error, so that one peer's limit ends no run.
    """
    # What a library writes to standard output must not stand between the replies.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as replies:
        os.dup2(2, 1)
        for line in sys.stdin:
            request = json.loads(line)
            try:
                reply = handlers[request.pop("do")](**request)
            except Exception as error:  # noqa: BLE001 - whatever a peer raises is told, not hidden
                reply = {"error": f"{type(error).__name__}: {error}"[:500]}
            replies.write(json.dumps(reply) + "\n")
            replies.flush()


def timed(operation: Callable[[Any], Any], items: Iterable[Any]) -> tuple[list[Any], Reply]:
    """Run an operation for each item; return its results, and wall and CPU time."""
    results, taken_ms = [], []
    cpu = time.process_time()
    for item in items:
        started = time.perf_counter()
        results.append(operation(item))
        taken_ms.append((time.perf_counter() - started) * 1_000)
    return results, {"taken_ms": taken_ms, "cpu_s": time.process_time() - cpu}
