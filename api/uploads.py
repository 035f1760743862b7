"""An uploaded file: streamed to the disk within its limit, then read one at a time into a draft."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
from starlette.datastructures import UploadFile
from starlette.requests import Request

from layers.access import Principal
from layers.diff import changed_keys
from layers.draft import Draft
from layers.inforce import InForce
from layers.review import discard
from layers.roundtrip.checkin import Handing, check_in
from layers.roundtrip.incoming import ticket_of
from layers.roundtrip.ticket import Ticket
from layers.sensitivity import visible_rows
from layers.spec import LayerSpec
from layers.store import Store
from lca.country import country
from lca.errors import NotAllowed, UsageError, ValidationFailed
from lca.ingest import Limits, Reading, read_assessment
from lca.ingest.instructions import Instructions
from lca.ingest.tablefile import StatedBy, is_table, read_table_file
from lca.ingest.texts import one_line
from lca.instant import zone
from lca.vocab import Sensitivity

from .errors import Busy
from .service import Service

_MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as received, the note that came with it, and what it does not say of itself."""

    file: UploadFile
    name: str
    message: str | None
    profile: str | None = None
    about: Instructions = field(default_factory=Instructions)


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[Upload]:
    """Read a form with one ``file``; it lies on the disk until the block ends.

    The application's body limit ends the stream; nothing is read before the caller is known.
    """
    if not request.headers.get("content-type", "").startswith(_MULTIPART):
        raise UsageError(
            "The file does not come as a form.", where="Content-Type", do_next=f"Send {_MULTIPART}."
        )
    async with request.form(max_files=1, max_fields=8, max_part_size=10_000) as form:
        file = form.get("file")
        stated = {
            name: text.strip()
            for name in ("message", "profile", "source", "date", "country", "time_zone")
            if isinstance(text := form.get(name), str) and text.strip()
        }
        if not isinstance(file, UploadFile):
            raise UsageError(
                "The form has no file.", where="file", do_next="Send the file in the field `file`."
            )
        yield Upload(
            file,
            plain_name(file.filename or ""),
            stated.get("message"),
            stated.get("profile"),
            _about(stated),
        )


def _about(stated: Mapping[str, str]) -> Instructions:
    """Return what a form says of its file (UsageError if a value is none of its kind)."""
    day, land, clock = (stated.get(name) for name in ("date", "country", "time_zone"))
    try:
        on = None if day is None else date.fromisoformat(day)
    except ValueError as error:
        raise UsageError(
            f"{one_line(day or '')!r} is no day.", where="date", do_next="Write it as 2026-11-14."
        ) from error
    return Instructions(
        source_org=stated.get("source"),
        date_of_information=on,
        country=None if land is None else country(land).iso3,
        time_zone=None if clock is None else zone(clock).key,
    )


def plain_name(stated: str) -> str:
    """Return a file name that is safe to write: its last part, its last 60 usual characters."""
    last = stated.replace("\\", "/").rsplit("/", 1)[-1]
    return re.sub(r"[^\w .()-]", "_", last)[-60:].lstrip(". ") or "upload"


def hides_rows(draft: Draft, clearance: Sensitivity) -> bool:
    """Tell whether a draft changes rows that a clearance does not reach.

    Its report, its file's name and its note speak of them, and publishing it answers for them.
    """
    _, before, after, *_ = draft.contents
    whole = changed_keys(before, after, Sensitivity.STRICTLY_CONFIDENTIAL)
    return whole != changed_keys(before, after, clearance)


def draft_from_upload(
    service: Service, spec: LayerSpec, editor: Principal, upload: Upload
) -> Draft:
    """Read the upload in the limited child process and keep its rows of one layer as a draft.

    Of a file that was checked out, only what was changed in it: the rest may have moved on.

    Raises
    ------
    Busy
        If another upload is being read.
    ValidationFailed
        If no row of the layer can be used; ``details["issues"]`` says why, row by row.
    NotAllowed
        If it would change records that the editor may not see.
    UsageError
        If it was checked out as another layer, or nothing was changed in it.
    """
    if not service.reader_slot.acquire(blocking=False):
        raise Busy("Another file is being read.", do_next="Try again in a few seconds.")
    try:
        with tempfile.TemporaryDirectory(prefix="lca-upload-") as folder:
            path = Path(folder) / upload.name
            with path.open("wb") as target:
                shutil.copyfileobj(upload.file.file, target)
            limits = replace(Limits(), upload_bytes=service.settings.upload_bytes)
            ticket = ticket_of(path, limits)
            if ticket is not None:
                draft = _checked_in(service.store, spec, editor, upload, path, ticket, limits)
                return _require_seen(service.store, draft, editor, upload)
            reading = _reading(service.store, spec, editor, upload, path, limits)
    finally:
        service.reader_slot.release()
    frame = reading.tables.get(spec.name)
    if frame is None or frame.empty:
        raise ValidationFailed(
            f"The file has no usable row for {spec.name}.",
            where=upload.name,
            do_next="Correct the rows that the issues name, and check the name of the sheet.",
            details=reading.report.as_json(),
        )
    draft = service.store.draft(
        spec.name,
        _with_hidden(service.store, spec, frame, editor.clearance),
        editor.name,
        upload.message or f"Import of {upload.name}",
        report=reading.report_on_layer(spec.name),
        source_name=upload.name,
        source_sha256=reading.sha256,
        clearance=editor.clearance,
        # A row that was rejected is not one that is gone.
        adds=reading.adds or reading.report.rows_rejected.get(spec.name, 0) > 0,
        made=reading.records.get(spec.name, ()),
    )
    return _require_seen(service.store, draft, editor, upload)


def _reading(
    store: Store, spec: LayerSpec, editor: Principal, upload: Upload, path: Path, limits: Limits
) -> Reading:
    """Read a file; the rows of a table are stated by who uploads them unless they say else."""
    if is_table(spec.name):
        stated = StatedBy(editor.name, store.now().date())
        return read_table_file(path, spec.name, stated, limits=limits, asked=upload.about)
    in_force = InForce(store)
    return read_assessment(
        path,
        layer=spec.name,
        profile=upload.profile,
        limits=limits,
        declared=spec.declared_kind,
        instructions=replace(
            upload.about,
            now=store.now(),
            published=in_force,
            boundaries=in_force.boundaries,
        ),
    )


def _require_seen(store: Store, draft: Draft, editor: Principal, upload: Upload) -> Draft:
    """Give up a draft that its own author may not see."""
    if hides_rows(draft, editor.clearance):
        discard(store.workspace, draft.id, author=editor.name, text="above the author's clearance")
        raise NotAllowed(
            f"The file would change records of {draft.layer} above your clearance.",
            where=upload.name,
            do_next="Ask somebody with a higher clearance to upload it.",
        )
    return draft


def _checked_in(
    store: Store,
    spec: LayerSpec,
    editor: Principal,
    upload: Upload,
    path: Path,
    ticket: Ticket,
    limits: Limits,
) -> Draft:
    """Return the draft of a file that was checked out here and comes back."""
    if ticket.layer != spec.name:
        raise UsageError(
            f"The file was checked out as {ticket.layer}.",
            where=upload.name,
            do_next=f"Upload it to {ticket.layer}.",
        )
    handing = Handing(editor.name, upload.message, editor.clearance, name=upload.name)
    outcome = check_in(store, path, handing, limits=limits)
    if outcome.draft is None:
        raise UsageError(
            f"Nothing was changed in the file since version {ticket.number}.",
            where=upload.name,
            do_next="Save it in QGIS or Excel first, or upload the file that was edited.",
        )
    return outcome.draft


def _with_hidden(
    store: Store, spec: LayerSpec, frame: gpd.GeoDataFrame, clearance: Sensitivity
) -> gpd.GeoDataFrame:
    """Return a file's rows with the head's that its uploader cannot see: nobody removes those unseen."""
    head = store.head(spec.name)
    if head is None:
        return frame
    whole = store.frame(head.version)
    kept = whole[~visible_rows(whole, clearance) & ~whole["id"].isin(frame["id"])]
    if kept.empty:
        return frame
    joined: gpd.GeoDataFrame = pd.concat([frame, kept])
    return joined
