"""``lca tiles``: vector tiles of roads and layers."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True)
