"""The roads of graph builds as they are drawn, encoded once and kept."""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import orjson

from lca.errors import NotFound
from routing.network import RoadNetwork
from routing.overview import road_overview
from routing.saved import load_network

Group = Literal["main", "local"]
_KEPT_BUILDS = 2


class RoadBook:
    """Reads builds of one store by digest; the last few stay in memory; safe between threads."""

    def __init__(self, builds_dir: Path) -> None:
        self._builds_dir = builds_dir
        self._loading = threading.Lock()
        self._load = lru_cache(maxsize=_KEPT_BUILDS)(self._read)
        self._encode = lru_cache(maxsize=_KEPT_BUILDS * len(get_args(Group)))(self._drawn)

    def network(self, digest: str) -> RoadNetwork:
        """Return a build's network.

        Raises
        ------
        NotFound
            If the store holds no build of that digest.
        """
        with self._loading:
            return self._load(digest)

    def drawn(self, digest: str, group: Group) -> bytes:
        """Return the build's roads of one group as JSON."""
        return self._encode(digest, group)

    def _read(self, digest: str) -> RoadNetwork:
        folder = self._builds_dir / digest
        if not re.fullmatch(r"[0-9a-f]{64}", digest) or not folder.is_dir():
            msg = f"There is no graph build {digest[:64]!r}."
            raise NotFound(msg, do_next="The page and /readyz name the current build.")
        return load_network(folder)

    def _drawn(self, digest: str, group: Group) -> bytes:
        return orjson.dumps(road_overview(self.network(digest), group))
