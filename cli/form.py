"""``lca form``: forms for phones (XLSForm) that ask for our records in the words of our code lists."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lca.codelists import LANGUAGES
from lca.errors import UsageError
from lca.forms.questionnaire import facility_check, facility_layers, obstacle_report
from lca.forms.xlsform import sheets_of, write_xlsform, xform_of

from .context import JsonFlag, session_of


class FormName(StrEnum):
    """The forms that there are."""

    OBSTACLE = "obstacle"
    FACILITY = "facility"


def form(
    ctx: typer.Context,
    name: Annotated[FormName, typer.Argument(help="Obstacle report, or check of a facility.")],
    out: Annotated[Path, typer.Option(help="The .xlsx file to make, an XLSForm.")],
    layer: Annotated[
        str | None, typer.Option(help="The kind of facility: storage, ports, bridges, …")
    ] = None,
    lang: Annotated[
        str, typer.Option(metavar="LANG,LANG", help="Its languages; the first is shown first.")
    ] = ",".join(LANGUAGES),
    xform: Annotated[
        Path | None, typer.Option(help="Also write the form as XForm, the .xml that phones load.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write a form for KoBoToolbox or ODK Collect; lca import reads what it brings back.

    Its choices are our codes, its labels come in English, French, Spanish and Arabic.
    """
    del as_json
    for path, suffix in ((out, ".xlsx"), (xform, ".xml")):
        if path is not None and (path.suffix != suffix or path.exists()):
            why = "is there already" if path.exists() else f"does not end in {suffix}"
            raise UsageError(f"{path} {why}.", do_next="Name another file.")
    if name is FormName.OBSTACLE:
        questions = obstacle_report()
    elif layer is None:
        raise UsageError(
            "A facility check needs its kind.",
            do_next=f"Name one with --layer: {', '.join(facility_layers())}.",
        )
    else:
        questions = facility_check(layer)
    languages = [one.strip() for one in lang.split(",") if one.strip()]
    sheets = sheets_of(questions, languages)
    write_xlsform(out, sheets)
    if xform is not None:
        xform.write_text(xform_of(sheets), encoding="utf-8")
    session_of(ctx).data(
        {
            "file": str(out),
            "xform": None if xform is None else str(xform),
            "layer": questions.kind.layer,
            "questions": len(list(questions.fields)),
            "languages": languages,
        },
        str(out),
    )
