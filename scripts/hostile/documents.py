"""Hostile text tables, web pages and Word documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import office
from .case import Bait, Case, Maker, content, pieces

_HEAD = b"name,latitude,longitude\n"
_ROW = b"Exercise,-29.9,-71.3\n"
_TABLE = (
    "<table><tr><th>Port</th><th>Draft</th></tr><tr><td>Exercise</td><td>10 m</td></tr></table>"
)


def _sparse(path: Path, bait: Bait) -> None:
    """200 MB of nothing, none of it on the disk."""
    del bait
    with path.open("wb") as stream:
        stream.truncate(200_000_000)


def _csv(text: str | bytes) -> Maker:
    return content(_HEAD + (text.encode() if isinstance(text, str) else text))


_TABLES: dict[str, tuple[str, Maker]] = {
    "200 MB of nothing": ("refused", _sparse),
    "60 MB of nothing": ("refused", pieces((b"\0", 60_000_000))),
    "60 MB of line ends": ("refused", pieces((b"\n", 60_000_000))),
    "60 MB of commas": ("refused", pieces((b",", 60_000_000))),
    "60 MB of quotes": ("refused", pieces((_HEAD, 1), (b'"', 60_000_000))),
    "10 million rows": ("refused", pieces((_HEAD, 1), (b"a,1\n", 10_000_000))),
    "150,000 rows": ("refused", pieces((_HEAD, 1), (_ROW, 150_000))),
    "line of 10 MB": ("either", pieces((_HEAD, 1), (b"x", 10_000_000), (b"\n", 1))),
    "a million columns": ("refused", pieces((b"a,", 1_000_000), (b"\n", 1))),
    "a million columns in one row": (
        "refused",
        pieces((_HEAD + _ROW, 1), (b"1,", 1_000_000), (b"\n", 1)),
    ),
    "unclosed quote": ("either", pieces((_HEAD, 1), (b'"Exercise,1,2\n', 1), (_ROW, 50_000))),
    "NUL bytes": ("either", _csv(b"Exer\0cise,-29.9,-71.3\n")),
    "NUL heading": ("either", content(b"na\0me,latitude,longitude\n" + _ROW)),
    "noise": ("either", content(bytes(n * 7919 % 251 for n in range(50_000)))),
    "UTF-16": ("either", content((_HEAD + _ROW).decode().encode("utf-16"))),
    "UTF-16 without a mark": ("either", content((_HEAD + _ROW).decode().encode("utf-16-le"))),
    "half of UTF-16": ("either", content((_HEAD + _ROW).decode().encode("utf-16")[:-1])),
    "UTF-7": ("either", _csv("+AD0-cmd,1,2\n")),
    "UTF-32": ("either", content((_HEAD + _ROW).decode().encode("utf-32"))),
    "only a mark": ("either", content(b"\xef\xbb\xbf")),
    "mixed line ends": (
        "either",
        content(b"name,latitude,longitude\rA,-29.9,-71.3\r\nB,-29.9,-71.3\nC,-29.9,-71.3"),
    ),
    "formula injection": ("either", _csv("=cmd|'/C calc'!A0,-29.9,-71.3\n@SUM(1),-29.9,-71.3\n")),
    "bidi name": ("either", _csv("Port\u202egnp.exe\u2066,-29.9,-71.3\n")),
    "10,000 accents on one letter": ("either", _csv("A" + "\u0301" * 10_000 + ",-29.9,-71.3\n")),
    "ligature that grows": ("either", _csv("\ufdfa" * 30_000 + ",-29.9,-71.3\n")),
    "1e999": ("either", _csv("Exercise,1e999,-1e999\n")),
    "NaN": ("either", _csv("Exercise,nan,inf\n")),
    "number of 100,000 digits": ("either", _csv("Exercise," + "9" * 100_000 + ",1\n")),
    "digits of every script": ("either", _csv("Exercise,٢٩.٩,７１．３\nB,²,½\n")),
    "depth of collections": (
        "either",
        content(b'name,wkt\nExercise,"' + b"GEOMETRYCOLLECTION(" * 20_000 + b'"\n'),
    ),
    "shape that claims much": (
        "either",
        content(b'name,wkt\nExercise,"LINESTRING(' + b"1 2," * 1_000_000 + b'1 2)"\n'),
    ),
    "the same heading often": ("either", content(b"name," * 200 + b"\n" + b"x," * 200 + b"\n")),
    "headings of 30,000 letters": (
        "either",
        content(b"n" * 30_000 + b"," + b"m" * 30_000 + b"\n1,2\n"),
    ),
    "only headings": ("either", content(_HEAD)),
    "only a delimiter": ("either", content(b";")),
}
_PAGES: dict[str, tuple[str, Maker]] = {
    "a million tags in each other": ("either", pieces((b"<div>", 1_000_000), (_TABLE.encode(), 1))),
    "100,000 tables in each other": (
        "either",
        pieces((b"<table><tr><td>", 100_000), (_TABLE.encode(), 1)),
    ),
    "a million tables": ("either", pieces((b"<table><tr><td>a</td></tr></table>", 1_000_000))),
    "a million cells": (
        "either",
        pieces((b"<table><tr>", 1), (b"<td>a</td>", 1_000_000), (b"</tr></table>", 1)),
    ),
    "a million rows": (
        "either",
        pieces((b"<table>", 1), (b"<tr><td>a<td>b</tr>", 1_000_000), (b"</table>", 1)),
    ),
    "a million attributes": (
        "either",
        pieces((b"<div ", 1), (b"a=1 ", 1_000_000), (b">" + _TABLE.encode(), 1)),
    ),
    "a million headings": ("either", pieces((b"<h1>a</h1>", 1_000_000), (_TABLE.encode(), 1))),
    "colspan of a billion": (
        "either",
        content(
            '<table><tr><td colspan="1000000000">a</td><td>b</td></tr><tr><td>c</td></tr></table>'
        ),
    ),
    "rowspan of a billion": (
        "either",
        content(
            '<table><tr><td rowspan="1000000000">a</td><td>b</td></tr><tr><td>c</td></tr></table>'
        ),
    ),
    "spans that multiply": (
        "either",
        content(
            "<table>" + '<tr><td rowspan="60000" colspan="1000">a</td></tr>' * 2_000 + "</table>"
        ),
    ),
    "negative spans": (
        "either",
        content('<table><tr><td colspan="-5" rowspan="x">a</td></tr></table>'),
    ),
    "picture of 30 MB inside": (
        "either",
        pieces(
            (_TABLE.encode() + b'<img src="data:image/png;base64,', 1),
            (b"AAAA", 7_500_000),
            (b'">', 1),
        ),
    ),
    "comment without an end": (
        "either",
        pieces((_TABLE.encode() + b"<!--", 1), (b"x", 20_000_000)),
    ),
    "30 MB of open brackets": ("either", pieces((b"<", 30_000_000))),
    "30 MB of ampersands": ("either", pieces((b"&", 30_000_000))),
    "refresh to an address": (
        "either",
        content(lambda bait: f'<meta http-equiv="refresh" content="0;url={bait.url}">{_TABLE}'),
    ),
    "frames of files": (
        "either",
        content(
            lambda bait: (
                f'<iframe src="file://{bait.file}"></iframe><object data="{bait.url}"></object><link rel=stylesheet href="{bait.url}"><base href="{bait.url}">{_TABLE}'
            )
        ),
    ),
    "entity of a file": (
        "either",
        content(
            lambda bait: (
                f'<!DOCTYPE html [<!ENTITY h SYSTEM "file://{bait.file}">]><html><body>&h;{_TABLE}</body></html>'
            )
        ),
    ),
    "laughs": (
        "either",
        content(
            f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "{"&a;" * 100}"><!ENTITY c "{"&b;" * 100}"><!ENTITY d "{"&c;" * 100}"><!ENTITY e "{"&d;" * 100}">]><html xmlns="http://www.w3.org/1999/xhtml"><body>&e;{_TABLE}</body></html>'
        ),
    ),
    "inclusion": (
        "either",
        content(
            lambda bait: (
                f'<html xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{bait.file}" parse="text"/>{_TABLE}</html>'
            )
        ),
    ),
    "characters that are none": (
        "either",
        content(f"<p>&#x110000;&#0;&#xD800;&#99999999999;</p>{_TABLE}"),
    ),
    "script": ("either", content(f"<script>while(1);</script>{_TABLE}<td onload=alert(1)>")),
    "UTF-7": ("either", content('<meta charset="utf-7">+ADw-table+AD4-')),
    "encoding that does not exist": ("either", content(f'<meta charset="x-evil">{_TABLE}')),
    "zeros": ("either", content(bytes(1_000_000))),
    "NUL in tags": ("either", content(_TABLE.replace("td", "t\0d"))),
    "nothing": ("either", content(" \n")),
}


def _word(body: str, **extra: bytes) -> Maker:
    return lambda path, _: office.save(path, office.document(body, extra=extra))


def _linked(kind: str) -> Maker:
    """Return a maker of a relationship to something at an address: template, part of text, picture."""

    def make(path: Path, bait: Bait) -> None:
        link = f'<Relationships><Relationship Id="r9" Type="{office.RELATIONS}/{kind}" Target="{bait.url}" TargetMode="External"/></Relationships>'
        extra = {
            "word/_rels/document.xml.rels": link.encode(),
            "word/_rels/settings.xml.rels": link.encode(),
        }
        office.save(path, office.document('<w:altChunk r:id="r9" xmlns:r="x"/>', extra=extra))

    return make


_CELL = "<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
_DOCUMENTS: dict[str, tuple[str, Maker]] = {
    "template at an address": ("either", _linked("attachedTemplate")),
    "text at an address": ("either", _linked("aFChunk")),
    "picture at an address": ("either", _linked("image")),
    "gridSpan of a billion": (
        "either",
        _word(
            f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p/></w:tc>{_CELL}</w:tr></w:tbl>'
        ),
    ),
    "negative gridSpan": (
        "either",
        _word(
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="-9"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
        ),
    ),
    "10,000 tables in each other": (
        "either",
        _word("<w:tbl><w:tr><w:tc>" * 10_000 + "</w:tc></w:tr></w:tbl>" * 10_000),
    ),
    "a million paragraphs": (
        "either",
        _word(
            "<w:p/>" * 1_000_000
            + "<w:p><w:r><w:t>"
            + "".join(str(n) for n in range(100_000))
            + "</w:t></w:r></w:p>"
        ),
    ),
    "200,000 rows": (
        "either",
        _word(
            "<w:tbl>"
            + "".join(
                f"<w:tr><w:tc><w:p><w:r><w:t>{n}</w:t></w:r></w:p></w:tc></w:tr>"
                for n in range(200_000)
            )
            + "</w:tbl>"
        ),
    ),
    "5,000 columns": ("either", _word("<w:tbl><w:tr>" + _CELL * 5_000 + "</w:tr></w:tbl>")),
    "field that calls a program": (
        "either",
        _word(
            '<w:p><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"</w:instrText></w:r></w:p>'
        ),
    ),
    "macro": ("either", _word("", **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(500)})),
    "no document": (
        "refused",
        lambda path, _: office.save(path, {"[Content_Types].xml": b"<Types/>"}),
    ),
    "workbook as a document": ("refused", lambda path, _: office.save(path, office.book())),
    "broken XML": (
        "refused",
        lambda path, _: office.save(
            path, {**office.document(), "word/document.xml": b"<w:document><w:body>"}
        ),
    ),
}


def cases() -> Iterator[Case]:
    """Yield each hostile text."""
    for suffix, of, makers, layer in (
        (".csv", "CSV", _TABLES, "ports"),
        (".html", "HTML", _PAGES, None),
        (".docx", "a Word document", _DOCUMENTS, None),
    ):
        for name, (outcome, make) in makers.items():
            yield Case(f"{name} in {of}", suffix, make, outcome, layer)
