"""``lca import``: any supported file into drafts, with the report of what is wrong in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from layers.draft import Draft
from layers.inforce import InForce
from layers.roundtrip.incoming import ticket_of
from layers.store import Store
from lca.boundary import Boundary
from lca.errors import NotFound, UsageError, ValidationFailed
from lca.ingest import Limits, Reading, read_assessment
from lca.ingest.instructions import Instructions
from lca.ingest.profiles.profile import Profile, load_own_profile
from lca.ingest.reference import About, read_reference
from lca.ingest.tablefile import StatedBy, is_table, read_table_file
from lca.table import records_of
from lca.vocab import Sensitivity

from . import explain as explaining
from . import qareport
from .contacts import write_contacts
from .context import Author, JsonFlag, Session, session_of
from .import_options import instructions_of
from .option_sets import taking
from .readprogress import telling_progress


@taking(instructions_of, "instructions", before="report")
def import_file(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="Workbook, document, form export, CSV or GIS file (see lca profile list)."
        ),
    ],
    author: Author,
    instructions: Instructions,
    layer: Annotated[
        str | None, typer.Option(help="Only this layer; needed where the file does not say it.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="How to read the file: a name, or your own .toml file.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the file would be read; keep nothing.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="Also write the report: .json, or as .xlsx the file with its errors."),
    ] = None,
    contacts: Annotated[
        Path | None,
        typer.Option(help="Write the people of the file here (.csv); no layer holds them."),
    ] = None,
    boundaries: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Administrative units to join P-codes from; else those of the operation.",
        ),
    ] = None,
    skip_rejected: Annotated[
        bool, typer.Option(help="Draft the good rows even if others are rejected.")
    ] = False,
    adds: Annotated[
        bool | None,
        typer.Option("--add/--replace", help="Join the published rows, or be the whole layer."),
    ] = None,
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
    docs/how-to/assessment-workbook.md. What else can be read: docs/reference/reading.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    if layer is not None and layer not in store.specs:
        raise NotFound(
            f"There is no layer {layer!r}.", do_next="Choose one of " + ", ".join(store.specs) + "."
        )
    _require_another_file(file, report)
    annotated = report is not None and report.suffix == ".xlsx"
    asked = _Asked(author, replace(instructions, keep_sheets=annotated), boundaries)
    reading = _read(store, file, layer, profile, asked)
    if report is not None:
        qareport.write(report, reading)
    if explain:
        qareport.show(reading.report)
        explaining.explain(session, reading)
        return
    qareport.show(reading.report)
    _keep_contacts(session, reading, contacts)
    if reading.report.errors and not skip_rejected:
        count = len(reading.report.errors)
        raise ValidationFailed(
            f"{count} error{'s' if count > 1 else ''}; nothing was drafted.",
            where=file.name,
            do_next="Mend the rows listed above, or import the good rows with --skip-rejected.",
            details=reading.report.as_json(),
        )
    origin = _Origin(author, message or file.name, new_ids, adds)
    drafts = _draft_tables(store, reading, layer, origin)
    _show_drafts(session, drafts, reading)


def _require_another_file(file: Path, report: Path | None) -> None:
    """Refuse to write the report over the file that it is about."""
    if report is not None and report.exists() and file.exists() and report.samefile(file):
        raise UsageError(
            f"{report} is the file itself.", where="--report", do_next="Name another file."
        )


class _Asked(NamedTuple):
    """Who imports, and what they say of the file."""

    author: str
    instructions: Instructions
    boundaries: Path | None


def _read(
    store: Store, file: Path, layer: str | None, profile: str | None, asked: _Asked
) -> Reading:
    """Read the file; the rows of a table are stated by who imports them unless they say else."""
    if layer is not None and is_table(layer):
        if profile is not None:
            raise UsageError(f"{layer} has no profiles.", do_next="Leave --profile out.")
        stated = StatedBy(asked.author, store.now().date())
        return read_table_file(file, layer, stated, asked=asked.instructions)
    if file.suffix.lower() == ".gpkg" and ticket_of(file, Limits()) is not None:
        # As an import it would put back whatever others have changed since it was checked out.
        raise UsageError(
            "The file was checked out of a layer to be edited.",
            where=file.name,
            do_next=f"Check it in: lca layer checkin {file}",
        )
    declared = None if layer is None else store.workspace.edited_spec(layer).declared_kind
    in_force = InForce(store)
    with telling_progress() as told:
        return read_assessment(
            file,
            on_progress=told,
            profile=_profile(profile),
            layer=layer,
            declared=declared,
            instructions=replace(
                asked.instructions,
                now=store.now(),
                published=in_force,
                boundaries=in_force.boundaries
                if asked.boundaries is None
                else _units_of(asked.boundaries, store),
            ),
        )


def _units_of(path: Path, store: Store) -> list[Boundary]:
    """Return the administrative units of a file, to be joined and not to be kept."""
    about = About(source_org=path.name, stated_on=store.now().date())
    frame = read_reference(path, "boundaries", about).tables.get("boundaries")
    if frame is None:
        raise UsageError(
            f"{path.name} holds no administrative units that can be told.",
            where="--boundaries",
            do_next="Name their columns as ADM2_PCODE and ADM2_EN.",
        )
    return records_of(Boundary, frame)


def _profile(name: str | None) -> Profile | str | None:
    """Return the profile that is named, read from its file if it is a user's own."""
    if name is None or not name.endswith(".toml"):
        return name
    return load_own_profile(Path(name))


def _keep_contacts(session: Session, reading: Reading, target: Path | None) -> None:
    """Write the people of a file where the user wants them, readable by him alone."""
    if not reading.contacts:
        return
    if target is None:
        session.say(
            f"{len(reading.contacts)} contacts were read; no layer holds them. "
            "--contacts FILE.csv writes them to a file of your own."
        )
        return
    write_contacts(target, reading.contacts)
    session.say(f"{len(reading.contacts)} contacts written to {target}; keep it to yourself.")


class _Origin(NamedTuple):
    """Who imports, with which note, under which ids, and whether the published rows stay."""

    author: str
    message: str
    new_ids: bool
    adds: bool | None

    def joins(self, reading: Reading, layer: str) -> bool:
        """Tell whether published rows stay that the file lacks: a rejected row is not an absent one."""
        if self.adds is not None:
            return self.adds
        return reading.adds or reading.report.rows_rejected.get(layer, 0) > 0


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
            report=reading.report_on_layer(name),
            source_name=reading.filename,
            source_sha256=reading.sha256,
            clearance=Sensitivity.STRICTLY_CONFIDENTIAL,
            new_ids=origin.new_ids,
            adds=origin.joins(reading, name),
            made=reading.records.get(name, ()),
        )
        for name, frame in wanted.items()
    ]


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
