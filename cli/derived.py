"""``lca layer plan`` and ``make``: layers that are computed from others."""

from __future__ import annotations

from .layer import app as layer_app
