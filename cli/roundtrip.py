"""``lca layer checkout`` and ``checkin``: a layer edited in QGIS or Excel; ``lca draft rebase``."""

from __future__ import annotations

from typing import Annotated

import typer

from layers.merge import Side
from layers.rebase import rebase
from lca.errors import UsageError
from lca.vocab import Sensitivity

from .context import Author, JsonFlag, session_of
from .draft import DraftId
from .draft import app as draft_app

_ALL = Sensitivity.STRICTLY_CONFIDENTIAL


@draft_app.command("rebase")
def rebase_draft(
    ctx: typer.Context,
    draft: DraftId,
    author: Author,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FEATURE[.FIELD]=ours|theirs",
            help="Which side of a conflict counts: the draft's (ours) or the published (theirs).",
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Merge what others have published since into a draft. Exit code 5 if something conflicts."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    found = rebase(
        store, draft, author=author, clearance=_ALL, keep=dict(_choice(text) for text in keep or ())
    )
    session.data(
        found.as_json(),
        f"Draft {found.id} is made on version {found.base_number}: {found.summary}.\n"
        f"To publish it: lca layer publish {found.layer} --draft {found.id}",
    )


def _choice(text: str) -> tuple[str, Side]:
    key, _, side = text.rpartition("=")
    if not key or side not in {"ours", "theirs"}:
        raise UsageError(
            f"--keep {text!r} does not say whose side counts.",
            do_next="Write FEATURE.FIELD=ours or FEATURE.FIELD=theirs.",
        )
    return key, "ours" if side == "ours" else "theirs"
