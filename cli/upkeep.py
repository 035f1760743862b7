"""``lca backup``, ``restore``, ``doctor`` and ``gc``: keeping a store whole."""

from __future__ import annotations

import typer

