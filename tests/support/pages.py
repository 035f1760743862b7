"""Pages in the shapes of a logistics capacity assessment, made by code; all of it is invented.

A page is a list of parts: ``("h2", text)``, ``("p", text)``, ``("table", rows)`` or
``("table", rows, caption)``. A row is a list of cells, a cell a text or ``(text, across, down)``.
"""

from __future__ import annotations

import html
import zipfile
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def save_page(path, parts, *, title="", encoding="utf-8"):
    """Write a page as HTML or as a Word document, by the file's ending."""
    if path.suffix == ".docx":
        return save_docx(path, document_xml(parts))
    body = "\n".join(_html_part(part) for part in parts)
    head = f"<title>{html.escape(title)}</title>" if title else ""
    path.write_bytes(f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding))
    return path


def _cell(cell):
    return cell if isinstance(cell, tuple) else (cell, 1, 1)


def _html_part(part):
    kind, content, *caption = part
    if kind != "table":
        return f"<{kind}>{html.escape(content)}</{kind}>"
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td colspan="{across}" rowspan="{down}">{html.escape(str(text))}</td>'
            for text, across, down in map(_cell, row)
        )
        + "</tr>"
        for row in content
    )
    above = f"<caption>{html.escape(caption[0])}</caption>" if caption else ""
    return f"<table>{above}<tbody>{rows}</tbody></table>"


def document_xml(parts):
    """Return the main part of a Word document."""
    return f"<w:document {_W}><w:body>{''.join(map(_word_part, parts))}</w:body></w:document>"


def _word_part(part):
    kind, content, *caption = part
    if kind == "table":
        above = _paragraph(caption[0]) if caption else ""
        return f"{above}<w:tbl>{''.join(_word_rows(content))}</w:tbl>"
    return _paragraph(content, f"Heading{kind[1]}" if kind[0] == "h" else None)


def _paragraph(text, style=None):
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    runs = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in str(text).split("\n")
    )
    return f"<w:p>{look}<w:r>{runs}</w:r></w:p>"


def _word_rows(rows):
    hanging = {}
    for row in rows:
        cells, column, given = [], 0, [_cell(one) for one in row]
        while given or column in hanging:
            if column in hanging:
                across, left = hanging.pop(column)
                cells.append(_word_cell("", across, "<w:vMerge/>"))
                if left > 1:
                    hanging[column] = (across, left - 1)
                column += across
                continue
            text, across, down = given.pop(0)
            if down > 1:
                hanging[column] = (across, down - 1)
            merge = '<w:vMerge w:val="restart"/>' if down > 1 else ""
            cells.append(_word_cell(text, across, merge))
            column += across
            if column not in hanging and not given:
                break
        # What hangs in this row has been written; what was begun here hangs from the next one.
        yield f"<w:tr>{''.join(cells)}</w:tr>"


def _word_cell(text, across, merge):
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(text)}</w:tc>"


def save_docx(path, document, **parts):
    """Write a Word document around its main part; further parts by name, ``/`` as ``__``."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}">'
        f'<w:name w:val="heading {level}"/></w:style>'
        for level in range(1, 7)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Override PartName="/word/document.xml"'
        f' ContentType="{_WORD}.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>",
        "word/document.xml": document,
        **{name.replace("__", "/"): content for name, content in parts.items()},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
