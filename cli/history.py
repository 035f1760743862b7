"""``lca layer tag`, `notes`, `feed``: what changed, for people and machines."""

from __future__ import annotations

import typer

