"""``lca layer export`` and ``metadata``: a version as a file for others."""

from __future__ import annotations

from .layer import app as layer_app
