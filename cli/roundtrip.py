"""``lca layer checkout` and `checkin``: a layer edited in QGIS or Excel."""

from __future__ import annotations

import typer

