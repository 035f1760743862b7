"""``lca layer notes``, ``changes`` and ``feed``: what changed, for people and machines."""

from __future__ import annotations

from .layer import app as layer_app
