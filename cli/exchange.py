"""``lca layer verify``, ``bundle`` and ``unbundle``: versions carried from store to store."""

from __future__ import annotations

from .layer import app as layer_app
