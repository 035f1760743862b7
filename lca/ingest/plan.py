"""How the sheets of a file are to be read: which fills which layer, and by which columns."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from lca.issues import Issue, Severity
from lca.record import fields_of

from .headings import Column, is_no_part, map_headings, split_head
from .headless import with_headings
from .hxl import is_tag_row
from .profiles.cellrule import rule_of, word_of
from .profiles.profile import Code, ColumnRule, Profile, SetAside, TableRule
from .sheets import TableKind, kind_of_layer
from .texts import clean_text, one_line
from .wire import Cell, Sheet, SheetRow

_ROWS_ABOVE_A_HEADING = 25
"""Field files have titles, logos and notes above their table; no table begins lower than that."""
_SHAPEFILE_NAME = 10
_LONGEST_HEADING = 500
# What no source may lose on its way, whatever else of its columns a profile leaves unread.
_NEVER_UNREAD = frozenset({"exercise", "sensitivity"})
_DECIDING = frozenset({"effect", "status", "status_other_side", "op_status"})
_OF_THE_SERVER = re.compile(r"_status|_notes|_tags|_.+_altitude")
_PATH = re.compile(r"[A-Za-z_]\w*(?:-[A-Za-z_]\w*)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSheet:
    """One table: its rows without the headings, its columns by index, and what it lacks by itself.

    ``columns`` may name an index more than once: one column of a source may fill two fields.
    ``defaults`` fill what a row leaves empty, before the cover does; ``made`` does so last, also
    from ``source``, the source's own headings by index.
    """

    sheet: Sheet
    kind: TableKind
    head_row: int
    columns: Sequence[tuple[int, Column]]
    issues: Sequence[Issue] = ()
    defaults: Mapping[str, Code] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)
    matched: int = 0
    source: Mapping[str, int] = field(default_factory=dict)
    set_aside: Sequence[tuple[int | None, frozenset[str], SetAside]] = ()

    def reason_aside(self, row: SheetRow) -> str | None:
        """Return why a row states nothing that the layer holds; None if it may."""
        for index, words, rule in self.set_aside:
            cell = row.cells.get(index, "") if index is not None else ""
            if words and word_of(cell) in words:
                return rule.reason
            if rule.unless_has is not None and rule.unless_has not in str(cell):
                return rule.reason
        return None


def plan_sheet(
    sheet: Sheet, profile: Profile, target: TableKind | None = None
) -> tuple[PlannedSheet, ...]:
    """Return how a profile reads a sheet whose rows lie under one heading; empty if it does not.

    Parameters
    ----------
    target : TableKind, optional
        Only tables of its layer.
    """
    found = [
        (planned, _named(sheet, rule))
        for rule in profile.tables
        if (target.layer == rule.layer if target else not rule.asked_for)
        and (planned := _plan(sheet, rule, profile, target)) is not None
    ]
    if profile.every_table:
        return tuple(planned for planned, _ in found)
    best = max(found, key=lambda one: (one[0].matched, one[1]), default=None)
    return () if best is None else (best[0],)


def _plan(
    sheet: Sheet, rule: TableRule, profile: Profile, target: TableKind | None
) -> PlannedSheet | None:
    # A layer that declares its own fields is known to who asks for it only.
    kind = target or kind_of_layer(rule.layer)
    if kind is None:
        return None
    if not kind.geodata:
        kind = replace(kind, sheet=sheet.name)  # people look for a row where it is
    sheet = with_headings(sheet, rule)
    if profile.drawn:
        sheet = without_empty_columns(sheet)
    if profile.wraps_ours:
        sheet = with_paths(sheet)
    best: tuple[int, int, list[tuple[int, ColumnRule]]] | None = None
    lowest = 1 if profile.drawn or profile.wraps_ours else _ROWS_ABOVE_A_HEADING
    for at, row in enumerate(sheet.rows[:lowest]):
        if _has_all(row, rule.needs):
            matched = _matched(row, rule)
            known = len({index for index, _ in matched})
            if best is None or known > best[0]:
                best = known, at, matched
    if best is None or not (best[0] or (profile.drawn and has_geometries(sheet))):
        return None
    count, at, matched = best
    head = sheet.rows[at]
    columns = _columns(head, matched, kind, profile)
    rest = _rest_of(head, {index for index, _ in matched}, rule)
    known_unread = len(head.cells) - len(rest) - count
    source = {
        plain_heading(str(cell)).replace(" ", "_"): index for index, cell in head.cells.items()
    }
    own, issues = _own_columns(rest, columns, kind, head.number, read=rule.own_headings)
    deciding = [column.heading for _, column in columns if column.target in _DECIDING]
    issues += _twice(head, [*(one.heading for one in rule.set_aside), *deciding], kind)
    below = sheet.rows[at + 1 :]
    return PlannedSheet(
        sheet=replace(sheet, rows=below[1:] if below and is_tag_row(below[0]) else below),
        kind=kind,
        head_row=head.number,
        columns=[*columns, *own],
        issues=issues,
        defaults={**profile.defaults, **rule.defaults},
        made={**_made(kind), **rule.made},
        matched=count + known_unread,
        source=source,
        set_aside=[
            (
                source.get(plain_heading(one.heading).replace(" ", "_")),
                frozenset(word_of(word) for word in one.words),
                one,
            )
            for one in rule.set_aside
        ],
    )


def _twice(head: SheetRow, headings: Sequence[str], kind: TableKind) -> list[Issue]:
    """Refuse a table in which a heading of those stands twice, so that either may count."""
    there = Counter(plain_heading(str(cell)) for cell in head.cells.values())
    return [
        Issue(
            Severity.ERROR,
            f"{there[heading]} columns are {heading!r}, so it cannot be told which counts.",
            "Delete or rename all but one of them.",
            kind.sheet,
            head.number or None,
            rule="column.twice",
        )
        for heading in dict.fromkeys(map(plain_heading, headings))
        if there[heading] > 1
    ]


def has_geometries(sheet: Sheet) -> bool:
    """Tell whether any row comes with a geometry, as those of GIS files do."""
    return any(row.geometry is not None for row in sheet.rows)


def without_empty_columns(sheet: Sheet) -> Sheet:
    """Return a sheet without the headings under which no row has anything."""
    if not sheet.rows:
        return sheet
    head, *rows = sheet.rows
    filled = {index for row in rows for index in row.cells}
    kept = {index: cell for index, cell in head.cells.items() if index in filled}
    return replace(sheet, rows=(replace(head, cells=kept), *rows))


def _columns(
    head: SheetRow,
    matched: Sequence[tuple[int, ColumnRule]],
    kind: TableKind,
    profile: Profile,
) -> list[tuple[int, Column]]:
    """Return the columns in the profile's order: of two for one field the first comes first."""
    fields = {one.name: one for one in fields_of(kind.record_class)}
    return [
        (
            index,
            Column(
                one_line(str(head.cells[index])),
                rule.field,
                fields.get(rule.field),
                rule_of(rule, fields.get(rule.field), profile),
            ),
        )
        for index, rule in matched
    ]


def _rest_of(head: SheetRow, matched: Container[int], rule: TableRule) -> dict[int, Cell]:
    kind = kind_of_layer(rule.layer) if rule.own_headings else None
    ours = {field.name for field in fields_of(kind.record_class)} if kind else set()
    named = (one for pattern in rule.made.values() for one in re.findall(r"\{(\w+)\}", pattern))
    used = [one for one in named if one not in ours]
    used += [one.heading for one in rule.set_aside]
    ignored = {form for heading in (*rule.ignored, *used) for form in spellings(heading)}
    return {
        index: cell
        for index, cell in head.cells.items()
        if index not in matched and not ignored & set(forms_of(str(cell)))
    }


def _own_columns(
    rest: Mapping[int, Cell],
    columns: Sequence[tuple[int, Column]],
    kind: TableKind,
    row: int,
    *,
    read: bool,
) -> tuple[list[tuple[int, Column]], list[Issue]]:
    """Return the columns under headings of ours, and one issue on all that are not read."""
    taken = {column.target for _, column in columns}
    rest = without_choices(rest)
    found = map_headings(rest, kind, row=row)[0]
    if not read:
        found = {index: one for index, one in found.items() if one.target in _NEVER_UNREAD}
    paths = {
        index: heading.rpartition("/")[2]
        for index, cell in rest.items()
        if index not in found and "/" in (heading := str(cell))
    }
    within = map_headings(paths, kind, row=row)[0] if read and paths else {}
    named = {column.target for column in found.values()}
    found |= {index: one for index, one in within.items() if one.target not in named}
    own = [(index, column) for index, column in found.items() if column.target not in taken]
    own_indices = {index for index, _ in own}
    unread = [
        one_line(str(cell))
        for index, cell in rest.items()
        if index not in own_indices and not is_no_part(str(cell))
    ]
    if not unread:
        return own, []
    issue = Issue(
        Severity.WARNING,
        f"{_columns_are(len(unread))} not known and not read: {_listed(unread)}.",
        "If their content matters, map them in a profile of your own: lca profile propose.",
        kind.sheet,
        row or None,
        rule="columns.unread",
    )
    return own, [issue]


def with_paths(sheet: Sheet) -> Sheet:
    """Return a form's export with ``/`` between groups and questions, as KoBoToolbox writes it.

    ODK Central writes ``-``. What KoBoToolbox adds under names that differ from ours by an
    underscore only is left out, and so are heights.
    """
    if not sheet.rows:
        return sheet
    head, *rows = sheet.rows
    cells = {
        index: cell.replace("-", "/") if isinstance(cell, str) and _PATH.fullmatch(cell) else cell
        for index, cell in head.cells.items()
        if not _OF_THE_SERVER.fullmatch(str(cell))
    }
    return replace(sheet, rows=(replace(head, cells=cells), *rows))


def without_choices(headings: Mapping[int, Cell]) -> dict[int, Cell]:
    """Return headings without those of single choices (``question/choice``) of a question there."""
    whole = {str(cell) for cell in headings.values()}
    return {
        index: cell
        for index, cell in headings.items()
        if str(cell).rpartition("/")[0] not in whole - {""}
    }


def _columns_are(count: int) -> str:
    return "1 column is" if count == 1 else f"{count} columns are"


def _listed(names: Sequence[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _has_all(row: SheetRow, needs: Sequence[str]) -> bool:
    forms = {form for cell in row.cells.values() for form in forms_of(str(cell))}
    return all(
        any(form in forms for either in need.split("|") for form in spellings(either))
        for need in needs
    )


def _matched(row: SheetRow, rule: TableRule) -> list[tuple[int, ColumnRule]]:
    """Return the profile's columns with their index, in its order.

    A column with several names may be there under more than one of them: a row that leaves the
    first empty may fill the second.
    """
    index_of: dict[str, int] = {}
    for index, cell in row.cells.items():
        for form in forms_of(str(cell)):
            index_of.setdefault(form, index)
    owner_of: dict[str, str] = {}
    for column in rule.columns:
        for heading in column.headings:
            owner_of.setdefault(spellings(heading)[-1], heading)
    matched: list[tuple[int, ColumnRule]] = []
    for column in rule.columns:
        spelled = (
            form
            for heading in column.headings
            for form in spellings(heading)
            if form == plain_heading(heading) or owner_of[form] == heading
        )
        found = dict.fromkeys(index_of[form] for form in spelled if form in index_of)
        matched += [(index, column) for index in found]
    return matched


def _named(sheet: Sheet, rule: TableRule) -> bool:
    name = plain_heading(sheet.name)
    return any(fnmatchcase(name, plain_heading(pattern, keep="*")) for pattern in rule.names)


def spellings(heading: str) -> tuple[str, ...]:
    """Return how a heading of a profile may be written: whole, and as a Shapefile cuts it."""
    cut = heading[:_SHAPEFILE_NAME]
    if len(heading) <= _SHAPEFILE_NAME or not heading.isidentifier():
        return (plain_heading(heading),)
    return plain_heading(heading), plain_heading(cut)


def forms_of(heading: str) -> tuple[str, ...]:
    """Return a heading as it is compared: whole, and without the groups that KoBo puts first."""
    whole = plain_heading(heading)
    last = plain_heading(heading.rpartition("/")[2])
    return (whole,) if last in {"", whole} else (whole, last)


def plain_heading(heading: str, *, keep: str = "") -> str:
    """Return a heading without case, accents, spacing and punctuation.

    Parameters
    ----------
    keep : str
        Punctuation that stays.
    """
    # A hostile file may have any text in the place of a heading, and it is compared often: cut.
    # A file's first rows are held against every profile, the same texts again and again: kept.
    return _plain(heading[:_LONGEST_HEADING], keep)


@lru_cache(maxsize=8192)
def _plain(heading: str, keep: str) -> str:
    text = unicodedata.normalize("NFKD", clean_text(heading)).casefold()
    bare = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.sub(rf"[^\w{re.escape(keep)}]+|_+", " ", bare).split())


def own_plan(sheet: Sheet, kind: TableKind) -> PlannedSheet | None:
    """Return how a sheet in our own layout is read; None if it has no row with headings."""
    if not sheet.rows:
        return None
    head = split_head(sheet.rows, kind)
    columns, issues = map_headings(head.cells, kind, row=head.number, tags=head.tags)
    return PlannedSheet(
        sheet=replace(sheet, rows=head.rows),
        kind=kind,
        head_row=head.number,
        columns=list(columns.items()),
        issues=issues,
        made=_made(kind),
        matched=len(columns),
    )


def _made(kind: TableKind) -> dict[str, str]:
    """Return what a row of a kind that is known by other columns takes its name from."""
    return {} if kind.name_from is None else {"name": kind.name_from}


def lacks(planned: PlannedSheet) -> list[str]:
    """Return the required fields that neither a column nor a default of a plan fills."""
    present = {column.target for _, column in planned.columns}
    given = present | set(planned.defaults) | set(planned.made) | {"id"}
    return [
        one.name
        for one in fields_of(planned.kind.record_class)
        if one.required and one.name not in given
    ]
