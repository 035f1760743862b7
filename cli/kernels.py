"""Compile the path engine before anyone asks, and say so: the first time on a machine takes a while."""

from __future__ import annotations

from collections.abc import Callable


def compile_kernels(say: Callable[[str], None]) -> None:
    """Compile what is not compiled on this machine yet, about half a minute; else say nothing."""
    try:
        # Costs a second, and is not on every machine.
        from routing.engine.warm import is_warm, warm  # noqa: PLC0415
    except ImportError:
        # The engines that serve without numba compile nothing.
        return
    if is_warm():
        return
    say("Compiling the path engine, once on this machine (about half a minute) …")

    def progress(done: int, of: int) -> None:
        if done:
            say(f"  {done} of {of}")

    warm(progress)
