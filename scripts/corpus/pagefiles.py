"""Save a page of headings, paragraphs and tables as a browser, Word or a workbook has it."""

from __future__ import annotations

import html
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from scripts.corpus.book import Value, write_book

_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of a level, a paragraph (level 0), or a table of texts."""

    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


Page = Sequence[Part]


def save_html(path: Path, page: Page) -> None:
    """Write the page as a browser saves it."""
    body = "\n".join(map(_as_html, page))
    path.write_text(
        f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>',
        encoding="utf-8",
    )


def _as_html(part: Part) -> str:
    if part.rows:
        lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in part.rows)
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
    tag = f"h{part.level}" if part.level else "p"
    return f"<{tag}>{html.escape(part.text)}</{tag}>"


def save_docx(path: Path, page: Page) -> None:
    """Write the page as a Word document."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{one}"><w:name w:val="heading {one}"/>'
        "</w:style>"
        for one in range(1, 4)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Override PartName="/word/document.xml" '
        f'ContentType="{_WORD}.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/styles.xml": f"<w:styles {_SPACE}>{styles}</w:styles>",
        "word/document.xml": f"<w:document {_SPACE}><w:body>{''.join(map(_as_word, page))}"
        "</w:body></w:document>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def _as_word(part: Part) -> str:
    if not part.rows:
        return _paragraph(part.text, part.level)
    lines = ("".join(f"<w:tc>{_paragraph(cell, 0)}</w:tc>" for cell in row) for row in part.rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def _paragraph(text: str, level: int) -> str:
    look = f'<w:pPr><w:pStyle w:val="Heading{level}"/></w:pPr>' if level else ""
    return f'<w:p>{look}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def save_book(path: Path, page: Page) -> None:
    """Write the page as somebody copies it into a sheet, an empty row after each table."""
    rows: list[Sequence[Value]] = []
    for part in page:
        if part.rows:
            rows += [[cell or None for cell in row] for row in part.rows]
            rows.append(())
        else:
            rows.append((part.text,))
    write_book(path, {"Page": rows})
