from __future__ import annotations

from support.processes import processes

__all__ = ["processes"]
