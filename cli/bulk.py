"""``lca layer edit``: change, confirm or end many features at once, with one reason."""

from __future__ import annotations

from .layer import app as layer_app
