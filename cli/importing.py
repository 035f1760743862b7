"""``lca import``: any supported file into drafts, with the report of what is wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import orjson
import typer
from openpyxl import Workbook

from layers.draft import Draft
from layers.export import inert
from layers.roundtrip.incoming import ticket_of
from layers.store import Store
from lca.errors import NotFound, UsageError, ValidationFailed
from lca.ingest import Limits, Reading, read_assessment
from lca.ingest.tablefile import StatedBy, is_table, read_table_file
from lca.issues import Report, errors_first
from lca.vocab import Sensitivity

from .context import Author, JsonFlag, Session, session_of


def import_file(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="Workbook, GeoJSON, GeoPackage or zipped Shapefile; CSV of a table."),
    ],
    author: Author,
    layer: Annotated[
        str | None, typer.Option(help="Only this layer; a GIS file and a table need it.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="How to read the file.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Also write the report to this .json or .xlsx file.")
    ] = None,
    skip_rejected: Annotated[
        bool, typer.Option(help="Draft the good rows even if others are rejected.")
    ] = False,
    message: Annotated[str, typer.Option(help="What this import brings.")] = "",
    new_ids: Annotated[
        bool, typer.Option("--new-ids", help="Features may come back under other ids.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Read FILE into a draft of each of its layers, and print what is wrong row by row.

    Nothing is published. Exit code 4 if rows are rejected; then nothing is drafted either,
    unless --skip-rejected is given.

    An example of a workbook: data/demo/coquimbo/assessment.xlsx; how to fill one in:
    docs/how-to/assessment-workbook.md.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    if layer is not None and layer not in store.specs:
        raise NotFound(
            f"There is no layer {layer!r}.", do_next="Choose one of " + ", ".join(store.specs) + "."
        )
    reading = _read(store, file, layer, profile, author)
    if report is not None:
        _write_report(report, reading.report)
    _show_issues(session, reading.report)
    if reading.report.errors and not skip_rejected:
        raise ValidationFailed(
            f"{len(reading.report.errors)} errors; nothing was drafted.",
            where=file.name,
            do_next="Mend the rows listed above, or import the good rows with --skip-rejected.",
            details=reading.report.as_json(),
        )
    origin = _Origin(author, message or file.name, new_ids)
    drafts = _draft_tables(store, reading, layer, origin)
    _show_drafts(session, drafts, reading)


def _read(store: Store, file: Path, layer: str | None, profile: str | None, author: str) -> Reading:
    """Read the file; the rows of a table are stated by who imports them unless they say else."""
    if layer is not None and is_table(layer):
        if profile is not None:
            raise UsageError(f"{layer} has no profiles.", do_next="Leave --profile out.")
        return read_table_file(file, layer, StatedBy(author, store.now().date()))
    if file.suffix.lower() == ".gpkg" and ticket_of(file, Limits()) is not None:
        # As an import it would put back whatever others have changed since it was checked out.
        raise UsageError(
            "The file was checked out of a layer to be edited.",
            where=file.name,
            do_next=f"Check it in: lca layer checkin {file}",
        )
    declared = None if layer is None else store.workspace.edited_spec(layer).declared_kind
    return read_assessment(file, profile=profile, layer=layer, declared=declared)


class _Origin(NamedTuple):
    """Who imports, with which note, and whether features may have other ids than before."""

    author: str
    message: str
    new_ids: bool


def _draft_tables(
    store: Store, reading: Reading, layer: str | None, origin: _Origin
) -> list[Draft]:
    wanted = {
        name: frame
        for name, frame in reading.tables.items()
        if layer in {None, name} and len(frame)
    }
    if not wanted:
        raise UsageError(
            f"The file has no rows for {layer or 'any layer'}.", where=reading.filename
        )
    return [
        store.draft(
            name,
            frame,
            author=origin.author,
            message=origin.message,
            report=reading.report,
            source_name=reading.filename,
            source_sha256=reading.sha256,
            clearance=Sensitivity.STRICTLY_CONFIDENTIAL,
            new_ids=origin.new_ids,
        )
        for name, frame in wanted.items()
    ]


def _show_issues(session: Session, report: Report) -> None:
    for issue in errors_first(report.issues):
        session.say(f"{issue.severity.value}: {issue.text()}")
    for name, count in report.rows_in.items():
        accepted, rejected = report.rows_accepted.get(name, 0), report.rows_rejected.get(name, 0)
        session.say(f"{name}: {count} rows read, {accepted} accepted, {rejected} rejected")


def _show_drafts(session: Session, drafts: list[Draft], reading: Reading) -> None:
    body: dict[str, Any] = {
        "profile": reading.profile,
        "profile_reason": reading.profile_reason,
        "report": reading.report.as_json(),
        "drafts": [draft.as_json() for draft in drafts],
    }
    session.rows(
        ["LAYER", "DRAFT", "FEATURES", "CHANGES", "CLOSURES LIFTED"],
        [
            (draft.layer, draft.id, draft.feature_count, draft.summary, len(draft.lifts))
            for draft in drafts
        ],
        body,
    )
    for draft in drafts:
        for finding in draft.findings:
            session.say(f"{draft.layer}: {finding.as_text()}")
        for closure in draft.lifts:
            session.say(
                f"{draft.layer}: would lift {closure.id} {closure.name} "
                f"({', '.join(closure.reasons)}); confirm with --confirm-lift {closure.id}"
            )
        if not draft.diff.empty:
            session.say(f"See what it changes: lca draft show {draft.id}")
            session.say(f"Publish with: lca layer publish {draft.layer} --draft {draft.id}")


def _write_report(path: Path, report: Report) -> None:
    if path.suffix == ".json":
        path.write_bytes(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2))
        return
    if path.suffix != ".xlsx":
        raise UsageError(f"{path.name} is neither .json nor .xlsx.", do_next="Name the report so.")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Issues")
    sheet.append(["Severity", "Sheet", "Row", "Column", "Value", "What is wrong", "What to do"])
    for issue in errors_first(report.issues):
        cells = (issue.severity.value, issue.sheet, issue.row, issue.column, issue.value)
        sheet.append([inert(cell) for cell in (*cells, issue.message, issue.do_next)])
    book.save(path)
