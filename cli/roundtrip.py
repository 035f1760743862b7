"""``lca layer checkout`` and ``checkin``: a layer edited in QGIS or Excel."""

from __future__ import annotations

from .layer import app as layer_app
