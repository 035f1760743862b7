"""``lca draft``: list, show, edit, review, rebase and discard drafts."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True)
