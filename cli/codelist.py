"""``lca codelist``: the words that records hold, in four languages and in other standards."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.codelists import STANDARDS, code_list, load

from .context import JsonFlag, session_of


def codelist(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="A list, as operational_status; all if left out.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the code lists, or the codes of one with their labels and what other standards say."""
    del as_json
    session = session_of(ctx)
    if name is None:
        lists = load()
        body = {"codelists": [{"name": one, "codes": len(codes)} for one, codes in lists.items()]}
        session.rows(
            ["LIST", "CODES"],
            [(one, ", ".join(code.code for code in codes)) for one, codes in lists.items()],
            body,
        )
        return
    codes = code_list(name)
    session.rows(
        ["CODE", "ENGLISH", "FRENCH", "SPANISH", "ARABIC", "UNSDI-T", "SDI-T", "OSM", "WZDX"],
        [
            (one.code, *one.labels.values(), *(one.standards.get(word) for word in STANDARDS))
            for one in codes
        ],
        {"name": name, "codes": [one.as_json() for one in codes]},
    )
