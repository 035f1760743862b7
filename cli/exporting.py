"""``lca layer export``, ``profiles`` and ``metadata``: a version as a file for others."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from layers.export import ExportFormat, Options, file_name, write_export
from layers.metadata.dcat import dcat_dataset
from layers.metadata.describe import describe
from layers.metadata.stac import stac_item
from layers.metadata.sums import FileSums
from layers.profiles.profile import load_profiles
from lca.errors import UsageError
from lca.vocab import Sensitivity

from .context import Instant, JsonFlag, session_of
from .layer import Clearance, LayerName, release_of
from .layer import app as layer_app
from .staleness import told_behind


class GpkgVersion(StrEnum):
    """The editions of GeoPackage that can be written."""

    V12 = "1.2"
    V13 = "1.3"


class MetadataForm(StrEnum):
    """The forms of metadata."""

    STAC = "stac"
    DCAT = "dcat"


VersionOption = Annotated[str, typer.Option(help="Which version.")]


@layer_app.command("export")
def export_layer(
    ctx: typer.Context,
    layer: LayerName,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write, or a folder to write it to; stdout if left out."),
    ] = None,
    fmt: Annotated[
        ExportFormat | None, typer.Option("--format", help="By the file's suffix if left out.")
    ] = None,
    version: VersionOption = "latest",
    as_of: Instant = None,
    at: Instant = None,
    clearance: Clearance = Sensitivity.PUBLIC,
    profile: Annotated[
        str | None, typer.Option(help="Columns and codes of another standard: sdi-t, unsdi-t, …")
    ] = None,
    hxl: Annotated[bool, typer.Option("--hxl", help="CSV: a second line of HXL hashtags.")] = False,
    gpkg_version: Annotated[
        GpkgVersion, typer.Option(help="GeoPackage: the edition of the standard.")
    ] = GpkgVersion.V13,
    as_json: JsonFlag = False,
) -> None:
    """Export a version as a file, with its licence and its date inside.

    Formats: geojson, gpkg (with the style that QGIS applies), csv, xlsx, parquet (GeoParquet),
    fgb (FlatGeobuf), kml, shp (Shapefiles in a zip). Of constraints, --at tells the standing of
    each at that moment.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    release = release_of(store, layer, version, as_of)
    chosen = fmt or _format_of(out)
    missing = told_behind(session, store, release)
    options = Options(hxl, _EDITIONS[gpkg_version], missing)
    with tempfile.TemporaryDirectory(dir=_folder_of(out)) as folder:
        path = Path(folder) / file_name(release, chosen, profile)
        write_export(
            store, release, chosen, path, clearance, profile=profile, options=options, at=at
        )
        if out is None:
            with path.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)
            return
        size, digest = path.stat().st_size, _sha256(path)
        target = out / path.name if out.is_dir() else out
        path.replace(target)
    if session.as_json:
        session.data(
            {
                "path": str(target),
                "format": chosen.value,
                "profile": profile,
                "bytes": size,
                "sha256": digest,
                "release": release,
            }
        )
    else:
        session.say(f"Wrote {target} ({size:,} bytes).")


@layer_app.command("profiles")
def list_profiles(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """List the export profiles: the columns of other standards, and the layers that have them."""
    del as_json
    profiles = load_profiles().values()
    session_of(ctx).rows(
        ["PROFILE", "STANDARD", "LAYERS"],
        [(one.name, one.title, ", ".join(one.layers)) for one in profiles],
        [
            {"profile": one.name, "title": one.title, "layers": list(one.layers), "note": one.note}
            for one in profiles
        ],
    )


@layer_app.command("metadata")
def show_metadata(
    ctx: typer.Context,
    layer: LayerName,
    version: VersionOption = "latest",
    as_of: Instant = None,
    form: Annotated[
        MetadataForm, typer.Option("--format", help="A STAC Item, or a DCAT dataset as JSON-LD.")
    ] = MetadataForm.STAC,
    base: Annotated[
        str, typer.Option(help="Address of the service that links point to.")
    ] = "http://127.0.0.1:8000",
    clearance: Clearance = Sensitivity.PUBLIC,
    as_json: JsonFlag = False,
) -> None:
    """Describe a version for a catalogue: extent, dates, licence, checksum and links, as JSON."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    release = release_of(store, layer, version, as_of)
    about = describe(store, release, base.rstrip("/"), clearance, sums=FileSums())
    session.data(stac_item(about) if form is MetadataForm.STAC else dcat_dataset(about))


_EDITIONS: dict[GpkgVersion, Literal["1.2", "1.3"]] = {
    GpkgVersion.V12: "1.2",
    GpkgVersion.V13: "1.3",
}


def _format_of(out: Path | None) -> ExportFormat:
    if out is None:
        return ExportFormat.GEOJSON
    name = out.name.lower()
    found = next((one for one in ExportFormat if name.endswith(one.suffix)), None)
    if name.endswith(".zip"):
        found = ExportFormat.SHP
    if found is None:
        suffixes = ", ".join(one.suffix for one in ExportFormat)
        raise UsageError(
            f"{out.name} does not say the format.",
            do_next=f"End it in {suffixes}, or give --format.",
        )
    return found


def _folder_of(out: Path | None) -> Path | None:
    """Return where the file is made, so that it gets its name whole and at once."""
    if out is None or out.is_dir():
        return out
    if not out.parent.is_dir():
        raise UsageError(f"There is no folder {out.parent}.", do_next="Make it first.")
    return out.parent


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
