"""The roads of graph builds, loaded once and kept."""

from __future__ import annotations

import threading
from functools import lru_cache

from layers.store import Store
from lca.errors import NotFound
from routing.network import RoadNetwork
from routing.registry import registered_network

_KEPT_BUILDS = 2


class RoadBook:
    """Reads builds of one store by digest; the last few stay in memory; safe between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loading = threading.Lock()
        self._load = lru_cache(maxsize=_KEPT_BUILDS)(self._read)

    def network(self, digest: str) -> RoadNetwork:
        """Return a build's network.

        Raises
        ------
        NotFound
            If the store holds no build of that digest.
        """
        # One thread loads while the others wait: a country takes seconds and much memory.
        with self._loading:
            return self._load(digest)

    def _read(self, digest: str) -> RoadNetwork:
        # alnum also keeps a path of dots and slashes from leaving the folder
        if not digest.isalnum() or not (self._store.builds_dir / digest).is_dir():
            raise NotFound(
                f"There is no graph build {digest!r}.",
                where="build",
                do_next="An answer's provenance and /readyz name the current build.",
            )
        return registered_network(self._store, digest)
