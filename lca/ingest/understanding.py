"""Find out what a file holds: its tables as records, by our columns or by a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as a_field
from pathlib import Path

from lca.errors import InvalidInput, UsageError
from lca.issues import Issue, Severity
from lca.record import fields_of

from .child import Job, read_in_child
from .containers import CONTAINERS, SHEETS, WORKBOOK, container_of
from .cover import Cover, cover_of_geodata, read_cover
from .instructions import Instructions
from .leftover import rows_by_name, unknown_sheet, unread_part, unread_sheet
from .limits import Limits
from .ownexport import marked, parted
from .pages.document import Document, understand_document
from .pages.reading import read_document
from .plan import PlannedSheet, lacks, own_plan
from .profiles.profile import Profile, load_profiles
from .progress import CHECKING, Told
from .recognise import Candidate, candidates, choose
from .rows import TableRows, cells_under, read_planned, read_rows
from .sheets import (
    COVER_SHEET,
    TABLE_KINDS,
    TableKind,
    is_companion,
    is_cover,
    kind_of_layer,
    kind_of_sheet,
    titles_of_sheets,
)
from .stacked import LaterPart, parts_of, with_kinds
from .wire import Sheet

_EVERY_SHEET = ("*",)


@dataclass(slots=True)
class Understood:
    """A file's tables as records, and how they were found."""

    profile: str
    reason: str
    cover: Cover
    tables: list[TableRows]
    issues: list[Issue] = a_field(default_factory=list)
    unread: dict[str, int] = a_field(default_factory=dict)
    adds: bool = False
    considered: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class FileReader:
    """One file that has been received, ready to be read in the child as often as is needed."""

    container: str
    source: Path
    scratch: Path
    limits: Limits
    target: TableKind | None
    title: str = "file"
    """What the file is called, as its one table is where the file names none."""
    trusted: bool = False
    on_progress: Told | None = None
    latest: tuple[Sheet, ...] = ()
    """The sheets as they were read last, which are those that the file is understood by."""

    def sheets(self, known: tuple[str, ...] = _EVERY_SHEET) -> tuple[Sheet, ...]:
        """Return the file's sheets; of a workbook, those of the known names with their rows."""
        layer = self.target.layer if self.target else None
        job = Job(self.container, self.source, known, layer)
        sheets = read_in_child(
            job, self.scratch, self.limits, trusted=self.trusted, on_progress=self.on_progress
        )
        if self.on_progress is not None:
            self.on_progress(CHECKING, sum(len(sheet.rows) for sheet in sheets))
        self.latest = tuple(
            replace(sheet, name=self.title) if sheet.name == self.source.stem else sheet
            for sheet in map(marked, sheets)
        )
        return self.latest


def asked_for(path: Path, profile: str | Profile | None) -> tuple[str, Profile | str | None]:
    """Return the file's kind, and the profile or the kind that was asked for."""
    container = container_of(path)
    if profile is None or isinstance(profile, Profile):
        return container, profile
    if profile in CONTAINERS:
        return profile, profile
    profiles = load_profiles()
    if profile not in profiles:
        names = ", ".join([*profiles, *CONTAINERS])
        raise UsageError(f"There is no profile {profile!r}.", do_next=f"Choose one of {names}.")
    return container, profiles[profile]


def understand(
    reader: FileReader, chosen: Profile | str | None, target: TableKind | None, asked: Instructions
) -> Understood:
    """Read the file by the profile that was asked for, or else by the one that fits it."""
    container = reader.container
    sheets: tuple[Sheet, ...]
    if container == WORKBOOK and not isinstance(chosen, Profile):
        sheets = reader.sheets(_known_sheets())
        if chosen == WORKBOOK or _is_ours(sheets):
            reason = "it was asked for" if chosen else "its sheets have our names"
            return _of_workbook(sheets, asked, reason)
    whole = reader.sheets()
    sheets = parts_of(whole, chosen) if container in SHEETS else whole
    if isinstance(chosen, str):
        return _of_own_columns(sheets, container, target, asked, "it was asked for")
    plain = None if chosen else _plain(sheets, container, target, asked)
    if plain is not None:
        return plain
    profiles = [
        profile.in_order(asked.date_order)
        for profile in ([chosen] if chosen else load_profiles().values())
        if chosen or not profile.drawn
    ]
    known = _by_profiles(sheets, whole, profiles, container, target, asked)
    if known is not None:
        return replace(known, reason="it was asked for") if chosen else known
    if chosen is not None:
        raise InvalidInput(
            f"The file has no table that the profile {chosen.name} knows.",
            do_next="Look at what is in it with lca import --explain, or choose another profile.",
        )
    if container == WORKBOOK:
        return _of_workbook(whole, asked, "no profile knows its columns")
    return _of_own_columns(
        sheets, container, target, asked, f"the file's name ends in {reader.source.suffix}"
    )


def target_of(container: str, layer: str | None, declared: TableKind | None) -> TableKind | None:
    """Return the kind of table that was asked for; None for whatever the file holds."""
    if declared is not None:
        if container == WORKBOOK:
            raise UsageError(
                f"The workbook has no sheet for {declared.layer}.",
                do_next="Bring it as .geojson, .gpkg, or as a Shapefile in one .zip.",
            )
        return declared
    if layer is not None and kind_of_layer(layer) is None:
        layers = ", ".join(kind.layer for kind in TABLE_KINDS)
        raise UsageError(f"There is no layer {layer!r}.", do_next=f"Choose one of {layers}.")
    return None if layer is None else kind_of_layer(layer)


def _is_ours(sheets: Sequence[Sheet]) -> bool:
    """Tell whether a workbook has our cover, or a sheet with a name and mostly headings of ours.

    A name alone is not enough: others call their sheets Ports or Contacts too.
    """
    if any(is_cover(sheet.name) for sheet in sheets if sheet.known):
        return True
    plans = [
        own_plan(sheet, kind)
        for sheet in sheets
        if sheet.known and (kind := kind_of_sheet(sheet.name)) is not None
    ]
    return any(
        one is not None and one.matched >= len(one.issues) and one.matched > 0 for one in plans
    )


def _known_sheets() -> tuple[str, ...]:
    return tuple(sorted(titles_of_sheets()))


def _of_workbook(sheets: tuple[Sheet, ...], asked: Instructions, reason: str) -> Understood:
    """Read a workbook in the layout of our template."""
    by_title: dict[str, Sheet] = {}
    for sheet in sheets:
        kind = kind_of_sheet(sheet.name)
        title = COVER_SHEET if is_cover(sheet.name) else kind.sheet if kind else None
        if title and by_title.setdefault(title, sheet) is not sheet:
            both = (
                "both named" if sheet.name == by_title[title].name else f"both {title}, one named"
            )
            raise InvalidInput(
                f"Two sheets are {both} {sheet.name!r}.", do_next="Merge them, or rename one."
            )
    ours = [(sheet, kind_of_sheet(sheet.name)) for sheet in by_title.values()]
    if not any(kind for _, kind in ours):
        names = ", ".join(kind.sheet for kind in TABLE_KINDS)
        found = ", ".join(repr(sheet.name) for sheet in sheets[:8]) or "none"
        raise InvalidInput(
            f"The workbook has no sheet that can be read (its sheets: {found}).",
            do_next=f"Name at least one sheet {names}.",
        )
    stated, issues = read_cover(by_title.get(COVER_SHEET))
    cover = asked.completed(stated)
    known = set(map(id, by_title.values()))
    issues += [
        unknown_sheet(sheet)
        for sheet in sheets
        if id(sheet) not in known and not is_companion(sheet.name)
    ]
    kinds, left = with_kinds(
        (part, kind) for sheet, kind in ours if kind for part in parts_of([sheet])
    )
    tables = [
        read_rows(sheet, replace(kind, sheet=sheet.name), cover, date_order=asked.date_order)
        for sheet, kind in kinds
    ]
    issues += map(unread_part, left)
    return Understood(WORKBOOK, reason, cover, tables, issues, rows_by_name(left))


def _of_own_columns(
    sheets: tuple[Sheet, ...],
    container: str,
    target: TableKind | None,
    asked: Instructions,
    reason: str,
) -> Understood:
    """Read geodata or a table whose columns have our names."""
    if target is None:
        layers = ", ".join(kind.layer for kind in TABLE_KINDS)
        raise UsageError(
            "The file does not say which layer it fills, and no profile knows its columns.",
            do_next=f"Name one of {layers}.",
        )
    kind = target.in_geodata()
    stated, layers_of_file = parted(sheets)
    marks = [cell for sheet in layers_of_file for cell in cells_under(sheet, kind, "exercise")]
    cover = asked.completed(cover_of_geodata(stated, marks))
    kinds, left = with_kinds((sheet, kind) for sheet in layers_of_file)
    left += [sheet for sheet, one in kinds if one.layer != kind.layer]
    tables = [
        read_rows(sheet, kind, cover, date_order=asked.date_order)
        for sheet, one in kinds
        if one.layer == kind.layer
    ]
    issues = list(map(unread_part, left))
    return Understood(container, reason, cover, tables, issues, rows_by_name(left))


def _of_profile(
    sheets: tuple[Sheet, ...],
    best: Candidate,
    asked: Instructions,
    reason: str,
    found: Sequence[Candidate],
) -> Understood:
    """Read the sheets that a profile knows, and say of the others that they were not read."""
    stated, parts = parted(sheets)
    cover = asked.completed(cover_of_geodata(stated, []))
    tables = [
        read_planned(replace(planned, issues=[*planned.issues, *_unsaid(planned, cover)]), cover)
        for planned in best.tables
    ]
    left = [
        sheet
        for index, sheet in enumerate(sheets)
        if index not in best.planned
        and sheet in parts
        and sheet.rows
        and not is_companion(sheet.name)
    ]
    return Understood(
        best.profile.name,
        reason,
        cover,
        tables,
        issues=[
            unread_part(sheet) if isinstance(sheet, LaterPart) else unread_sheet(sheet)
            for sheet in left
        ],
        unread=rows_by_name(left),
        adds=best.profile.adds,
        considered=tuple((one.profile.name, one.reason) for one in found),
    )


def _plain(
    sheets: tuple[Sheet, ...], container: str, target: TableKind | None, asked: Instructions
) -> Understood | None:
    """Read what is drawn, and what has columns of ours, alone or within a form's export."""
    drawn = _drawn(sheets, container, target)
    if drawn is not None:
        return _of_profile(sheets, drawn, asked, "it holds what somebody drew", [drawn])
    wrapping = [profile for profile in load_profiles().values() if profile.wraps_ours]
    wrapped = candidates(sheets, wrapping, container, target)
    if wrapped:
        return _of_profile(sheets, wrapped[0], asked, wrapped[0].reason, wrapped)
    ours = 0 if target is None else _columns_of_ours(sheets, target, asked)
    others = [one for one in load_profiles().values() if not (one.drawn or one.wraps_ours)]
    # Another's roads in KML have a name, as ours have, and no more of ours than a word or two.
    if ours and not any(
        one.matched > 2 * ours for one in candidates(sheets, others, container, target)
    ):
        return _of_own_columns(sheets, container, target, asked, "its columns have our names")
    return None


def _drawn(sheets: tuple[Sheet, ...], container: str, target: TableKind | None) -> Candidate | None:
    """Return the reading of geometries that have no columns but those of a drawing program."""
    if target is None:
        return None
    profiles = [profile for profile in load_profiles().values() if profile.drawn]
    found = candidates(sheets, profiles, container, target)
    bare = [one for one in found if not any(table.issues for table in one.tables)]
    return bare[0] if bare else None


def _by_profiles(
    sheets: tuple[Sheet, ...],
    whole: tuple[Sheet, ...],
    profiles: Sequence[Profile],
    container: str,
    target: TableKind | None,
    asked: Instructions,
) -> Understood | None:
    """Read the file by the profile that knows the most of it; None if none knows any."""
    found = candidates(sheets, profiles, container, target)
    alone = bool(found) and found[0].leaves_nothing_of(sheets)
    document = None if alone else _as_document(whole, profiles, container, target, asked)
    if document is not None and document.matched > max((one.matched for one in found), default=0):
        return _of_document(document, found)
    if not found:
        return None
    best = found[0] if len(profiles) == 1 else choose(found)
    return _of_profile(sheets, best, asked, best.reason, found)


def _as_document(
    sheets: tuple[Sheet, ...],
    profiles: Sequence[Profile],
    container: str,
    target: TableKind | None,
    asked: Instructions,
) -> Document | None:
    """Return the file as a document, if one of the profiles reads any of it as that."""
    pages = (one for one in profiles if one.layout == "document" and container in one.containers)
    layer = target.layer if target else None
    found = (understand_document(sheets, profile, asked, layer) for profile in pages)
    return max((one for one in found if one.matched), key=lambda one: one.matched, default=None)


def _of_document(document: Document, others: Sequence[Candidate]) -> Understood:
    """Read the tables of a document that are known."""
    profile, reason = document.lexicon.profile, document.reason
    tables = read_document(document)
    return Understood(
        profile.name,
        reason,
        document.cover,
        tables,
        issues=document.issues,
        unread=document.unread,
        adds=profile.adds,
        considered=(
            (profile.name, reason),
            *((one.profile.name, one.reason) for one in others),
        ),
    )


def _unsaid(planned: PlannedSheet, cover: Cover) -> list[Issue]:
    """Return what no row can be read without, and neither file, profile nor user says."""
    said = {"source_org": cover.organisation, "date_of_information": cover.assessed_on}
    options = {"source_org": "Give --source.", "date_of_information": "Give --date."}
    titles = {one.name: one.title for one in fields_of(planned.kind.record_class)}
    return [
        Issue(
            Severity.ERROR,
            f"Nothing in the table says the {titles[name].lower()}, so no row can be read.",
            options.get(name, "Add a column for it, or map one in a profile of your own."),
            planned.sheet.name,
            rule="column.missing",
        )
        for name in lacks(planned)
        if not said.get(name)
    ]


def _columns_of_ours(sheets: tuple[Sheet, ...], target: TableKind, asked: Instructions) -> int:
    """Count a file's columns of ours; 0 if one lacks that the rows of a layer cannot do without."""
    given = {"source_org": asked.source_org, "date_of_information": asked.date_of_information}
    known = 0
    for sheet in parted(sheets)[1]:
        plan = own_plan(sheet, target.in_geodata())
        if plan is None or any(not given.get(name) for name in lacks(plan)):
            return 0
        known += plan.matched
    return known
