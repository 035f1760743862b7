"""Write a questionnaire as an XLSForm (xlsform.org) for KoBoToolbox and ODK, or as its XForm.

The sheets are ``survey``, ``choices`` and ``settings``; every label comes in each language asked
for, and a phone shows its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from lca.codelists import LANGUAGES, load
from lca.errors import UsageError
from lca.ingest.codewords import WORDS_OF_LISTS, label
from lca.ingest.headings import heading_in
from lca.ingest.steadybook import save
from lca.ingest.translations import require_language, said
from lca.record import Field

from .formwords import word
from .questionnaire import VERSION, Questionnaire

Row = dict[str, str]
_NAMES = {
    "en": "English (en)",
    "fr": "Français (fr)",
    "es": "Español (es)",
    "ar": "العربية (ar)",
}
_TYPES = {"text": "text", "integer": "integer", "number": "decimal", "instant": "date"}
_YES_NO = "yes_no"
# What ends on a day may lie ahead; what is known of the past may not.
_NOT_AHEAD = frozenset({"date_of_information"})


def sheets_of(
    questions: Questionnaire, languages: Sequence[str] = LANGUAGES
) -> Mapping[str, list[Row]]:
    """Return the form's sheets, each row a mapping of column to text.

    Raises
    ------
    UsageError
        If a language is asked for that the code lists do not have, or none.
    """
    if not languages:
        raise UsageError("A form needs a language.", do_next=f"Choose of {', '.join(LANGUAGES)}.")
    for language in languages:
        require_language(language)
    title = word(f"form.{questions.title}", languages[0])
    if questions.title == "facility":
        title = f"{title}: {said(f'sheet.{questions.kind.layer}', languages[0])}"
    return {
        "survey": list(_survey(questions, languages)),
        "choices": list(_choices(questions, languages)),
        "settings": [
            {
                "form_title": title,
                "form_id": questions.mark,
                "version": VERSION,
                "default_language": _NAMES[languages[0]],
            }
        ],
    }


def write_xlsform(path: Path, sheets: Mapping[str, Sequence[Row]]) -> None:
    """Write the sheets as a workbook; the same sheets give the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet = book.create_sheet(name)
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    save(book, path)


def xform_of(sheets: Mapping[str, Sequence[Row]]) -> str:
    """Return the form as an XForm, the XML that phones load.

    Its definition is checked by ``pyxform`` on the way, without ODK's validator.
    """
    from pyxform.xls2xform import convert  # noqa: PLC0415 - heavy, and few ask for it

    body = {name: [{**row} for row in rows] for name, rows in sheets.items()}
    return str(convert(body, validate=False, pretty_print=True, file_type="dict").xform)


def _survey(questions: Questionnaire, languages: Sequence[str]) -> Iterator[Row]:
    yield from ({"type": kind, "name": kind} for kind in ("start", "end", "today", "deviceid"))
    yield {"type": "calculate", "name": questions.mark, "calculation": f"'{VERSION}'"}
    for group in questions.groups:
        labels = _labels(
            "label", (word(f"group.{group.name}", one) for one in languages), languages
        )
        yield {"type": "begin_group", "name": group.name, "relevant": group.relevant, **labels}
        if group.asks_where:
            yield from _places(questions, languages)
        for field in group.fields:
            yield _question(field, questions, languages)
        yield {"type": "end_group"}


def _places(questions: Questionnaire, languages: Sequence[str]) -> Iterator[Row]:
    asked = {"point": "geopoint"}
    if questions.kind.stretch:
        asked["stretch"] = "geotrace"
    if questions.kind.area:
        asked["outline"] = "geoshape"
    for name, kind in asked.items():
        yield {
            "type": kind,
            "name": name,
            **_labels("label", (word(name, one) for one in languages), languages),
            **_labels("hint", (word(f"hint.{name}", one) for one in languages), languages),
        }


def _question(field: Field, questions: Questionnaire, languages: Sequence[str]) -> Row:
    layer = questions.kind.layer
    row = {
        "type": _type_of(field),
        "name": field.name,
        **_labels("label", (heading_in(field, layer, one) for one in languages), languages),
    }
    if field.required:
        row["required"] = "yes"
    else:
        hints = (word("hint.unknown", one) for one in languages)
        row.update(_labels("hint", hints, languages))
    if field.name in _NOT_AHEAD:
        row.update({"default": "today()", "constraint": ". <= today()"})
    elif field.unit and field.type in {"number", "integer"} and not field.codes:
        row["constraint"] = ". >= 0"
    return row


def _type_of(field: Field) -> str:
    """Return the XLSForm type of a field's question."""
    if field.codes:
        return f"select_one {field.name}"
    if field.type == "boolean":
        return f"select_one {_YES_NO}"
    if field.name in WORDS_OF_LISTS:
        return f"select_multiple {WORDS_OF_LISTS[field.name]}"
    return _TYPES.get(field.type, "text")


def _choices(questions: Questionnaire, languages: Sequence[str]) -> Iterator[Row]:
    fields = list(questions.fields)
    yield from (
        _choice(_YES_NO, code, (said(f"word.{code}", one) for one in languages), languages)
        for code in ("yes", "no")
    )
    for field in fields:
        for code in field.codes:
            labels = (label(field.codes, code, one) for one in languages)
            yield _choice(field.name, code, labels, languages)
    for name in dict.fromkeys(
        WORDS_OF_LISTS[field.name] for field in fields if field.name in WORDS_OF_LISTS
    ):
        for one in load()[name]:
            yield _choice(name, one.code, (one.labels[lang] for lang in languages), languages)


def _choice(name: str, code: str, labels: Iterator[str], languages: Sequence[str]) -> Row:
    return {"list_name": name, "name": code, **_labels("label", labels, languages)}


def _labels(column: str, words: Iterator[str], languages: Sequence[str]) -> Row:
    return {
        f"{column}::{_NAMES[language]}": text
        for language, text in zip(languages, words, strict=True)
    }
