"""Write docs/reference/model.md and code-lists.md from the records; ``--check`` tells whether they are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from layers.spec import load_specs
from lca.codelists import LANGUAGES, STANDARDS, load
from lca.constraint import Constraint
from lca.facility import WORDS_OF_LISTS, Attended, Facility
from lca.ingest.headings import heading_of
from lca.ingest.sheets import TABLE_KINDS, TableKind
from lca.plausible import PLAUSIBLE
from lca.provenance import Provenance
from lca.record import Field, fields_of
from lca.reviewspan import review_span

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"

_MODEL = """\
# The model: kinds of record, their fields, units and codes

Made from the records by `scripts/make_model_page.py`; a test holds it to them. Each kind has a sheet in the assessment
workbook and, but for contacts, a layer of the name given. The columns of a sheet are those of the record: the heading in
English, and the field's name as exports and the API have it. How to fill a sheet in:
[the assessment workbook](../how-to/assessment-workbook.md). What the codes mean, in four languages and in other
standards: [code lists](code-lists.md).

* An empty cell is *not known*: never 0, never a blank text. Only what is **required** must be there.
* Coordinates are WGS 84 (EPSG:4326); masses are tonnes, lengths metres, speeds km/h, amounts of money in the currency that
  the row names. The unit stands in the heading and is never converted.
* Dates and times are kept in UTC; a day alone is the cover's local day.
* A figure below nought or without end is refused. One outside of the range given here is asked about, not refused.
* *Looked at again after* is when a record counts as stale if it names no review date of its own.
"""
_CODES = """\
# Code lists

Made from `data/reference/codelists.csv` by `scripts/make_model_page.py`; a test holds the file to the words of the code.
`lca codelist NAME --json` and `GET /codelists/{name}` give the same. An empty cell: the standard has no such word. UNSDI-T
is version 2, WZDx version 4; an OpenStreetMap tag is the nearest one, not the same. Labels in French, Spanish and Arabic
have not been checked by native speakers.
"""
_PLAIN = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "instant": "a date, or date and time",
    "integers": "whole numbers separated by `;`",
}
_NOTES = {
    "id": "letters, digits, `- _ . :`; empty gets an id made of name and place, the same every time",
    "source_org": "text, **required** here or on the cover (Organisation)",
    "date_of_information": "a date, **required** here or on the cover (Assessment date)",
    "reported_at": "a date, or date and time: when it was told, if later than it was seen",
    "location_precision": "`accurate` (GPS or map), `approximate` (known to the town), `bad`, "
    "`unknown`: **fill it in**; a closure of the last two conditions a route and never blocks it",
    "review_by": "a date; a closure still stands when it has passed",
    "licence": "text; empty means the cover's",
    "exercise": "yes or no; the cover decides for the whole file",
    "iso3": "three letters; empty means the cover's",
    "external_ids": "scheme and value with `:`, separated by `;`, as `wpi:48660; osm:n1234`",
    "lca_section": "text, as the assessment prints it: `2.1.3`",
    "attributes_as_of": "a date: since when the measures hold, where the status is newer",
    "opening_hours": "as OpenStreetMap writes them, such as `Mo-Sa 06:00-18:00`; closed at all other times",
    "opening_hours_other_side": "the same for the other side",
    "time_zone": "an IANA name, such as `America/Santiago`; empty means the operation's",
    "time_zone_other_side": "an IANA name; empty means that of this side",
    "permitted_until": "a date or time; a permission that lapses closes",
    "cargo_permitted": "`humanitarian`, `commercial`, `fuel`, `medical`, separated by `;`; empty means all",
    "rent_unit": "text, such as `m² and month`",
    "rate_unit": "text, such as `t` or `t and km`",
    "gross_limits": "axles and tonnes with `:`, separated by `;`, as `2:18; 3:26`",
    "direction": "`both`, `forward`, `backward`: forward runs from the first point to the second",
    "applies_to_vehicles": "codes of vehicle classes, separated by `;`",
    "applies_to_cargo": "`humanitarian`, `commercial`, `fuel`, `medical`, separated by `;`",
    "applies_to_actor": "`un`, `ngo`, `government`, `commercial`, separated by `;`",
    "speed_factor": "a number from 0 to 1: 0.5 is half the usual speed",
    "valid_to": "a date; when it passes, the closure lapses *unconfirmed*: only an end ends it",
    "daily_from": "a time of day, such as 22:00",
    "daily_to": "a time of day; before the start, it is the next morning's",
    "time_rule": "such as `Fr 12:00-14:00`: it holds while they say *open*",
    "season_months": "`8; 9; 10` or `Aug-Oct`",
    "rain_hold_threshold_t": "a number; empty means 3.5",
    "last_rain_at": "a date and time; with it a hold after rain ends by itself",
    "ended_at": "a date; with `resolved`, **required**",
    "ended_by": "text; with `resolved`, **required**",
    "location_text": "such as `15 km north of Ovalle on the road to La Serena`",
    "way_round": "text: the points of the way round, as `-29.95 -71.35; -29.94 -71.33`",
    "target_ids": "ids of facilities, areas or corridors, separated by `;`: for information, it "
    "acts on the road where it lies",
    "season_id": "the id of a row of Seasons: for information, its months count only here",
    "travel_time_as_written": "text, as the source has it: `3 Days`",
}
_GROUPED_FROM = 10_000
_NAMED = "**required** unless the columns that the row is known by are filled in"


def model_page() -> str:
    """Return the page of the model."""
    facilities = [kind for kind in TABLE_KINDS if issubclass(kind.record_class, Facility)]
    attended = [kind for kind in facilities if issubclass(kind.record_class, Attended)]
    named = [one for one in fields_of(Facility) if one.name in {"id", "name"}]
    common = [*named, *fields_of(Provenance)]
    lines = [_MODEL]
    lines += _section("On every sheet", common)
    lines += _section(_titles(facilities), _without(Facility, common))
    hours = _without(Attended, fields_of(Facility))
    lines += _section(_titles(attended), hours)
    for kind in TABLE_KINDS:
        shared = fields_of(Facility) if kind in facilities else common
        told = [*shared, *(hours if kind in attended else ())]
        lines += _section(kind.sheet, _without(kind.record_class, told), _about(kind))
    return "\n".join(lines).rstrip() + "\n"


def _without(record: type, told: Sequence[Field]) -> list[Field]:
    names = {one.name for one in told}
    return [one for one in fields_of(record) if one.name not in names]


def _titles(kinds: Iterable[TableKind]) -> str:
    return ", ".join(kind.sheet for kind in kinds)


def _section(title: str, fields: Sequence[Field], about: str = "") -> list[str]:
    lines = [f"### {title}", ""]
    if about:
        lines += [about, ""]
    if fields:
        lines += ["| column | field and what to write |", "|---|---|"]
        lines += [f"| {heading_of(one)} | `{one.name}`: {_told(one)} |" for one in fields]
        lines += [""]
    return lines


def _told(field: Field) -> str:
    if field.name in _NOTES:
        return _NOTES[field.name]
    if field.name == "name":
        return f"text, {_NAMED}"
    words = field.codes or tuple(WORDS_OF_LISTS.get(field.name, ()))
    said = ", ".join(f"`{word}`" for word in words) if words else _PLAIN[field.type]
    if field.name in WORDS_OF_LISTS:
        said += ", separated by `;`"
    if field.name in PLAUSIBLE:
        bounds = PLAUSIBLE[field.name]
        high = f"{bounds.high:,.10g}" if bounds.high >= _GROUPED_FROM else f"{bounds.high:.10g}"
        said += f", usually {bounds.low:g} to {high}"
    return f"{said}, **required**" if field.required else said


def _about(kind: TableKind) -> str:
    doc = (kind.record_class.__doc__ or "").strip()
    first = " ".join(doc.partition("\n\n")[0].split())
    said = [first]
    if kind.restricted:
        said.append("No layer: never `public`, and `restricted` where the sheet says nothing.")
    else:
        shapes = ["a point"] if kind.placed else ["no place: a table"]
        shapes += ["a stretch"] if kind.stretch else []
        shapes += ["an area"] if kind.area else []
        said.append(f"Layer `{kind.layer}`; {', '.join(shapes)}.")
        said.append(load_specs()[kind.layer].caveat)
    span = review_span(kind.record_class)
    if span is not None:
        said.append(f"Looked at again after {span.days} days.")
    elif kind.record_class is Constraint:
        said.append("Looked at again after 3 to 30 days, by type.")
    return " ".join(said)


def codes_page() -> str:
    """Return the page of the code lists."""
    return "\n".join([_CODES, *_lists()]).rstrip() + "\n"


def _lists() -> Iterator[str]:
    names = {"unsdi_t": "UNSDI-T", "sdi_t": "SDI-T", "osm": "OSM", "wzdx": "WZDx"}
    for name, codes in load().items():
        used = [one for one in STANDARDS if any(code.standards.get(one) for code in codes)]
        head = ["code", *LANGUAGES, *(names[one] for one in used)]
        yield f"## {name}\n"
        yield f"| {' | '.join(head)} |"
        yield "|" + "---|" * len(head)
        for code in codes:
            cells = [f"`{code.code}`", *(code.labels[one] for one in LANGUAGES)]
            cells += [_code_cell(code.standards.get(one)) for one in used]
            yield f"| {' | '.join(cells)} |"
        yield ""


def _code_cell(word: str | None) -> str:
    return "" if word is None else f"`{word}`"


PAGES = {"model.md": model_page, "code-lists.md": codes_page}


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` return 1 if one is not up to date."""
    stale = 0
    for name, made in PAGES.items():
        target, text = FOLDER / name, made()
        if "--check" in arguments:
            stale |= not target.is_file() or target.read_text(encoding="utf-8") != text
        else:
            target.write_text(text, encoding="utf-8")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
